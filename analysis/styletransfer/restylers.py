"""The networks that restyle: loaded once a process and kept at hand."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from analysis.registry import queries as registry
from analysis.registry.models import ModelVersion

if TYPE_CHECKING:
    from ml.styletransfer import Eye, Restyler

_lock = threading.Lock()
_restylers: dict[int, Restyler] = {}
_eyes: dict[str, Eye] = {}
PACKAGED = 0


def load_restyler(version: ModelVersion | None) -> tuple[Restyler, str]:
    """The version's network, or for None the packaged one; and what it is called.

    Raises ``ArtefactError`` where a version's files are not what they were.
    """
    from ml.styletransfer import Restyler, packaged

    key = version.pk if version is not None else PACKAGED
    with _lock:
        if key not in _restylers:
            if version is not None:
                for other in set(_restylers) - {PACKAGED}:
                    del _restylers[other]
                _restylers[key] = Restyler.load(registry.artefact_path(version), device=settings.ML_DEVICE)
            else:
                _restylers[key] = packaged(device=settings.ML_DEVICE)
        return _restylers[key], str(version) if version is not None else _("packaged network")


def load_eye() -> Eye:
    """What optimisation looks through: the network whose weights ``STYLE_EYE_WEIGHTS`` names, else VGG-19 where torchvision has
    it at hand, else the packaged eye."""
    path = settings.STYLE_EYE_WEIGHTS
    with _lock:
        if path not in _eyes:
            from ml.styletransfer.finding import find_eye

            _eyes[path] = find_eye(weights=Path(path) if path else None, device=settings.ML_DEVICE)
        return _eyes[path]
