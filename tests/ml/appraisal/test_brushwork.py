"""Direction, coherence, scale and spectrum of marks on constructed pictures."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from ml.appraisal import appraise, brushwork
from tests.ml.appraisal.scenes import looked, noise, stripes


def apart(first: float, second: float) -> float:
    """The angle between two directions, 0…90."""
    return abs((first - second + 90) % 180 - 90)


def brushed(degrees: float, *, length: float = 12, seed: int = 2) -> np.ndarray:
    """Noise smeared into strokes that run so many degrees counter-clockwise from level."""
    random = np.random.default_rng(seed)
    grains = random.normal(size=(560, 560)).astype(np.float32)
    smeared = ndimage.gaussian_filter(grains, (1.2, length))
    turned = ndimage.rotate(smeared, degrees, reshape=False, order=1)[88:472, 88:472]
    grey = np.clip(128 + 45 * turned / turned.std(), 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


@pytest.mark.parametrize("degrees", [0, 30, 45, 90, 120, 165])
def test_waves_run_in_the_direction_in_which_they_were_drawn(degrees):
    found = looked(brushwork.look, stripes(degrees, period=14)).measures
    assert apart(found["direction"], degrees) < 1.5
    assert found["alignment"] > 0.95
    assert found["coherence"] > 0.95
    assert found["direction_variety"] < 0.3


@pytest.mark.parametrize("degrees", [10, 75, 140])
def test_strokes_run_in_the_direction_in_which_they_were_laid(degrees):
    found = looked(brushwork.look, brushed(degrees)).measures
    assert apart(found["direction"], degrees) < 4
    assert found["coherence"] > 0.7


def test_a_quarter_turn_turns_the_direction_by_a_right_angle_and_keeps_the_rest():
    picture = brushed(25)
    found, turned = (
        looked(brushwork.look, each).measures for each in (picture, np.ascontiguousarray(np.rot90(picture)))
    )
    assert apart(found["direction"], turned["direction"]) == pytest.approx(90, abs=1)
    for name in ("alignment", "coherence", "stroke_scale", "spectrum_slope", "spectrum_misfit"):
        assert turned[name] == pytest.approx(found[name], abs=0.01), name


def test_a_mirror_turns_the_direction_over():
    picture = brushed(25)
    mirrored = looked(brushwork.look, np.ascontiguousarray(picture[:, ::-1])).measures
    assert apart(mirrored["direction"], 180 - looked(brushwork.look, picture).measures["direction"]) < 1


def test_noise_runs_no_way():
    found = looked(brushwork.look, noise(0))
    assert found.measures["alignment"] < 0.05
    assert found.abstained["direction"] == "no_direction"
    assert found.measures["direction_variety"] > 0.9
    assert found.measures["coherence"] < 0.35


@pytest.mark.parametrize("exponent", [0, -1, -2, -3])
def test_the_slope_is_that_with_which_the_noise_was_made(exponent):
    found = looked(brushwork.look, noise(exponent)).measures
    assert found["spectrum_slope"] == pytest.approx(exponent, abs=0.3)
    assert found["spectrum_misfit"] < 0.12


def test_the_scale_is_half_the_period():
    for period in (10, 16, 30):
        found = looked(brushwork.look, stripes(20, period=period)).measures
        assert found["stroke_scale"] == pytest.approx(100 * period / 2 / 384, rel=0.12)
        assert found["spectrum_misfit"] > 0.5


def test_broader_strokes_measure_broader():
    fine, broad = brushed(30), brushed(30)
    broad = np.asarray(Image.fromarray(broad[:192, :192]).resize((384, 384), Image.Resampling.BICUBIC))
    fine_scale, broad_scale = (looked(brushwork.look, each).measures["stroke_scale"] for each in (fine, broad))
    assert broad_scale > 1.4 * fine_scale


def test_each_mark_lies_along_its_stroke():
    for line in looked(brushwork.look, stripes(30, period=14)).overlays["brushwork"].lines:
        way = np.degrees(np.arctan2(line.y1 - line.y2, line.x2 - line.x1)) % 180
        assert apart(way, 30) < 4


def test_brushwork_is_not_judged_on_small_pictures():
    found = appraise(noise(-2, size=(120, 90)))
    assert "small" in found.warnings
    assert set(brushwork.NAMES) <= set(found.abstained)
    assert not set(brushwork.NAMES) & set(found.measures)
