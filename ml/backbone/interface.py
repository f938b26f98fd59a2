"""``Backbone``: what the rest of the house knows of networks that see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.backbone.features import FeatureNet, Projection, fit_projection
from ml.backbone.networks import RECIPES, trunk
from ml.devices import Plan, choose, fastest
from ml.images import Pixels


@dataclass(frozen=True)
class Provenance:
    """Where a backbone's weights are from: ``source`` is ``file``, ``download``, ``trained`` or ``untrained``.

    ``origin`` is a file's name, an address, or how many pictures it was trained on.
    """

    source: str
    origin: str = ""


class Backbone:
    """A network, its projection fitted on a catalogue, and the form in which it runs."""

    def __init__(
        self, name: str, network: nn.Sequential, projection: Projection | None, provenance: Provenance, plan: Plan
    ) -> None:
        self.name, self.provenance, self.plan = name, provenance, plan
        self.input_px = RECIPES[name].input_px
        self._features = plan.prepare(FeatureNet(network, RECIPES[name]))
        self._projection = projection.to(plan.device) if projection is not None else None
        self.dimensions = int(self.embed(np.zeros((1, 3, self.input_px, self.input_px), np.uint8)).shape[1])

    @torch.inference_mode()
    def embed(self, batch: Pixels) -> npt.NDArray[np.float32]:
        """Unit vectors ``float32 [n, dimensions]`` of RGB pictures ``uint8 [n, 3, input_px, input_px]``."""
        features = self.raw(batch)
        vectors = functional.normalize(features) if self._projection is None else self._projection(features)
        return vectors.cpu().numpy()

    @torch.inference_mode()
    def raw(self, batch: Pixels) -> Tensor:
        """The features before they are projected, float32."""
        found: Tensor = self._features(self.plan.place(torch.from_numpy(batch)) / 255)
        return found.float()

    @torch.inference_mode()
    def maps(self, batch: Pixels) -> list[Tensor]:
        """Feature maps of the tapped layers, shallow to deep, float32 ``[n, channels, h, w]`` on the backbone's device.

        ``batch``: RGB ``uint8 [n, 3, h, w]``; a picture larger than ``input_px`` is seen in finer detail.
        """
        return cast(FeatureNet, self._features).maps(self.plan.place(torch.from_numpy(batch)) / 255)

    def differentiable_maps(self, unit: Tensor) -> list[Tensor]:
        """The same layers of RGB in 0..1, ``[n, 3, h, w]``, through which a gradient flows back to the pictures."""
        return cast(FeatureNet, self._features).maps(self.plan.place(unit))

    def save(self, folder: Path) -> None:
        """Write ``weights.safetensors`` and ``backbone.json``."""
        trunk: torch.nn.Module = self._features.get_submodule("trunk")
        tensors = {f"trunk.{name}": value.float() for name, value in trunk.state_dict().items()}
        if self._projection is not None:
            tensors |= {f"projection.{name}": value for name, value in self._projection.state_dict().items()}
        digest = save_tensors(tensors, folder / "weights.safetensors")
        facts = {"name": self.name, "sha256": digest, "provenance": asdict(self.provenance)}
        save_json(facts | {"dimensions": self.dimensions}, folder / "backbone.json")


def build(
    name: str,
    network: nn.Sequential,
    provenance: Provenance,
    *,
    sample: Pixels | None = None,
    device: str = "auto",
) -> Backbone:
    """A backbone of a filled trunk; ``sample`` pictures (32 or more) fit the projection."""
    plan = choose(device)
    bare = Backbone(name, network, None, provenance, plan)
    if sample is None or len(sample) == 0:
        return bare
    batches = range(0, len(sample), plan.batch_size)
    features = torch.cat([bare.raw(sample[at : at + plan.batch_size]).cpu() for at in batches])
    return Backbone(name, network, fit_projection(features), provenance, plan)


def untrained(name: str, *, device: str = "auto", seed: int = 1) -> Backbone:
    """The network ``name`` as it is before it has seen anything: what a figure is worth is what it has over this."""
    torch.manual_seed(seed)
    return build(name, trunk(name), Provenance("untrained"), device=device)


def load(folder: Path, *, device: str = "auto", for_bulk: bool = False) -> Backbone:
    """A saved backbone; ``BadArtefact`` where its files are broken. ``for_bulk`` times the quickest form first."""
    facts = load_json(folder / "backbone.json")
    tensors = load_tensors(folder / "weights.safetensors", sha256=str(facts.get("sha256", "")))
    name = str(facts["name"])
    network = FeatureNet(trunk(name), RECIPES[name]).trunk
    try:
        network.load_state_dict(part(tensors, "trunk."))
    except RuntimeError as error:
        raise BadArtefact(f"The kept weights are not those of {name}.") from error
    projection = None
    if found := part(tensors, "projection."):
        projection = Projection(*found["axes"].shape)
        projection.load_state_dict(found)
    plan = choose(device)
    if for_bulk:
        plan = fastest(plan, fresh(name), RECIPES[name].input_px)
    return Backbone(name, network, projection, Provenance(**facts["provenance"]), plan)


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def fresh(name: str) -> Callable[[], nn.Module]:
    return lambda: FeatureNet(trunk(name), RECIPES[name])
