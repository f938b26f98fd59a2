"""``Gan``: the painter that is kept, and what the rest of the house knows of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.devices import choose
from ml.gan.networks import Painter, painter
from ml.gan.settings import GanSettings
from ml.images import Pixels

Styles = npt.NDArray[np.float32]
AT_ONCE = 16
MEAN_OF = 2048
WEIGHTS, FACTS = "weights.safetensors", "gan.json"


class Gan:
    """A generator ready to paint, on its device.

    A picture is its styles, ``float32 [layers, width]``: the coarse layers come first. ``facts`` is what its training
    told of itself, plain JSON.
    """

    def __init__(
        self, settings: GanSettings, generator: Painter, *, device: str = "auto", facts: Mapping[str, Any] | None = None
    ) -> None:
        self.settings, self.facts = settings, dict(facts or {})
        self.device = choose(device).device
        self.side_px, self.layers, self.width = settings.side_px, generator.layers, settings.width
        self.generator = generator.eval().requires_grad_(False).to(self.device)
        # Mapped on the CPU in double precision: the same child by the same seed, whatever the batch or the device.
        self._map = deepcopy(generator).cpu().double()
        self._mean: Styles | None = None

    @classmethod
    def load(cls, folder: Path, *, device: str = "auto") -> Gan:
        """A saved GAN; ``BadArtefact`` where its files are missing, broken or of another network."""
        facts = load_json(folder / FACTS)
        if not isinstance(facts.get("settings"), dict):
            raise BadArtefact(f"{folder / FACTS} does not say what GAN it is of.")
        settings = GanSettings.from_json(facts["settings"])
        tensors = load_tensors(folder / WEIGHTS, sha256=str(facts.get("sha256", "")))
        generator = painter(settings, 1)
        try:
            generator.load_state_dict({name: value.float() for name, value in tensors.items()})
        except RuntimeError as error:
            raise BadArtefact(f"The weights in {folder} are not those of the GAN that {FACTS} tells of.") from error
        return cls(settings, generator, device=device, facts=facts.get("facts", {}))

    def save(self, folder: Path, *, half: bool = True) -> str:
        """Write ``weights.safetensors`` (float16 unless not ``half``) and ``gan.json``; returns the weights' SHA-256."""
        dtype = torch.float16 if half else torch.float32
        tensors = {name: value.to(dtype) for name, value in self.generator.state_dict().items()}
        digest = save_tensors(tensors, folder / WEIGHTS)
        save_json({"settings": self.settings.to_json(), "sha256": digest, "facts": self.facts}, folder / FACTS)
        return digest

    @torch.no_grad()
    def styles(self, seeds: Sequence[int], truncation: float = 1.0) -> Styles:
        """The styles of seeds, ``[n, layers, width]``: each seed's noise is from a generator of its own.

        ``truncation`` below 1 draws them towards the mean style: tamer, less varied pictures.
        """
        if not len(seeds):
            return np.zeros((0, self.layers, self.width), np.float32)
        noise = torch.stack([noise_of(seed, self.settings.latent) for seed in seeds])
        mapped: Styles = self._map.styles_of(noise).float().numpy()
        if truncation == 1.0:
            return mapped.copy()
        mean = self.mean_style()
        return np.asarray(mean + truncation * (mapped - mean), np.float32)

    def mean_style(self) -> Styles:
        """The mean style of many seeds, ``[layers, width]``: the picture between all pictures."""
        if self._mean is None:
            self._mean = self.styles(range(MEAN_OF)).mean(0)
        return self._mean

    @torch.no_grad()
    def paint(self, styles: Styles) -> Pixels:
        """Pictures ``uint8 [n, 3, side, side]`` of styles ``[n, layers, width]``."""
        found = [
            as_pixels(self.paint_tensor(torch.from_numpy(np.ascontiguousarray(styles[at : at + AT_ONCE], np.float32))))
            for at in range(0, len(styles), AT_ONCE)
        ]
        return np.concatenate(found) if found else np.zeros((0, 3, self.side_px, self.side_px), np.uint8)

    def paint_tensor(self, styles: Tensor) -> Tensor:
        """Pictures ``[n, 3, side, side]`` in -1..1 of styles ``[n, layers, width]``, on the GAN's device; differentiable."""
        painted: Tensor = self.generator(styles.to(self.device))
        return painted


def fresh(settings: GanSettings, seed: int = 1, *, device: str = "auto") -> Gan:
    """A GAN that has seen nothing."""
    return Gan(settings, painter(settings, seed), device=device)


def noise_of(seed: int, latent: int) -> Tensor:
    """Standard normal noise ``float64 [latent]`` of a seed (0 or greater): by NumPy's frozen generator, whose stream no version
    and no machine changes, so that a recipe kept today gives its child for ever."""
    seed = int(seed)
    random = np.random.RandomState([seed & 0xFFFFFFFF, seed >> 32])
    return torch.from_numpy(random.standard_normal(latent))


def as_pixels(pictures: Tensor) -> Pixels:
    """``uint8`` of pictures in -1..1."""
    levels: Pixels = ((pictures + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).cpu().numpy()
    return levels


def as_tensor(pixels: Tensor) -> Tensor:
    """Pictures in -1..1 of ``uint8`` ones."""
    return pixels.float() / 127.5 - 1
