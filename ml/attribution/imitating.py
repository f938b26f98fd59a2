"""Imitations of the own studio: another's work, given a master's palette and the energy of his brush-work."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

SCALES = (1.0, 2.0, 4.0, 8.0)
Floats = npt.NDArray[np.float64]


def imitate(work: npt.NDArray[np.uint8], master: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """``work`` ``uint8 [h, w, 3]`` with the colours and the texture of ``master``, of the same shape as ``work``.

    Colours: mean and covariance are matched in RGB (Reinhard et al. 2001, by Cholesky factors). Texture: the standard deviation
    of each band of a Laplacian stack is matched, coarse to fine, as in Heeger & Bergen (1995). The drawing stays the
    work's own: this is what a follower does who knows how the master's pictures look, but not how he drew.
    """
    own, wished = work.astype(np.float64) / 255, master.astype(np.float64) / 255
    coloured = with_colours(own, wished)
    bands, rest = laplacian_stack(coloured)
    aims, _rest = laplacian_stack(wished)
    for band, aim in zip(bands, aims, strict=True):
        rest = rest + band * (aim.std() / max(band.std(), 1e-4)).clip(0.25, 4.0)
    return np.round(with_colours(rest, wished).clip(0, 1) * 255).astype(np.uint8)


def with_colours(own: Floats, wished: Floats) -> Floats:
    """``own`` with the mean and covariance of ``wished``'s colours."""
    flat, aim = own.reshape(-1, 3), wished.reshape(-1, 3)
    ridge = 1e-5 * np.eye(3)
    from_own = np.linalg.cholesky(np.cov(flat.T) + ridge)
    to_aim = np.linalg.cholesky(np.cov(aim.T) + ridge)
    moved = (flat - flat.mean(0)) @ np.linalg.inv(from_own).T @ to_aim.T + aim.mean(0)
    return np.asarray(moved.reshape(own.shape))


def laplacian_stack(picture: Floats) -> tuple[list[Floats], Floats]:
    """Differences of ever softer pictures, fine to coarse, and the softest."""
    bands, before = [], picture
    for scale in SCALES:
        softer = ndimage.gaussian_filter(picture, (scale, scale, 0))
        bands.append(before - softer)
        before = softer
    return bands, before
