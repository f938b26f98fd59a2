"""Thirds, balance, symmetry, lines and depth on constructed pictures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from ml.appraisal import appraise, composition, depth, lines
from ml.appraisal.composition import GOLDEN
from ml.appraisal.outline import outline
from tests.ml.appraisal.scenes import above_and_below, disc, halves, looked, noise, pixels, plain, stripes


@pytest.mark.parametrize("x", [1 / 3, 2 / 3])
@pytest.mark.parametrize("y", [1 / 3, 2 / 3])
def test_a_disc_on_a_thirds_point_is_there(x, y):
    seen = looked(composition.look, disc(x, y))
    assert seen.measures["thirds"] > 0.93
    nearest = seen.overlays["thirds"].points[1]
    assert (nearest.x, nearest.y) == pytest.approx((x, y))


def test_a_disc_on_a_golden_section_point_is_nearer_to_it_than_to_the_thirds():
    found = looked(composition.look, disc(GOLDEN[0], GOLDEN[1])).measures
    assert found["golden"] > 0.93
    assert found["golden"] > found["thirds"]


def test_a_disc_in_the_middle_is_central_balanced_and_symmetric():
    found = looked(composition.look, disc(0.5, 0.5)).measures
    assert found["centrality"] > 0.95
    assert found["balance"] > 0.97
    assert found["symmetry"] > 0.97
    assert found["thirds"] == pytest.approx(0.5, abs=0.05)


def test_the_motif_is_the_disc():
    seen = looked(composition.look, disc(0.3, 0.6, radius=0.1))
    box = seen.overlays["saliency"].rectangles[0]
    assert (box.x + box.width / 2, box.y + box.height / 2) == pytest.approx((0.3, 0.6), abs=0.05)
    assert seen.measures["figure_ground"] > 0.8
    assert 0.01 < seen.measures["figure_share"] < 0.15


def area(places) -> float:
    """By the shoelace formula, in shares of the picture."""
    x, y = np.array(places).T
    return abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())) / 2


def test_the_outline_goes_once_round_the_motif():
    seen = looked(composition.look, disc(0.3, 0.6, radius=0.1))
    (curve,) = seen.overlays["figure"].curves
    assert curve.places[0] == curve.places[-1]
    assert area(curve.places) == pytest.approx(seen.measures["figure_share"], abs=1e-9)
    away = [np.hypot(x - 0.3, (y - 0.6) * 0.75) for x, y in curve.places]
    assert max(away) < 0.16


def test_outlines_of_small_masks():
    corner = np.zeros((4, 4), bool)
    corner[:2, :2] = True
    assert set(outline(corner)) == {(0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)}
    touching = np.eye(4, dtype=bool)
    assert outline(touching)
    assert outline(np.zeros((4, 4), bool)) == ()
    assert area(outline(np.ones((3, 5), bool))) == pytest.approx(1)


@given(st.integers(0, 10_000))
def test_every_outline_closes(seed):
    mask = np.random.default_rng(seed).random((6, 7)) < 0.5
    places = outline(mask)
    assert (places[0] == places[-1]) if mask.any() else places == ()


def test_weight_lies_where_the_odd_colour_is():
    right = looked(composition.look, disc(0.8, 0.25)).measures
    left = looked(composition.look, disc(0.2, 0.75)).measures
    assert right["weight_right"] > 0.2 > -0.2 > left["weight_right"]
    assert right["weight_low"] < -0.1 < 0.1 < left["weight_low"]
    assert right["balance"] == pytest.approx(left["balance"], abs=0.01)


def test_symmetry_tells_mirror_from_negative():
    assert looked(composition.look, halves("#202020", "#e0e0e0")).measures["symmetry"] == pytest.approx(-1, abs=0.05)
    half = noise(-2, size=(192, 384))
    assert looked(composition.look, np.hstack([half, half[:, ::-1]])).measures["symmetry"] > 0.99
    assert abs(looked(composition.look, noise(-1)).measures["symmetry"]) < 0.35


def test_figure_and_ground_of_one_texture_are_not_told_apart():
    """What is left is chance: the best axis is chosen on the picture itself."""
    assert looked(composition.look, noise(0)).measures.get("figure_ground", 0) < 0.5


@pytest.mark.parametrize(
    ("degrees", "name"), [(0, "horizontals"), (90, "verticals"), (45, "diagonals"), (135, "diagonals")]
)
def test_waves_run_as_they_were_drawn(degrees, name):
    found = looked(lines.look, stripes(degrees, period=48)).measures
    assert found[name] > 0.95
    assert sum(found[way] for way in ("horizontals", "verticals", "diagonals")) == pytest.approx(1)


def ruled(*segments: tuple[float, float, float, float], noisy: bool = False) -> np.ndarray:
    """Dark lines on grey, ends as shares of the picture."""
    picture = plain("#b0b0b0")
    width, height = picture.size
    for x1, y1, x2, y2 in segments:
        ImageDraw.Draw(picture).line((x1 * width, y1 * height, x2 * width, y2 * height), fill="#202020", width=5)
    return pixels(picture)


def test_a_drawn_line_is_found_where_it_is():
    seen = looked(lines.look, ruled((0.2, 0.3, 0.8, 0.7)))
    assert seen.measures["straightness"] > 0.8
    line = seen.overlays["lines"].lines[0]
    assert (line.x1, line.y1, line.x2, line.y2) == pytest.approx((0.2, 0.3, 0.8, 0.7), abs=0.04)


def test_a_circle_is_not_straight():
    assert looked(lines.look, disc(0.5, 0.5, radius=0.3)).measures["straightness"] < 0.35


def test_rails_meet_at_their_vanishing_point():
    rails = [(x, 1.0, 0.4 + (x - 0.4) * 0.15, 0.3 + 0.7 * 0.15) for x in (-0.1, 0.1, 0.3, 0.6, 0.85, 1.1)]
    seen = looked(lines.look, ruled(*rails))
    assert seen.measures["perspective"] > 0.7
    (point,) = seen.overlays["lines"].points
    assert (point.x, point.y) == pytest.approx((0.4, 0.3), abs=0.05)


def test_parallel_and_few_lines_meet_nowhere():
    parallel = looked(lines.look, stripes(30, period=60))
    assert parallel.measures.get("perspective", 0) < 0.3
    assert looked(lines.look, ruled((0.2, 0.3, 0.8, 0.7))).abstained["perspective"] == "few_lines"


def test_the_horizon_lies_between_sky_and_sea():
    seen = looked(depth.look, above_and_below("#a8c8e8", "#204060", at=0.4))
    assert seen.measures["horizon"] > 0.95
    assert seen.measures["horizon_height"] == pytest.approx(0.6, abs=0.01)
    assert seen.overlays["horizon"].lines[0].y1 == pytest.approx(0.4, abs=0.01)
    side_by_side = looked(depth.look, halves("#a8c8e8", "#204060"))
    assert side_by_side.measures["horizon"] < 0.05
    assert side_by_side.abstained["horizon_height"] == "no_horizon"


def hills(*, upside_down: bool = False) -> np.ndarray:
    """Ranges of hills, each farther one paler, bluer and less modelled."""
    random = np.random.default_rng(5)
    near, far = np.array([60, 70, 30.0]), np.array([190, 205, 230.0])
    rows = []
    for row in range(240):
        distance = 1 - row / 239
        rows.append((1 - distance) * near + distance * far + random.normal(0, 30 * (1 - distance), (320, 1)))
    picture = np.clip(np.stack(rows), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(picture[::-1] if upside_down else picture)


def test_distance_is_paler_softer_and_bluer():
    assert looked(depth.look, hills()).measures["aerial"] > 0.9
    assert looked(depth.look, hills(upside_down=True)).measures["aerial"] < -0.9


def test_detail_low_in_the_picture():
    assert looked(depth.look, hills()).measures["sharp_low"] > 0.3
    assert looked(depth.look, hills(upside_down=True)).measures["sharp_low"] < -0.3
    assert abs(looked(depth.look, noise(0)).measures["sharp_low"]) < 0.03


def test_outlines_fill_the_plane_more_in_noise_than_in_a_line():
    line, circle = appraise(ruled((0.1, 0.45, 0.9, 0.55))).measures, appraise(disc(0.5, 0.5, radius=0.3)).measures
    white = appraise(noise(0)).measures
    assert line["fractal_dimension"] == pytest.approx(1, abs=0.25)
    assert circle["fractal_dimension"] == pytest.approx(1, abs=0.25)
    assert white["fractal_dimension"] > 1.8
    assert line["edge_density"] < 0.1 < white["edge_density"]
    assert line["compressed_size"] < 0.5 < 2 < white["compressed_size"]


def test_tone_entropy_counts_tones():
    assert appraise(halves("#000000", "#ffffff")).measures["tone_entropy"] == pytest.approx(1, abs=0.2)
    ramp = np.broadcast_to(np.linspace(0, 255, 256).astype(np.uint8)[None, :, None], (192, 256, 3))
    assert appraise(np.ascontiguousarray(ramp)).measures["tone_entropy"] > 7


def test_an_enlarged_picture_is_measured_alike():
    small = Image.fromarray(noise(-2, size=(384, 288)))
    large = np.asarray(small.resize((768, 576), Image.Resampling.BICUBIC))
    a, b = appraise(np.asarray(small)).measures, appraise(large).measures
    assert a["contrast"] == pytest.approx(b["contrast"], abs=0.01)
    assert a["balance"] == pytest.approx(b["balance"], abs=0.01)
