"""What the two learn from.

``relativistic``: the judge learns to rate a real picture above a painted one, pair by pair, and the painter to turn that
around (Jolicoeur-Martineau 2019), with zero-centred penalties on the judge's slope at both (R3GAN, Huang et al. 2024): each real
picture holds on to a painted one of its own, so that no part of the set can be left out for long. ``nonsaturating``: the
classic pair of binary cross-entropies (Goodfellow et al. 2014), with R1 as an option (Mescheder et al. 2018).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional

Judgement = Callable[[Tensor], Tensor]
NUDGE = 0.1  # deviation of the noise that the slope is measured by, of a range of 2


def judge_loss(real: Tensor, painted: Tensor, kind: str) -> Tensor:
    """Mean over a batch, of verdicts ``[n]`` each."""
    if kind == "relativistic":
        return functional.softplus(painted - real).mean()
    return (functional.softplus(-real) + functional.softplus(painted)).mean() / 2


def painter_loss(real: Tensor, painted: Tensor, kind: str) -> Tensor:
    if kind == "relativistic":
        return functional.softplus(real - painted).mean()
    return functional.softplus(-painted).mean()


def exact_slope(judge: Judgement, pictures: Tensor) -> Tensor:
    """The mean squared length of the verdict's gradient at pictures ``[n, 3, h, w]``; differentiable."""
    asked = pictures.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(judge(asked).sum(), asked, create_graph=True)
    return gradient.float().square().sum((1, 2, 3)).mean()


def nudged(pictures: Tensor, random: torch.Generator) -> Tensor:
    """Pictures with a little noise, to see by ``sampled_slope`` how far the verdict moves."""
    return pictures + torch.randn(pictures.shape, generator=random).to(pictures.device) * NUDGE


def sampled_slope(verdicts: Tensor, nudged_verdicts: Tensor) -> Tensor:
    """The same as ``exact_slope`` in the mean over random directions, for small ones.

    Without a second derivative it costs a quarter of the exact one and needs no more range than float16's.
    """
    return ((nudged_verdicts - verdicts) / NUDGE).square().mean()


@contextmanager
def still(network: nn.Module) -> Iterator[None]:
    """The network learns nothing from what is computed inside; what goes through it does."""
    moving = [parameter for parameter in network.parameters() if parameter.requires_grad]
    for parameter in moving:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in moving:
            parameter.requires_grad_(True)
