"""The ledger against a naive reference with whole matrices, and on made-up houses whose bias is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ml.valuation import ledger
from ml.valuation.ledger import Ledger, Pass, Tree, fit, persistence

Path = tuple[object, ...]


def made_up(seed: int, houses: int = 3, lots: int = 3000) -> tuple[np.ndarray, list[Path], dict[Path, float]]:
    """Lots of departments and artists with true biases: spreads 0.3, 0.2, 0.15; of a sale 0.1; of chance 0.5."""
    random, truth = np.random.default_rng(seed), {}
    values, paths = [], []
    spreads = (0.3, 0.2, 0.15, 0.1)
    for _lot in range(lots):
        path = tuple(int(random.integers(0, count)) for count in (houses, 4, 12, 8))
        total = 0.1
        for depth, spread in enumerate(spreads, start=1):
            total += truth.setdefault(path[:depth], spread * random.normal())
        values.append(total + 0.5 * random.normal())
        paths.append(path)
    sums = {path: 0.1 + sum(truth[path[:depth]] for depth in range(1, len(path) + 1)) for path in truth}
    return np.array(values), paths, sums


def by_matrices(values: np.ndarray, paths: list[Path], variances: np.ndarray) -> dict[Path, tuple[float, float]]:
    """Prediction and error by generalised least squares with the n × n covariance (a vague mean before all)."""
    vague = 1e4
    groups = sorted({path[:depth] for path in paths for depth in range(1, len(path))}, key=str)

    def shared(one: Path, other: Path) -> float:
        total = vague
        for depth in range(1, min(len(one), len(other)) + 1):
            total += variances[depth - 1] if one[:depth] == other[:depth] else 0
        return total

    lots = np.array([[shared(one, other) for other in paths] for one in paths]) + variances[-1] * np.eye(len(paths))
    inverse = np.linalg.inv(lots)
    found = {}
    for group in groups:
        with_lots = np.array([shared(group, path) for path in paths])
        mean = float(with_lots @ inverse @ values)
        found[group] = mean, float(shared(group, group) - with_lots @ inverse @ with_lots) ** 0.5
    return found


def test_messages_say_the_same_as_whole_matrices() -> None:
    values, paths, _truth = made_up(1, houses=2, lots=60)
    variances = np.array([0.09, 0.04, 0.02, 0.01, 0.25])
    tree = Tree.of(paths)
    biases = ledger.biases_of(values, tree, Pass.of(values, tree, variances))
    reference = by_matrices(values, paths, variances)
    assert set(biases) == set(reference)
    for group, (mean, error) in reference.items():
        assert biases[group].bias == pytest.approx(mean, abs=2e-4), group
        assert biases[group].error == pytest.approx(error, rel=0.01, abs=2e-3), group


def test_variances_are_those_of_analysis_of_variance_where_all_groups_are_of_one_size() -> None:
    """There REML has a closed form (Searle, Casella, McCulloch 1992, chapter 4)."""
    random = np.random.default_rng(0)
    houses, departments, lots = 10, 4, 6
    house, department = 0.3 * random.normal(size=houses), 0.2 * random.normal(size=(houses, departments))
    chance = 0.5 * random.normal(size=(houses, departments, lots))
    values = house[:, None, None] + department[:, :, None] + chance
    within = values.var(axis=2, ddof=1).mean()
    between = lots * values.mean(axis=2).var(axis=1, ddof=1).mean()
    above = lots * departments * values.mean(axis=(1, 2)).var(ddof=1)
    expected = (above - between) / (lots * departments), (between - within) / lots, within
    places = np.ndindex(houses, departments, lots)
    assert fit(values.ravel(), [place[:2] for place in places]).variances == pytest.approx(expected, rel=0.01)


def test_variances_of_uneven_groups_are_found_again() -> None:
    found = np.array([fit(*made_up(seed, houses=40, lots=12000)[:2]).variances for seed in range(2)])
    assert np.sqrt(found.mean(axis=0)) == pytest.approx([0.3, 0.2, 0.15, 0.1, 0.5], abs=0.06)


def test_two_houses_far_from_chance_differ_by_what_they_differ() -> None:
    """REML of two group means without error: half of their squared difference."""
    values = np.array([0.0, 0.3]).repeat(4000) + np.tile([-0.1, 0.1], 4000)
    found = fit(values, [("low" if row < 4000 else "high", row) for row in range(8000)])
    assert found.variances[0] == pytest.approx(0.3**2 / 2, rel=0.05)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    held, groups = 0, 0
    for seed in range(4):
        values, paths, truth = made_up(seed, houses=6)
        for path, bias in fit(values, paths).biases.items():
            held += bias.low <= truth[path] <= bias.high
            groups += 1
    assert held / groups == pytest.approx(0.95, abs=0.03)


def test_few_lots_are_drawn_to_their_group_and_many_stand_for_themselves() -> None:
    random = np.random.default_rng(2)
    own = {artist: 0.2 * random.normal() for artist in range(12)}
    lots = [
        (shift + own[artist] + 0.3 * random.normal(), (house, "d", artist, lot))
        for house, shift in (("low", 0.6), ("fair", 0.0), ("fairer", 0.05))
        for artist in range(12)
        for lot in range(40)
    ]
    values, paths = zip(*lots, (1.6, ("low", "d", "lone", 1)), strict=True)
    found = fit(values, paths).biases
    assert found["low", "d", 0].bias == pytest.approx(found["low", "d", 0].mean, abs=0.05)
    assert found["low", "d", "lone"].mean == pytest.approx(1.6)
    assert found["low",].bias < found["low", "d", "lone"].bias < 1.2
    assert found["low", "d", "lone"].error > 2 * found["low", "d", 0].error
    assert found["low", "d"].is_off
    assert not found["fair", "d"].is_off


def test_lots_of_one_sale_are_not_counted_as_so_many_proofs() -> None:
    random = np.random.default_rng(4)
    luck = 0.4 * random.normal(size=6)
    values = [luck[sale] + 0.3 * random.normal() for sale in range(6) for _lot in range(80)]
    by_sale = fit(values, [("h", sale) for sale in range(6) for _lot in range(80)]).biases["h",]
    alone = fit(values, [("h", lot) for lot in range(480)]).biases["h",]
    assert by_sale.error > 5 * alone.error


def test_an_unknown_group_is_expected_to_be_like_the_one_around_it_but_less_surely() -> None:
    values, paths, _truth = made_up(3)
    found = fit(values, paths)
    known = found.of((0, 1))
    unknown = found.of((0, 1, "nobody"))
    assert known
    assert unknown
    assert (unknown.bias, unknown.lots) == (known.bias, 0)
    assert unknown.error == pytest.approx(math.sqrt(known.error**2 + found.variances[2]))
    assert found.of(("no such house",)) is None


def test_a_bias_that_stays_is_told_from_one_that_does_not() -> None:
    random = np.random.default_rng(8)
    lots = [(group, year) for group in range(12) for year in range(2010, 2018) for _lot in range(8)]
    lasting, market = 0.3 * random.normal(size=12), {year: 0.5 * random.normal() for year in range(2010, 2018)}
    noise = 0.3 * random.normal(size=len(lots))
    groups, years = zip(*lots, strict=True)
    stays = [market[year] + lasting[group] + noise[row] for row, (group, year) in enumerate(lots)]
    passes = [market[year] + noise[row] for row, (_group, year) in enumerate(lots)]
    assert persistence(stays, groups, years)["correlation"] > 0.7
    assert abs(persistence(passes, groups, years)["correlation"]) < 0.3
    assert persistence(stays, groups, years)["pairs"] == 12 * 7
    assert math.isnan(persistence(stays[:8], groups[:8], years[:8])["correlation"])


@pytest.mark.parametrize(("ratios", "paths"), [([], []), ([0.1], [("h", 1)]), ([0.1, 0.2], [("h", 1), ("h", "d", 1)])])
def test_too_few_lots_or_uneven_paths_are_refused(ratios: list[float], paths: list[Path]) -> None:
    with pytest.raises(ValueError, match="two lots or more"):
        fit(ratios, paths)


def test_lots_without_any_spread_have_no_bias_to_speak_of() -> None:
    found: Ledger = fit([0.0, 0.0, 0.0], [("h", 1), ("h", 2), ("g", 3)])
    assert found.biases["h",].bias == pytest.approx(0)
    assert not found.biases["h",].is_off
