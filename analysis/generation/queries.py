"""Reads of the studio, each narrowed to what ``user`` may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.generation.models import GeneratedImage, StudioModel
from artmarket.accounts.ownership import Actor


def models_for(user: Actor) -> Sequence[StudioModel]:
    """The models that the user may breed with, the newest first; without their grids' bytes."""
    rows = StudioModel.objects.visible_to(user).defer("grid").select_related("version", "made_by", "organisation")
    return list(rows.defer("grid", "version__card", "version__figures", "version__parameters"))


def pictures_for(user: Actor) -> Any:
    """Generated pictures that the user may see, without their bytes."""
    return GeneratedImage.objects.visible_to(user).light().select_related("model", "made_by")


def published(user: Actor, *, most: int = 24) -> Sequence[GeneratedImage]:
    """What was published last."""
    rows = pictures_for(user).filter(published_at__isnull=False)
    return list(rows.order_by("-published_at", "-id")[:most])
