"""The probabilities that answer now: from scores of a pair to one work, one hand, one style."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from analysis.registry.models import ModelVersion
from ml.similarity.calibrating import Calibration

KIND = "likeness"
SAME_WORK, SAME_HAND, SAME_STYLE = "same_work", "same_hand", "same_style"
LABELS = {SAME_WORK: _("same work"), SAME_HAND: _("same hand"), SAME_STYLE: _("same style")}
SECONDS = 60
KEY = "similarity:calibrations"


def active_calibrations() -> dict[str, Calibration]:
    """By question; asked of the database at most once a minute."""
    kept: dict[str, Any] | None = cache.get(KEY)
    if kept is None:
        kept = dict(ModelVersion.objects.filter(kind=KIND, is_active=True).values_list("scope", "parameters"))
        cache.set(KEY, kept, SECONDS)
    return {scope: Calibration.of_json(parameters) for scope, parameters in kept.items()}
