"""Indices find a truth that is known: levels, bands, and what each method is for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.indices import repeat_sales
from ml.indices.hedonic import rows_of
from ml.indices.index import Settings, compute
from ml.indices.periods import numbers
from ml.indices.solving import leverages, solve
from ml.reporter import SilentReporter
from tests.ml import markets

METHODS = ("hedonic", "repeat_sales", "hybrid")


@pytest.fixture(scope="module")
def demos() -> list[markets.Known]:
    return [markets.demo(seed) for seed in range(1, 25)]


@pytest.mark.parametrize("method", [*METHODS, "censored"])
def test_the_bands_hold_the_demo_markets_true_level_as_often_as_they_say(demos, method):
    indices = [(known, compute(known.sales, Settings(method=method, reserve_share=0.85))) for known in demos]
    held = [each for known, index in indices for each in known.held(index)]
    assert len(held) == 24 * 20
    assert 0.84 <= np.mean(held) <= 0.96
    errors = [error for known, index in indices for error in known.errors(index).values()]
    assert abs(np.mean(errors)) < 0.03
    widths = [np.log(point.high / point.low) for _known, index in indices for point in index.points[1:]]
    assert np.median(widths) < 0.2, "a band that holds everything because it is wide says nothing"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_bands_hold_their_share_of_true_levels_over_many_markets(method, level):
    held = []
    for seed in range(60):
        known = markets.synthetic(seed, rows=500, works=160)
        settings = Settings(method=method, level=level, cluster="work", draws=300, fewest_pairs=1)
        held += known.held(compute(known.sales, settings))
    assert np.mean(held) == pytest.approx(level, abs=0.05)


@pytest.mark.parametrize("method", METHODS)
def test_without_noise_the_true_index_is_found_exactly(method):
    known = markets.synthetic(3, noise=0.0, quality=0.0)
    errors = known.errors(compute(known.sales, Settings(method=method)))
    assert len(errors) == 9
    assert max(map(abs, errors.values())) < 1e-3


def test_works_that_differ_do_not_disturb_repeat_sales():
    known = markets.synthetic(4, noise=0.0, quality=1.5)
    errors = known.errors(compute(known.sales, Settings(method="repeat_sales")))
    assert max(map(abs, errors.values())) < 1e-6


def test_the_hybrid_is_nearer_than_either_part():
    squares = {method: [] for method in METHODS}
    for seed in range(25):
        known = markets.synthetic(seed, rows=500, works=250, quality=0.5)
        for method in METHODS:
            errors = known.errors(compute(known.sales, Settings(method=method, draws=100, fewest_pairs=1)))
            squares[method] += [error**2 for error in errors.values()]
    mean = {method: np.mean(each) for method, each in squares.items()}
    assert mean["hybrid"] < min(mean["hedonic"], mean["repeat_sales"])


def test_three_stages_beat_one_where_noise_grows_with_the_years_held():
    gained = []
    for seed in range(30):
        known = markets.synthetic(seed, rows=1500, works=500, years=15, noise=0.05, holding=0.25)
        place = numbers(known.sales.date, "year") - 2000
        truth = np.array(list(known.truth.values()))

        def squared(weighted, known=known, place=place, truth=truth):
            found = repeat_sales.fit(known.sales, place, 15, weighted=weighted).solved.time_effects
            return np.mean((found - found[0] - truth + truth[0]) ** 2)

        gained.append(squared(weighted=False) - squared(weighted=True))
    assert np.mean(gained) > 2 * np.std(gained) / np.sqrt(len(gained))


def test_the_second_stage_finds_noise_and_drift():
    found = [
        repeat_sales.fit(known.sales, numbers(known.sales.date, "year") - 2000, 15)
        for known in (
            markets.synthetic(seed, rows=4000, works=800, years=15, noise=0.2, holding=0.15) for seed in range(6)
        )
    ]
    assert np.mean([each.noise for each in found]) == pytest.approx(2 * 0.2**2, rel=0.15)
    assert np.mean([each.drift for each in found]) == pytest.approx(0.15**2, rel=0.15)


FALL = (0.0, 0.0, 0.0, -0.35, -0.7, -0.7, -0.7, -0.35, 0.0, 0.0)


def test_sold_lots_alone_hide_part_of_a_fall_and_bought_in_lots_bring_it_back():
    """Estimates lag behind, so in the years of the fall only lucky bids reach their reserve."""
    bias = {"hedonic": [], "hybrid": [], "repeat_sales": [], "censored": []}
    for seed in range(12):
        known = markets.synthetic(seed, rows=2500, works=700, levels=FALL, sticky=True)
        for method, found in bias.items():
            errors = known.errors(compute(known.sales, Settings(method=method, draws=100, fewest_pairs=1)))
            found.append((errors["2003"] + errors["2004"]) / 2)
    mean = {method: np.mean(found) for method, found in bias.items()}
    for method in METHODS:
        assert mean[method] > 0.08, f"{method} was to hide part of the fall: {mean}"
    assert abs(mean["censored"]) < 0.35 * mean["hedonic"], mean


def test_effects_taken_out_are_those_of_a_dense_ridge_regression():
    known = markets.synthetic(5, rows=200, works=80, hands=15)
    rows = rows_of(known.sales, numbers(known.sales.date, "year") - 2000, 10)
    ridge = 0.7
    effects = np.eye(rows.groups)[rows.group]
    full = np.hstack([rows.columns.toarray(), effects])
    penalty = np.diag([0.0] * rows.columns.shape[1] + [ridge] * rows.groups)
    normal = full.T @ full + penalty
    beta = np.linalg.solve(normal, full.T @ rows.target)
    hat = np.einsum("ij,jk,ik->i", full, np.linalg.inv(normal), full)
    solved = solve(rows, ridge)
    assert np.allclose(np.concatenate([solved.coefficients, solved.effects]), beta, atol=1e-6)
    assert np.allclose(solved.residuals, rows.target - full @ beta, atol=1e-6)
    assert np.allclose(leverages(solved, SilentReporter()), hat, atol=1e-6)


def test_a_clusters_influence_is_what_giving_it_more_weight_does():
    known = markets.synthetic(6, rows=300, works=80, hands=12)
    rows = rows_of(known.sales, numbers(known.sales.date, "year") - 2000, 10)
    solved = solve(rows, 0.5)
    from ml.indices.solving import Rows, cluster_scores

    names, place = np.unique(known.sales.work, return_inverse=True)
    scores = cluster_scores(solved, place, len(names), solved.residuals).toarray()
    told = scores @ solved.inverse[:, :10]
    step = 1e-4
    for cluster in (0, 17, 40):
        weight = np.where(place == cluster, np.sqrt(1 + step), 1.0)
        heavier = Rows(
            (rows.columns.multiply(weight[:, None])).tocsr(), rows.target * weight, rows.group, rows.scale * weight,
            rows.groups, rows.times,
        )  # fmt: skip
        moved = (solve(heavier, 0.5).time_effects - solved.time_effects) / step
        assert np.allclose(moved, told[cluster], atol=1e-3, rtol=1e-2)


@pytest.mark.parametrize("fact", ["sale", "house"])
def test_what_cannot_be_told_from_the_season_is_left_to_the_period(fact):
    """Each spring one kind of sale (or house), each autumn another: the level of springs over autumns is the market's."""
    known = markets.synthetic(7, rows=3000, works=600, years=8)
    half = numbers(known.sales.date, "half") % 2
    words = {"sale": np.zeros(len(half), dtype=np.int64), "house": np.zeros(len(half), dtype=np.int64), fact: half}
    plain = compute(known.sales, Settings(method="hedonic", period="half"))
    told = compute(replace(known.sales, words=words), Settings(method="hedonic", period="half"))
    assert [point.level for point in told.points] == pytest.approx([point.level for point in plain.points])


def test_kinds_of_sale_take_the_season_out_where_they_meet_in_a_period():
    """Dear evening sales in one half of the year, cheap ones in both: the market itself stands still."""
    known = markets.synthetic(8, rows=6000, works=1200, levels=(0.0,) * 6)
    random = np.random.default_rng(1)
    half = numbers(known.sales.date, "half") % 2
    evening = (half == 0) & (random.random(len(half)) < 0.6)
    dearer = replace(known.sales, log_price=known.sales.log_price + 0.8 * evening)
    told = replace(dearer, words={**dearer.words, "sale": evening.astype(np.int64)})

    def swing(sales):
        levels = np.log([point.level for point in compute(sales, Settings(method="hedonic", period="half")).points])
        return float(np.mean(levels[::2]) - np.mean(levels[1::2]))

    assert swing(dearer) > 0.3
    assert abs(swing(told)) < 0.05
