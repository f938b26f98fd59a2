"""The demo's studio: there at once, seen by everyone, made once, and without an invented human score."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from analysis.generation.demo import CHILDREN, LIKED, SAMPLES, make_studio
from analysis.generation.generators import forget_all
from analysis.generation.models import Brood, Film, GeneratedImage, QuizAnswer, StudioModel
from analysis.jobs.models import Job
from artmarket.demo.people import make_people
from tests.conftest import World
from tests.factories import ArtworkFactory
from tests.similarity.conftest import make_image

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def studio(world: World, settings: Any, tmp_path: Any) -> StudioModel:
    settings.MODELS_DIR = tmp_path / "models"
    forget_all()
    make_people()
    for number in ("DEMO-0000", "DEMO-0001"):
        make_image(ArtworkFactory(is_invented=True, inventory_number=number))
    call_command("make_demo_studio", verbosity=0)
    return StudioModel.objects.get()


def counts() -> list[int]:
    return [model.objects.count() for model in (StudioModel, Brood, GeneratedImage, Film)]


def test_it_holds_a_family_a_film_and_published_pictures_for_all(
    studio: StudioModel, world: World, as_user: Any
) -> None:
    assert GeneratedImage.objects.count() == SAMPLES + 3 * CHILDREN
    assert set(GeneratedImage.objects.values_list("depth", flat=True)) == {0, 1, 2}
    shown = GeneratedImage.objects.visible_to(world.outsider)
    assert shown.count() == len(LIKED) + 2
    assert bytes(Film.objects.get().data)[8:12] == b"WEBP"
    page = as_user(world.outsider).get(reverse("generation:home")).content.decode()
    assert studio.get_absolute_url() in page
    assert shown.first().get_absolute_url() in page
    assert studio.is_invented
    assert sorted(studio.training_pictures.values_list("name", flat=True)) == ["DEMO-0000", "DEMO-0001"]


def test_a_second_run_changes_nothing(studio: StudioModel) -> None:
    before = counts()
    call_command("make_demo_studio", verbosity=0)
    assert counts() == before
    assert {"lighter", "warmer"} <= set(studio.directions.values_list("key", flat=True))
    assert not Job.objects.exists(), "the model came with its directions"


def test_nobody_s_answers_are_invented(studio: StudioModel, world: World, as_user: Any) -> None:
    assert not QuizAnswer.objects.exists()
    score = as_user(world.outsider).get(reverse("generation:quiz-score", args=[studio.pk])).content.decode()
    assert "Not enough answers yet." in score


def test_without_a_demo_nothing_is_made(db: None) -> None:
    assert make_studio() is None
    assert counts() == [0, 0, 0, 0]
