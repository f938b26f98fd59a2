"""``Eye``: feature maps at several depths, through which pictures can be changed. No picture is judged by pixels alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.artefacts import BadArtefact, file_sha256, load_json, load_tensors, save_json, save_tensors
from ml.backbone import COMPACT, RECIPES
from ml.backbone.features import scaled
from ml.backbone.interface import Provenance
from ml.backbone.networks import Recipe, trunk
from ml.devices import choose, has_fast_bfloat16
from ml.styletransfer.strokes import STROKES, strokes
from ml.training.form import Form


@dataclass(frozen=True)
class Depths:
    """Where a trunk is tapped (indices into it), the stride of each tap in pixels, and what to pad so that places line up:
    with ``pad`` pixels around it, a picture whose sides are multiples of the last stride gives maps of exactly side / stride.
    """

    taps: tuple[int, ...]
    strides: tuple[int, ...]
    pad: int = 0


DEPTHS = {
    STROKES: Depths((1, 3, 5, 7), (1, 2, 4, 8)),
    COMPACT: Depths((0, 1, 2, 3), (2, 4, 8, 16)),
    "vgg19": Depths((1, 6, 11, 20, 29), (1, 2, 4, 8, 16)),
    "squeezenet1_0": Depths((1, 4, 7, 12), (2, 4, 8, 16), 3),
    "squeezenet1_1": Depths((1, 4, 7, 12), (2, 4, 8, 16), 1),
    "mobilenet_v3_large": Depths((1, 3, 6, 12), (2, 4, 8, 16)),
    "mobilenet_v3_small": Depths((0, 1, 3, 8), (2, 4, 8, 16)),
    "efficientnet_b0": Depths((1, 2, 3, 5), (2, 4, 8, 16)),
    "resnet18": Depths((2, 4, 5, 6), (2, 4, 8, 16)),
    "resnet50": Depths((2, 4, 5, 6), (2, 4, 8, 16)),
}
OWN_SCALE = Recipe(128, False, ())
CONTENT_STRIDE = 8


class Eye:
    """A frozen trunk, tapped. Gradients pass through it to the picture, none into it."""

    def __init__(self, name: str, network: nn.Sequential, provenance: Provenance, *, device: str = "auto") -> None:
        if name not in DEPTHS:
            raise ValueError(f"There is no eye “{name}”. There are: {', '.join(DEPTHS)}.")
        self.name, self.provenance, self.depths = name, provenance, DEPTHS[name]
        self.recipe = RECIPES.get(name, OWN_SCALE)
        self.form = quick_form(device)
        self.trunk = network[: max(self.depths.taps) + 1].eval().float().requires_grad_(False)
        self.form.prepare(self.trunk)
        side = 4 * self.depths.strides[-1]
        with torch.no_grad():
            seen = self.maps(torch.zeros(1, 3, side, side, device=self.form.device))
        self.channels = tuple(layer.shape[1] for layer in seen)

    @property
    def strides(self) -> tuple[int, ...]:
        return self.depths.strides

    @property
    def content_layer(self) -> int:
        """Which tap tells what is shown: the one whose places are eight pixels apart."""
        return self.strides.index(CONTENT_STRIDE)

    @property
    def device(self) -> str:
        return self.form.device

    def maps(self, unit: Tensor) -> list[Tensor]:
        """The tapped layers, shallow to deep, float32 ``[n, channels, h / stride, w / stride]`` (sizes rounded up or down).

        ``unit``: RGB ``float32 [n, 3, h, w]`` in 0..1 on the eye's device; differentiable with respect to it.
        """
        pad = self.depths.pad
        layer = functional.pad(unit, (pad,) * 4, mode="reflect") if pad else unit
        layer, found = self.form.place(scaled(layer, self.recipe)), []
        with self.form.autocast():
            for index, module in enumerate(self.trunk):
                layer = module(layer)
                if index in self.depths.taps:
                    found.append(layer)
        return [layer.float() for layer in found]

    def facts(self) -> dict[str, Any]:
        return {"name": self.name, "provenance": asdict(self.provenance)}

    def tensors(self) -> dict[str, Tensor]:
        return {name: value for name, value in self.trunk.state_dict().items() if value.is_floating_point()}

    def save(self, folder: Path, *, dtype: torch.dtype = torch.float16) -> None:
        """Write ``eye.safetensors`` and ``eye.json``."""
        digest = save_tensors(
            {name: value.to(dtype) for name, value in self.tensors().items()}, folder / "eye.safetensors"
        )
        save_json(self.facts() | {"sha256": digest}, folder / "eye.json")

    @classmethod
    def load(cls, folder: Path, *, device: str = "auto") -> Eye:
        """A kept eye; ``BadArtefact`` where its files are broken."""
        facts = load_json(folder / "eye.json")
        tensors = load_tensors(folder / "eye.safetensors", sha256=str(facts.get("sha256", "")))
        try:
            name, provenance = str(facts["name"]), Provenance(**facts["provenance"])
            network = network_of(name)[: max(DEPTHS[name].taps) + 1]
        except (KeyError, TypeError, ValueError) as error:
            raise BadArtefact(f"eye.json in {folder.name} names no eye that is known here.") from error
        fill(network, tensors, name)
        return cls(name, network, provenance, device=device)

    @classmethod
    def of_file(cls, path: Path, *, name: str = "", device: str = "auto") -> Eye:
        """The eye of a safetensors file of weights named after its network; ``BadArtefact`` where it does not fit."""
        from ml.backbone.weights import from_file, name_of_file

        name = name or name_of_file(path)
        origin = f"{path.name} {file_sha256(path)[:12]}"
        return cls(name, from_file(name, path), Provenance("file", origin), device=device)


def network_of(name: str) -> nn.Sequential:
    return strokes() if name == STROKES else trunk(name)


def fill(network: nn.Sequential, tensors: Mapping[str, Tensor], name: str) -> None:
    """Put kept tensors in; those of layers deeper than the network's are left out. Raises ``BadArtefact``."""
    own = network.state_dict()
    try:
        whole = {
            key: tensors[key].to(value.dtype) if value.is_floating_point() else value for key, value in own.items()
        }
        network.load_state_dict(whole)
    except (KeyError, RuntimeError) as error:
        raise BadArtefact(f"The kept weights are not those of {name}.") from error


def quick_form(device: str = "auto") -> Form:
    """How networks run here: bfloat16 and channels-last on a GPU or a CPU that multiplies matrices in it, else float32."""
    kind = choose(device).device
    if kind == "cuda":
        return Form(
            kind, torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32, True
        )
    is_quick = kind == "cpu" and has_fast_bfloat16()
    return Form(kind, torch.bfloat16 if is_quick else torch.float32, is_quick)
