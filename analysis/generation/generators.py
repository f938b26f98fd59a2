"""Generators in a worker's memory: the few that were used last, each with the rules that tell a copy."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from django.conf import settings

from analysis.generation.models import StudioModel
from analysis.registry import queries as registry

if TYPE_CHECKING:
    from ml.gan.copying import Copying
    from ml.gan.model import Gan

KEPT = 3
_lock = threading.Lock()
_loaded: OrderedDict[int, Gan] = OrderedDict()
_rules: dict[int, Copying | None] = {}


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
            gone, _gan = _loaded.popitem(last=False)
            _rules.pop(gone, None)
        return found


def load_copying(model: StudioModel) -> Copying | None:
    """The rule that tells copies of the model's training works; None where its folder keeps none. Raises as ``load_gan``."""
    from ml.gan.copying import FACTS, Copying

    with _lock:
        if model.pk not in _rules:
            folder = registry.artefact_path(model.version)
            _rules[model.pk] = Copying.load(folder) if (folder / FACTS).is_file() else None
        return _rules[model.pk]


def forget_all() -> None:
    """Let go of every generator, say between tests."""
    with _lock:
        _loaded.clear()
        _rules.clear()
