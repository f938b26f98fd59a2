"""``Senses``: a backbone and what was fitted on a catalogue, so that one look at pictures fills every space."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.backbone.features import Projection, fit_projection
from ml.backbone.interface import Backbone, part
from ml.images import Pixels
from ml.similarity.names import HAND, SENSES
from ml.similarity.spaces import COMPACTIONS, features
from ml.similarity.spreads import Spread, Vectors, measure
from ml.surfaces import Surfaces, fit_surfaces, surfaces_of

Hand = Callable[[Pixels], Vectors]
TENSORS, FACTS = "senses.safetensors", "senses.json"


class Senses:
    """Turns pictures into one unit vector a sense.

    ``hand``: what attribution learned, pictures ``uint8 [n, 3, h, w]`` to unit vectors ``[n, d]``; without it the
    senses are the four that need no labels. ``spreads`` holds how far apart the catalogue's pictures lie, by sense.
    """

    def __init__(
        self,
        backbone: Backbone,
        projections: Mapping[str, Projection],
        spreads: Mapping[str, Spread] | None = None,
        *,
        hand: Hand | None = None,
    ) -> None:
        self.backbone, self.hand = backbone, hand
        self.projections = {name: each.to(backbone.plan.device) for name, each in projections.items()}
        blank = np.zeros((1, 3, backbone.input_px, backbone.input_px), np.uint8)
        self.dimensions = {name: vectors.shape[1] for name, vectors in self.look(blank).items()}
        self.spreads = dict(spreads or {})
        self.surfaces: Surfaces | None = None

    @property
    def input_px(self) -> int:
        return self.backbone.input_px

    @property
    def batch_size(self) -> int:
        return self.backbone.plan.batch_size

    def with_hand(self, hand: Hand) -> Senses:
        """The same senses and one more."""
        more = Senses(self.backbone, self.projections, self.spreads, hand=hand)
        more.surfaces = self.surfaces
        return more

    def is_unlike(self, square: Pixels) -> bool:
        """Whether ``uint8 [3, input_px, input_px]`` looks like none of the pictures that the senses were fitted on: it may be no
        artwork. False where they were too few to say."""
        return self.surfaces is not None and self.surfaces.is_unlike(square)

    def look(self, batch: Pixels) -> dict[str, Vectors]:
        """Unit vectors ``float32 [n, d]`` by sense, of RGB pictures ``uint8 [n, 3, input_px, input_px]``."""
        found = {name: self.project(name, raw) for name, raw in self.raw(batch).items()}
        if self.hand is not None:
            found[HAND] = self.hand(batch)
        return found

    @torch.inference_mode()
    def raw(self, batch: Pixels) -> dict[str, Tensor]:
        """Features before they are made small, by sense, in one pass through the network."""
        unit = self.backbone.plan.place(torch.from_numpy(batch)) / 255
        return features(self.backbone.maps(batch), unit)

    @torch.inference_mode()
    def project(self, name: str, raw: Tensor) -> Vectors:
        projection = self.projections.get(name)
        vectors: Tensor = functional.normalize(raw) if projection is None else projection(raw)
        return vectors.cpu().numpy()

    def save(self, folder: Path) -> None:
        """Write ``senses.safetensors`` and ``senses.json`` beside the backbone's own files, and those as well."""
        self.backbone.save(folder)
        tensors = {
            f"{name}.{key}": value
            for name, projection in self.projections.items()
            for key, value in projection.state_dict().items()
        }
        if self.surfaces is not None:
            tensors |= {name: torch.from_numpy(value) for name, value in self.surfaces.tensors().items()}
        digest = save_tensors(tensors, folder / TENSORS) if tensors else ""
        spreads = {name: spread.as_json() for name, spread in self.spreads.items()}
        save_json({"sha256": digest, "dimensions": self.dimensions, "spreads": spreads}, folder / FACTS)


def fit(backbone: Backbone, sample: Pixels | None, *, hand: Hand | None = None) -> Senses:
    """Senses fitted on ``sample`` pictures; with fewer than 32 of them features stay as long as they are."""
    if sample is None or len(sample) == 0:
        return Senses(backbone, {}, hand=hand)
    bare, size = Senses(backbone, {}), backbone.plan.batch_size
    seen = [bare.raw(sample[at : at + size]) for at in range(0, len(sample), size)]
    raw = {name: torch.cat([each[name].cpu() for each in seen]) for name in COMPACTIONS}
    projections = {
        name: projection
        for name, way in COMPACTIONS.items()
        if (projection := fit_projection(raw[name], most=way.most, evenness=way.evenness)) is not None
    }
    senses = Senses(backbone, projections, hand=hand)
    spreads = {name: measure(senses.project(name, raw[name].to(backbone.plan.device))) for name in raw}
    if hand is not None:
        spreads[HAND] = measure(np.concatenate([hand(sample[at : at + size]) for at in range(0, len(sample), size)]))
    senses.spreads, senses.surfaces = spreads, fit_surfaces(surfaces_of(sample))
    return senses


def load(folder: Path, backbone: Backbone, *, hand: Hand | None = None) -> Senses:
    """Saved senses around their loaded backbone. Raises ``BadArtefact`` where the files are broken."""
    facts = load_json(folder / FACTS)
    tensors = load_tensors(folder / TENSORS, sha256=str(facts["sha256"])) if facts.get("sha256") else {}
    projections = {}
    for name in SENSES:
        if found := part(tensors, f"{name}."):
            projections[name] = Projection(*found["axes"].shape)
            projections[name].load_state_dict(found)
    spreads = {name: Spread.of_json(kept) for name, kept in dict(facts.get("spreads", {})).items()}
    senses = Senses(backbone, projections, spreads, hand=hand)
    senses.surfaces = Surfaces.from_tensors({name: value.numpy() for name, value in tensors.items()})
    expected = {name: size for name, size in dict(facts["dimensions"]).items() if name != HAND}
    if any(senses.dimensions[name] != size for name, size in expected.items()):
        raise BadArtefact(f"{FACTS} and {TENSORS} do not belong together.")
    return senses
