"""What a training has shown its networks so far, kept beside its states.

Whoever goes on with a training may do so on fewer works. What the networks saw before they can still paint, so copies of
those works are looked for as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.gan.aligning import PLANE, lightness
from ml.images import Pixels
from ml.planes import Planes

FACTS, WORKS = "learned.json", "learned-{}.safetensors"


def planes_of(names: Sequence[str]) -> str:
    """The file that holds their planes."""
    return WORKS.format(f"{len(names):07d}")


def no_planes() -> Planes:
    return np.zeros((0, PLANE, PLANE), np.float32)


@dataclass(frozen=True)
class Learned:
    """``names`` of works, and their lightness ``planes`` float32 ``[n, 48, 48]``, 0 to 255."""

    names: tuple[str, ...] = ()
    planes: Planes = field(default_factory=no_planes)

    def joined(self, names: Sequence[str], pixels: Pixels) -> Learned:
        """With works that come to it, RGB ``uint8 [n, 3, h, w]``; those that it holds already stay as they are."""
        known = set(self.names)
        new = [place for place, name in enumerate(names) if name not in known]
        if not new:
            return self
        planes = np.concatenate([self.planes, lightness(pixels[new])])
        return Learned((*self.names, *(names[place] for place in new)), planes)

    def without(self, names: Collection[str]) -> Learned:
        """The works that bear none of these names."""
        gone = set(names)
        kept = [place for place, name in enumerate(self.names) if name not in gone]
        return Learned(tuple(self.names[place] for place in kept), self.planes[kept])

    def save(self, folder: Path) -> None:
        """Write ``learned.json`` and ``learned-0000064.safetensors``: the works' lightness at 48 px, nothing else of them.

        The set only grows, so that what was kept before stays whole until the new is.
        """
        path = folder / planes_of(self.names)
        digest = save_tensors({"planes": torch.from_numpy(self.planes.round().clip(0, 255).astype(np.uint8))}, path)
        save_json({"sha256": digest, "names": list(self.names)}, folder / FACTS)
        for old in set(folder.glob(WORKS.format("*"))) - {path}:
            old.unlink()

    @classmethod
    def load(cls, folder: Path) -> Learned:
        """What ``save`` wrote; nothing where it wrote nothing. Raises ``BadArtefact`` where a file is missing or broken."""
        if not (folder / FACTS).is_file():
            return cls()
        facts = load_json(folder / FACTS)
        names = tuple(str(name) for name in facts.get("names", ()))
        planes = load_tensors(folder / planes_of(names), sha256=str(facts.get("sha256", ""))).get("planes")
        if planes is None or planes.shape != (len(names), PLANE, PLANE):
            raise BadArtefact(f"{FACTS} and {planes_of(names)} do not belong together.")
        return cls(names, planes.float().numpy())
