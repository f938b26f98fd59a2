"""Rounds of the quiz without a generator: a model that learned from works, rounds mixed of noise, answers."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from django.utils import timezone
from PIL import Image

from analysis.generation import quiz_services
from analysis.generation.models import QuizAnswer, QuizRound, StudioModel, TrainingPicture
from analysis.jobs.models import Job
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import encode_renditions, write_renditions
from tests.factories import ArtworkFactory
from tests.generation.conftest import generated, studio_model
from tests.similarity.conftest import make_image

PAINTED = 10
_numbers = itertools.count(1)


def taught_model(works: int, **facts: Any) -> StudioModel:
    """A model for all that learned from so many public works."""
    model = studio_model(**({"visibility": "public"} | facts))
    for number in range(works):
        image = make_image(ArtworkFactory(title=f"Study {number}"))
        TrainingPicture.objects.create(model=model, image=image, name=f"{number}.webp")
    return model


def dealt(person: Any, model: StudioModel, *, copies: int = 0, files: bool = False) -> QuizRound:
    """A round that is painted and mixed; ``copies`` of what was painted copy a work. With ``files`` its works have pictures."""
    found = quiz_services.begin(actor=person, model=model)
    if found.answers.exists():
        return found
    nearest = [{"image": model.training_pictures.first().image_id, "name": "0", "distance": 0.2, "likeness": 0.3}]
    for place in range(PAINTED):
        verdict = "copy" if place < copies else "original"
        facts = {"nearest": nearest, "copying": {"threshold": 0.8, "likeness": 0.3}}
        generated(model, brood=found.brood, position=place, verdict=verdict, **facts)
    quiz_services.deal(found=found)
    Job.objects.filter(pk=found.job_id).update(state="succeeded", finished_at=timezone.now())
    if files:
        for row in found.answers.filter(is_generated=False).select_related("real"):
            give_file(row.real)
    return found


def give_file(image: ArtworkImage, width_px: int = 96) -> None:
    """A painting of fine strokes, twice as wide as high, taken in as an upload is."""
    strokes = np.random.default_rng(next(_numbers)).integers(0, 255, (width_px // 2, width_px, 3), np.uint8)
    write_renditions(image.sha256, encode_renditions(Image.fromarray(strokes)))


def play(found: QuizRound, *, right: bool) -> None:
    """Answer all that is left, rightly or wrongly."""
    for row in found.answers.filter(said_generated=None):
        quiz_services.answer(
            actor=found.person, found=found, position=row.position, said_generated=row.is_generated == right
        )


def all_answered(model: StudioModel, people: Any, rounds: int = 2) -> int:
    """Every one of some people answers every picture rightly; returns the number of answers."""
    for person in people:
        for _round in range(rounds):
            play(dealt(person, model), right=True)
    return QuizAnswer.objects.filter(round__model=model).count()
