"""Palette, temperature, harmony, saturation on pictures whose colours are known."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.appraisal import COLOUR_NAMES, MEASURES, appraise
from ml.appraisal.colour import colourfulness
from ml.appraisal.colour_names import TABLE, name_of
from ml.appraisal.harmony import FARTHEST, TEMPLATES, best, distances
from ml.appraisal.oklab import as_hex, from_hex, from_rgb, to_rgb
from tests.ml.appraisal.scenes import halves, noise, pixels, plain


def wheel(*hues: float, saturation: float = 0.8, value: float = 0.8) -> np.ndarray:
    """Equal upright bands of these hues (degrees of HSV), a little darker towards the bottom."""
    colours = [[round(255 * part) for part in colorsys.hsv_to_rgb(hue / 360, saturation, value)] for hue in hues]
    row = np.repeat(np.array(colours, np.uint8), 360 // len(hues), axis=0)
    return np.rint(row * np.linspace(1, 0.8, 240)[:, None, None]).astype(np.uint8)


def test_oklab_is_ottossons():
    """The figures of the table of XYZ pairs in his article, for the primaries that sRGB can show."""
    assert from_hex("#ffffff") == pytest.approx([1, 0, 0], abs=1e-4)
    assert from_hex("#ff0000") == pytest.approx([0.62796, 0.22486, 0.12585], abs=1e-4)
    assert from_hex("#0000ff") == pytest.approx([0.45201, -0.03246, -0.31153], abs=1e-4)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_comes_back_from_oklab(colour):
    assert tuple(to_rgb(from_rgb(np.array(colour, np.uint8)))) == colour


def test_the_palette_of_three_flat_colours_is_those_with_their_shares():
    picture = halves("#103080", "#d8c020", share=0.25)
    picture[:48] = (176, 24, 32)
    found = appraise(picture)
    assert found.measures["palette_size"] == 3
    told = {swatch.hex: (swatch.name, swatch.share) for swatch in found.palette}
    assert told["#d8c020"] == ("yellow", pytest.approx(0.75 * 5 / 6, abs=0.02))
    assert told["#103080"][1] == pytest.approx(0.25 * 5 / 6, abs=0.02)
    assert told["#b01820"][1] == pytest.approx(1 / 6, abs=0.02)
    assert [swatch.share for swatch in found.palette] == sorted(
        (swatch.share for swatch in found.palette), reverse=True
    )


def test_colours_that_look_alike_are_one_and_a_small_accent_is_kept():
    near = halves("#808080", "#848484")
    near[:30, :40] = (220, 20, 20)
    assert {swatch.name for swatch in appraise(near).palette} == {"grey", "red"}


def test_shares_add_up_and_there_are_never_more_than_eight():
    random = np.random.default_rng(2)
    found = appraise(random.integers(0, 256, (90, 120, 3), np.uint8))
    assert sum(swatch.share for swatch in found.palette) == pytest.approx(1)
    assert len(found.palette) <= 8
    assert all(swatch.share > 0 for swatch in found.palette)


def test_names_are_of_what_one_sees():
    assert [name_of(from_hex(place)) for place, _word in TABLE.values()] == list(COLOUR_NAMES)
    assert name_of(from_hex("#1c5a1f")) in {"dark_green", "green"}
    assert name_of(from_hex("#00a0ff")) in {"sky_blue", "blue"}


def test_colourfulness_is_that_of_hasler_and_suesstrunk():
    """By hand: pure red and pure green halves. rg is ±255, yb 127.5: deviations 255 and 0, means 0 and 127.5."""
    assert colourfulness(halves("#ff0000", "#00ff00")) == pytest.approx(255 + 0.3 * 127.5, abs=0.01)
    assert colourfulness(halves("#202020", "#e0e0e0")) == pytest.approx(0)


def test_warm_and_cold():
    warm, cold = (appraise(halves(*pair)).measures for pair in (("#e07020", "#b04010"), ("#2070c0", "#1040a0")))
    assert warm["temperature"] > 0.75
    assert cold["temperature"] < -0.75
    assert (warm["warm_share"], cold["warm_share"]) == (1, 0)
    mixed = appraise(halves("#c87838", "#3888c8")).measures
    assert abs(mixed["temperature"]) < 0.2
    assert mixed["warm_share"] == pytest.approx(0.5, abs=0.02)


def test_a_faint_tint_is_hardly_warm():
    assert 0 < appraise(halves("#8a7f74", "#a89c90")).measures["temperature"] < 0.6


@pytest.mark.parametrize(
    ("hues", "template"),
    [((30,), "i"), ((10, 80), "V"), ((30, 210), "I"), ((20, 80, 140), "L"), ((0, 40, 220, 180), "X")],
)
def test_hues_on_a_template_are_in_full_harmony(hues, template):
    found = appraise(wheel(*hues))
    assert found.measures["harmony"] > 0.97
    assert found.overlays["harmony"].facts["template"] == template


def test_hues_all_round_the_wheel_are_in_none():
    assert best(np.ones(180))[2] == pytest.approx(FARTHEST, abs=0.02)
    assert appraise(wheel(*range(0, 360, 10))).measures["harmony"] < 0.25


@given(st.lists(st.floats(0, 1), min_size=180, max_size=180).filter(lambda weights: sum(weights) > 0.01))
def test_no_hues_lie_farther_from_the_best_template_than_the_bound(weights):
    name, turn, away = best(np.array(weights))
    assert name in TEMPLATES
    assert 0 <= turn < 360
    assert 0 <= away <= 10.369 + 1e-6


def test_turning_all_hues_turns_the_template_and_nothing_else():
    weights = np.zeros(180)
    weights[[3, 9, 50, 97]] = (5, 2, 3, 1)
    name, turn, away = best(weights)
    turned = best(np.roll(weights, 25))
    assert turned == (name, (turn + 50) % 360, pytest.approx(away))
    assert distances("X").mean() == pytest.approx(10.368, abs=0.01)


def test_one_hue_has_no_variety_and_all_hues_have_most():
    assert appraise(wheel(30)).measures["hue_variety"] < 0.1
    assert appraise(wheel(*range(0, 360, 5))).measures["hue_variety"] > 0.85


def test_grey_pictures_have_no_hue_to_speak_of():
    found = appraise(noise(-2))
    assert "greyscale" in found.warnings
    for name in ("temperature", "warm_share", "harmony", "hue_variety"):
        assert name not in found.measures
        assert found.abstained[name] == "no_colour"
    assert found.measures["saturation"] == pytest.approx(0, abs=1e-3)
    assert found.palette


def test_a_sepia_photograph_is_recognised_and_a_painting_is_not():
    grey = noise(-2)[:, :, 0].astype(float) / 255
    sepia = np.stack([255 * grey**0.8, 255 * grey, 255 * grey**1.3], axis=2).astype(np.uint8)
    assert "toned" in appraise(sepia).warnings
    assert "toned" not in appraise(wheel(20, 50, 200)).warnings


def test_saturation_is_the_mean_chroma():
    chroma = float(np.hypot(*from_hex("#c02020")[1:]))
    found = appraise(halves("#c02020", "#808080")).measures
    assert found["saturation"] == pytest.approx(chroma / 2, rel=0.02)
    assert found["saturation_spread"] == pytest.approx(chroma / 2, rel=0.02)
    assert float(np.hypot(*from_hex("#ff00ff")[1:])) < MEASURES["saturation"].high


def test_hexes_are_of_the_screen():
    assert as_hex(from_hex("#12ab9f")) == "#12ab9f"
    assert pixels(plain("#12ab9f"))[0, 0].tolist() == [0x12, 0xAB, 0x9F]


def test_few_flat_colours_are_no_tint():
    assert "toned" not in appraise(halves("#a8c8e8", "#205080")).warnings
