"""Variations: another photograph of the same work, the same again from the same generator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.images import UnreadablePicture
from ml.perturbing import recompressed
from ml.training.varying import bordered, lit, varied, varied_file, window


def painting(width: int = 120, height: int = 90) -> Image.Image:
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.dstack([across, down, np.full_like(across, 90)]).astype(np.uint8))


def test_the_same_generator_gives_the_same_picture_and_the_next_another() -> None:
    random = np.random.default_rng(4)
    first, second = varied(painting(), 64, random), varied(painting(), 64, random)
    assert first.shape == (3, 64, 64)
    assert first.dtype == np.uint8
    assert np.array_equal(first, varied(painting(), 64, np.random.default_rng(4)))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("seed", range(20))
def test_a_varied_picture_is_still_nearer_to_its_work_than_another_work_is(seed: int) -> None:
    plain = np.asarray(painting().resize((64, 64))).transpose(2, 0, 1).astype(int)
    other = 255 - plain
    shown = varied(painting(), 64, np.random.default_rng(seed)).astype(int)
    unmirrored = min(abs(shown - plain).mean(), abs(shown[:, :, ::-1] - plain).mean())
    assert unmirrored < min(abs(shown - other).mean(), abs(shown[:, :, ::-1] - other).mean())


def test_a_window_keeps_most_of_each_side_and_even_one_pixel_has_one() -> None:
    random = np.random.default_rng(1)
    sizes = np.array([window(painting(), random).size for _draw in range(200)]) / (120, 90)
    assert sizes.min() > 0.58
    assert (sizes == 1).all(axis=1).mean() == pytest.approx(0.5, abs=0.12)
    assert window(Image.new("RGB", (1, 1)), random).size == (1, 1)


def test_a_border_is_plain_and_the_picture_stays_within() -> None:
    framed = np.asarray(bordered(painting(64, 64), np.random.default_rng(2)))
    assert framed.shape == (64, 64, 3)
    assert len(np.unique(framed[0].reshape(-1, 3), axis=0)) == 1
    assert len(np.unique(framed[32].reshape(-1, 3), axis=0)) > 10


def test_light_sometimes_takes_the_colour_away() -> None:
    random = np.random.default_rng(3)
    grey = [np.ptp(np.asarray(lit(painting(), random)).astype(int), axis=2).max() < 2 for _draw in range(200)]
    assert 0.03 < np.mean(grey) < 0.2


def test_compression_at_worse_quality_changes_more() -> None:
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8))
    loss = [np.abs(np.asarray(recompressed(noisy, q)).astype(int) - np.asarray(noisy)).mean() for q in (35, 95)]
    assert loss[0] > loss[1] > 0


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    with pytest.raises(UnreadablePicture, match=r"broken\.jpg"):
        varied_file(broken, 64, np.random.default_rng(1))
