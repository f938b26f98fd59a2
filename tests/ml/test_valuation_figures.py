"""Each figure against its definition written out plainly, and against examples reckoned by hand."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.valuation import figures

PRICES = st.lists(st.tuples(st.floats(1, 1e7), st.floats(0.2, 5)), min_size=3, max_size=40)


def logs(*amounts: float) -> np.ndarray:
    return np.log(np.array(amounts, dtype=np.float64))


def naive(prices: list[float], estimates: list[float]) -> dict[str, float]:
    """The figures by loops over money, as the standards write them."""
    count = len(prices)
    ratio = [estimate / price for estimate, price in zip(estimates, prices, strict=True)]
    median = statistics.median(ratio)
    mean_log = sum(map(math.log, prices)) / count
    left = sum((math.log(e) - math.log(p)) ** 2 for e, p in zip(estimates, prices, strict=True))
    spread = sum((math.log(price) - mean_log) ** 2 for price in prices)
    values = [math.log(0.5 * (e / median + p)) / math.log(2) for e, p in zip(estimates, prices, strict=True)]
    mean_value = sum(values) / count
    slope = sum((v - mean_value) * (r - median) / median for v, r in zip(values, ratio, strict=True))
    return {
        "n": count,
        "r2_log": 1 - left / spread,
        "mae_log": sum(abs(math.log(r)) for r in ratio) / count,
        "mae": sum(abs(e - p) for e, p in zip(estimates, prices, strict=True)) / count,
        "median_ape": statistics.median(abs(r - 1) for r in ratio),
        "within_20": sum(abs(r - 1) <= 0.2 for r in ratio) / count,
        "within_30": sum(abs(r - 1) <= 0.3 for r in ratio) / count,
        "median_ratio": median,
        "cod": 100 * sum(abs(r - median) for r in ratio) / count / median,
        "prd": (sum(ratio) / count) / (sum(estimates) / sum(prices)),
        "prb": slope / sum((v - mean_value) ** 2 for v in values),
    }


def test_every_figure_is_its_definition() -> None:
    random = np.random.default_rng(5)
    prices = np.exp(random.normal(8, 1.5, 300))
    estimates = prices * np.exp(random.normal(0.05, 0.4, 300))
    assert figures.points(np.log(prices), np.log(estimates)) == pytest.approx(naive(list(prices), list(estimates)))


def test_an_example_by_hand() -> None:
    """Prices 100, 200, 400; estimates 90, 200, 600: ratios 0.9, 1, 1.5."""
    found = figures.points(logs(100, 200, 400), logs(90, 200, 600))
    assert found["median_ratio"] == pytest.approx(1)
    assert found["cod"] == pytest.approx(100 * 0.6 / 3)
    assert found["prd"] == pytest.approx((3.4 / 3) / (890 / 700))
    assert found["mae"] == pytest.approx(70)
    assert found["median_ape"] == pytest.approx(0.1)
    assert (found["within_20"], found["within_30"]) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert found["prb"] > 0, "the dear lot is estimated too high"


def test_estimates_that_double_too_slowly_have_a_negative_prb_and_a_prd_above_one() -> None:
    prices = np.exp(np.linspace(5, 12, 200))
    squeezed = np.log(prices) * 0.9 + 0.85
    assert figures.price_related_bias(np.log(prices), squeezed) == pytest.approx(-0.068, abs=0.01)
    assert figures.price_related_differential(np.log(prices), squeezed) > 1.03


@given(PRICES, st.floats(0.5, 2))
def test_one_factor_on_all_estimates_changes_neither_cod_nor_prd_nor_prb(
    pairs: list[tuple[float, float]], factor: float
) -> None:
    true = np.log([price for price, _ratio in pairs])
    estimated = true + np.log([ratio for _price, ratio in pairs])
    for figure in (figures.dispersion, figures.price_related_differential, figures.price_related_bias):
        before, after = figure(true, estimated), figure(true, estimated + math.log(factor))
        assert after == pytest.approx(before, rel=1e-6, abs=1e-6, nan_ok=True)


@given(PRICES)
def test_an_estimate_that_is_the_price_has_no_error(pairs: list[tuple[float, float]]) -> None:
    true = np.log([price for price, _ratio in pairs])
    found = figures.points(true, true)
    assert (found["mae"], found["median_ape"], found["cod"]) == (0, 0, 0)
    assert (found["within_20"], found["median_ratio"], found["prd"]) == (1, 1, 1)


def test_coverage_and_width_of_three_levels() -> None:
    true = logs(100, 100, 100, 100)
    ends = np.column_stack(
        [logs(50, 50, 99, 99), logs(80, 99, 99, 101), logs(90, 100, 100, 102), logs(100, 101, 101, 103),
         logs(110, 102, 102, 104), logs(160, 103, 103, 105), logs(200, 200, 104, 106)]
    )  # fmt: skip
    found = figures.summary(true, ends)
    assert (found["coverage_95"], found["coverage_80"], found["coverage_50"]) == (1.0, 0.75, 0.75)
    assert found["coverage"] == found["coverage_80"]
    assert found["width_80"] == found["width"] == pytest.approx(np.exp(np.median(ends[:, 5] - ends[:, 1])))
    assert found["median_ape"] == pytest.approx(0.01)


def test_three_columns_are_the_interval_of_80_per_cent() -> None:
    found = figures.summary(logs(100, 100), np.column_stack([logs(90, 101), logs(100, 105), logs(120, 110)]))
    assert (found["coverage"], found["n"]) == (0.5, 2)
    assert "coverage_50" not in found


def test_what_is_not_known_counts_as_not_there() -> None:
    true, estimated = logs(100, 200, 400, 300), logs(90, 200, 600, 300)
    true[3] = np.nan
    assert figures.points(true, estimated) == figures.points(true[:3], estimated[:3])
    assert math.isnan(figures.coverage(true, np.full(4, np.nan), true))
    assert figures.coverage(true, true, np.array([np.nan, 9.0, 9.0, 9.0])) == 1.0


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_prices_give_nan_and_no_error(count: int) -> None:
    found = figures.summary(np.zeros(count), np.zeros((count, 7)))
    assert found["n"] == count
    assert math.isnan(found["r2_log"])
    assert math.isnan(found["prb"])
    assert math.isnan(found["cod"]) is (count == 0)
