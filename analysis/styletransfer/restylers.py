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
    """What optimisation looks through: the network whose weights ``STYLE_EYE_WEIGHTS`` names (VGG-19 is the field's usual one),
    else the eye that comes with the packaged network."""
    from ml.styletransfer import Eye

    path = settings.STYLE_EYE_WEIGHTS
    if not path:
        return load_restyler(None)[0].eye
    with _lock:
        if path not in _eyes:
            _eyes[path] = Eye.of_file(Path(path), device=settings.ML_DEVICE)
        return _eyes[path]
