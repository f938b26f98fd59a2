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
KEPT_PX = SIZES["large"]  # brush-work shows at this size, and hardly any source gives more
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


def size_for(side_px: int) -> str:
    """The smallest kept size of pictures that fills a model's square of ``side_px``; the largest where none does."""
    return next((size for size in ("card", "large") if SIZES[size] >= side_px), "large")


def pixels_of(image: ArtworkImage, side_px: int) -> Pixels:
    """A picture on record as ``uint8 [height, width, 3]``, in the size that suits a model's square.

    Raises ``OSError`` or ``ValueError`` where nothing of it can be read.
    """
    return decoded(rendition_bytes(image, size_for(side_px)), side_px)


def decoded(data: bytes, side_px: int) -> Pixels:
    edge = SIZES[size_for(side_px)]
    with Image.open(io.BytesIO(data)) as picture:
        rgb = picture.convert("RGB")
        rgb.thumbnail((edge, edge))
        return np.asarray(rgb)


def learned_hand() -> LearnedHand | None:
    """What similarity compares hands by: ``settings.SIMILARITY_HAND`` names this. None before the first training."""
    version = active_model()
    if version is None:
        return None
    attributor = load_attributor(version)
    return LearnedHand(version, attributor.hand, attributor.input_px)
