"""Layers whose weights begin at a size that keeps the maps' variance, their ``gain``.

Adam moves every weight by about the learning rate, however large it is; a network's ``rates`` multiply the rate by the
gains, so that every layer moves by the same share of its size (the equalised rate of Karras et al. 2018, without its
product at every use).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # keeps the variance over a leaky rectifier (He et al. 2015)


def leaky(inputs: Tensor) -> Tensor:
    return functional.leaky_relu(inputs, SLOPE)


class Dense(nn.Module):
    """``[n, inputs]`` to ``[n, outputs]``."""

    def __init__(self, inputs: int, outputs: int, *, gain: float = 1.0) -> None:
        super().__init__()
        self.gain = gain / math.sqrt(inputs)
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * self.gain)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        return functional.linear(inputs, self.weight, self.bias)


class Convolution(nn.Module):
    """``[n, inputs, h, w]`` to ``[n, outputs, h, w]``, of an odd kernel."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, *, gain: float = 1.0, has_bias: bool = True) -> None:
        super().__init__()
        self.gain = gain / math.sqrt(inputs * kernel**2)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel) * self.gain)
        self.bias = nn.Parameter(torch.zeros(outputs)) if has_bias else None

    def forward(self, inputs: Tensor) -> Tensor:
        padding = self.weight.shape[-1] // 2
        return functional.conv2d(inputs, self.weight, self.bias, padding=padding)


class Modulated(nn.Module):
    """A convolution whose input maps are weighted by a style and whose output maps are brought back to unit size
    (StyleGAN2, Karras et al. 2020).

    Weights of maps are positive, so that they pass a leaky rectifier unchanged: the maps come here already weighted
    (``scales_of``), and go out weighted for the next layer, by one product a layer instead of two and without a copy of
    the kernel for each picture.
    """

    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__()
        self.scales = Dense(width, inputs)
        self.gain = 1 / math.sqrt(inputs * 9)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3) * self.gain)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def scales_of(self, style: Tensor) -> Tensor:
        """What each input map is weighted by, ``[n, inputs]``, of a style ``[n, width]``; 1 for a style of nothing."""
        return functional.softplus(self.scales(style).float()) * (1 / math.log(2))

    def forward(self, maps: Tensor, scales: Tensor, following: Tensor | None = None) -> Tensor:
        """``maps`` ``[n, inputs, h, w]``, weighted by ``scales``; to ``[n, outputs, h, w]``, weighted by ``following``."""
        found = functional.conv2d(maps, self.weight, padding=1)
        if following is None:
            return found + self.bias[:, None, None].to(found.dtype)
        power = scales.square() @ self.weight.square().sum((2, 3)).T
        level = GAIN * torch.rsqrt(power.float() + 1e-6) * following
        bias = self.bias * following
        return leaky(torch.addcmul(spread_over(bias, found), found, spread_over(level, found)))


def spread_over(values: Tensor, maps: Tensor) -> Tensor:
    """Values ``[n, maps]`` in the maps' number type, ready to multiply them."""
    return values[:, :, None, None].to(maps.dtype)


def rates(network: nn.Module) -> dict[str, float]:
    """By what each weight's learning rate is multiplied, by name."""
    return {
        f"{name}.weight": layer.gain
        for name, layer in network.named_modules()
        if isinstance(layer, Dense | Convolution | Modulated)
    }


def doubled(maps: Tensor) -> Tensor:
    return functional.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)


def halved(maps: Tensor) -> Tensor:
    return functional.avg_pool2d(maps, 2)
