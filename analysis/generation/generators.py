"""Generators in a worker's memory: the few that were used last, each with the rules that tell a copy."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from django.conf import settings

from analysis.generation.models import StudioModel
from analysis.registry import queries as registry

if TYPE_CHECKING:
    from ml.gan.model import Gan

KEPT = 3
_lock = threading.Lock()
_loaded: OrderedDict[int, Gan] = OrderedDict()


def load_gan(model: StudioModel) -> Gan:
    """The model's generator, kept in this process while it is among the last ``KEPT`` that were used.

    Raises ``ArtefactError`` where its files are not what they were, ``ml.artefacts.BadArtefact`` where they cannot be read.
    """
    from ml.gan.model import Gan

    with _lock:
        found = _loaded.pop(model.pk, None)
        if found is None:
            found = Gan.load(registry.artefact_path(model.version), device=settings.ML_DEVICE)
        _loaded[model.pk] = found
        while len(_loaded) > KEPT:
            _loaded.popitem(last=False)
        return found


def forget_all() -> None:
    """Let go of every generator, say between tests."""
    with _lock:
        _loaded.clear()
