"""Asking for a training, stopping it early with what it has, and going on later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from analysis.generation import prechecks
from analysis.generation.models import TrainingRun
from analysis.generation.services import StudioRefused, home_of
from analysis.jobs.models import Job
from artmarket.accounts.models import User
from artmarket.accounts.ownership import Visibility
from artmarket.accounts.queries import organisation_ids
from artmarket.core import longwork

TRAIN = "generation.train"
MOST_MINUTES, MOST_STEPS = 7 * 24 * 60, 5_000_000


@transaction.atomic
def start_training(
    *,
    actor: User,
    name: str,
    source: Mapping[str, Any],
    side_px: int = 64,
    architecture: str = "small",
    minutes: int | None = None,
    steps: int | None = None,
    seed: int = 1,
    organisation_id: int | None = None,
    continues: TrainingRun | None = None,
    from_checkpoint: str = "",
) -> TrainingRun:
    """Write a training's row and have a worker begin it.

    The model will belong to ``organisation_id`` (the actor's only one, where none is named), and learn from its private
    works and public ones. Raises ``StudioRefused`` (``too_long``; ``too_little``: what ``prechecks`` refuse),
    ``SourceRefused``, ``ValidationError``, ``PermissionDenied`` for an organisation that is not the actor's.
    """
    owner = organisation_id if organisation_id is not None else home_of(actor)
    if owner is not None and not actor.is_superuser and owner not in organisation_ids(actor):
        raise PermissionDenied(_("You are not a member of that organisation."))
    refuse_long(minutes, steps)
    found = prechecks.check(
        actor, source, owner, side_px=side_px, minutes=minutes, steps=steps, architecture=architecture
    )
    if not found.may_begin:
        raise StudioRefused("too_little", " ".join(found.refusals))
    run = TrainingRun(
        name=name.strip(),
        made_by=actor,
        organisation_id=owner,
        visibility=Visibility.PRIVATE,
        source=dict(source),
        side_px=side_px,
        architecture=architecture,
        minutes=minutes,
        steps=steps,
        seed=seed,
        continues=continues,
        from_checkpoint=from_checkpoint,
    )
    run.full_clean()
    run.save()
    run.job_id = longwork.start(
        TRAIN,
        actor=actor,
        parameters={"run_id": str(run.pk)},
        title=_("Train “%(name)s”") % {"name": run.name},
        organisation_id=owner,
    )
    run.save(update_fields=["job", "updated_at"])
    return run


def refuse_long(minutes: int | None, steps: int | None) -> None:
    if (minutes or 0) > MOST_MINUTES:
        raise StudioRefused("too_long", _("At most a week."))
    if (steps or 0) > MOST_STEPS:
        raise StudioRefused("too_long", _("At most %(most)d steps.") % {"most": MOST_STEPS})


def own_run(actor: User, run: TrainingRun) -> TrainingRun:
    """The run, locked. Raises ``StudioRefused`` (not_found), ``PermissionDenied`` where it is seen but not one's own."""
    if not TrainingRun.objects.visible_to(actor).filter(pk=run.pk).exists():
        raise StudioRefused("not_found", _("There is no such training."))
    rows = TrainingRun.objects.editable_by(actor).select_for_update(of=("self",))
    own: TrainingRun | None = rows.select_related("job").filter(pk=run.pk).first()
    if own is None:
        raise PermissionDenied(_("You may see this training, but not change it."))
    return own


@transaction.atomic
def stop_early(*, actor: User, run: TrainingRun) -> TrainingRun:
    """End a running training at its next step and keep the model as it is then. Raises ``StudioRefused``: ``ended``."""
    own = own_run(actor, run)
    if own.job is None or own.job.state != Job.State.RUNNING:
        raise StudioRefused("ended", _("The training is not running."))
    own.stop_requested = True
    own.save(update_fields=["stop_requested", "updated_at"])
    return own


def go_on(
    *, actor: User, run: TrainingRun, minutes: int | None = None, steps: int | None = None, checkpoint: str = ""
) -> TrainingRun:
    """Train on from a checkpoint of an ended run (the newest, where none is named), as a run and a model of its own.

    Raises ``StudioRefused``: ``running``, ``no_checkpoint``; and as ``start_training`` does.
    """
    from analysis.generation.workplace import checkpoints

    own = actor_sees(actor, run)
    if own.job is not None and own.job.is_unfinished:
        raise StudioRefused("running", _("The training is still running."))
    kept = checkpoints(own)
    if not kept or (checkpoint and checkpoint not in kept):
        raise StudioRefused("no_checkpoint", _("No checkpoint of this training is kept any more."))
    return start_training(
        actor=actor,
        name=own.name,
        source=own.source,
        side_px=own.side_px,
        architecture=own.architecture,
        minutes=minutes,
        steps=steps,
        seed=own.seed,
        organisation_id=own.organisation_id,
        continues=own,
        from_checkpoint=checkpoint or kept[0],
    )


def actor_sees(actor: User, run: TrainingRun) -> TrainingRun:
    """Going on belongs to those who may change a run. Raises as ``own_run``."""
    with transaction.atomic():
        return own_run(actor, run)
