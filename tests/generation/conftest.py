"""A studio: a model of nobody's training, pictures of it, and people who may or may not see them."""

from __future__ import annotations

import io
import itertools
import uuid
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from analysis.generation.models import Brood, GeneratedImage, Parenthood, StudioModel
from analysis.registry.models import ModelVersion
from ml.reporter import SilentReporter
from tests.conftest import World

LAYERS, WIDTH = 2, 4
_numbers = itertools.count(1)


def studio_model(**facts: Any) -> StudioModel:
    """A model of two layers of four numbers, without files."""
    version = ModelVersion.objects.create(kind="gan", scope=f"test-{next(_numbers)}", name="Harbours", is_active=True)
    usual = {"name": "Harbours", "architecture": "small", "side_px": 64, "layers": LAYERS, "width": WIDTH, "works": 40}
    return StudioModel.objects.create(version=version, **(usual | facts))


def png_of(seed: int, side_px: int = 64) -> bytes:
    """A picture of noise."""
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 255, (side_px, side_px, 3), np.uint8)).save(out, "PNG")
    return out.getvalue()


def generated(model: StudioModel, *, parents: tuple[GeneratedImage, ...] = (), **facts: Any) -> GeneratedImage:
    """A picture of a model, with a style of its own."""
    number = next(_numbers)
    style = np.random.default_rng(number).standard_normal((model.layers, model.width)).astype("<f4")
    png = png_of(number)
    usual = {
        "kind": "cross" if parents else "sample",
        "style": style.tobytes(),
        "seed": number,
        "picture": png,
        "picture_sha256": sha256(png).hexdigest(),
        "depth": 1 + max((each.depth for each in parents), default=-1),
    }
    picture: GeneratedImage = GeneratedImage.objects.create(model=model, **(usual | facts))
    for place, parent in enumerate(parents):
        Parenthood.objects.create(child=picture, parent=parent, position=place)
    return picture


def small_gan(folder: Path) -> Path:
    """A small generator that has seen nothing, with the rule that tells copies of three of its own paintings."""
    from ml.gan.copying import Copying
    from ml.gan.model import fresh
    from ml.gan.settings import GanSettings

    settings = GanSettings(side_px=64, latent=16, width=16, capacity=512, least_maps=8, most_maps=16)
    gan = fresh(settings, seed=3, device="cpu")
    gan.save(folder)
    works = gan.paint(gan.styles([101, 102, 103]))
    noise = np.random.default_rng(1).integers(0, 255, (24, 3, 64, 64), np.uint8)
    copying = Copying.fit(works, noise, names=("1-a.webp", "2-b.webp", "3-c.webp"))
    copying.threshold = 0.995  # what has learned nothing paints much the same
    copying.save(folder)
    return folder


class Context(SilentReporter):
    """What a job's function is given; ``at`` calls ``do`` once so many pictures were seen."""

    checkpoint: Mapping[str, Any] = {}
    goes_on = False

    def __init__(self, job_id: uuid.UUID, at: int = 0, do: Any = None) -> None:
        self.job_id, self.at, self.do, self.stops = job_id, at, do, False
        self.figures: set[str] = set()
        self.lines: list[str] = []

    def progress(
        self, done: int, total: int | None = None, *, phase: str = "", metrics: Mapping[str, float] | None = None
    ) -> None:
        self.figures |= set(metrics or {})
        if self.do is not None and phase == "training" and done >= self.at:
            self.do(self)
            self.do = None

    def log(self, message: str) -> None:
        self.lines.append(message)

    def should_stop(self) -> bool:
        return self.stops

    def save_checkpoint(self, state: Any) -> None:
        self.checkpoint = dict(state)


@pytest.fixture
def model(world: World) -> StudioModel:
    """Of the organisation alone."""
    return studio_model(organisation=world.organisation, made_by=world.member)


@pytest.fixture
def picture(model: StudioModel, world: World) -> GeneratedImage:
    """The member's, not compared with the training works yet."""
    return generated(model, made_by=world.member, organisation=world.organisation)


@pytest.fixture
def brood_of(world: World) -> Callable[..., Brood]:
    def make(model: StudioModel, count: int = 12, **facts: Any) -> Brood:
        owned = {"made_by": world.member, "organisation": world.organisation}
        brood: Brood = Brood.objects.create(model=model, count=count, **(owned | facts))
        for place in range(count):
            generated(model, brood=brood, position=place, **owned)
        return brood

    return make
