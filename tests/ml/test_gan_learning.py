"""What the losses, the penalties and the variations do; and that a short training brings paintings nearer to the set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from ml.gan.augmenting import adapt, vary
from ml.gan.discriminator import spread
from ml.gan.losses import exact_slope, judge_loss, nudged, painter_loss, sampled_slope, still
from ml.gan.model import Gan
from ml.gan.networks import judge, painter
from ml.gan.settings import GanSettings
from ml.gan.watching import thumbs
from tests.ml.playing import BRIEF, TINY, easy, play


def test_the_relativistic_losses_ask_only_who_is_rated_above_whom() -> None:
    real, painted = torch.tensor([5.0, 7.0]), torch.tensor([4.0, 6.0])
    assert judge_loss(real, painted, "relativistic") == judge_loss(real + 100, painted + 100, "relativistic")
    assert judge_loss(real, painted, "relativistic") < painter_loss(real, painted, "relativistic")


def test_the_classic_losses_are_binary_cross_entropies() -> None:
    real, painted = torch.tensor([2.0, -1.0]), torch.tensor([0.5, 1.5])
    entropy = torch.nn.BCELoss()
    wanted = (entropy(real.sigmoid(), torch.ones(2)) + entropy(painted.sigmoid(), torch.zeros(2))) / 2
    assert judge_loss(real, painted, "nonsaturating") == pytest.approx(float(wanted))
    assert painter_loss(real, painted, "nonsaturating") == pytest.approx(
        float(entropy(painted.sigmoid(), torch.ones(2)))
    )


def test_the_slope_of_a_plane_is_its_gradients_square_and_sampling_finds_it() -> None:
    weight = torch.linspace(-1, 1, 3 * 8 * 8).view(1, 3, 8, 8)

    def plane(pictures: torch.Tensor) -> torch.Tensor:
        return (pictures * weight).sum((1, 2, 3))

    pictures, random = torch.zeros(4000, 3, 8, 8), torch.Generator().manual_seed(1)
    exact = float(exact_slope(plane, pictures[:4]))
    assert exact == pytest.approx(float(weight.square().sum()), rel=1e-5)
    sampled = float(sampled_slope(plane(pictures), plane(nudged(pictures, random))))
    assert sampled == pytest.approx(exact, rel=0.1)


def test_a_network_held_still_passes_gradients_on_but_keeps_none() -> None:
    network, pictures = judge(TINY, 1), torch.zeros(4, 3, 16, 16, requires_grad=True)
    with still(network):
        network(pictures).sum().backward()
    assert pictures.grad is not None
    assert all(parameter.grad is None and parameter.requires_grad for parameter in network.parameters())


def test_the_judge_sees_repeats_and_compares_each_group_by_itself() -> None:
    random = torch.Generator().manual_seed(1)
    varied, repeated = torch.randn(4, 8, 4, 4, generator=random), torch.ones(4, 8, 4, 4)
    told = spread(torch.cat([varied, repeated]))[:, 0, 0, 0]
    assert torch.allclose(told[:4], spread(varied)[:, 0, 0, 0])
    assert float(told[:4].min()) > 0.5
    assert float(told[4:].max()) < 1e-3


def test_variations_pass_gradients_and_none_of_them_changes_nothing() -> None:
    pictures = torch.rand(8, 3, 16, 16, requires_grad=True)
    random = torch.Generator().manual_seed(1)
    assert torch.equal(vary(pictures, 0.0, random), pictures)
    varied = vary(pictures, 1.0, random)
    assert varied.shape == pictures.shape
    assert not torch.allclose(varied, pictures)
    varied.sum().backward()
    assert pictures.grad is not None
    assert float(pictures.grad.abs().sum()) > 0


def test_variations_are_drawn_from_their_generator_alone() -> None:
    pictures = torch.rand(8, 3, 16, 16)
    one, other = (vary(pictures, 1.0, torch.Generator().manual_seed(5)) for _time in range(2))
    assert torch.equal(one, other)


def test_half_the_strength_varies_about_half_of_the_pictures() -> None:
    pictures = torch.rand(400, 3, 8, 8)
    varied = vary(pictures, 0.5, torch.Generator().manual_seed(1))
    untouched = int((varied == pictures).flatten(1).all(1).sum())
    assert 20 <= untouched <= 90  # an eighth: three variations, each left out by half


def test_adaptive_strength_rises_while_all_are_told_apart_and_falls_while_none_are() -> None:
    strength, good, bad = torch.tensor(0.5), torch.ones(32), torch.zeros(32)
    adapt(strength, good, bad, 0.6)
    assert float(strength) > 0.5
    for _time in range(3):
        adapt(strength, bad, good, 0.6)
    assert float(strength) < 0.5


@pytest.mark.parametrize(
    "settings",
    [
        TINY,
        replace(TINY, loss="nonsaturating", r2=0.0, penalty="exact"),
        replace(TINY, augment="differentiable"),
        replace(TINY, penalty="exact", mixing=1.0),
        GanSettings("mlp", 16, 8, 8, loss="nonsaturating", r1=0.0, r2=0.0, augment="none", mixing=0.0),
    ],
    ids=["usual", "classic with R1", "varied always", "exact and mixed", "the article's"],
)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_every_way_of_playing_moves_both_networks(settings: GanSettings, precision: str) -> None:
    trained = play(settings=settings, schedule=replace(BRIEF, steps=2, check_every=0, precision=precision))
    assert {name: len(losses) for name, losses in trained.outcome.losses.items()} == {"judge": 2, "painter": 2}
    before = painter(settings, 1).state_dict()
    after = trained.gan.generator.state_dict()
    assert all(not torch.equal(before[name], after[name]) for name in before if name.endswith("weight"))


def off(gan: Gan) -> float:
    """How far the mean and the deviation of paintings' colours on a grid are from the set's."""
    painted, real = thumbs(gan.paint(gan.styles(range(200)))), thumbs(easy(200, seed=9))
    return float(
        np.sqrt(np.square(painted.mean(0) - real.mean(0)).mean())
        + np.sqrt(np.square(painted.std(0) - real.std(0)).mean())
    )


@pytest.mark.slow
def test_a_short_training_brings_the_paintings_near_to_the_set() -> None:
    schedule = replace(BRIEF, steps=150, batch=16, check_every=0, learning_rate=1e-2, ema=0.9)
    trained = play(schedule=schedule, settings=replace(TINY, augment="none", mirror=False))
    untrained = Gan(TINY, painter(TINY, 1), device="cpu")
    assert off(trained.gan) < 0.4 * off(untrained)
