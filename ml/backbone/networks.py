"""The trunks that turn pictures into features: torchvision's CNNs and a compact one of our own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

COMPACT = "compact"
CLASSIFIERS = ("classifier.", "fc.", "AuxLogits.")


@dataclass(frozen=True)
class Recipe:
    """A trunk's input side in pixels, whether ImageNet's mean and deviation are expected, and its layers' ends.

    ``taps`` are indices into the trunk: the outputs there, pooled, are the features.
    """

    input_px: int
    imagenet_scale: bool
    taps: tuple[int, ...]


RECIPES = {
    COMPACT: Recipe(128, False, (1, 2, 3, 4)),
    "squeezenet1_0": Recipe(224, True, (6, 11, 12)),
    "squeezenet1_1": Recipe(224, True, (7, 11, 12)),
    "mobilenet_v3_large": Recipe(224, True, (6, 12, 16)),
    "mobilenet_v3_small": Recipe(224, True, (3, 8, 12)),
    "efficientnet_b0": Recipe(224, True, (3, 5, 8)),
    "resnet18": Recipe(224, True, (5, 6, 7)),
    "resnet50": Recipe(224, True, (5, 6, 7)),
    "vgg19": Recipe(224, True, (17, 26, 36)),
}


class Stage(nn.Module):
    """Halves the picture's side: a strided convolution, then a residual one."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.depthwise = nn.Conv2d(outputs, outputs, 3, padding=1, groups=outputs, bias=False)
        self.mix = nn.Conv2d(outputs, outputs, 1, bias=False)
        self.mix_norm = nn.BatchNorm2d(outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        halved = torch.relu(self.norm(self.down(inputs)))
        return torch.relu(halved + self.mix_norm(self.mix(self.depthwise(halved))))


def trunk(name: str) -> nn.Sequential:
    """The network ``name`` without its classifier, freshly initialised; ``ValueError`` for an unknown one."""
    if name == COMPACT:
        widths = (3, 24, 48, 96, 160, 256)
        return nn.Sequential(*(Stage(a, b) for a, b in itertools.pairwise(widths)))
    if name not in RECIPES:
        raise ValueError(f"There is no backbone “{name}”. There are: {', '.join(RECIPES)}.")
    import torchvision

    network: Any = getattr(torchvision.models, name)(weights=None)
    if name.startswith("resnet"):
        return nn.Sequential(*list(network.children())[:-2])
    features: nn.Sequential = network.features
    return features


def trunk_state(name: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A torchvision state dict's entries under the trunk's own names."""
    if name.startswith("resnet"):
        order = ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4")
        renamed = {
            key.replace(part, str(place), 1): value
            for key, value in state.items()
            for place, part in enumerate(order)
            if key.startswith(f"{part}.")
        }
        return renamed
    return {key.removeprefix("features."): value for key, value in state.items() if not key.startswith(CLASSIFIERS)}
