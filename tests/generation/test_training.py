"""A real training of a few steps through the job's function: from works on record to a model with its card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analysis.generation import asking_training, workplace
from analysis.generation.generators import forget_all, load_copying
from analysis.generation.jobs import train
from analysis.generation.models import StudioModel, TrainingRun
from analysis.generation.services import StudioRefused, share_model
from analysis.generation.setting_apart import split
from analysis.jobs.models import Job
from analysis.registry.services import register_version
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.services import add_image
from artmarket.core.longwork import WorkCancelled
from tests.conftest import World
from tests.factories import ArtworkFactory
from tests.generation.conftest import Context
from tests.pictures import picture_file

pytestmark = pytest.mark.django_db
ALL = {"kind": "filter", "query": ""}
WORKS = 64


@pytest.fixture
def atelier(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ml.backbone import build
    from ml.backbone.interface import Provenance
    from ml.backbone.networks import trunk

    settings.MEDIA_ROOT, settings.MODELS_DIR = tmp_path / "media", tmp_path / "models"
    monkeypatch.setattr("analysis.generation.training.JUDGED", 40)
    forget_all()
    build("compact", trunk("compact"), Provenance("untrained")).save(tmp_path / "network")
    register_version(kind="backbone", name="compact", folder=tmp_path / "network", make_active=True)
    for number in range(WORKS):
        file = picture_file(tmp_path / f"{number}.jpg", seed=number, size=(80, 64))
        add_image(actor=None, artwork=ArtworkFactory(), source=file)


def asked(world: World, **facts: Any) -> TrainingRun:
    usual = {"actor": world.member, "name": "Harbours", "source": ALL, "architecture": "mlp", "steps": 4}
    return asking_training.start_training(**(usual | facts))


def run(training: TrainingRun, **watching: Any) -> tuple[dict[str, Any], Context]:
    Job.objects.filter(pk=training.job_id).update(state="running")
    context = Context(training.job_id, **watching)
    try:
        return dict(train(context, run_id=str(training.pk))), context
    finally:
        Job.objects.filter(pk=training.job_id).update(state="succeeded")


def test_a_model_is_trained_judged_kept_and_gone_on_with(atelier: None, world: World) -> None:
    """One training serves the whole chain, as it takes some seconds."""
    training = asked(world)
    told, context = run(training)
    model = StudioModel.objects.select_related("version").get(pk=told["model"])
    assert (model.name, model.organisation, model.visibility) == ("Harbours", world.organisation, "private")
    assert {"judge loss", "painter loss", "KID"} <= context.figures
    training.refresh_from_db()
    assert training.grid is not None
    assert training.grid_images == 4 * 32
    version, card = model.version, model.version.card
    assert version.is_active
    owner = (version.made_by, version.organisation, version.visibility)
    assert owner == (world.member, world.organisation, "private"), "its card names works that others may not know"
    assert version.data_fingerprint
    assert [row["name"] for row in version.figures["rows"]] == ["model", "real", "copies", "repeats"]
    of_training, of_judging = version.figures["warnings"], version.figures["judging_warnings"]
    assert of_training
    assert set(of_training) <= set(context.lines), "the jury does not speak over the training"
    assert "pictures a row" in " ".join(of_judging)
    assert (card["training"]["warnings"], card["training"]["judging_warnings"]) == (of_training, of_judging)
    assert {"nearer_style", "nearer_pixels"} <= set(card["figures"])
    assert card["data"]["works"] == model.works == model.training_pictures.count()
    assert 40 <= model.works <= 60, "a fifth is kept aside"
    assert card["telling_copies"]["threshold"]
    assert "selection" not in str(card).lower()
    assert not (workplace.folder_of(training) / "pictures").exists(), "the works' files are not left behind"
    assert run(training)[0]["model"] == model.pk, "a job that runs twice makes one model"

    lost, hidden, *_others = model.training_pictures.select_related("image__artwork")
    lost.image.artwork.delete()
    private = {"visibility": "private", "organisation": world.other_organisation}
    Artwork.objects.filter(pk=hidden.image.artwork_id).update(**private)
    kept = workplace.checkpoints(training)
    more = asking_training.go_on(actor=world.member, run=training, steps=2, checkpoint=kept[-1])
    assert (more.continues, more.from_checkpoint) == (training, kept[-1])
    later = StudioModel.objects.select_related("version").get(pk=run(more)[0]["model"])
    assert later.pk != model.pk
    first = int(kept[-1].removeprefix("step-"))
    assert later.version.figures["steps"] == first + 2
    assert workplace.checkpoints(training) == kept, "the earlier run stays as it was"
    told_of = dict(later.training_pictures.values_list("name", "image"))
    assert told_of.keys() == set(model.training_pictures.values_list("name", flat=True)), "and none was kept aside then"
    assert (told_of[lost.name], told_of[hidden.name]) == (None, hidden.image_id)
    assert later.works == later.version.card["data"]["works"] == len(told_of)
    assert "2 works were learned from before" in str(later.version.card["data"]["notes"])
    rule = load_copying(later)
    assert rule is not None
    assert {lost.name, hidden.name} < set(rule.names), "copies of them are still told"
    with pytest.raises(StudioRefused, match="not everyone may see"):
        share_model(actor=world.member, model=later, is_shared=True)


def test_stopped_early_it_keeps_the_model_and_cancelled_it_does_not(atelier: None, world: World) -> None:
    def enough(context: Context) -> None:
        asking_training.stop_early(actor=world.member, run=TrainingRun.objects.get(job_id=context.job_id))

    early = asked(world, steps=5000)
    told, context = run(early, at=32 * 60, do=enough)
    model = StudioModel.objects.select_related("version").get(pk=told["model"])
    assert model.version.figures["stopped_early"]
    assert "Stopped early, as asked; the model is kept as it is." in context.lines

    def cancel(context: Context) -> None:
        context.stops = True

    cancelled = asked(world, steps=5000)
    with pytest.raises(WorkCancelled):
        run(cancelled, at=32 * 3, do=cancel)
    assert not StudioModel.objects.filter(run=cancelled).exists()
    kept = workplace.checkpoints(cancelled)
    assert kept, "it can be gone on with"
    resumed = Context(cancelled.job_id)
    resumed.checkpoint, resumed.stops = {"begun": True}, True
    with pytest.raises(WorkCancelled):
        train(resumed, run_id=str(cancelled.pk))
    assert workplace.checkpoints(cancelled) == kept
    resumed.checkpoint = {}
    with pytest.raises(WorkCancelled):
        train(resumed, run_id=str(cancelled.pk))
    assert workplace.checkpoints(cancelled) == [], "started over it begins anew"


def test_stopped_early_and_then_killed_it_keeps_the_model_once_it_is_resumed(
    atelier: None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.generation.training.ASK_EVERY", 1)
    monkeypatch.setattr("analysis.generation.training.JUDGED", 12)

    def enough_and_killed(context: Context) -> None:
        asking_training.stop_early(actor=world.member, run=TrainingRun.objects.get(job_id=context.job_id))
        context.stops = True

    training = asked(world, steps=5000)
    with pytest.raises(WorkCancelled):
        run(training, at=32 * 3, do=enough_and_killed)
    resumed = Context(training.job_id)
    resumed.checkpoint = {"begun": True}
    told = train(resumed, run_id=str(training.pk))
    figures = StudioModel.objects.select_related("version").get(pk=told["model"]).version.figures
    assert figures["stopped_early"]


def test_what_is_kept_aside_stays_aside() -> None:
    import numpy as np

    from ml.gan.pictures import TrainingPictures

    names = tuple(f"{number}-a.webp" for number in range(100))
    pictures = TrainingPictures(np.arange(100, dtype=np.uint8)[:, None, None, None].repeat(3, 1), names)
    shown, aside = split(pictures, seed=1)
    assert len(shown.names) + len(aside) == 100
    assert 10 < len(aside) < 30
    fewer = TrainingPictures(pictures.pixels[:70], names[:70])
    assert set(split(fewer, seed=1)[0].names) == set(shown.names) & set(names[:70])
    assert len(split(TrainingPictures(pictures.pixels[:40], names[:40]), seed=1)[1]) == 0
    grown, new = split(pictures, seed=1, learned=frozenset(names[:40]))
    assert set(names[:40]) <= set(grown.names), "what forty works taught is no measure for what a hundred do"
    assert 5 < len(new) < 25
    assert len(split(pictures, seed=1, learned=frozenset(names[:95]))[1]) <= 5
    least = TrainingPictures(pictures.pixels[:60], names[:60])
    kept_aside = [len(split(least, seed=seed)[1]) for seed in range(100)]
    assert min(kept_aside) == 10, "however the draw falls, there is enough to judge by"
