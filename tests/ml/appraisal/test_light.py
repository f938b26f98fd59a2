"""Key, contrast and shadow of constructed pictures."""

from __future__ import annotations

import numpy as np
import pytest

from ml.appraisal import appraise
from ml.appraisal.light import local_contrast, otsu
from ml.appraisal.oklab import from_hex
from tests.ml.appraisal.scenes import disc, halves, noise


def test_two_tones_half_and_half():
    dark, light = (float(from_hex(colour)[0]) for colour in ("#101010", "#e8e8e8"))
    found = appraise(halves("#101010", "#e8e8e8")).measures
    assert found["lightness"] == pytest.approx((dark + light) / 2, abs=0.01)
    assert found["contrast"] == pytest.approx((light - dark) / 2, abs=0.01)
    assert found["tonal_range"] == pytest.approx(light - dark, abs=0.01)
    assert found["key"] == pytest.approx(0, abs=0.02)
    assert found["deep_shadow"] == pytest.approx(0.5, abs=0.01)
    assert found["bimodality"] > 0.99
    assert found["chiaroscuro"] == pytest.approx(0.5 * (light - dark), abs=0.01)


def test_a_lit_figure_in_the_dark_has_more_chiaroscuro_than_one_by_day():
    night = appraise(disc(0.4, 0.4, radius=0.12, ground="#100c08", colour="#f0d8b0")).measures
    day = appraise(disc(0.4, 0.4, ground="#d8d0c0", colour="#f8f0e8")).measures
    assert night["chiaroscuro"] > 0.5
    assert day["chiaroscuro"] == 0
    assert night["key"] < -0.8 < 0.8 < day["key"]


def test_darkness_alone_is_no_chiaroscuro():
    assert appraise(halves("#0a0a0a", "#141414")).measures["chiaroscuro"] < 0.1


def test_bimodality_of_known_distributions():
    random = np.random.default_rng(3)
    assert otsu(np.linspace(0, 1, 100_000, dtype=np.float32))[1] == pytest.approx(0.75, abs=0.005)
    normal = random.normal(0.5, 0.1, 100_000).astype(np.float32)
    assert otsu(normal)[1] == pytest.approx(2 / np.pi, abs=0.01)
    threshold, parted = otsu(np.array([0.2, 0.8] * 500, np.float32))
    assert parted == pytest.approx(1)
    assert threshold == pytest.approx(0.5, abs=0.01)


def test_local_contrast_tells_fine_from_broad():
    board = (np.indices((192, 192)).sum(axis=0) % 2).astype(np.float32)
    broad = np.repeat((np.arange(192) >= 96).astype(np.float32)[:, None], 192, axis=1)
    assert local_contrast(board) == pytest.approx(0.5, abs=0.01)
    assert local_contrast(broad) < 0.06


def test_contrast_grows_with_contrast_and_lightness_does_not():
    full = noise(-2)
    faint = (128 + (full.astype(float) - 128) / 2).astype(np.uint8)
    a, b = appraise(full).measures, appraise(faint).measures
    assert a["contrast"] == pytest.approx(2 * b["contrast"], rel=0.12)
    assert a["lightness"] == pytest.approx(b["lightness"], abs=0.02)
