"""Pictures with vectors that a person can reason about, in a space of few dimensions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from django.core.cache import cache

from analysis.registry.models import ModelVersion
from analysis.similarity import hnsw
from analysis.similarity.calibrated import KEY
from analysis.similarity.models import Embedding, EmbeddingSpace
from artmarket.catalogue.models import Artwork, ArtworkImage
from ml.similarity.spreads import LEVELS
from tests.factories import ArtworkFactory

DIMENSIONS = 8
_numbers = itertools.count(1)


def make_image(artwork: Artwork, **fields: object) -> ArtworkImage:
    facts = {"mime_type": "image/jpeg", "width_px": 40, "height_px": 30, "size_bytes": 1, "is_primary": True}
    return ArtworkImage.objects.create(artwork=artwork, sha256=f"{next(_numbers):064x}", **(facts | fields))


def make_space(state: str = "active", dimensions: int = DIMENSIONS, **fields: object) -> EmbeddingSpace:
    version = ModelVersion.objects.create(
        kind="backbone", name="compact", parameters={"source": "trained", "origin": "600", "network": "compact"}
    )
    return EmbeddingSpace.objects.create(model_version=version, dimensions=dimensions, state=state, **fields)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What probabilities answer is kept for a minute, longer than a test."""
    cache.delete(KEY)


@pytest.fixture
def space(db: None) -> EmbeddingSpace:
    return make_space()


@pytest.fixture
def work_at(space: EmbeddingSpace) -> Callable[..., Artwork]:
    """Make a work whose only picture lies at the given direction."""

    def make(*vector: float, image: dict[str, object] | None = None, **fields: object) -> Artwork:
        artwork = ArtworkFactory(**fields)
        add_vector(space, make_image(artwork, **(image or {})), vector)
        return artwork

    return make


def add_vector(space: EmbeddingSpace, image: ArtworkImage, vector: Sequence[float]) -> None:
    full = np.zeros(space.dimensions, np.float32)
    full[: len(vector)] = vector
    Embedding.objects.create(space=space, image=image, vector=(full / np.linalg.norm(full)).tolist())


SPREAD = {"mean": 0.0, "deviation": 0.5, "quantiles": [2 * level - 1 for level in LEVELS]}


@pytest.fixture
def senses(space: EmbeddingSpace) -> dict[str, EmbeddingSpace]:
    """Active spaces of subject, style and colour, of unlike sizes."""
    made = {name: make_space(name=name, dimensions=size, spread=SPREAD) for name, size in (("style", 4), ("colour", 6))}
    EmbeddingSpace.objects.filter(pk=space.pk).update(spread=SPREAD)
    return {"subject": space, **made}


@pytest.fixture
def work_in(senses: dict[str, EmbeddingSpace]) -> Callable[..., Artwork]:
    """Make a work whose only picture lies at the given angle (degrees from the first axis) in each sense."""

    def make(subject: float, style: float, colour: float = 0, **fields: object) -> Artwork:
        artwork = ArtworkFactory(**fields)
        image = make_image(artwork)
        for name, angle in {"subject": subject, "style": style, "colour": colour}.items():
            add_vector(senses[name], image, [np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        return artwork

    return make


@pytest.fixture
def crowd(space: EmbeddingSpace) -> list[Artwork]:
    """300 works of one artist in random directions, and the index over them."""
    first = ArtworkFactory(title="first")
    works = [
        first,
        *Artwork.objects.bulk_create(
            [
                Artwork(title=f"work {n}", artist=first.artist, visibility="public", medium="oil" if n % 2 else "ink")
                for n in range(299)
            ]
        ),
    ]
    random = np.random.default_rng(7)
    for work in works:
        add_vector(space, make_image(work), random.normal(size=DIMENSIONS))
    hnsw.build_index(space)
    return works
