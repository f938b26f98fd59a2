"""What a training set and a machine allow, said before hours are lost: pictures, owners, rights, time, disk."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from analysis.generation.gathering import Gathered, gather, too_many
from artmarket.accounts.ownership import Actor

FEWEST_PICTURES = 30  # ml.gan.pictures refuses fewer
FEW_PICTURES = 200
MEGABYTES = {64: 120, 128: 200, 256: 320, 512: 480}
# Pictures a second that one core of 2024 learned from; a GPU is many times quicker.
PACE = {64: 40.0, 128: 14.0, 256: 4.5, 512: 1.4}
SPARE_MB = 500
MUCH_MEMORY_MB = 2_000
BATCHES = {"small": 16, "mlp": 32}  # ml.gan.training.schedule_for, which a web process must not load


@dataclass(frozen=True)
class Precheck:
    """``refusals`` stop a training, ``warnings`` do not. ``needs_mb`` of ``free_mb`` on the disk."""

    gathered: Gathered
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    minutes: int = 1
    seen_each: float | None = None
    needs_mb: int = 0
    free_mb: int = 0

    @property
    def may_begin(self) -> bool:
        return not self.refusals


def check(
    user: Actor,
    source: Mapping[str, Any],
    organisation_id: int | None,
    *,
    side_px: int = 64,
    minutes: int | None = None,
    steps: int | None = None,
    architecture: str = "small",
) -> Precheck:
    """Look at everything that can be known before. Raises ``SourceRefused``."""
    gathered = gather(user, source, organisation_id)
    batch = BATCHES.get(architecture, BATCHES["small"])  # an unknown one the record refuses
    needs, free = MEGABYTES.get(side_px, MEGABYTES[512]), free_mb()
    seen = steps * batch if steps else PACE.get(side_px, 1.4) * 60 * (minutes or 0)
    return Precheck(
        gathered,
        tuple(refusals(gathered, needs, free)),
        tuple(warnings(gathered, side_px, seen)),
        minutes=minutes or max(1, round(seen / PACE.get(side_px, 1.4) / 60)),
        seen_each=seen / gathered.pictures if gathered.pictures else None,
        needs_mb=needs,
        free_mb=free,
    )


def refusals(gathered: Gathered, needs: int, free: int) -> list[str]:
    said = []
    if not gathered.pictures:
        said.append(_("None of these works has a picture that the model may learn from."))
    elif gathered.pictures < FEWEST_PICTURES:
        told = {"count": gathered.pictures, "least": FEWEST_PICTURES}
        said.append(
            _("There are %(count)d pictures; at least %(least)d are needed. A model of so few only repeats them.")
            % told
        )
    if gathered.is_too_many:
        said.append(too_many())
    if free < needs + SPARE_MB:
        said.append(
            _("The disk has %(free)d MB left; the training needs %(needs)d MB.") % {"free": free, "needs": needs}
        )
    return said


def warnings(gathered: Gathered, side_px: int, seen: float) -> list[str]:
    said = []
    if FEWEST_PICTURES <= gathered.pictures < FEW_PICTURES:
        said.append(
            _("With fewer than %(few)d pictures the model may learn some by heart; what copies a work is marked.")
            % {"few": FEW_PICTURES}
        )
    if gathered.without_picture:
        said.append(_("%(count)d works have no picture and are left out.") % {"count": gathered.without_picture})
    if gathered.private_elsewhere:
        said.append(
            _("%(count)d private works of other organisations are left out.") % {"count": gathered.private_elsewhere}
        )
    if gathered.unknown_rights:
        said.append(
            _("The rights of %(count)d pictures are unknown: find them out before you publish what comes of them.")
            % {"count": gathered.unknown_rights}
        )
    if gathered.pictures and seen and seen / gathered.pictures < 50 and seen < 20_000:
        said.append(_("That is a short training: expect colours and shapes, not yet things."))
    if side_px >= 256 and not has_gpu():
        said.append(_("Large pictures are slow to learn without a GPU; begin with 64 pixels."))
    if (
        memory := 2 * gathered.pictures * 3 * side_px**2 // 1_000_000
    ) >= MUCH_MEMORY_MB:  # ml.gan.pictures reads them so
        said.append(_("So many pictures of this size take %(count)d MB of the worker's memory.") % {"count": memory})
    return said


def free_mb() -> int:
    """Megabytes left where models are kept."""
    place = Path(settings.MODELS_DIR)
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free // 1_000_000


def has_gpu() -> bool:
    """Whether this machine shows an NVIDIA device; asked without loading torch, for the web process."""
    return Path("/dev/nvidiactl").exists()
