"""The studio in a real browser: every page shuts nobody out, and pictures are bred by keyboard with a real worker."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from analysis.generation import services
from analysis.generation.models import Brood, Direction, Film, GeneratedImage, TrainingRun
from analysis.jobs.models import Job
from artmarket.catalogue.models import ArtworkImage
from tests.browser.conftest import Gallery, Visit
from tests.browser.walking import walk
from tests.generation.conftest import generated, small_gan
from tests.workers import StartWorker, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FIGURES = {"kid": 0.021, "fid": 88.0, "precision": 0.5, "recall": 0.4, "originality": 0.9, "copied": 0.01}
FIGURES |= {"nearer_style": 0.52, "nearer_subject": 0.55, "nearer_pixels": 0.4}


@pytest.fixture
def studio(gallery: Gallery, tmp_path: Path) -> Any:
    """A model that has seen nothing, kept where a worker looks for it."""
    folder = tmp_path / "gan"
    small_gan(folder)
    rows = [{"name": name, "figures": FIGURES} for name in ("model", "real", "copies", "repeats")]
    organisation = gallery.user.memberships.get().organisation
    images = {"1-a.webp": ArtworkImage.objects.order_by("pk")[0]}
    model = services.adopt(
        folder=folder, name="Harbours", organisation=organisation, made_by=gallery.user, images=images,
        figures={"rows": rows, "count": 200}, is_invented=True, visibility="public",
    )  # fmt: skip
    Direction.objects.create(
        model=model, key="lighter", name="lighter", kind="measured", vector=b"\0" * 4 * 16 * model.layers
    )
    return model


def film_of(model: Any, stops: list[GeneratedImage], **owned: Any) -> Film:
    out = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("#29506b", "#d9b26a")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=200)
    film: Film = Film.objects.create(model=model, stops=[each.pk for each in stops], data=out.getvalue(), **owned)
    return film


def test_the_studio_shuts_nobody_out(visit: Visit, gallery: Gallery, studio: Any) -> None:
    user, home = gallery.user, reverse("generation:home")
    owned = {"made_by": user, "organisation": user.memberships.get().organisation}
    near = {"name": "1-a.webp", "image": ArtworkImage.objects.order_by("pk")[0].pk, "likeness": 0.41, "distance": 0.2}
    brood = Brood.objects.create(model=studio, asked={"how": "cross", "seed": 5}, **owned)
    litter = [
        generated(studio, brood=brood, position=place, verdict="copy" if place == 3 else "original", nearest=[near],
                  copying={"threshold": 0.7}, is_favourite=place < 2, **owned)
        for place in range(12)
    ]  # fmt: skip
    child = generated(studio, parents=(litter[0], litter[1]), verdict="original", nearest=[near], **owned)
    film = film_of(studio, litter[:3], **owned)
    job = Job.objects.create(kind="generation.train", state="succeeded", organisation=owned["organisation"])
    TrainingRun.objects.create(name="Harbours", minutes=20, job=job, grid=studio.grid, grid_images=6400, **owned)
    pages = {
        "studio": home, "studio-train": reverse("generation:train"), "studio-model": studio.get_absolute_url(),
        "studio-bench": reverse("generation:bench", args=[studio.pk]), "studio-picture": litter[0].get_absolute_url(),
        "studio-child": child.get_absolute_url(), "studio-copy": litter[3].get_absolute_url(),
        "studio-film": film.get_absolute_url(), "studio-project": reverse("generation:project", args=[studio.pk]),
        "studio-job": job.get_absolute_url(),
    }  # fmt: skip
    problems = walk(visit, user, pages)
    assert not problems, "\n".join(problems)


def test_pictures_are_bred_by_keyboard_with_a_worker(
    visit: Visit, gallery: Gallery, studio: Any, celery_worker_process: StartWorker, record_property: Any
) -> None:
    celery_worker_process(pool="solo")
    visitor = visit(gallery.user)
    page = visitor.page
    visitor.go(reverse("generation:bench", args=[studio.pk]))
    page.get_by_role("button", name="New pictures").first.click()
    page.locator("[data-litter] [name=parent]").first.wait_for(timeout=60_000)
    assert page.locator("[data-litter] [name=parent]").count() == 12
    page.locator("[data-litter] [name=parent]").first.focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Space"):
        page.keyboard.press(key)
    assert page.locator("[data-picked] li").count() == 2
    page.set_viewport_size({"width": 360, "height": 800})
    expect(page.get_by_role("button", name="Cross", exact=True)).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 800})
    first = Brood.objects.get()
    started = time.monotonic()
    page.keyboard.press("c")
    wait_until(lambda: page.evaluate("document.querySelector('[name=previous]').value") != str(first.pk))
    page.locator("[data-litter] [name=parent]").first.wait_for()
    record_property("seconds to a generation of twelve", round(time.monotonic() - started, 2))
    brood = Brood.objects.exclude(pk=first.pk).get()
    keys = list(first.pictures.order_by("position").values_list("pk", flat=True))
    assert brood.asked["parents"] == [keys[0], keys[2]]
    assert page.url.endswith(brood.get_absolute_url())
    page.get_by_role("button", name="Favourite 1", exact=True).click()
    page.locator('.heart[aria-pressed="true"]').wait_for()
    assert brood.pictures.filter(is_favourite=True).count() == 1
    page.get_by_role("link", name="Back", exact=True).click()
    page.wait_for_url(f"**{first.get_absolute_url()}")
    assert visitor.complaints == []
