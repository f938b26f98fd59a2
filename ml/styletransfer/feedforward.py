"""``Restyler``: any content in the manner of any styles, in one pass, at any size."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy.typing as npt
import torch

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.images import Pixels
from ml.reporter import Reporter, SilentReporter
from ml.styletransfer.colours import grey, grey_like, with_colours_of
from ml.styletransfer.measuring import measured, shrunk
from ml.styletransfer.network import Memory, Restylist
from ml.styletransfer.pictures import (
    Restyled,
    Style,
    UnsuitablePicture,
    check,
    memory_minded,
    to_pixels,
    to_unit,
)
from ml.styletransfer.piecewise import Piecewise, whole_steps
from ml.styletransfer.seeing import Eye
from ml.styletransfer.settings import NetworkSettings

PACKAGED = Path(__file__).parent / "packaged"
TILE_PX = 512
STYLE_PX = 512


class Restyler:
    """A trained network and the eye that it belongs to, which is kept with it."""

    def __init__(self, eye: Eye, network: Restylist, facts: dict[str, Any] | None = None) -> None:
        self.eye, self.facts = eye, facts or {}
        self.network = network.eval().requires_grad_(False)
        eye.form.prepare(self.network)

    @classmethod
    def load(cls, folder: Path, *, device: str = "auto") -> Restyler:
        """A kept restyler; ``BadArtefact`` where its files are broken or of another eye."""
        eye = Eye.load(folder, device=device)
        facts = load_json(folder / "restyler.json")
        tensors = load_tensors(folder / "weights.safetensors", sha256=str(facts.get("sha256", "")))
        try:
            network = Restylist(eye.channels, eye.strides, NetworkSettings(**facts["network"]))
            network.load_state_dict({name: value.float() for name, value in tensors.items()})
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise BadArtefact(
                f"The weights in {folder.name} are not those of a restyler with the eye {eye.name}."
            ) from error
        return cls(eye, network, dict(facts.get("facts", {})))

    def save(self, folder: Path, *, dtype: torch.dtype = torch.float16) -> None:
        """Write ``weights.safetensors`` and ``restyler.json`` beside the eye's files."""
        self.eye.save(folder)
        weights = {name: value.to(dtype) for name, value in self.network.state_dict().items()}
        digest = save_tensors(weights, folder / "weights.safetensors")
        told = {"sha256": digest, "network": asdict(self.network.settings), "eye": self.eye.name, "facts": self.facts}
        save_json(told, folder / "restyler.json")

    @torch.inference_mode()
    def remember(self, style: Pixels, *, like: Pixels | None = None) -> Memory:
        """The memory of a style, made once however many tiles and pictures ask it; ``like``: without colour, as light as that."""
        unit = to_unit(style, self.eye.device)
        if like is not None:
            unit = grey_like(unit, to_unit(like, self.eye.device))
        maps = self.eye.maps(whole_steps(shrunk(unit, STYLE_PX)))
        with self.eye.form.autocast():
            return self.network.remember(maps)

    @torch.inference_mode()
    def apply(
        self,
        content: Pixels,
        styles: Sequence[Style],
        *,
        strength: float = 1.0,
        tile_px: int = TILE_PX,
        keep_colours: bool = False,
        content_mask: npt.NDArray | None = None,
        reporter: Reporter | None = None,
    ) -> Restyled:
        """``content`` ``uint8 [3, h, w]`` in the manner of the styles, of the same size.

        ``strength`` 0 (the content) to 1; ``tile_px``: longest edge done at once, 64 or more; masks as for ``restyle``.
        Raises ``UnsuitablePicture``, ``NotEnoughMemory``, ``Cancelled``.
        """
        check(content, styles, content_mask)
        if not 0 <= strength <= 1 or tile_px < 64:
            raise UnsuitablePicture("The strength lies between 0 and 1, and a tile has 64 pixels or more.")
        start = time.perf_counter()
        with memory_minded():
            whole = to_unit(content, self.eye.device)
            shown = grey(whole) if keep_colours else whole
            memories = [self.remember(style.pixels, like=content if keep_colours else None) for style in styles]
            unit = Piecewise(
                self.eye, self.network, shown, styles, memories, strength, tile_px, reporter or SilentReporter()
            ).run()
            unit = with_colours_of(whole, unit.clamp(0, 1)) if keep_colours else unit.clamp(0, 1)
            if content_mask is not None:
                mask = torch.from_numpy(content_mask).to(whole.device).float()
                unit = whole + mask * (unit - whole)
            seconds = time.perf_counter() - start
            losses = measured(self.eye, unit, whole, styles)
        return Restyled(to_pixels(unit), *losses, seconds)


def fresh(eye: Eye, settings: NetworkSettings | None = None, *, seed: int = 1) -> Restyler:
    """A restyler that has learned nothing yet, always the same."""
    torch.manual_seed(seed)
    return Restyler(eye, Restylist(eye.channels, eye.strides, settings or NetworkSettings()))


def packaged(*, device: str = "auto") -> Restyler:
    """The restyler that comes with the house, trained on pictures of the demo's own atelier alone."""
    return Restyler.load(PACKAGED, device=device)
