"""A worker's part of a training: the works on disk, the loop, the judgement, the model that is kept with its card."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from analysis.attribution.training import finite, needed_backbone
from analysis.generation import workplace
from analysis.generation.adopting import KIND, enter
from analysis.generation.asking_training import MOST_STEPS
from analysis.generation.gathering import all_images_of
from analysis.generation.models import StudioModel, TrainingRun
from analysis.generation.painting import grid_webp
from analysis.generation.setting_apart import note_on, set_apart
from analysis.registry.models import ModelVersion
from analysis.registry.services import register_version
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.longwork import WorkCancelled, WorkContext

if TYPE_CHECKING:
    from ml.backbone import Backbone
    from ml.gan.copying import Copying
    from ml.gan.judging import Judgement
    from ml.gan.learned import Learned
    from ml.gan.model import Gan
    from ml.gan.pictures import TrainingPictures
    from ml.images import Pixels
    from ml.training import Schedule

JUDGED = 500
JUDGED_FROM = 2_000_000  # samples are judged on seeds that nobody plays with
GRID = 36
ASK_EVERY = 50


class RunReporter:
    """The job's context, which also ends the loop where somebody wants the model as it is by now."""

    def __init__(self, context: WorkContext, run: TrainingRun) -> None:
        self.context, self.run, self.is_enough, self.asked = context, run, False, 0
        self.is_training = False

    def progress(
        self, done: int, total: int | None = None, *, phase: str = "", metrics: Mapping[str, float] | None = None
    ) -> None:
        known = total if self.run.steps or phase != "training" else None
        self.context.progress(done, known, phase=words(phase), metrics=metrics)

    def log(self, message: str) -> None:
        self.context.log(message)

    def should_stop(self) -> bool:
        if self.context.should_stop():
            return True
        if not self.is_training:  # pictures are read to the end: without them nothing can be kept
            return False
        self.asked += 1
        if not self.is_enough and self.asked % ASK_EVERY == 0:
            self.is_enough = TrainingRun.objects.filter(pk=self.run.pk, stop_requested=True).exists()
        return self.is_enough


def words(phase: str) -> str:
    """A phase of the library in the asker's language."""
    known = {"training": _("training"), "reading pictures": _("reading pictures")}
    return known.get(phase, phase)


