"""The set is looked at before hours are lost on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import devices
from ml.gan.pictures import LEAST, TooFewPictures, TooManyPictures, of_pixels, read_pictures
from ml.reporter import Cancelled, SilentReporter
from tests.ml.playing import StopAfter, easy


def files(folder: Path, count: int, side: int = 16) -> list[Path]:
    folder.mkdir(exist_ok=True)
    found = []
    for place, pixels in enumerate(easy(count, side)):
        found.append(folder / f"{place:03d}.png")
        Image.fromarray(pixels.transpose(1, 2, 0)).save(found[-1])
    return found


def test_an_empty_set_is_refused() -> None:
    with pytest.raises(TooFewPictures, match="no pictures to learn from"):
        read_pictures([], 16, SilentReporter())


def test_five_pictures_are_refused_with_how_many_are_needed(tmp_path: Path) -> None:
    with pytest.raises(TooFewPictures, match=f"Only 5 pictures .* at least {LEAST}"):
        read_pictures(files(tmp_path, 5), 16, SilentReporter())


def test_more_than_the_memory_holds_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(devices, "LIMIT", tmp_path / "limit")
    assert devices.free_memory() is None
    devices.MEMORY.write_text("MemTotal: 90000 kB\nMemAvailable:    2000 kB\n")
    devices.LIMIT.write_text("max\n")
    assert devices.free_memory() == 2_048_000
    devices.LIMIT.write_text("1000000\n")
    missing = [tmp_path / f"{place}.png" for place in range(50)]
    with pytest.raises(TooManyPictures, match="50 pictures of 64 pixels need 1 MB of memory and 1 MB are free"):
        read_pictures(missing, 64, SilentReporter())
    with pytest.raises(TooFewPictures):
        read_pictures(missing[:40], 64, SilentReporter())


def test_broken_files_and_plain_ones_and_repeats_are_left_out_and_named(tmp_path: Path) -> None:
    found = files(tmp_path, LEAST + 3)
    found[0].write_bytes(b"no picture")
    Image.new("RGB", (20, 20), (9, 9, 9)).save(found[1])
    found[2].write_bytes(found[3].read_bytes())
    read = read_pictures([*found, tmp_path / "missing.png"], 16, SilentReporter())
    assert len(read.pixels) == LEAST
    assert "cannot be read" in read.skipped[str(found[0])]
    assert "one colour" in read.skipped[str(found[1])]
    assert "the same as" in read.skipped[str(found[3])]
    assert "cannot be read" in read.skipped[str(tmp_path / "missing.png")]
    assert any("4 pictures were left out" in note for note in read.notes)
    assert any("few" in note for note in read.notes)


def test_fifty_copies_of_one_picture_are_one_picture() -> None:
    with pytest.raises(TooFewPictures, match=r"Only 1 pictures .* 49 were left out"):
        of_pixels(np.repeat(easy(1), 50, axis=0))


def test_mixed_sizes_and_shapes_are_all_squeezed_into_the_square(tmp_path: Path) -> None:
    found = files(tmp_path, LEAST)
    for place, path in enumerate(found):
        with Image.open(path) as picture:
            picture.resize((10 + 9 * place, 200 - 3 * place)).save(path)
    assert read_pictures(found, 32, SilentReporter()).pixels.shape == (LEAST, 3, 32, 32)


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        read_pictures(files(tmp_path, LEAST), 16, StopAfter(3))


def test_half_of_the_pictures_are_shown_mirrored() -> None:
    pictures = of_pixels(easy(40))
    shown = [pictures.mirrored(0, np.random.default_rng(seed)) for seed in range(40)]
    turned = sum(not np.array_equal(each, pictures.pixels[0]) for each in shown)
    assert 10 <= turned <= 30
    assert all(np.array_equal(np.sort(each, axis=2), np.sort(pictures.pixels[0], axis=2)) for each in shown)
