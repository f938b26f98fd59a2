"""A small catalogue of painted works whose palette is their style's and whose texture is their medium's."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path
from typing import Any

import pytest

from analysis.classification.models import Reading, Suggestion
from analysis.registry.models import ModelVersion
from analysis.registry.services import register_version
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.catalogue.renditions import encode_renditions, write_renditions
from tests.factories import ArtworkFactory
from tests.ml.atelier import PALETTES, paint

_numbers = itertools.count(1)
MEDIA = {"oil": "Oil on canvas", "tempera": "Tempera on panel"}
UNSAID: dict[str, Any] = {"medium": "", "medium_text": "", "style": "", "genre": ""}


def hang(work: Artwork, picture: Any, **fields: Any) -> ArtworkImage:
    """Give a work a primary picture with its renditions."""
    sha = f"{next(_numbers):064x}"
    write_renditions(sha, encode_renditions(picture))
    facts = {"mime_type": "image/webp", "width_px": picture.width, "height_px": picture.height, "size_bytes": 1}
    return ArtworkImage.objects.create(artwork=work, sha256=sha, is_primary=True, **facts | fields)


def painted(palette: str, texture: str, seed: int, **fields: Any) -> Artwork:
    """A public work that looks like a style and a medium, and says so unless ``fields`` say otherwise."""
    work = ArtworkFactory(**{"style": palette, "medium": texture, "medium_text": ""} | fields)
    hang(work, paint(palette, MEDIA[texture], seed))
    return work


@pytest.fixture
def storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.MODELS_DIR, settings.ML_DEVICE = tmp_path / "media", tmp_path / "models", "cpu"


@pytest.fixture
def seeing(db: None, storage: None) -> ModelVersion:
    """The active network that sees: the compact one, untrained."""
    import torch

    from ml.backbone import build
    from ml.backbone.interface import Provenance
    from ml.backbone.networks import trunk

    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as folder:
        build("compact", trunk("compact"), Provenance("untrained"), device="cpu").save(Path(folder))
        return register_version(kind="backbone", name="compact", folder=Path(folder), make_active=True)


@pytest.fixture
def catalogue(seeing: ModelVersion) -> list[Artwork]:
    """48 public works of three styles and two media."""
    styles, media = list(PALETTES), list(MEDIA)
    return [painted(styles[n % 3], media[n // 3 % 2], n) for n in range(48)]


def make_version() -> ModelVersion:
    return ModelVersion.objects.create(kind="classification", name="Classifier on compact", is_active=True)


def suggested(work: Artwork, field: str = "style", value: str = "Tonalism", **fields: Any) -> Suggestion:
    """A suggestion with the look behind it, without a network."""
    version = ModelVersion.objects.filter(kind="classification").first() or make_version()
    image = work.images.first()
    facts = {"model_version": version, "input_sha256": image.sha256 if image else "0" * 64}
    Reading.objects.get_or_create(artwork=work, defaults=facts)
    others = [{"answer": "Cubism", "probability": 0.1}]
    given = {"artwork": work, "model_version": version, "field": field, "value": value, "probability": 0.8}
    return Suggestion.objects.create(**{**given, "others": others, **fields})
