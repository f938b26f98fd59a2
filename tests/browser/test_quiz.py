"""“Real or generated?” in a real Chromium: played by keyboard alone, and open to everyone in every form."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from analysis.generation import quiz_services
from analysis.generation.models import StudioModel
from artmarket.catalogue.models import ArtworkImage
from tests.browser.conftest import Gallery, Visit
from tests.browser.walking import walk
from tests.generation.quizzes import all_answered, dealt, play, taught_model

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def taught(gallery: Gallery, works: int, **facts: Any) -> StudioModel:
    """A model whose training works all show the gallery's first picture."""
    found, hung = taught_model(works=works, **facts), gallery.work.images.get()
    shown = {"sha256": hung.sha256, "file": hung.file.name, "width_px": 900, "height_px": 640}
    ArtworkImage.objects.filter(file="").update(**shown)
    return found


def test_a_round_is_played_by_keyboard_alone(visit: Visit, gallery: Gallery) -> None:
    found = dealt(gallery.user, taught(gallery, 12))
    visitor = visit(gallery.user)
    visitor.go(found.get_absolute_url())
    for row in found.answers.order_by("position"):
        visitor.page.keyboard.press("g" if row.position % 2 else "r")
        expect(visitor.page.locator("h1")).to_contain_text("It was generated." if row.is_generated else "It is real.")
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator("h1")).not_to_contain_text("It ")
    expect(visitor.page.locator("h1")).to_contain_text("of 12 told rightly")
    said = list(found.answers.order_by("position").values_list("said_generated", flat=True))
    assert said == [bool(place % 2) for place in range(12)]
    assert visitor.complaints == []


def test_the_quiz_shuts_nobody_out(visit: Visit, gallery: Gallery, world: Any) -> None:
    model = taught(gallery, 60, is_invented=True)
    played = dealt(gallery.user, model)
    play(played, right=False)
    made, real = (played.answers.filter(is_generated=kind).first().position for kind in (True, False))
    all_answered(model, (world.member, world.owner, world.outsider, world.editor))
    asked = dealt(gallery.user, taught(gallery, 12, name="Quays at night"))
    waiting = quiz_services.begin(actor=gallery.user, model=taught(gallery, 12, name="Not painted yet"))
    here = played.get_absolute_url()
    pages = {
        "quiz": reverse("generation:quiz"),
        "quiz-waiting": waiting.get_absolute_url(),
        "quiz-asked": asked.get_absolute_url(),
        "quiz-generated": f"{here}?shown={made}",
        "quiz-real": f"{here}?shown={real}",
        "quiz-result": here,
        "studio-model-with-score": model.get_absolute_url(),
    }
    problems = walk(visit, gallery.user, pages)
    assert not problems, "\n".join(problems)