def train(run: TrainingRun, context: WorkContext) -> StudioModel:
    """Train, judge and keep. Goes on where a killed attempt saved its state. Raises ``WorkCancelled``, ``TooFewPictures``."""
    known = StudioModel.objects.filter(run=run).first()
    if known is not None:
        return known
    reporter = RunReporter(context, run)
    begin(run, context)
    if run.continues is not None:
        workplace.begin_from(run, run.continues, run.from_checkpoint)
    images = all_images_of(run.made_by, run.source, run.organisation_id)  # type: ignore[arg-type]
    shown, held_out, learned = set_apart(run, read(run, images, reporter))
    seeing, backbone = needed_backbone(context, context.job_id)
    gan, figures = taught(run, shown, held_out, backbone, reporter)
    context.progress(0, None, phase=_("judging"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copying = keep_files(gan, folder, shown, held_out, learned)
        samples = gan.paint(gan.styles(range(JUDGED_FROM, JUDGED_FROM + JUDGED)))
        judgement = judged(samples, shown, held_out, backbone, copying, reporter)
        told = replace(shown, names=learned.names, notes=(*shown.notes, *note_on(learned, shown)))
        model = keep(run, context, folder, gan, told, figures | figures_of(judgement, copying), seeing)
    workplace.drop_pictures(run)
    workplace.sweep()
    return model


def begin(run: TrainingRun, context: WorkContext) -> None:
    """Started over, a run forgets what it had; resumed, it goes on. The job's checkpoint only says which of the two it is."""
    if context.checkpoint.get("begun"):
        return
    workplace.clear(run)
    TrainingRun.objects.filter(pk=run.pk).update(stop_requested=False, grid=None, grid_images=0)
    context.save_checkpoint({"begun": True})


def read(run: TrainingRun, images: Sequence[ArtworkImage], reporter: RunReporter) -> TrainingPictures:
    from ml.gan.pictures import read_pictures

    paths = workplace.write_pictures(run, images, reporter)
    found = read_pictures(paths, run.side_px, reporter)
    for note in found.notes:
        reporter.log(note)
    return replace(found, names=tuple(Path(each).name for each in found.names))


def taught(
    run: TrainingRun, pictures: TrainingPictures, held_out: Pixels, backbone: Backbone, reporter: RunReporter
) -> tuple[Gan, dict[str, Any]]:
    """The trained generator and what its training measured; stopped early, as it was at its last checkpoint."""
    from ml.gan.settings import settings_for
    from ml.gan.training import from_state
    from ml.gan.training import train as teach
    from ml.reporter import Cancelled

    settings = settings_for(run.architecture, run.side_px)
    folder = workplace.checkpoint_folder(run)
    reporter.is_training = True
    schedule = schedule_of(run)

    def on_grid(step: int, pixels: Pixels) -> None:
        TrainingRun.objects.filter(pk=run.pk).update(grid=grid_webp(pixels[:GRID]), grid_images=step * schedule.batch)

    try:
        done = teach(
            pictures,
            settings,
            schedule,
            reporter,
            folder=folder,
            backbone=backbone,
            held_out=held_out if len(held_out) else None,
            on_grid=on_grid,
        )
        return done.gan, finite(done.figures) | {"warnings": list(done.warnings)}
    except Cancelled:
        if reporter.context.should_stop() or not reporter.is_enough:
            raise WorkCancelled from None
        reporter.log(_("Stopped early, as asked; the model is kept as it is."))
        return from_state(folder), {"stopped_early": True, "settings": settings.to_json()}


def schedule_of(run: TrainingRun) -> Schedule:
    """So many steps or minutes, on top of what the run that is gone on with had."""
    from ml.artefacts import load_json
    from ml.gan.settings import settings_for
    from ml.gan.training import schedule_for

    steps, seconds = 0, 0.0
    if run.from_checkpoint:
        known = load_json(workplace.checkpoint_folder(run.continues or run) / f"{run.from_checkpoint}.json")
        steps, seconds = int(known["step"]), float(known.get("seconds", 0.0))
    settings = settings_for(run.architecture, run.side_px)
    minutes = run.minutes + seconds / 60 if run.minutes else 0.0
    total = steps + run.steps if run.steps else MOST_STEPS
    often = min(250, max(1, (run.steps or 10_000) // 4))
    return schedule_for(settings, steps=total, minutes=minutes, seed=run.seed, check_every=often, save_every=often)


def keep_files(gan: Gan, folder: Path, pictures: TrainingPictures, held_out: Pixels, learned: Learned) -> Copying:
    """The generator and the rule that tells copies of its works, those learned from before too, in one folder."""
    from ml.gan.copying import Copying

    gan.save(folder)
    before = learned.without(pictures.names)
    copying = Copying.fit(pictures.pixels, held_out, names=pictures.names).with_works(before.names, before.planes)
    copying.save(folder)
    return copying


def judged(
    samples: Pixels,
    pictures: TrainingPictures,
    held_out: Pixels,
    backbone: Backbone,
    copying: Copying,
    reporter: RunReporter,
) -> Judgement | None:
    """The figures beside their floors; None where too few works were kept aside to judge by."""
    from ml.gan.judging import TooFewToJudge, judge

    try:
        return judge(samples, pictures.pixels, held_out, backbone, copying=copying, reporter=reporter.context)
    except TooFewToJudge as error:
        reporter.log(str(error))
        return None


def figures_of(judgement: Judgement | None, copying: Copying) -> dict[str, Any]:
    from dataclasses import asdict

    rule = {"threshold": copying.threshold, **asdict(copying.measured)}
    told = judgement.as_json() if judgement else {}
    # The training's own warnings (collapse, divergence) bear that name already.
    told |= {"judging_warnings": told.pop("warnings", [])}
    return finite({**told, "telling_copies": rule})  # type: ignore[no-any-return]


def keep(
    run: TrainingRun,
    context: WorkContext,
    folder: Path,
    gan: Gan,
    pictures: TrainingPictures,
    figures: dict[str, Any],
    seeing: ModelVersion,
) -> StudioModel:
    """Register the version with its card, and enter it among the studio's models."""
    from analysis.generation.cards import card_of

    shape = {
        "architecture": run.architecture,
        "side_px": gan.side_px,
        "layers": gan.layers,
        "width": gan.width,
        "grid": grid_webp(gan.paint(gan.styles(range(GRID), truncation=0.8))),
    }
    with transaction.atomic():
        version = register_version(
            kind=KIND,
            scope=str(run.pk),
            name=run.name,
            folder=folder,
            parameters={"settings": gan.settings.to_json(), "seed": run.seed, "network": seeing.name},
            figures=figures,
            card=card_of(run, pictures, figures),
            data_fingerprint=fingerprint(pictures),
            job_id=context.job_id,
            make_active=True,
            visibility=run.visibility,
            organisation_id=run.organisation_id,
            made_by=run.made_by,
        )
        return enter(
            version=version,
            run_id=run.pk,
            name=run.name,
            shape=shape,
            visibility=run.visibility,
            organisation_id=run.organisation_id,
            made_by=run.made_by,
            images=images_by(pictures.names),
        )


def images_by(names: Sequence[str]) -> dict[str, ArtworkImage | None]:
    """The catalogue's pictures by the training works' names; None for those that were deleted since."""
    keys = {name: workplace.image_key(name) for name in names}
    known = ArtworkImage.objects.only("pk").in_bulk([key for key in keys.values() if key is not None])
    return {name: known.get(key) for name, key in keys.items()}


def fingerprint(pictures: TrainingPictures) -> str:
    """SHA-256 over the names of the pictures that were learned from, which hold their keys and contents' hashes."""
    return sha256("\n".join(sorted(pictures.names)).encode()).hexdigest()
