"""How much there is to see: outlines, their dimension, what JPEG needs, and tones."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.appraisal.colour import entropy
from ml.appraisal.geometry import Grid, Overlay
from ml.appraisal.picture import Picture
from ml.appraisal.seen import Seen

OUTLINE = 0.03
QUALITY = 75
BOXES_PX = (4, 6, 8, 12, 16, 24, 32)
LEAST_OUTLINE_PX = 40


def look(picture: Picture, seen: Seen) -> None:
    outline = picture.ridges & (picture.edge_strength > OUTLINE)
    seen.measures["edge_density"] = float(outline.mean())
    if outline.sum() >= LEAST_OUTLINE_PX:
        seen.measures["fractal_dimension"] = box_dimension(outline)
    else:
        seen.abstain("no_edges", "fractal_dimension")
    seen.measures["compressed_size"] = compressed_bits(picture.small)
    tones = np.bincount((picture.small_light * 255.999).clip(0, 255).astype(int).ravel(), minlength=256)
    seen.measures["tone_entropy"] = entropy(tones) / math.log(2)
    rows, columns = (max(1, size // 4) for size in outline.shape)
    cells = outline[: rows * 4, : columns * 4].reshape(rows, 4, columns, 4).mean(axis=(1, 3))
    seen.overlays["outlines"] = Overlay(grid=Grid.of(cells))


def box_dimension(outline: NDArray[np.bool_]) -> float:
    """Minkowski's dimension by counting boxes of 4 to 32 px that hold some outline: a line 1, a filled plane 2."""
    counts = [boxes(outline, side) for side in BOXES_PX if side <= min(outline.shape) / 2]
    if len(counts) < 3:
        return 1.0
    slope = np.polyfit(np.log(BOXES_PX[: len(counts)]), np.log(counts), 1)[0]
    return float(np.clip(-slope, 0, 2))


def boxes(outline: NDArray[np.bool_], side: int) -> float:
    """How many boxes of this side hold some outline; a box that the edge cuts counts by its part."""
    height, width = outline.shape
    down, across = np.arange(0, height, side), np.arange(0, width, side)
    held = np.logical_or.reduceat(np.logical_or.reduceat(outline, down, axis=0), across, axis=1)
    parts = np.outer(np.diff(down, append=height), np.diff(across, append=width)) / side**2
    return float((held * parts).sum())


def compressed_bits(rgb: NDArray[np.uint8]) -> float:
    """Bits a pixel of the picture at 192 px as a JPEG of quality 75, without the header's bytes."""
    written, empty = io.BytesIO(), io.BytesIO()
    Image.fromarray(rgb).save(written, "JPEG", quality=QUALITY)
    Image.new("RGB", (16, 16)).save(empty, "JPEG", quality=QUALITY)
    return max(0, written.tell() - empty.tell()) * 8 / float(rgb.shape[0] * rgb.shape[1])
