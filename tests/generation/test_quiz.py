"""Rounds of the quiz: painted for one person, mixed fairly, answered once; what people say adds up."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from PIL import Image

from analysis.generation import quiz_queries, quiz_services
from analysis.generation.generators import forget_all
from analysis.generation.jobs import quiz
from analysis.generation.models import (
    GeneratedImage,
    QuizAnswer,
    QuizRound,
    StudioModel,
    TrainingPicture,
    TrainingRun,
)
from analysis.generation.quiz_pictures import SHOWN_PX, shown_png
from analysis.generation.services import StudioRefused, adopt
from analysis.generation.workplace import write_pictures
from analysis.jobs.models import Job
from ml.gan.provenance import png
from ml.images import load_square
from ml.reporter import SilentReporter
from tests.conftest import World
from tests.factories import ArtworkFactory
from tests.generation.conftest import generated, small_gan
from tests.generation.quizzes import dealt, give_file, play, taught_model
from tests.similarity.conftest import make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(world: World) -> StudioModel:
    return taught_model(works=30)


def test_beginning_has_a_worker_paint_pictures_that_nobody_sees(world: World, model: StudioModel) -> None:
    found = quiz_services.begin(actor=world.member, model=model)
    job = Job.objects.get()
    assert (job.kind, job.queue, job.asked_by, job.parameters) == (
        "generation.quiz", "gpu-fast", world.member, {"round_id": found.pk},
    )  # fmt: skip
    generated(model, brood=found.brood)
    assert not GeneratedImage.objects.visible_to(world.member).exists()
    assert not GeneratedImage.objects.visible_to(world.owner).exists()
    assert quiz_services.begin(actor=world.member, model=model) == found, "an open round is gone on with"
    assert Job.objects.count() == 1


def test_a_round_is_mixed_of_both_kinds_without_copies(world: World, model: StudioModel) -> None:
    found = dealt(world.member, model, copies=5)
    rows = list(found.answers.all())
    made = [row.generated for row in rows if row.is_generated]
    assert len(rows) == quiz_services.ROUND
    assert 4 <= len(made) <= 8
    assert all(picture.verdict == "original" for picture in made)
    assert len({row.real_id for row in rows if not row.is_generated}) == len(rows) - len(made)
    assert GeneratedImage.objects.count() == len(made), "what was painted and not asked is not kept"
    assert quiz_services.deal(found=found) == 0, "mixed once"


def test_two_rounds_of_one_person_are_mixed_one_after_the_other(world: World, model: StudioModel) -> None:
    with CaptureQueriesContext(connection) as asked:
        dealt(world.member, model)
    locked = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    people = [place for place, sql in enumerate(locked) if '"accounts_user"' in sql]
    rounds = [place for place, sql in enumerate(locked) if 'FROM "generation_quizround"' in sql]
    assert len(people) == 2, "where a round is begun and where it is mixed"
    assert people[-1] < rounds[-1], "the person before the round, wherever both are held"


def test_neither_places_nor_numbers_betray_the_kind(world: World, model: StudioModel) -> None:
    kinds = []
    for person in (world.member, world.editor, world.owner, world.staff, world.outsider) * 2:
        found = dealt(person, model)
        kinds.append("".join("G" if row.is_generated else "r" for row in found.answers.all()))
        play(found, right=True)
    assert len(set(kinds)) > 8
    assert len({kind.count("G") for kind in kinds}) > 1


def test_nobody_is_asked_twice_about_one_picture(world: World, model: StudioModel) -> None:
    keys = []
    for _round in range(2):
        found = dealt(world.member, model)
        keys += [row.real_id for row in found.answers.all() if not row.is_generated]
        play(found, right=True)
    assert len(set(keys)) == len(keys)
    first = QuizAnswer.objects.filter(is_generated=False).first()
    again = {"round": found, "person": world.member, "position": 99, "is_generated": False, "real": first.real}
    with pytest.raises(IntegrityError, match="generation_quizanswer_real_once"), transaction.atomic():
        QuizAnswer.objects.create(**again)
    made = QuizAnswer.objects.filter(is_generated=True).first()
    with pytest.raises(IntegrityError, match="generation_quizanswer_generated_once"), transaction.atomic():
        QuizAnswer.objects.create(**(again | {"is_generated": True, "real": None, "generated": made.generated}))


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"is_generated": True}, "real_or_generated"),
        ({"said_generated": True}, "said_when"),
        ({"position": 0}, "one_per_place"),
    ],
    ids=["a real picture called generated", "an answer without its time", "a place twice"],
)
def test_the_database_keeps_answers_in_order(world: World, model: StudioModel, facts: Any, constraint: str) -> None:
    found = dealt(world.member, model)
    row = {"round": found, "person": world.owner, "position": 50, "is_generated": False}
    image = make_image(ArtworkFactory())
    with pytest.raises(IntegrityError, match=f"generation_quizanswer_{constraint}"), transaction.atomic():
        QuizAnswer.objects.create(**(row | {"real": image} | facts))


def test_the_first_answer_stands(world: World, model: StudioModel) -> None:
    found = dealt(world.member, model)
    quiz_services.answer(actor=world.member, found=found, position=0, said_generated=True)
    with pytest.raises(StudioRefused, match="first answer stands"):
        quiz_services.answer(actor=world.member, found=found, position=0, said_generated=False)
    assert found.answers.get(position=0).said_generated is True
    with pytest.raises(StudioRefused):
        quiz_services.answer(actor=world.owner, found=found, position=1, said_generated=False)
    assert found.answers.get(position=1).said_generated is None


def test_too_few_works_or_pictures_are_said(world: World, model: StudioModel) -> None:
    poor = taught_model(works=5)
    with pytest.raises(StudioRefused, match="too few works"):
        quiz_services.begin(actor=world.member, model=poor)
    assert not QuizRound.objects.exists()
    with pytest.raises(StudioRefused, match="too few pictures"):
        dealt(world.member, model, copies=10)
    assert not QuizAnswer.objects.exists()


def test_works_that_a_person_may_not_see_are_not_shown(world: World, model: StudioModel) -> None:
    hidden = ArtworkFactory(organisation=world.organisation, visibility="private")
    TrainingPicture.objects.create(model=model, image=make_image(hidden), name="hidden")
    assert quiz_queries.real_pictures(world.member, model).count() == 31
    assert quiz_queries.real_pictures(world.outsider, model).count() == 30


def test_answers_of_all_people_add_up_by_kind(world: World, model: StudioModel) -> None:
    counted = {True: [0, 0], False: [0, 0]}
    for person, right in ((world.member, True), (world.owner, False)):
        found = dealt(person, model)
        play(found, right=right)
        for row in found.answers.all():
            counted[row.is_generated][0] += row.said_generated is False
            counted[row.is_generated][1] += 1
    dealt(world.editor, model)
    score = quiz_queries.score_of(model)
    assert (score.people, score.taken, score.generated) == (2, *counted[True])
    assert (score.known, score.real) == tuple(counted[False])
    assert quiz_queries.score_of(taught_model(works=1)).generated == 0
    GeneratedImage.objects.all().delete()
    assert quiz_queries.score_of(model) == score, "what was said counts, though the picture is gone"


def test_both_kinds_are_shown_in_one_form(world: World, model: StudioModel, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    found = dealt(world.member, model, files=True)
    forms = set()
    for row in found.answers.select_related("round__model", "generated", "real"):
        with Image.open(io.BytesIO(shown_png(row))) as picture:
            forms.add((picture.size, picture.mode, picture.format, tuple(sorted(picture.info))))
    assert forms == {((SHOWN_PX, SHOWN_PX), "RGB", "PNG", ())}


@pytest.mark.parametrize("side_px", [64, 512])
def test_a_perfect_forgery_cannot_be_told_by_its_sharpness(
    world: World, tmp_path: Path, settings: Any, side_px: int
) -> None:
    """What the model has learned from, painted again pixel by pixel, is shown as the work itself is."""
    settings.MEDIA_ROOT, settings.MODELS_DIR = tmp_path / "media", tmp_path / "models"
    found = dealt(world.member, taught_model(works=12, side_px=side_px))
    asked = found.answers.select_related("round__model", "generated", "real")
    real, made = asked.filter(is_generated=False)[0], asked.filter(is_generated=True)[0]
    give_file(real.real, width_px=1024)
    run = TrainingRun(side_px=side_px)
    with write_pictures(run, [real.real], SilentReporter())[0].open("rb") as learned_from:
        made.generated.picture = png(load_square(learned_from, side_px), {})
    assert shown_png(made) == shown_png(real)


def test_a_real_generator_fills_a_round(world: World, tmp_path: Path, settings: Any) -> None:
    settings.MODELS_DIR = tmp_path / "models"
    forget_all()
    images = {f"{place}.webp": make_image(ArtworkFactory()) for place in range(12)}
    model = adopt(folder=small_gan(tmp_path / "gan"), name="Harbours", images=images)
    found = quiz_services.begin(actor=world.member, model=model)
    for _twice in range(2):
        made = quiz(None, round_id=found.pk)
    assert made["links"][0]["url"] == found.get_absolute_url()
    assert found.answers.count() == quiz_services.ROUND
    assert GeneratedImage.objects.count() == found.answers.filter(is_generated=True).count(), (
        "run again it paints no more"
    )
