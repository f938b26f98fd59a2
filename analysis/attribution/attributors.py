"""The model that tells hands apart: loaded once a process, shown the pictures that it was trained to see."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from django.conf import settings
from PIL import Image

from analysis.registry import queries as registry
from analysis.registry.models import ModelVersion
from analysis.similarity.hands import LearnedHand
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import SIZES, rendition_bytes

if TYPE_CHECKING:
    from ml.attribution import Attributor

KIND = "attribution"
SEEN = "large"  # brush-work shows at this size, and hardly any source gives more
SEEN_PX = SIZES[SEEN]
Pixels = npt.NDArray[np.uint8]
_lock = threading.Lock()
_loaded: dict[int, Attributor] = {}


def active_model() -> ModelVersion | None:
    """The model that answers now; None before the first training."""
    return registry.active_version(KIND)


def load_attributor(version: ModelVersion) -> Attributor:
    """The version's model, kept in this process. Raises ``ArtefactError`` where its files are not what they were."""
    from ml.attribution import load

    with _lock:
        if version.pk not in _loaded:
            _loaded.clear()
            _loaded[version.pk] = load(registry.artefact_path(version), device=settings.ML_DEVICE)
        return _loaded[version.pk]


def pixels_of(image: ArtworkImage) -> Pixels:
    """A picture on record as ``uint8 [height, width, 3]``, at most ``SEEN_PX`` on the longer side.

    Raises ``OSError`` or ``ValueError`` where nothing of it can be read.
    """
    return decoded(rendition_bytes(image, SEEN))


def decoded(data: bytes) -> Pixels:
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


def learned_hand() -> LearnedHand | None:
    """What similarity compares hands by: ``settings.SIMILARITY_HAND`` names this. None before the first training."""
    version = active_model()
    if version is None:
        return None
    attributor = load_attributor(version)
    return LearnedHand(version, attributor.hand, attributor.input_px)
