"""Overlays drawn, places among other works, and sentences."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ml.appraisal import MEASURES, Curve, Grid, Line, Overlay, Point, Rectangle, appraise
from ml.appraisal.overlays import OVERLAYS, as_svg, grid_image, over
from ml.appraisal.places import TooFewWorks, place, places
from ml.appraisal.sentences import COMPARATIVES, TEMPLATES, VOCABULARY
from ml.appraisal.wording import sentences
from tests.ml.appraisal.scenes import above_and_below, disc, halves, noise, pixels, plain, stripes

EVERYTHING = Overlay(
    lines=(Line(0, 0, 1, 1, 0.5, "slant"),),
    points=(Point(0.5, 0.25, role="motif"),),
    rectangles=(Rectangle(0.1, 0.2, 0.3, 0.4, "motif"),),
    curves=(Curve(((0, 0), (0.5, 1), (1, 0))),),
    grid=Grid.of(np.array([[0, 1], [0.5, 0.25]])),
    facts={"template": "i"},
)


def elements(svg: str) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(svg)  # noqa: S314
    return {element.tag: element for element in root.iter()}


def test_an_overlay_is_drawn_in_svg_where_it_lies():
    found = elements(as_svg("lines", EVERYTHING, aspect=2))
    assert (found["line"].get("x2"), found["line"].get("y2")) == ("1000.0", "500.0")
    assert (found["circle"].get("cx"), found["circle"].get("cy")) == ("500.0", "125.0")
    assert (found["rect"].get("x"), found["rect"].get("height")) == ("100.0", "200.0")
    assert found["polyline"].get("points") == "0.0,0.0 500.0,500.0 1000.0,0.0"
    assert found["image"].get("href", "").startswith("data:image/png;base64,")
    assert found["g"].get("class") == "overlay overlay-lines"


def test_svg_carries_no_style_and_no_script():
    hostile = Overlay(points=(Point(0, 0, role='"><script>'),))
    for svg in (as_svg("lines", EVERYTHING, aspect=1), as_svg('x"><script>', hostile, aspect=1)):
        assert "style=" not in svg
        assert "<script" not in svg


def test_every_overlay_of_a_picture_can_be_drawn_both_ways():
    picture = disc(0.4, 0.6)
    picture[:, :40] = (20, 40, 120)
    found = appraise(picture)
    shown = Image.fromarray(picture)
    for name, overlay in found.overlays.items():
        assert name in OVERLAYS
        assert elements(as_svg(name, overlay, aspect=4 / 3))
        assert np.asarray(over(shown, overlay)).shape == picture.shape
        assert np.abs(np.asarray(over(shown, overlay)).astype(int) - picture).max() > 0


def test_a_line_is_drawn_over_the_picture_where_it_lies():
    grey = plain("#808080", (200, 100))
    drawn = np.asarray(over(grey, Overlay(lines=(Line(0, 0.5, 1, 0.5, role="horizon"),)))).astype(int)
    changed = np.abs(drawn - 128).max(axis=2) > 20
    assert changed[50].all()
    assert not changed[:40].any()
    assert not changed[60:].any()


@pytest.mark.parametrize(
    ("grid", "pixel"),
    [
        (Grid(1, 1, b"\x01", "labels", ("#000000", "#102030")), (16, 32, 48, 255)),
        (Grid(1, 1, b"\xff", "mask"), (0, 0, 0, 0)),
        (Grid(1, 1, b"\x00", "strength"), (255, 196, 0, 0)),
        (Grid(1, 1, b"\xff", "diverging"), (255, 122, 24, 215)),
        (Grid(1, 1, b"\x80", "diverging"), (40, 120, 255, 0)),
    ],
    ids=["label", "mask", "nothing", "warm", "neither"],
)
def test_grids_mean_what_they_say(grid, pixel):
    assert grid_image(grid).getpixel((0, 0)) == pixel


def test_a_grid_that_does_not_fill_its_shape_is_refused():
    with pytest.raises(ValueError, match="fill"):
        Grid(2, 2, b"\x00")
    assert Overlay.from_json(EVERYTHING.as_json()) == EVERYTHING


def test_a_place_counts_the_works_below_and_half_of_those_alike():
    peers = [0.1] * 10 + [0.5] * 4 + [0.9] * 6
    found = place("lightness", 0.5, peers, group="his works")
    assert (found.percentile, found.works, found.group) == (60, 20, "his works")
    assert found.low < 60 < found.high


def test_wilsons_interval_is_that_of_the_literature():
    """Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611."""
    some = place("lightness", 0.5, [0.1] * 81 + [0.9] * 182)
    assert (some.low, some.high) == pytest.approx((25.53, 36.62), abs=0.01)
    none = place("lightness", 0.0, [0.5] * 20)
    assert (none.low, none.high) == pytest.approx((0, 16.11), abs=0.01)


def test_too_few_works_and_angles_have_no_place():
    with pytest.raises(TooFewWorks) as refused:
        place("lightness", 0.5, [0.1] * 11)
    assert (refused.value.works, refused.value.minimum) == (11, 12)
    with pytest.raises(ValueError, match="angle"):
        place("direction", 45, [10.0] * 50)
    peers = [{"lightness": 0.5, "direction": 10.0}] * 20 + [{"perspective": 0.2}] * 5
    assert set(places({"lightness": 0.4, "direction": 5.0, "perspective": 0.1}, peers)) == {"lightness"}


@given(st.lists(st.floats(0, 1), min_size=12, max_size=60), st.floats(0, 1), st.floats(0, 1))
def test_more_never_stands_lower(peers, first, second):
    low, high = sorted((first, second))
    assert place("lightness", low, peers).percentile <= place("lightness", high, peers).percentile


def said(picture: np.ndarray, found=None) -> set[str]:
    return {sentence.template for sentence in sentences(appraise(picture), found)}


def test_what_is_said_is_what_is_to_be_seen():
    night = said(disc(0.5, 0.5, radius=0.12, ground="#100c08", colour="#f0c080"))
    assert {"key_low", "chiaroscuro", "motif_centre", "balanced", "symmetric", "figure_clear"} <= night
    sea = said(above_and_below("#a8c8e8", "#205080", at=0.4))
    assert {"cool", "horizon", "level"} <= sea
    assert {"warm", "palette_2"} <= said(halves("#d07020", "#a04010"))
    assert "marks_rising" in said(stripes(45, period=12))
    assert "marks_falling" in said(stripes(135, period=12))
    assert "grey" in said(noise(-2))
    assert "small_picture" in said(noise(-2, size=(100, 80)))
    assert "weight_right" in said(disc(0.85, 0.5))
    assert "motif_thirds" in said(disc(1 / 3, 2 / 3))


@pytest.mark.parametrize(
    ("x", "y", "zone"), [(0.1, 0.1, "upper_left"), (0.9, 0.5, "middle_right"), (0.5, 0.88, "lower_middle")]
)
def test_where_the_eye_is_drawn_is_said(x, y, zone):
    (told,) = [each for each in sentences(appraise(disc(x, y))) if each.template == "motif_at"]
    assert told.values["zone"] == zone


def test_a_small_strong_colour_is_an_accent():
    picture = halves("#70806c", "#8c9a86")
    picture[100:150, 200:250] = (214, 30, 30)
    (accent,) = [each for each in sentences(appraise(picture)) if each.template == "accent"]
    assert accent.values["colour"] == "red"
    assert "A small accent of red, 2 % of the picture" in accent.text()


def test_sentences_fill_without_a_rest():
    for template in TEMPLATES.values():
        names = re.findall(r"%\((\w+)\)([sd])", template)
        filled = template % {name: "ochre" if kind == "s" else 7 for name, kind in names}
        assert "%(" not in filled
    assert set(COMPARATIVES) <= set(MEASURES)
    for picture in (disc(0.3, 0.3), noise(-1), stripes(90, period=20), halves("#112233", "#ddccbb")):
        for sentence in sentences(appraise(picture)):
            assert sentence.text().endswith(".")
            for name in VOCABULARY.keys() & sentence.values.keys():
                assert sentence.values[name] in VOCABULARY[name]


def test_a_dark_work_is_said_to_be_darker_than_the_others():
    found = appraise(pixels(Image.fromarray(halves("#181410", "#3a2c20"))))
    peers = [{**found.measures, "lightness": 0.3 + n / 100} for n in range(25)]
    told = sentences(found, places(found.measures, peers, group="his works of the 1880s"))
    texts = [sentence.text() for sentence in told if sentence.group == "places"]
    assert texts == ["It is darker than 100 % of his works of the 1880s (25 works)."]


def test_a_usual_work_is_said_to_be_usual():
    found = appraise(disc(0.3, 0.3))
    told = sentences(found, places(found.measures, [found.measures] * 15, group="works of the collection"))
    assert told[-1].text() == "In what was measured it is usual among works of the collection (15 works)."
