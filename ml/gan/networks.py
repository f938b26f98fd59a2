"""Which painter and which judge belong to the settings."""

from __future__ import annotations

import torch

from ml.gan.discriminator import Discriminator
from ml.gan.floor import MlpDiscriminator, MlpGenerator
from ml.gan.generator import Generator
from ml.gan.settings import GanSettings

Painter = Generator | MlpGenerator
Judge = Discriminator | MlpDiscriminator


def painter(settings: GanSettings, seed: int) -> Painter:
    """An untrained generator; the seed says its weights, nothing else that is random moves."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MlpGenerator(settings) if settings.architecture == "mlp" else Generator(settings)


def judge(settings: GanSettings, seed: int) -> Judge:
    """An untrained discriminator, likewise."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + 1)
        return MlpDiscriminator(settings) if settings.architecture == "mlp" else Discriminator(settings)
