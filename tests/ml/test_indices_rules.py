"""The rules of an index: gaps stay gaps, amounts and order do not matter, refusals name what is missing."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from ml.indices.__main__ import main
from ml.indices.index import METHODS, IndexRefused, Settings, compute
from ml.indices.periods import first_day, label, numbers
from ml.indices.sales import Sales
from ml.reporter import Cancelled, SilentReporter
from tests.ml import markets


@pytest.fixture(scope="module")
def known() -> markets.Known:
    return markets.synthetic(1)


def without(sales: Sales, year: int, keep: int) -> Sales:
    """The sales with all but ``keep`` of a year left out."""
    rows = np.flatnonzero(numbers(sales.date, "year") == year)
    return sales.where(np.setdiff1d(np.arange(len(sales)), rows[keep:]))


def shapes(index):
    return [(point.period, point.level, point.low, point.high, point.sales, point.pairs) for point in index.points]


class TestPeriods:
    def test_days_fall_into_years_halves_and_quarters(self):
        days = np.array(["2016-01-01", "2016-06-30", "2016-07-01", "2016-12-31", "2017-01-01"], dtype="datetime64[D]")

        def labels(period):
            return [label(each, period) for each in numbers(days, period)]

        assert labels("year") == ["2016"] * 4 + ["2017"]
        assert labels("half") == ["2016-H1", "2016-H1", "2016-H2", "2016-H2", "2017-H1"]
        assert labels("quarter") == ["2016-Q1", "2016-Q2", "2016-Q3", "2016-Q4", "2017-Q1"]
        assert first_day(numbers(days, "quarter")[2], "quarter").isoformat() == "2016-07-01"
        assert label(numbers(np.array(["1873-03-01"], dtype="datetime64[D]"), "half")[0], "half") == "1873-H1"


@pytest.mark.parametrize("method", METHODS)
class TestEveryMethod:
    def test_the_base_is_100_and_bands_enclose_their_level(self, known, method):
        index = compute(known.sales, Settings(method=method))
        assert (index.points[0].period, index.base) == ("2000", "2000")
        assert [index.points[0].level, index.points[0].low, index.points[0].high] == [100, 100, 100]
        assert all(point.low < point.level < point.high for point in index.points[1:])
        assert json.loads(json.dumps(index.as_json()))["points"][0]["start"] == "2000-01-01"

    def test_all_prices_times_a_constant_give_the_same_index(self, known, method):
        other = {name: getattr(known.sales, name) + np.log(7.5) for name in
                 ("log_price", "log_low_estimate", "log_mid_estimate")}  # fmt: skip
        first, second = (
            compute(sales, Settings(method=method)) for sales in (known.sales, replace(known.sales, **other))
        )
        for one, two in zip(first.points, second.points, strict=True):
            assert (one.level, one.low, one.high) == pytest.approx((two.level, two.low, two.high), rel=1e-6)

    def test_the_order_of_the_rows_does_not_matter(self, known, method):
        order = np.random.default_rng(2).permutation(len(known.sales))
        first, second = (compute(sales, Settings(method=method)) for sales in (known.sales, known.sales.where(order)))
        assert shapes(first) == shapes(second)
        assert first.fingerprint == second.fingerprint

    def test_the_same_seed_gives_the_same_band_and_another_one_another(self, known, method):
        first, again, other = (compute(known.sales, Settings(method=method, seed=seed)) for seed in (3, 3, 4))
        assert shapes(first) == shapes(again)
        assert [point.level for point in first.points] == [point.level for point in other.points]
        assert shapes(first) != shapes(other)

    def test_another_base_moves_all_levels_alike(self, known, method):
        first, second = (compute(known.sales, Settings(method=method, base=base)) for base in ("", "2004"))
        ratios = [one.level / two.level for one, two in zip(first.points, second.points, strict=True)]
        assert second.points[4].level == second.points[4].low == 100
        assert ratios == pytest.approx([ratios[0]] * 10)

    def test_a_thin_period_and_an_empty_one_are_gaps(self, known, method):
        sales = without(without(known.sales, 2003, 3), 2006, 0)
        points = {point.period: point for point in compute(sales, Settings(method=method)).points}
        thin, empty = points["2003"], points["2006"]
        assert (thin.level, thin.low, thin.high, thin.sales) == (None, None, None, 3)
        assert thin.why == ("few_pairs" if method == "repeat_sales" else "few_sales")
        assert (empty.level, empty.sales, empty.pairs, empty.why) == (None, 0, 0, "no_sales")
        assert len(points) == 10
        assert all(point.level for name, point in points.items() if name not in {"2003", "2006"})

    def test_the_number_of_sales_stands_beside_each_point(self, known, method):
        index = compute(known.sales, Settings(method=method))
        assert sum(point.sales for point in index.points) == len(known.sales)

    def test_a_cancelled_computation_stops(self, known, method):
        class Stopped(SilentReporter):
            def should_stop(self) -> bool:
                return True

        with pytest.raises(Cancelled):
            compute(known.sales, Settings(method=method), Stopped())

    def test_more_sales_give_a_narrower_band(self, method):
        widths = []
        for rows in (400, 3600):
            index = compute(
                markets.synthetic(2, rows=rows, works=rows // 3).sales, Settings(method=method, fewest_pairs=1)
            )
            widths.append(np.mean([np.log(point.high / point.low) for point in index.points[1:]]))
        assert widths[1] < widths[0] / 2


class TestRefusals:
    def refusal(self, sales, **settings) -> IndexRefused:
        with pytest.raises(IndexRefused) as refused:
            compute(sales, Settings(**settings))
        return refused.value

    def test_too_few_sales(self, known):
        refused = self.refusal(known.sales.where(np.arange(12)))
        assert (refused.code, str(refused)) == (
            "too_few_sales",
            "12 sales are too few for an index: it takes 20",
        )
        assert self.refusal(known.sales.where(np.arange(0))).code == "too_few_sales"

    def test_one_period_only(self, known):
        only = known.sales.where(numbers(known.sales.date, "year") == 2002)
        assert self.refusal(only).code == "one_period"
        assert "2002" in str(self.refusal(only))

    def test_too_few_pairs(self, known):
        once = known.sales.where(np.unique(known.sales.work, return_index=True)[1])
        refused = self.refusal(once, method="repeat_sales")
        assert (refused.code, refused.facts) == ("too_few_pairs", {"pairs": 0, "needed": 20})

    def test_every_period_too_thin(self, known):
        assert self.refusal(known.sales, fewest_sales=400).code == "too_thin"

    def test_a_base_that_is_not_there_or_too_thin(self, known):
        assert self.refusal(known.sales, base="1999").code == "no_base"
        assert self.refusal(without(known.sales, 2003, 3), base="2003").code == "thin_base"

    @pytest.mark.parametrize(
        "wrong",
        [{"method": "guess"}, {"period": "week"}, {"level": 1.0}, {"draws": 5}, {"fewest_sales": 0}, {"cluster": "x"}],
    )
    def test_settings_that_make_no_sense(self, wrong):
        with pytest.raises(ValueError):
            Settings(**wrong)


class TestRepeatSales:
    def test_a_period_that_no_chain_of_pairs_joins_to_the_others_is_a_gap(self):
        """Works sold in 2000–2004 and works sold in 2006–2007, none in both: the two sets cannot be compared."""
        known = markets.synthetic(8, rows=1500, works=300)
        year = numbers(known.sales.date, "year")
        early, late = known.sales.work < 200, known.sales.work >= 200
        sales = known.sales.where((early & (year < 2005)) | (late & (year > 2005) & (year < 2008)))
        points = {point.period: point for point in compute(sales, Settings(method="repeat_sales")).points}
        assert points["2004"].level is not None
        assert (points["2006"].level, points["2006"].why) == (None, "not_joined")
        assert points["2006"].pairs > 0

    def test_two_sales_within_one_period_are_no_pair(self):
        known = markets.synthetic(9, rows=600, works=60)
        index = compute(known.sales, Settings(method="repeat_sales", fewest_pairs=1))
        year, work = numbers(known.sales.date, "year"), known.sales.work
        order = np.lexsort((known.sales.date, work))
        expected = sum(work[one] == work[two] and year[one] != year[two] for one, two in pairwise(order))
        assert index.figures["pairs"] == expected
        assert sum(point.pairs for point in index.points) == 2 * expected


def test_bought_in_lots_change_only_the_index_that_is_made_for_them():
    known = markets.synthetic(3, rows=2000, works=500, sticky=True)
    sold = known.sales.where(known.sales.is_sold)
    assert len(sold) < len(known.sales)
    for method in ("hedonic", "repeat_sales", "hybrid"):
        assert shapes(compute(known.sales, Settings(method=method))) == shapes(compute(sold, Settings(method=method)))
    both = [compute(sales, Settings(method="censored")) for sales in (known.sales, sold)]
    assert shapes(both[0]) != shapes(both[1])
    assert both[0].figures["bought_in"] == len(known.sales) - len(sold)


class TestCommand:
    @pytest.fixture
    def file(self, known, tmp_path):
        path = tmp_path / "sales.csv"
        with path.open("w", newline="") as out:
            lines = csv.writer(out)
            lines.writerow(["date", "price", "work", "artist", "height_cm", "width_cm"])
            for row in range(len(known.sales)):
                side = float(np.exp(known.sales.numbers["log_area"][row] / 2))
                price = float(np.exp(known.sales.log_price[row]))
                lines.writerow(
                    [known.sales.date[row], price, f"w{known.sales.work[row]}", f"a{known.sales.hand[row]}", side, side]
                )
        return path

    def test_it_prints_the_index_of_a_file(self, known, file, capsys):
        assert main([str(file), "--method", "hybrid"]) == 0
        said = capsys.readouterr().out
        index = compute(known.sales, Settings(method="hybrid"))
        assert f"{index.points[5].level:.1f}" in said
        assert "2000 = 100" in said

    def test_json_has_the_same_points(self, file, capsys):
        assert main([str(file), "--json", "--period", "half", "--fewest-sales", "5"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [point["period"] for point in found["points"]][:3] == ["2000-H1", "2000-H2", "2001-H1"]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("date,price\n", "no column work"),
            ("date,price,work\n2016-05-01,-4,a\n", "line 2, price: -4 is not greater than zero"),
            ("date,price,work\n2016-05-01,many,a\n", "line 2, price: “many” is not a number"),
            ("date,price,work\n31.5.2016,4,a\n", "line 2, date: “31.5.2016” is not a day"),
            ("date,price,work\n2016-05-01,4,a\n", "1 sales are too few"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path, capsys, text, said):
        path = tmp_path / "bad.csv"
        path.write_text(text)
        assert main([str(path)]) == 1
        assert said in capsys.readouterr().err

    def test_a_missing_file_is_named(self, tmp_path, capsys):
        assert main([str(tmp_path / "none.csv")]) == 1
        assert "none.csv" in capsys.readouterr().err
