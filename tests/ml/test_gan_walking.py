"""Films: the walk meets every stop, and its file holds the right pictures for the right time."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ml.gan import Gan, GanSettings, fresh
from ml.gan.walking import animated, film, walk
from ml.reporter import Cancelled, SilentReporter
from tests.ml.canvases import canvases


@pytest.fixture(scope="module")
def gan() -> Gan:
    return fresh(GanSettings(side_px=16, latent=12, width=16, capacity=64, least_maps=8), 3, device="cpu")


def test_a_walk_meets_every_stop(gan: Gan) -> None:
    stops = gan.styles([1, 2, 3])
    way = walk(stops, 8)
    assert way.shape == (17, gan.layers, gan.width)
    assert np.allclose(way[[0, 8, 16]], stops, atol=1e-6)
    assert np.allclose(way[4], (stops[0] + stops[1]) / 2, atol=1e-5)


def test_steps_are_short_near_the_stops(gan: Gan) -> None:
    steps = np.linalg.norm(np.diff(walk(gan.styles([1, 2]), 10), axis=0), axis=(1, 2))
    assert steps[0] < steps[4] / 3
    assert steps == pytest.approx(steps[::-1], rel=1e-3)


def test_a_walk_may_close_its_circle(gan: Gan) -> None:
    way = walk(gan.styles([1, 2, 3]), 5, loop=True)
    assert len(way) == 15
    assert np.allclose(way[[0, 5, 10]], gan.styles([1, 2, 3]), atol=1e-6)


def test_a_walk_around_a_centre_keeps_its_distance(gan: Gan) -> None:
    centre = gan.mean_style()
    stops = np.stack([centre, centre])
    stops[0, :, :8] += 1
    stops[1, :, 8:] += 1
    around, straight = walk(stops, 6, centre=centre), walk(stops, 6)
    assert np.allclose(np.linalg.norm(around - centre, axis=2), 8**0.5, rtol=1e-4)
    assert np.linalg.norm(straight[3] - centre, axis=1) == pytest.approx([2.0] * gan.layers, rel=1e-4)
    assert np.allclose(around[[0, 6]], stops, atol=1e-5)


@pytest.mark.parametrize(("stops", "frames"), [(1, 5), (2, 0), (3, 1500)], ids=["one stop", "no frames", "too long"])
def test_what_is_no_walk_is_refused(gan: Gan, stops: int, frames: int) -> None:
    with pytest.raises(ValueError, match="walk"):
        walk(gan.styles(range(stops)), frames)


@pytest.mark.parametrize(("form", "kind"), [("webp", "WEBP"), ("apng", "PNG")])
def test_a_film_has_every_picture_in_its_order_and_repeats(form: str, kind: str) -> None:
    pictures = canvases(7)
    with Image.open(io.BytesIO(animated(pictures, frames_per_second=5, form=form))) as shown:
        assert (shown.format, shown.n_frames, shown.size) == (kind, 7, (48, 48))
        assert shown.info["loop"] == 0
        for place, picture in enumerate(pictures):
            shown.seek(place)
            shown.load()
            assert shown.info["duration"] == 200
            found = np.asarray(shown.convert("RGB")).astype(int)
            assert abs(found - picture.transpose(1, 2, 0)).mean() < (0.01 if form == "apng" else 14)


@pytest.mark.parametrize("form", ["webp", "apng"])
def test_a_film_lasts_as_long_as_its_walk_though_steps_that_look_alike_share_a_frame(gan: Gan, form: str) -> None:
    way, lasts = walk(gan.styles([1, 2]), 19), 0
    with Image.open(io.BytesIO(film(gan, way, frames_per_second=10, form=form))) as shown:
        assert 10 <= shown.n_frames <= 20
        for place in range(shown.n_frames):
            shown.seek(place)
            shown.load()
            lasts += shown.info["duration"]
    assert lasts == pytest.approx(2000, abs=1)


def test_what_is_no_film_is_refused() -> None:
    for pixels, told in (
        (canvases(1)[:0], {}),
        (canvases(1), {"form": "gif"}),
        (canvases(1), {"frames_per_second": 0}),
    ):
        with pytest.raises(ValueError, match="film"):
            animated(pixels, **told)


def test_a_film_stops_when_told(gan: Gan) -> None:
    class Stopping(SilentReporter):
        def should_stop(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        film(gan, walk(gan.styles([1, 2]), 5), reporter=Stopping())
