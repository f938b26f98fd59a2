"""The feed-forward network: attention between content and style at several depths, and a light decoder.

After Liu, Lin, He et al., "AdaAttN" (ICCV 2021), with what Park & Lee, "SANet" (CVPR 2019) learn identity by. What differs: values
are the style's own normalised features, so that a picture in its own manner is found again; shallow depths take one mean and
deviation (Huang & Belongie 2017), which costs nothing and keeps edges; of a style only some places are kept, so that any
number of tiles asks one small memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.styletransfer.attending import joined, thinned
from ml.styletransfer.losses import TINY, moments, normalised
from ml.styletransfer.settings import NetworkSettings

SLOPE = 0.1
FIRST_CONTRAST = 0.01
ATTENDED_FROM = 4  # pixels between places; finer ones take one mean and deviation
Moments = tuple[Tensor, Tensor]
Share = float | Sequence[Tensor]


@dataclass(frozen=True)
class Memory:
    """What is kept of a style, for each depth: its moments ``[n, c, 1, 1]``; keys ``[n, query, places]`` and normalised values
    ``[n, c, places]`` where there is attention."""

    moments: list[Moments]
    keys: list[Tensor | None]
    values: list[Tensor | None]


class Restylist(nn.Module):
    """From a content's and styles' feature maps to a picture. ``channels`` and ``strides`` are those of its eye."""

    energies: Tensor

    def __init__(self, channels: Sequence[int], strides: Sequence[int], settings: NetworkSettings) -> None:
        super().__init__()
        self.strides, self.settings = tuple(strides), settings
        self.attends = [stride >= ATTENDED_FROM for stride in strides]
        known = [sum(channels[: depth + 1]) for depth in range(len(channels))]
        self.queries = nn.ModuleList(nn.Conv2d(size, settings.query, 1) for size in known)
        self.keys = nn.ModuleList(nn.Conv2d(size, settings.query, 1) for size in known)
        self.decoder = Decoder(channels, strides, settings)
        self.register_buffer("energies", torch.ones(len(channels)))

    @torch.no_grad()
    def measure(self, maps: Sequence[Tensor]) -> None:
        """Note how large the eye's numbers are at each depth, from some pictures' maps: networks differ a hundredfold."""
        self.energies.copy_(torch.stack([layer.square().mean().sqrt().clamp_min(TINY) for layer in maps]))

    def remember(self, maps: Sequence[Tensor]) -> Memory:
        """The memory of a style of these maps ``[n, c, h, w]``."""
        found = [moments(layer) for layer in maps]
        own = [normalised(layer, each) for layer, each in zip(maps, found, strict=True)]
        keys: list[Tensor | None] = []
        values: list[Tensor | None] = []
        for depth, attends in enumerate(self.attends):
            keys.append(
                self.keys[depth](thinned(joined(own[: depth + 1]), self.settings.memory)).flatten(2)
                if attends
                else None
            )
            values.append(thinned(own[depth], self.settings.memory).flatten(2) if attends else None)
        return Memory(found, keys, values)

    def restyled(
        self, maps: Sequence[Tensor], own: Sequence[Moments], styles: Sequence[tuple[Share, Memory]]
    ) -> list[Tensor]:
        """The content's maps with, at each place, the means and deviations of the styles, mixed by share.

        ``own``: the content's moments over the whole picture, of which ``maps`` may be a tile. A share is a number or a map
        ``[1, 1, h, w]`` for each depth.
        """
        plain = [normalised(layer, each) for layer, each in zip(maps, own, strict=True)]
        return [self.mixed(plain, depth, styles) for depth in range(len(maps))]

    def mixed(self, plain: list[Tensor], depth: int, styles: Sequence[tuple[Share, Memory]]) -> Tensor:
        query = self.queries[depth](joined(plain[: depth + 1])).flatten(2) if self.attends[depth] else None
        mean: Tensor | float = 0.0
        deviation: Tensor | float = 0.0
        for share, memory in styles:
            own_mean, own_deviation = found_in(memory, depth, query, plain[depth].shape[2:])
            part = share if isinstance(share, float) else share[depth]
            mean, deviation = mean + part * own_mean, deviation + part * own_deviation
        return deviation * plain[depth] + mean

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """A picture ``[n, 3, h, w]``, about 0..1, from maps, restyled or not."""
        scaled: Tensor = self.decoder([layer / energy for layer, energy in zip(maps, self.energies, strict=True)])
        return scaled


def found_in(memory: Memory, depth: int, query: Tensor | None, size: torch.Size) -> Moments:
    """The memory's mean and deviation for each place of the query; those of the whole style where nothing is asked."""
    mean, deviation = memory.moments[depth]
    keys, values = memory.keys[depth], memory.values[depth]
    if query is None or keys is None or values is None:
        return mean, deviation
    asked = torch.softmax((query.transpose(1, 2) @ keys).float() * keys.shape[1] ** -0.5, dim=2).to(values.dtype)
    both = asked @ torch.cat([values, values.square()], dim=1).transpose(1, 2)
    at, square = both.float().transpose(1, 2).unflatten(2, size).chunk(2, dim=1)
    spread = (square - at.square()).clamp_min(TINY).sqrt()
    return mean + deviation * at, deviation * spread


class Decoder(nn.Module):
    """From maps to a picture. At each level, deep to shallow: a convolution to its width, the side doubled, the depth's own map
    added where the eye has one, and a convolution that joins them. ``skips``: without them only the deepest map is used."""

    def __init__(
        self, channels: Sequence[int], strides: Sequence[int], settings: NetworkSettings, *, skips: bool = True
    ) -> None:
        super().__init__()
        self.strides = tuple(strides)
        self.levels = [strides[-1] // 2**step for step in range(strides[-1].bit_length())]
        widths = [min(settings.widest, settings.width * stride) for stride in self.levels]
        self.taken, self.narrowed, self.joined = nn.ModuleDict(), nn.ModuleDict(), nn.ModuleDict()
        for place, (stride, width) in enumerate(zip(self.levels, widths, strict=True)):
            if stride in self.strides and (skips or place == 0):
                self.taken[str(stride)] = nn.Conv2d(channels[self.strides.index(stride)], width, 1)
            if place:
                self.narrowed[str(stride)] = nn.Conv2d(widths[place - 1], width, 3, padding=1)
            self.joined[str(stride)] = nn.Conv2d(width, width, 3, padding=1)
        self.last = nn.Conv2d(widths[-1], 3, 3, padding=1)
        nn.init.normal_(self.last.weight, std=FIRST_CONTRAST)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        layer: Tensor | None = None
        for stride in self.levels:
            parts = []
            if layer is not None:
                narrow = functional.leaky_relu(self.narrowed[str(stride)](layer), SLOPE)
                parts.append(functional.interpolate(narrow, scale_factor=2.0, mode="nearest"))
            if str(stride) in self.taken:
                parts.append(self.taken[str(stride)](maps[self.strides.index(stride)]))
            whole = parts[0] if len(parts) == 1 else parts[0] + parts[1]
            layer = whole + functional.leaky_relu(self.joined[str(stride)](functional.leaky_relu(whole, SLOPE)), SLOPE)
        painted: Tensor = self.last(layer).float() + 0.5
        return painted
