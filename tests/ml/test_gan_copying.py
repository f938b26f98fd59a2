"""Copies: training works made smaller, cut, mirrored, recoloured are flagged; real works that were held out are not."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from torch import Tensor
from torch.nn import functional

from ml.artefacts import BadArtefact
from ml.gan.aligning import Aligner, lightness
from ml.gan.copying import HIGHEST, LOWEST, Copying, TooFewWorks, threshold_of
from ml.gan.learned import Learned
from ml.gan.seeing import resized
from ml.images import Pixels
from ml.perturbing import as_pixels, cut, made_small, recoloured, without_colour
from tests.ml.canvases import canvas, canvases

TRAINING, HELD_OUT = 60, 60


@pytest.fixture(scope="module")
def training() -> Pixels:
    return canvases(TRAINING)


@pytest.fixture(scope="module")
def held_out() -> Pixels:
    return canvases(HELD_OUT, first=1000)


@pytest.fixture(scope="module")
def rule(training: Pixels, held_out: Pixels) -> Copying:
    return Copying.fit(training, held_out, names=tuple(f"work {number}" for number in range(TRAINING)))


def changed(how: str, seed: int) -> Image.Image:
    random, picture = np.random.default_rng(seed), canvas(seed, 96)
    changes = {
        "recompressed": made_small, "cropped": cut, "recoloured": recoloured, "in black and white": without_colour,
        "mirrored": lambda picture, _random: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    }  # fmt: skip
    return changes[how](picture, random)


@pytest.mark.parametrize("how", ["recompressed", "cropped", "recoloured", "in black and white", "mirrored"])
def test_a_changed_training_work_is_flagged_and_named(rule: Copying, how: str) -> None:
    found = rule.check(np.stack([as_pixels(changed(how, seed), 48) for seed in range(TRAINING)]))
    assert found.is_copy.mean() > 0.95
    assert (found.nearest == np.arange(TRAINING)).mean() > 0.95


def test_works_that_the_threshold_never_saw_are_hardly_ever_flagged(rule: Copying) -> None:
    assert rule.check(canvases(300, first=5000)).is_copy.mean() < 0.03
    assert rule.measured.real_flagged < 0.05
    assert rule.measured.copies_caught > 0.95
    assert rule.measured.from_held_out
    assert rule.measured.held_out == HELD_OUT


def test_another_photograph_of_a_training_work_among_those_held_out_does_not_raise_the_threshold(
    training: Pixels, held_out: Pixels, rule: Copying
) -> None:
    spoilt = Copying.fit(training, np.concatenate([held_out, training[:5]]))
    assert spoilt.measured.same_work == 5
    assert spoilt.threshold == pytest.approx(rule.threshold)


def test_without_held_out_works_the_training_works_are_compared_with_each_other(training: Pixels) -> None:
    rule = Copying.fit(training, training[:0])
    assert not rule.measured.from_held_out
    assert rule.check(training).is_copy.all()
    assert rule.check(canvases(100, first=3000)).is_copy.mean() < 0.05


def test_pictures_of_any_side_are_checked(rule: Copying) -> None:
    large = np.asarray(canvas(3, 200)).transpose(2, 0, 1)[None]
    found = rule.check(large)
    assert found.is_copy[0]
    assert found.nearest[0] == 3


def test_a_blank_picture_and_no_picture_are_no_copies(rule: Copying) -> None:
    blank = np.full((2, 3, 48, 48), 90, np.uint8)
    assert not rule.check(blank).is_copy.any()
    assert len(rule.check(blank[:0]).is_copy) == 0


def test_the_rule_is_kept_beside_the_model(rule: Copying, training: Pixels, held_out: Pixels, tmp_path: Path) -> None:
    rule.save(tmp_path)
    again = Copying.load(tmp_path)
    assert (again.names, again.threshold, again.measured) == (rule.names, rule.threshold, rule.measured)
    shown = np.concatenate([training[:5], held_out[:5]])
    assert again.check(shown).likeness == pytest.approx(rule.check(shown).likeness, abs=0.02)
    assert again.check(shown).is_copy.tolist() == [True] * 5 + [False] * 5


def test_what_was_learned_from_before_is_looked_for_too(rule: Copying, held_out: Pixels, tmp_path: Path) -> None:
    names = tuple(f"earlier {number}" for number in range(10))
    assert not rule.check(held_out[:10]).is_copy.any()
    learned = Learned.load(tmp_path).joined(names[:6], held_out[:6])
    learned.save(tmp_path)
    learned = Learned.load(tmp_path).joined(names, held_out[:10])
    learned.save(tmp_path)
    assert len(list(tmp_path.glob("*.safetensors"))) == 1
    known = Learned.load(tmp_path)
    assert known.names == names
    assert known.without(names[2:]).names == names[:2]
    wider = rule.with_works(known.names, known.planes)
    checked = wider.check(held_out[:10])
    assert checked.is_copy.all()
    assert [wider.names[place] for place in checked.nearest] == list(names)
    next(tmp_path.glob("*.safetensors")).write_bytes(b"")
    with pytest.raises(BadArtefact):
        Learned.load(tmp_path)


@pytest.mark.parametrize("file", ["copying.json", "copying.safetensors"])
def test_a_changed_file_is_refused(rule: Copying, tmp_path: Path, file: str) -> None:
    rule.save(tmp_path)
    (tmp_path / file).write_bytes((tmp_path / file).read_bytes()[:-2])
    with pytest.raises(BadArtefact):
        Copying.load(tmp_path)


def test_one_work_is_too_few() -> None:
    with pytest.raises(TooFewWorks, match="two training works"):
        Copying.fit(canvases(1), canvases(30))


def test_a_work_can_be_left_out_of_what_it_is_compared_with(training: Pixels) -> None:
    aligner, planes = Aligner(lightness(training)), lightness(training)
    likeness, nearest = aligner.best(planes, without=np.arange(TRAINING))
    assert (nearest != np.arange(TRAINING)).all()
    assert likeness.max() < 0.97
    assert aligner.best(planes)[0] == pytest.approx(np.ones(TRAINING), abs=0.01)


def test_many_works_are_looked_through_in_blocks(training: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    aligner, shown = Aligner(lightness(training)), lightness(canvases(9, first=55))
    likeness, nearest = aligner.best(shown)
    monkeypatch.setattr("ml.gan.aligning.WORKS_AT_ONCE", 7)
    monkeypatch.setattr("ml.gan.aligning.MOST_AT_ONCE", 4)
    again, same = aligner.best(shown)
    assert again == pytest.approx(likeness, abs=1e-5)
    assert same.tolist() == nearest.tolist()


def test_the_distance_to_each_work_counts_its_mirror_image_too(rule: Copying, training: Pixels) -> None:
    found = rule.distances(np.stack([training[4], training[7, :, :, ::-1], 255 - training[9]]))
    assert found.shape == (3, TRAINING)
    assert found.argmin(1)[:2].tolist() == [4, 7]
    assert found[:2].min(1) == pytest.approx([0, 0], abs=0.005)
    light = lightness(training[9:10]).astype(float) / 255
    assert found[2, 9] == pytest.approx(
        min(np.sqrt(np.mean((1 - light - each) ** 2)) for each in (light, light[..., ::-1])), abs=0.005
    )


def test_a_large_set_is_looked_at_in_blocks_and_never_as_floats_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.tile(canvases(100), (6, 1, 1, 1))
    planes, taken = taken_by(lambda: lightness(pixels))
    assert taken < pixels.nbytes + planes.nbytes
    aligner, taken = taken_by(lambda: Aligner(planes))
    assert taken < 2 * (aligner.bank.nbytes + aligner.planes.nbytes)
    at_once, scale = list[int](), functional.interpolate

    def counted(part: Tensor, **more: Any) -> Tensor:
        at_once.append(len(part))
        return scale(part, **more)

    monkeypatch.setattr(functional, "interpolate", counted)
    small = resized(pixels, 32)
    assert max(at_once) < 100
    assert (small[:100] == small[500:]).all()
    assert (small[70:71] == resized(pixels[70:71], 32)).all()


def taken_by(do: Callable[[], Any]) -> tuple[Any, int]:
    """What is returned, and the most bytes that NumPy held meanwhile beyond what it did before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        return do(), tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def test_the_threshold_stays_where_an_eye_would_set_it() -> None:
    random = np.random.default_rng(1)
    assert threshold_of(random.uniform(0, 0.2, 500).astype(np.float32)) == LOWEST
    assert threshold_of(np.full(50, 0.99, np.float32)) == HIGHEST
    real = random.uniform(0.3, 0.9, 1000).astype(np.float32)
    assert (real > threshold_of(real)).mean() < 0.01
    assert threshold_of(np.full(50, 0.8, np.float32)) == pytest.approx(0.85)
