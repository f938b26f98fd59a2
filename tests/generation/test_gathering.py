"""Which works a model learns from, and what is said before hours are lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from analysis.generation import asking_training, prechecks
from analysis.generation.gathering import SourceRefused, all_images_of, described, gather, images_of
from analysis.generation.models import StudioModel, TrainingRun
from analysis.generation.services import StudioRefused, share_model
from analysis.generation.training import train
from analysis.jobs.models import Job
from analysis.similarity.selecting import select
from artmarket.catalogue.models import Artwork
from tests.conftest import World
from tests.factories import ArtistFactory, ArtworkFactory
from tests.generation.conftest import Context, studio_model
from tests.similarity.conftest import make_image

pytestmark = pytest.mark.django_db
ALL = {"kind": "filter", "query": ""}


def hang(count: int = 1, **fields: Any) -> list[Any]:
    return [make_image(ArtworkFactory(**fields), rights="owned") for _ in range(count)]


def test_a_selection_an_artist_and_a_filter_each_give_works(world: World) -> None:
    artist = ArtistFactory()
    own, after, other = (
        hang(2, artist=artist),
        hang(1, artist=artist, attribution="after"),
        hang(1, medium="watercolour"),
    )
    chosen = select(actor=world.member, artwork_ids=[own[0].artwork_id, other[0].artwork_id])
    artists = {"kind": "artist", "id": artist.pk}

    def keys(source: dict[str, Any]) -> list[int]:
        return list(images_of(world.member, source, None).values_list("pk", flat=True))

    assert keys({"kind": "selection", "id": str(chosen.pk)}) == [own[0].pk, other[0].pk]
    assert keys(artists) == [image.pk for image in own], "works after the artist are another's"
    assert keys({"kind": "filter", "query": "?medium=watercolour&view=table"}) == [other[0].pk]
    assert keys(ALL) == [image.pk for image in (*own, *after, *other)]
    assert described(world.member, artists) == f"the works of {artist.name}"
    assert described(world.outsider, {"kind": "selection", "id": str(chosen.pk)}) == "works that somebody chose"


@pytest.mark.parametrize(
    "source",
    [
        {"kind": "artist", "id": 99},
        {"kind": "artist", "id": "x"},
        {"kind": "selection", "id": "x"},
        {"kind": "all"},
        {},
    ],
    ids=["no artist", "a word", "no selection", "no such kind", "nothing"],
)
def test_what_is_no_source_says_so(world: World, source: dict[str, Any]) -> None:
    with pytest.raises(SourceRefused):
        gather(world.member, source, None)


def test_private_works_are_learned_from_by_their_own_organisation_alone(world: World) -> None:
    hang(1)
    ours = hang(2, visibility="private", organisation=world.organisation)
    hang(3, visibility="private", organisation=world.other_organisation)
    assert gather(world.member, ALL, world.organisation.pk).pictures == 3
    alone = gather(world.member, ALL, None)
    assert (alone.pictures, alone.private_elsewhere) == (1, 2), "others' are not even seen"
    assert gather(world.staff, ALL, world.organisation.pk).private_elsewhere == 3
    model = studio_model(organisation=world.organisation)
    model.training_pictures.create(image=ours[0], name="a")
    with pytest.raises(StudioRefused, match="not everyone may see"):
        share_model(actor=world.editor, model=model, is_shared=True)
    Artwork.objects.filter(pk=ours[0].artwork_id).delete()
    with pytest.raises(StudioRefused, match="works that were deleted"):
        share_model(actor=world.editor, model=model, is_shared=True)
    model.training_pictures.all().delete()
    assert share_model(actor=world.editor, model=model, is_shared=True).visibility == "public"
    assert StudioModel.objects.visible_to(world.outsider).exists()


def test_before_a_training_everything_is_counted(world: World, settings: Any, tmp_path: Any) -> None:
    settings.MODELS_DIR = tmp_path / "models"
    hang(prechecks.FEWEST_PICTURES - 1)
    ArtworkFactory()
    few = prechecks.check(world.member, ALL, None, minutes=20)
    assert not few.may_begin
    assert "There are 29 pictures; at least 30 are needed" in few.refusals[0]
    make_image(ArtworkFactory())
    enough = prechecks.check(world.member, ALL, None, side_px=64, steps=1000)
    assert enough.may_begin
    assert enough.gathered.by_rights == {"own picture": 29, "unknown": 1}
    said = " ".join(enough.warnings)
    for words in ("1 works have no picture", "rights of 1 pictures are unknown", "by heart"):
        assert words in said
    assert enough.seen_each == pytest.approx(1000 * 16 / 30)
    article = prechecks.check(world.member, ALL, None, side_px=64, steps=1000, architecture="mlp")
    assert article.seen_each == pytest.approx(1000 * 32 / 30)
    assert "disk" in " ".join(prechecks.refusals(enough.gathered, needs=100, free=200))
    many = replace(enough.gathered, pictures=2_000)
    assert "take 3145 MB of the worker's memory" in " ".join(prechecks.warnings(many, 512, seen=0))
    assert "memory" not in " ".join(prechecks.warnings(many, 256, seen=0))


def test_too_many_works_are_refused_before_a_training_and_in_it(
    world: World, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODELS_DIR = tmp_path / "models"
    monkeypatch.setattr("analysis.generation.gathering.MOST_PICTURES", 2)
    hang(2)
    assert not gather(world.member, ALL, None).is_too_many
    assert len(all_images_of(world.member, ALL, None)) == 2
    hang(1)
    assert "too many pictures: at most 2" in " ".join(prechecks.check(world.member, ALL, None, steps=10).refusals)
    run = TrainingRun.objects.create(name="Harbours", made_by=world.member, source=ALL, steps=10)
    with pytest.raises(SourceRefused, match="too many pictures"):
        train(run, Context(uuid4()))


def test_the_fewest_pictures_are_those_of_the_library() -> None:
    from ml.gan.pictures import FEW, LEAST

    assert (prechecks.FEWEST_PICTURES, prechecks.FEW_PICTURES) == (LEAST, FEW)


@pytest.mark.parametrize("architecture", ["small", "mlp"])
def test_the_pictures_of_a_step_are_those_of_the_library(architecture: str) -> None:
    from ml.gan.settings import settings_for
    from ml.gan.training import schedule_for

    assert schedule_for(settings_for(architecture, 64)).batch == prechecks.BATCHES[architecture]


def test_a_training_is_asked_for_by_the_page(world: World, as_user: Any) -> None:
    hang(30, organisation=world.organisation, visibility="private")
    client, url = as_user(world.member), reverse("generation:train")
    asked = {"name": "Harbours", "kind": "filter", "query": "", "side_px": "64", "architecture": "small", "length": "5"}
    asked |= {"unit": "minutes", "seed": "3", "organisation": world.organisation.pk}
    counted = client.get(reverse("generation:train-check"), asked).content.decode()
    assert '<dd class="number">30</dd>' in counted
    assert "about 5 minutes" in counted
    answer = client.post(url, asked)
    run, job = TrainingRun.objects.get(), Job.objects.get()
    assert answer["Location"] == job.get_absolute_url()
    assert (run.minutes, run.steps, run.seed, run.source) == (5, None, 3, ALL)
    assert (job.kind, job.queue, job.organisation_id) == ("generation.train", "gpu", world.organisation.pk)
    assert "Stop" not in client.get(reverse("generation:run-panel", args=[job.pk])).content.decode(), "it waits still"
    assert (
        f'hx-get="{reverse("generation:run-panel", args=[job.pk])}"'
        in client.get(job.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "selection"}, "Choose the works to learn from"),
        ({"name": " "}, "This field is required"),
        ({"length": "20000"}, "At most a week"),
        ({"query": "medium=steam"}, "cannot be filtered so"),
        ({}, "None of these works has a picture"),
    ],
    ids=["no selection", "no name", "too long", "no such filter", "no picture"],
)
def test_a_training_that_cannot_begin_says_why(world: World, as_user: Any, change: dict[str, str], words: str) -> None:
    asked = {"name": "Harbours", "kind": "filter", "query": "", "side_px": "64", "architecture": "small", "length": "5"}
    answer = as_user(world.member).post(reverse("generation:train"), asked | {"unit": "minutes", "seed": "1"} | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not TrainingRun.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("length", "words"),
    [({"minutes": 7 * 24 * 60 + 1}, "At most a week"), ({"steps": 5_000_001}, "At most 5000000 steps")],
    ids=["more than a week", "too many steps"],
)
def test_no_training_is_longer_than_any_may_be(world: World, length: dict[str, int], words: str) -> None:
    with pytest.raises(StudioRefused, match=words):
        asking_training.start_training(actor=world.member, name="Harbours", source=ALL, **length)


def test_only_its_own_people_stop_a_training_or_go_on(world: World) -> None:
    hang(30)
    run = asking_training.start_training(actor=world.member, name="Harbours", source=ALL, minutes=5)
    with pytest.raises(PermissionDenied):
        asking_training.start_training(
            actor=world.outsider, name="X", source=ALL, minutes=5, organisation_id=world.organisation.pk
        )
    with pytest.raises(StudioRefused, match="no such training"):
        asking_training.stop_early(actor=world.outsider, run=run)
    with pytest.raises(StudioRefused, match="not running"):
        asking_training.stop_early(actor=world.member, run=run)
    Job.objects.filter(pk=run.job_id).update(state="running")
    assert asking_training.stop_early(actor=world.member, run=run).stop_requested
    with pytest.raises(StudioRefused, match="still running"):
        asking_training.go_on(actor=world.member, run=run, minutes=5)
    Job.objects.filter(pk=run.job_id).update(state="succeeded")
    with pytest.raises(StudioRefused, match="No checkpoint"):
        asking_training.go_on(actor=world.member, run=run, minutes=5)
