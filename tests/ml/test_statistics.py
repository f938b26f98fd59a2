"""Statistics of layers: places are forgotten, inner products are kept."""

from __future__ import annotations

import numpy as np
import torch

from ml.backbone import RECIPES, build
from ml.backbone.interface import Provenance
from ml.backbone.networks import COMPACT, trunk
from ml.backbone.statistics import channel_statistics, gram, upper_triangle


def test_statistics_and_gram_forget_where_things_stand() -> None:
    layer = torch.rand(2, 3, 4, 5)
    moved = layer.flatten(2)[:, :, torch.randperm(20)].view(2, 3, 4, 5)
    for left, right in zip(channel_statistics(layer), channel_statistics(moved), strict=True):
        assert torch.allclose(left, right, atol=1e-6)
    assert torch.allclose(gram(layer), gram(moved), atol=1e-6)


def test_gram_is_the_mean_product_of_two_channels() -> None:
    layer = torch.rand(1, 2, 3, 3)
    assert torch.allclose(gram(layer)[0, 0, 1], (layer[0, 0] * layer[0, 1]).mean())


def test_the_upper_triangle_keeps_inner_products() -> None:
    left, right = gram(torch.rand(1, 4, 6, 6)), gram(torch.rand(1, 4, 6, 6))
    assert torch.allclose((upper_triangle(left) * upper_triangle(right)).sum(), (left * right).sum(), rtol=1e-5)


def test_a_backbone_gives_its_layers_of_pictures_of_any_side() -> None:
    backbone = build(COMPACT, trunk(COMPACT), Provenance("untrained"), device="cpu")
    for side in (128, 192):
        maps = backbone.maps(np.zeros((2, 3, side, side), np.uint8))
        assert [layer.shape[1] for layer in maps] == [48, 96, 160, 256]
        assert len(maps) == len(RECIPES[COMPACT].taps)
        assert maps[0].shape[2] == side // 4
