"""What is compared, against references written as the formulas stand in the papers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ml.styletransfer.attending import attended, thinned
from ml.styletransfer.colours import luminance, with_colours_of
from ml.styletransfer.judging import content_distance
from ml.styletransfer.losses import gram_of, moments, moments_loss, normalised, relative, style_loss, total_variation
from ml.styletransfer.pyramid import put_together, taken_apart
from ml.styletransfer.targets import covers


def layer(*shape: int, seed: int = 1) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_a_gram_matrix_is_the_mean_product_of_channels_over_places() -> None:
    maps = layer(1, 3, 4, 5)
    naive = [
        [sum(float(maps[0, a, i, j] * maps[0, b, i, j]) for i in range(4) for j in range(5)) / 20 for b in range(3)]
        for a in range(3)
    ]
    assert np.allclose(gram_of(maps)[0], naive)


def test_a_weighted_gram_matrix_counts_marked_places_only() -> None:
    maps, weight = layer(1, 3, 4, 6), torch.zeros(1, 1, 4, 6, dtype=torch.float64)
    weight[..., :3] = 1
    assert torch.allclose(gram_of(maps, weight), gram_of(maps[..., :3]))


def test_a_loss_is_a_share_of_its_targets_own_energy() -> None:
    target = layer(2, 3, 4, 4)
    assert float(relative(target, target)) == 0
    assert float(relative(torch.zeros_like(target), target)) == pytest.approx(1)
    assert float(relative(1000 * target + 10, 1000 * target)) == pytest.approx(float(relative(target + 0.01, target)))


def test_moments_are_means_and_deviations_of_channels() -> None:
    maps = layer(1, 2, 5, 5)
    mean, deviation = moments(maps)
    assert mean.flatten().tolist() == pytest.approx([float(maps[0, c].mean()) for c in range(2)])
    assert deviation.flatten().tolist() == pytest.approx(
        [float(maps[0, c].std(correction=0)) for c in range(2)], rel=1e-4
    )
    plain = normalised(maps)
    assert float(plain.mean()) == pytest.approx(0, abs=1e-9)
    assert float(plain[0, 0].std(correction=0)) == pytest.approx(1, rel=0.01)


def test_losses_are_nothing_for_the_style_itself_and_do_not_mind_where_things_stand() -> None:
    maps = [layer(1, 4, 6, 6), layer(1, 5, 3, 3, seed=2)]
    turned = [each.flip(3) for each in maps]
    assert float(style_loss(turned, [gram_of(each) for each in maps])) == pytest.approx(0, abs=1e-12)
    assert float(moments_loss(turned, [moments(each) for each in maps])) == pytest.approx(0, abs=1e-12)


def test_gradients_are_those_of_finite_differences() -> None:
    target = gram_of(layer(1, 3, 5, 5, seed=7))
    maps = layer(1, 3, 5, 5).requires_grad_(True)

    def whole(given: Tensor) -> Tensor:
        return (
            style_loss([given], [target]) + total_variation(given) + moments_loss([given], [moments(layer(1, 3, 5, 5))])
        )

    assert torch.autograd.gradcheck(whole, (maps,), eps=1e-6, atol=1e-5)


def test_attention_finds_weighted_means_and_deviations() -> None:
    query, key, value = layer(1, 4, 2, 3), layer(1, 4, 3, 3, seed=2), layer(1, 2, 3, 3, seed=3)
    mean, deviation = attended(query, key, value, sharpness=3.0)
    asked = query[0, :, 1, 2].numpy()
    keys, values = key[0].flatten(1).numpy(), value[0].flatten(1).numpy()
    likeness = [3 * asked @ k / np.linalg.norm(asked) / np.linalg.norm(k) for k in keys.T]
    shares = np.exp(likeness) / np.exp(likeness).sum()
    naive = values @ shares
    assert mean[0, :, 1, 2].tolist() == pytest.approx(naive.tolist())
    spread = [
        math.sqrt(sum(s * (v - m) ** 2 for s, v in zip(shares, row, strict=True)))
        for row, m in zip(values, naive, strict=True)
    ]
    assert deviation[0, :, 1, 2].tolist() == pytest.approx(spread, rel=1e-6)


def test_sharp_attention_finds_the_same_place_again() -> None:
    maps = layer(1, 8, 4, 4)
    mean, deviation = attended(maps, maps, maps, sharpness=3000.0)
    assert torch.allclose(mean, maps, atol=1e-3)
    assert float(deviation.max()) < 0.05


def test_thinning_keeps_real_places() -> None:
    maps = layer(1, 2, 40, 30)
    few = thinned(maps, 100)
    assert few[0, 0].numel() <= 100
    assert set(few[0, 0].flatten().tolist()) <= set(maps[0, 0].flatten().tolist())


def test_smoothness_counts_steps_between_neighbours() -> None:
    flat = torch.full((1, 3, 4, 4), 0.5)
    edge = flat.clone()
    edge[..., 2:] = 1
    assert float(total_variation(flat)) == 0
    assert float(total_variation(edge)) == pytest.approx(0.5 / 3)


def test_a_pyramid_is_the_picture() -> None:
    unit = layer(1, 3, 45, 70)
    parts = taken_apart(unit)
    assert len(parts) > 2
    assert torch.allclose(put_together(parts), unit)


def test_kept_colours_have_the_results_lightness_and_the_contents_hue() -> None:
    content, result = layer(1, 3, 6, 6), layer(1, 3, 6, 6, seed=5)
    kept = with_colours_of(content, result)
    assert torch.allclose(luminance(kept), luminance(result), atol=1e-6)
    assert 0 <= float(kept.min()) <= float(kept.max()) <= 1 + 1e-9
    chroma, own = content - luminance(content), kept - luminance(kept)
    assert float(torch.nn.functional.cosine_similarity(chroma, own, dim=1).min()) > 0.999


def test_covers_add_up_to_one_and_follow_the_masks() -> None:
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., :4] = 1
    left, right = covers([torch.zeros(1, 2, 4, 4)], [0.5, 0.5], [mask, 1 - mask])
    assert torch.equal(left[0] + right[0], torch.ones(1, 1, 4, 4))
    assert torch.equal(left[0][0, 0, 0], torch.tensor([1.0, 1, 0, 0]))
    bare, _other = covers([torch.zeros(1, 2, 4, 4)], [0.25, 0.75], [mask, mask])
    assert torch.equal(bare[0], torch.full((1, 1, 4, 4), 0.25))


def test_content_distance_is_of_directions() -> None:
    maps = [layer(1, 4, 3, 3)]
    assert content_distance(maps, [5 * maps[0]]) == pytest.approx(0, abs=1e-6)
    assert content_distance(maps, [-maps[0]]) == pytest.approx(4)
