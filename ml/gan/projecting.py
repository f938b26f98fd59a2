"""A given picture's place in the space of styles: the style whose picture is most like it, found by gradient.

After Karras and others, "Analyzing and improving the image quality of StyleGAN" (2020): styles are moved, the network stays.
A model paints only what it has learned, so that what is found is its nearest picture, not the given one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from ml.appraisal.oklab import BY_EYE
from ml.backbone import Backbone
from ml.gan.model import Gan
from ml.gan.seeing import resized
from ml.images import Pixels
from ml.reporter import Cancelled, Reporter, SilentReporter
from ml.similarity.colour import oklab

Styles = npt.NDArray[np.float32]
Distance = Callable[[Tensor], Tensor]
STARTS, STEPS, RATE, NEAR_USUAL = 96, 200, 0.06, 0.002
SCALES, OUTLINES, NETWORK = 4, 2.0, 1.0
SEED = 2_000_000


def project(
    gan: Gan, picture: Pixels, steps: int = STEPS, reporter: Reporter | None = None, *, backbone: Backbone | None = None
) -> tuple[Styles, Pixels, float]:
    """Styles ``float32 [layers, width]`` for ``picture`` (RGB ``uint8 [3, h, w]`` of any side), what they paint, the distance.

    Begins with the nearest of 96 samples and the mean, then ``steps`` of Adam; the best place on the way is kept. The
    distance: colours in OKLab at four sizes, outlines, and, with a ``backbone``, the layers of its network, each
    relative to how much the picture itself varies there; 0 is the same picture, about 1 and more another one. Raises ``Cancelled``.
    """
    told = reporter or SilentReporter()
    distance = distance_to(resized(picture[None], gan.side_px), gan, backbone)
    with torch.no_grad():
        samples = np.concatenate([gan.mean_style()[None], gan.styles(range(SEED, SEED + STARTS))])
        usual = torch.from_numpy(samples).to(gan.device)
        near = torch.cat([distance(gan.paint_tensor(usual[at : at + 16])) for at in range(0, len(usual), 16)])
    best, least = usual[int(near.argmin())].clone(), float(near.min())
    spread = usual.std(0, correction=0).clamp_min(1e-3)
    for step, (styles, reached) in enumerate(descent(gan, distance, best, spread, steps), start=1):
        if told.should_stop():
            raise Cancelled
        if reached < least:
            best, least = styles, reached
        told.progress(step, steps, phase="looking for the picture", metrics={"distance": reached})
    found = best.cpu().numpy().astype(np.float32)
    return found, gan.paint(found[None])[0], least


def descent(gan: Gan, distance: Distance, start: Tensor, spread: Tensor, steps: int) -> Iterator[tuple[Tensor, float]]:
    """Styles and their distance, step by step; each number moves by its own deviation, ever less towards the end."""
    centre = torch.from_numpy(gan.mean_style()).to(start.device)
    moved = ((start - centre) / spread).detach().requires_grad_(True)
    optimiser = torch.optim.Adam([moved], lr=RATE)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = RATE * min(1.0, 2 * (1 - step / steps))
        styles = centre + moved * spread
        reached = distance(gan.paint_tensor(styles[None]))[0]
        optimiser.zero_grad()
        (reached + NEAR_USUAL * moved.square().mean()).backward()  # type: ignore[no-untyped-call]
        yield styles.detach().clone(), float(reached.detach())
        optimiser.step()


def distance_to(picture: Pixels, gan: Gan, backbone: Backbone | None) -> Distance:
    """How far painted pictures ``[n, 3, side, side]`` in -1..1 are from ``uint8 [1, 3, side, side]``: ``[n]``."""
    target = torch.from_numpy(picture).to(gan.device).float() / 255
    wanted = [part.detach() for part in parts_of(target, backbone)]
    energies = [float(part.var(correction=0)) + 1e-4 for part in wanted]
    weights = [1.0 / SCALES] * SCALES + [OUTLINES / SCALES] * SCALES + [NETWORK] * (len(wanted) - 2 * SCALES)

    def distance(painted: Tensor) -> Tensor:
        parts = parts_of((painted.float() + 1) / 2, backbone)
        apart = [
            weight * (part - want).square().flatten(1).mean(1) / energy
            for part, want, energy, weight in zip(parts, wanted, energies, weights, strict=True)
        ]
        return torch.stack(apart).sum(0) / sum(weights)

    return distance


def parts_of(unit: Tensor, backbone: Backbone | None) -> list[Tensor]:
    """What two pictures are compared by, of RGB in 0..1: colours and outlines at four sizes, a network's layers."""
    by_eye = torch.from_numpy(BY_EYE).to(unit.device).view(3, 1, 1)
    # Black has no slope in the cube root of OKLab.
    lab = oklab(unit * 0.996 + 0.002) * by_eye
    sizes = [lab]
    for _size in range(SCALES - 1):
        sizes.append(functional.avg_pool2d(sizes[-1], 2))
    edges = [torch.cat([slopes(each, 3), slopes(each.transpose(2, 3), 3)], dim=1) for each in sizes]
    layers = backbone.differentiable_maps(unit) if backbone is not None else []
    return [*sizes, *edges, *layers]


def slopes(lab: Tensor, axis: int) -> Tensor:
    """Differences of neighbours, padded to the same size."""
    return functional.pad(torch.diff(lab, dim=axis), (0, 1))
