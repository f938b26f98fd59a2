"""Appraisals and ratings in a real browser: laid over the picture by a key, rated by seven of them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from analysis.appraisal.appraising import appraise_missing
from analysis.appraisal.models import Appraisal, Prediction, Rating
from analysis.registry.models import ModelVersion
from artmarket.accounts.models import Membership
from artmarket.catalogue.models import ArtworkImage
from ml.reporter import SilentReporter
from tests.appraisal.conftest import appraised, criteria, measured, pictured, rated
from tests.browser.conftest import Gallery, Visit
from tests.browser.walking import walk
from tests.factories import MembershipFactory, UserFactory

__all__ = ["criteria"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def looked_at(gallery: Gallery) -> Gallery:
    """The gallery's pictures measured, and enough works of the artist's to stand among."""
    appraise_missing(SilentReporter())
    dice = random.Random(3)
    for number in range(20):
        shifted = {
            name: value * dice.uniform(0.6, 1.3)
            for name, value in measured()["measures"].items()
            if name in {"lightness", "contrast", "colourfulness", "harmony", "balance", "edge_density", "coherence"}
        }
        appraised(title=f"Study {number}", artist=gallery.artist, is_invented=True, **shifted)
    show_as(gallery)
    return gallery


def show_as(gallery: Gallery) -> None:
    """Let pictures of which only a row is there show the file of one that hangs."""
    hung = gallery.work.images.get()
    ArtworkImage.objects.filter(file="").update(sha256=hung.sha256, file=hung.file.name, width_px=900, height_px=640)


@pytest.fixture
def judged(looked_at: Gallery, criteria: dict[str, Any]) -> Gallery:
    """The first work rated by four people, with a word from one of them."""
    dice = random.Random(5)
    for number in range(4):
        user = UserFactory(username=f"expert{number}", first_name="Ines", last_name=f"Falk {number}")
        MembershipFactory(
            user=user, organisation=looked_at.user.memberships.get().organisation, role=Membership.Role.CURATOR
        )
        for criterion in list(criteria.values())[:4]:
            comment = "The grey carries the whole evening." if number == 1 and criterion.code == "colour" else ""
            rated(user, looked_at.work, criterion, dice.randint(2, 7), comment=comment)
    rated(looked_at.user, looked_at.work, criteria["colour"], 5)
    expect_by_machine(looked_at, criteria)
    return looked_at


def expect_by_machine(gallery: Gallery, criteria: dict[str, Any]) -> None:
    """A model's predictions for the first work, some of them far from what was said."""
    figures = {"mae": 0.62, "mae_mean": 0.94, "coverage": 0.78, "width": 2.1, "works": 96}
    version = ModelVersion.objects.create(
        kind="appraisal", name="Experts' ratings", is_active=True, figures={"colour": figures, "technique": figures}
    )
    row = Appraisal.objects.get(image__artwork=gallery.work)
    for code, middle in (("colour", 4.4), ("technique", 2.2), ("expression", 6.1)):
        Prediction.objects.create(
            model_version=version, appraisal=row, criterion=criteria[code], low=middle - 1, middle=middle,
            high=min(7, middle + 1), is_held_out=True,
        )  # fmt: skip


def test_appraisals_shut_nobody_out(visit: Visit, judged: Gallery) -> None:
    blank = pictured(title="A blank sheet")
    Appraisal.objects.create(
        image=blank.images.get(), code_version="1", inputs_sha256="0", state="refused", reason="blank"
    )
    unseen = pictured()
    show_as(judged)
    work, other = judged.work.pk, Appraisal.objects.exclude(image__artwork=judged.work).first().image.artwork_id
    pages = {
        "work-with-appraisal": judged.work.get_absolute_url(),
        "appraisal": reverse("appraisal:artwork", args=[work]) + "?overlay=thirds&overlay=saliency",
        "appraisal-none": reverse("appraisal:artwork", args=[unseen.pk]),
        "appraisal-refused": reverse("appraisal:artwork", args=[blank.pk]),
        "by-measure": reverse("appraisal:work-list"),
        "by-measure-none": reverse("appraisal:work-list") + "?text=nothing+like+this",
        "compare": reverse("appraisal:compare") + f"?work={work}&work={other}",
        "compare-empty": reverse("appraisal:compare"),
        "rate": reverse("appraisal:rate", args=[work]),
        "experts-and-machine": reverse("appraisal:ratings-overview"),
        "experts-and-machine-none": reverse("appraisal:ratings-overview") + "?criterion=originality",
        "own-ratings": reverse("appraisal:own-ratings"),
    }
    problems = walk(visit, judged.user, pages)
    assert not problems, "\n".join(problems)


def test_what_was_seen_is_laid_over_by_keyboard(visit: Visit, looked_at: Gallery) -> None:
    visitor = visit(looked_at.user)
    visitor.go(looked_at.work.get_absolute_url())
    panel = visitor.page.locator("#appraisal-panel")
    for name in ("thirds", "saliency", "balance", "brushwork"):
        layer, box = panel.locator(f"[data-layer={name}]"), panel.locator(f"input[value={name}]")
        expect(layer).to_be_hidden()
        box.focus()
        visitor.page.keyboard.press("Space")
        expect(layer).to_be_visible()
        visitor.shot(f"laid-over-{name}")
        assert layer.locator("line, image, circle, rect").count() > 0
        visitor.page.keyboard.press("Space")
        expect(layer).to_be_hidden()
    panel.locator("input[value=thirds]").check()
    picture = panel.locator(".seen-stage img").bounding_box()
    layer = panel.locator("[data-layer=thirds]").bounding_box()
    assert layer == pytest.approx(picture, abs=1), "it lies on the picture, to the pixel"
    assert visitor.complaints == []


def test_works_are_rated_by_keyboard_alone(visit: Visit, gallery: Gallery, criteria: dict[str, Any]) -> None:
    visitor = visit(gallery.user)
    visitor.go(reverse("appraisal:rate-next"))
    first = visitor.page.url
    for key in ("6", "3", "7", "2", "5"):
        visitor.page.keyboard.press(key)
    expect(visitor.page.locator("[data-save]")).to_be_focused()
    visitor.page.keyboard.press("ArrowUp")
    visitor.page.keyboard.press("1")
    visitor.page.keyboard.press("4")
    with visitor.page.expect_navigation(url=lambda url: url != first):
        visitor.page.keyboard.press("Enter")
    visitor.page.get_by_text("Your rating was kept.").wait_for()
    assert list(Rating.objects.order_by("criterion__place").values_list("score", flat=True)) == [6, 3, 7, 1, 4]
    second = visitor.page.url
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("ArrowRight")
    assert visitor.page.url not in {first, second}
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("ArrowLeft")
    assert visitor.page.url == second
    visitor.page.locator(".rating-form summary").first.click()
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type("7 boats")
    assert visitor.page.locator("textarea").first.input_value() == "7 boats", "in a text a figure stays a figure"
    assert visitor.complaints == []
