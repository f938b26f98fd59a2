"""Senses, the queue of duplicates, the map and selections in a real browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.urls import reverse

from analysis.registry.models import ModelVersion
from analysis.similarity import mapping, selecting
from analysis.similarity.models import Embedding, EmbeddingSpace, PossibleDuplicate, Selection
from analysis.similarity.queries import active_spaces
from artmarket.accounts.models import Membership
from artmarket.catalogue.models import Artwork, ArtworkImage
from ml.reporter import SilentReporter
from ml.similarity.spreads import LEVELS
from tests.browser.conftest import Gallery, Visit
from tests.browser.walking import walk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SPREAD = {"mean": 0.0, "deviation": 0.4, "quantiles": [2 * level - 1 for level in LEVELS]}
FAINT = {"correlation": 0.7, "hash": 0.8, "size": 0.8}


@pytest.fixture
def likeness(gallery: Gallery) -> dict[str, str]:
    """Every sense filled, a map of it, and pairs open and decided; returns the pages."""
    version = ModelVersion.objects.create(
        kind="backbone", name="compact", is_active=True, parameters={"source": "trained", "network": "compact"}
    )
    random, images = np.random.default_rng(2), list(ArtworkImage.objects.order_by("pk"))
    for name in ("style", "subject", "colour", "composition"):
        space = EmbeddingSpace.objects.create(
            name=name, model_version=version, dimensions=6, state="active", spread=SPREAD
        )
        for image in images:
            vector = random.normal(size=6) + 1
            Embedding.objects.create(space=space, image=image, vector=(vector / np.linalg.norm(vector)).tolist())
    for sense, question in (("same_hand", 1.2), ("same_style", 0.8)):
        ModelVersion.objects.create(
            kind="likeness", scope=sense, name="logistic", is_active=True,
            parameters={"names": ["style", "colour"], "weights": [question, 0.4], "constant": -1.0},
        )  # fmt: skip
    mapping.draw(active_spaces(), mapping.MIX, SilentReporter())
    Artwork.objects.update(organisation=Membership.objects.get(user=gallery.user).organisation)
    first, second, third = images[:3]
    PossibleDuplicate.objects.create(first=first, second=second, kind="work", probability=0.93, evidence=FAINT)
    PossibleDuplicate.objects.create(first=first, second=third, kind="file", probability=1, evidence={"sha256": True})
    decided = PossibleDuplicate.objects.create(first=second, second=third, kind="work", probability=0.6, evidence=FAINT)
    PossibleDuplicate.objects.filter(pk=decided.pk).update(state="dismissed", decided_by=gallery.user)
    chosen = selecting.select(actor=gallery.user, artwork_ids=list(Artwork.objects.values_list("pk", flat=True)))
    return {
        "senses": reverse("similarity:artwork", args=[gallery.work.pk]) + "?style=80&colour=35",
        "duplicates": reverse("similarity:duplicate-list"),
        "duplicates-dismissed": reverse("similarity:duplicate-list") + "?state=dismissed",
        "map": reverse("similarity:map"),
        "map-none": reverse("similarity:map") + "?sense=colour&colour=year",
        "selections": reverse("similarity:selection-list"),
        "selection": chosen.get_absolute_url(),
        "work-with-pairs": gallery.work.get_absolute_url(),
    }


def test_likeness_shuts_nobody_out(visit: Visit, gallery: Gallery, likeness: dict[str, str]) -> None:
    problems = walk(visit, gallery.user, likeness)
    assert not problems, "\n".join(problems)


def test_a_slider_that_is_moved_asks_anew_and_stays_in_the_address(
    visit: Visit, gallery: Gallery, likeness: dict[str, str]
) -> None:
    visitor = visit(gallery.user)
    visitor.go(reverse("similarity:artwork", args=[gallery.work.pk]))
    slider = visitor.page.get_by_role("slider", name="Composition")
    slider.focus()
    with visitor.page.expect_navigation():
        slider.press("End")
    assert "composition=100" in visitor.page.url
    assert visitor.page.get_by_role("slider", name="Composition").input_value() == "100"


def drag(page: Any, corners: list[tuple[float, float]]) -> None:
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=4)
    page.mouse.up()


def test_works_are_picked_with_the_lasso_and_by_the_keyboard(
    visit: Visit, gallery: Gallery, likeness: dict[str, str]
) -> None:
    visitor = visit(gallery.user)
    visitor.go(likeness["map"])
    page = visitor.page
    page.locator("[data-map][data-ready]").wait_for()
    canvas = page.locator("[data-map] canvas")
    canvas.scroll_into_view_if_needed()
    canvas.focus()
    for key in ("+", "ArrowLeft", "ArrowUp", "-", "0", "."):
        canvas.press(key)
    page.locator("[data-point-card]:not([hidden]) a").wait_for()
    canvas.press(" ")
    assert page.locator("[data-count]").inner_text() == "1"
    page.get_by_role("button", name="Pick none").click()
    page.get_by_role("button", name="Lasso").click()
    box = canvas.bounding_box()
    assert box is not None
    left, top, right, bottom = box["x"] + 2, box["y"] + 2, box["x"] + box["width"] - 2, box["y"] + box["height"] - 2
    drag(page, [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
    visitor.shot("map-lassoed")
    works = Artwork.objects.filter(images__isnull=False).distinct().count()
    assert page.locator("[data-count]").inner_text() == str(works)
    page.get_by_label("Name of the selection").fill("All of them")
    with page.expect_navigation():
        page.get_by_role("button", name="Keep as a selection").click()
    assert Selection.objects.get(name="All of them").artworks.count() == works
    assert visitor.violations() == []
