"""Directions: the measured ones move what they are named for in pictures that were not fitted, and say by how much."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.artefacts import BadArtefact
from ml.gan import Gan, GanSettings, fresh
from ml.gan.directions import (
    Direction,
    found_directions,
    load_directions,
    measured_directions,
    principal,
    regression,
    save_directions,
)
from ml.gan.measuring import measured
from ml.reporter import Cancelled, SilentReporter
from tests.ml.canvases import canvases


@pytest.fixture(scope="module")
def gan() -> Gan:
    return fresh(GanSettings(side_px=32, latent=12, width=16, capacity=128, least_maps=8), 3, device="cpu")


@pytest.fixture(scope="module")
def directions(gan: Gan) -> list[Direction]:
    return measured_directions(gan, {"lighter": "lightness", "more contrast": "contrast"}, samples=120, keep_all=True)


def test_a_measured_direction_raises_its_measure_in_new_pictures(gan: Gan, directions: list[Direction]) -> None:
    lighter = next(each for each in directions if each.name == "lighter")
    styles = gan.styles(range(5000, 5024))
    before, after = (
        np.array([measured(picture)["lightness"] for picture in gan.paint(styles + step * lighter.vector)])
        for step in (-1.5, 1.5)
    )
    assert (after > before).mean() > 0.9
    assert lighter.figures["rises"] > 0.9
    assert lighter.figures["moved"] > 0
    assert lighter.figures["moved_deviations"] > 1
    assert lighter.vector.shape == (gan.layers, gan.width)


def test_a_step_is_as_long_as_styles_differ_in_that_direction(gan: Gan, directions: list[Direction]) -> None:
    styles = gan.styles(range(9000, 9400))[:, 0].astype(np.float64)
    way = directions[0].vector[0].astype(np.float64)
    inverse = np.linalg.pinv(np.cov(styles.T))
    assert np.sqrt(way @ inverse @ way) == pytest.approx(1, rel=0.35)


def test_what_does_not_move_its_measure_is_left_out(gan: Gan, monkeypatch: pytest.MonkeyPatch) -> None:
    still = {"rises": 0.6, "moved": 0.0, "moved_deviations": 0.0}
    monkeypatch.setattr("ml.gan.directions.tried", lambda *_args: still)
    assert measured_directions(gan, {"lighter": "lightness"}, samples=60) == []
    assert len(measured_directions(gan, {"lighter": "lightness"}, samples=60, keep_all=True)) == 1


def test_a_regression_finds_the_way_that_a_known_measure_rises() -> None:
    random = np.random.default_rng(1)
    rows = random.normal(size=(400, 5)) * [1, 2, 1, 1, 1]
    way, explained = regression(rows, 3 * rows[:, 1] - rows[:, 4] + random.normal(size=400) * 0.1)
    assert explained > 0.95
    expected = np.cov(rows.T) @ [0, 3, 0, 0, -1]
    assert way @ expected / np.linalg.norm(way) / np.linalg.norm(expected) > 0.99
    _way, nothing = regression(rows, random.normal(size=400))
    assert nothing < 0.05
    with_gaps = 3 * rows[:, 1]
    with_gaps[::7] = np.nan
    assert regression(rows, with_gaps)[1] > 0.95


def test_principal_axes_are_as_long_as_styles_deviate_along_them() -> None:
    random = np.random.default_rng(2)
    turned = np.linalg.qr(random.normal(size=(4, 4)))[0]
    styles = ((random.normal(size=(3000, 4)) * [5, 2, 1, 0.1]) @ turned).astype(np.float32)[:, None]
    axes, shares = principal(styles)
    assert np.linalg.norm(axes, axis=1) == pytest.approx([5, 2, 1, 0.1], rel=0.06)
    assert abs(axes[0] @ turned[0]) == pytest.approx(5, rel=0.06)
    assert shares.sum() == pytest.approx(1)
    assert (np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1) > 0).all()


@pytest.mark.parametrize("architecture", ["small", "mlp"])
def test_directions_are_found_without_names_and_say_what_they_do(architecture: str) -> None:
    settings = GanSettings(architecture, 32, 12, 12, capacity=128, least_maps=8)
    gan = fresh(settings, 3, device="cpu")
    found = found_directions(gan, count=3, samples=60)
    assert [each.name for each in found] == ["direction 1", "direction 2", "direction 3"]
    for each in found:
        assert each.vector.shape == (gan.layers, gan.width)
        assert np.isfinite(each.figures["lightness_deviations"])
    shares = [each.figures["share"] for each in found]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1
    vectors = np.stack([each.vector[0] for each in found])
    likeness = vectors @ vectors.T / np.outer(*[np.linalg.norm(vectors, axis=1)] * 2)
    assert np.allclose(likeness, np.eye(3), atol=1e-3)


def test_directions_are_kept(directions: list[Direction], tmp_path: Path) -> None:
    save_directions(directions, tmp_path)
    again = load_directions(tmp_path)
    assert [(each.name, each.measure, each.figures) for each in again] == [
        (each.name, each.measure, each.figures) for each in directions
    ]
    assert all(np.array_equal(one.vector, other.vector) for one, other in zip(again, directions, strict=True))
    (tmp_path / "directions.safetensors").write_bytes(b"")
    with pytest.raises(BadArtefact):
        load_directions(tmp_path)


def test_a_blank_picture_has_no_measures() -> None:
    assert measured(np.zeros((3, 32, 32), np.uint8)) == {}
    assert {"lightness", "temperature", "edge_density"} <= set(measured(canvases(1)[0]))


def test_looking_for_directions_stops_when_told(gan: Gan) -> None:
    class Stopping(SilentReporter):
        def should_stop(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        found_directions(gan, reporter=Stopping())
