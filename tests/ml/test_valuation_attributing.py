"""Multipliers of attributions are found where they are known, shrunk where little is; mixtures are mixtures."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.valuation.attributing import Attributions, Effect, between, learn_attributions
from ml.valuation.mixing import BadOpinion, Mixture, Prices, checked_opinion
from ml.valuation.offers import Offer

TRUE = {"by": 1.0, "studio_of": 0.6, "after": 0.3}


def attributed(
    *, artists: int = 40, each: int = 6, spread: float = 0.2, seed: int = 2
) -> tuple[list[Offer], dict[int, float]]:
    """Lots of artists under three qualifiers; copies are of the dear artists only. Also each artist's own *after*."""
    random = np.random.default_rng(seed)
    offers, own = [], {}
    for artist in range(artists):
        fame = random.normal(8, 1)
        own[artist] = math.log(TRUE["after"]) + spread * random.normal()
        qualifiers = ["by", "after", "studio_of"] if fame > 8 else ["by"]
        for qualifier in qualifiers:
            gap = own[artist] if qualifier == "after" else math.log(TRUE[qualifier])
            for _lot in range(each):
                side, year = float(random.uniform(20, 150)), int(random.integers(1990, 2000))
                log = fame + gap + math.log(side / 50) + 0.05 * (year - 1990) + 0.4 * random.normal()
                offers.append(
                    Offer(
                        key=len(offers), date=dt.date(year, 5, 5), artist=artist, attribution=qualifier, medium="oil",
                        height_cm=side, width_cm=side, price=math.exp(log), sold=True,
                    )
                )  # fmt: skip
    return offers, own


@pytest.fixture(scope="module")
def learned() -> Attributions:
    return learn_attributions(attributed()[0])


def test_known_multipliers_are_found(learned: Attributions) -> None:
    """Although copies are of dear artists only, which makes them look dear beside all lots *by*."""
    for qualifier, true in (("studio_of", 0.6), ("after", 0.3)):
        found = learned.market[qualifier]
        assert abs(found.log - math.log(true)) < 3 * found.error
        assert math.exp(found.log) == pytest.approx(true, rel=0.25)
    assert set(learned.market) == {"studio_of", "after"}


def test_an_artists_own_lies_between_its_lots_and_the_markets(learned: Attributions) -> None:
    _offers, own = attributed()
    alone = {artist for artist, qualifier in learned.own if qualifier == "after"}
    errors = [learned.own[artist, "after"].log - own[artist] for artist in alone]
    market = [learned.market["after"].log - own[artist] for artist in alone]
    assert np.mean(np.square(errors)) < np.mean(np.square(market)) * 1.1
    assert learned.effect(999, "after") == Effect(
        learned.market["after"].log,
        math.hypot(learned.market["after"].error, learned.spread),
        learned.market["after"].lots,
        learned.market["after"].artists,
    )


def test_too_few_lots_tell_nothing() -> None:
    offers, _own = attributed(artists=8, each=1)
    found = learn_attributions(offers)
    assert found.effect(1, "after") is None
    assert found.effect(1, "by") == Effect(0.0, 0.0, 0, 0)
    assert learn_attributions([]).market == {}
    with pytest.raises(ValueError, match="no such attribution: school_of"):
        found.effect(1, "school_of")


def test_sizes_may_be_unknown() -> None:
    offers = [replace(offer, height_cm=None) for offer in attributed()[0]]
    assert "after" in learn_attributions(offers).market


def test_it_is_the_same_after_saving(learned: Attributions, tmp_path: Path) -> None:
    learned.save(tmp_path / "a.json")
    assert Attributions.load(tmp_path / "a.json") == learned


def test_the_models_answer_counts_by_the_number_of_lots() -> None:
    start, end = Effect(0.0, 0.0, 0, 0), Effect(-1.0, 0.3, 50, 20)
    assert between(start, end, -2.0, 0) == (-1.0, 0.3)
    assert between(start, end, -2.0, 10**9)[0] == pytest.approx(-2.0, abs=1e-5)
    assert between(end, end, 0.0, 0)[0] == 0


def prices(middle: float, reach: float = 0.5) -> Prices:
    z = np.array([-1.96, -1.2816, -0.6745, 0, 0.6745, 1.2816, 1.96])
    return Prices.of_bands((middle + reach * z).tolist())


logs = st.floats(2, 15)
reaches = st.floats(0.05, 2)


@given(logs, reaches, st.floats(0.01, 0.99))
def test_shares_and_quantiles_undo_each_other(middle: float, reach: float, rank: float) -> None:
    found = prices(middle, reach)
    assert found.share_below(found.quantile(rank)) == pytest.approx(rank, abs=1e-3)


@given(logs, logs, reaches, st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_a_mixtures_quantile_has_that_share_below_it(
    a: float, b: float, reach: float, share: float, rank: float
) -> None:
    mixed = Mixture([(share, prices(a, reach)), (1 - share, prices(b, reach))])
    found = mixed.quantile(rank)
    assert mixed.share_below(found) == pytest.approx(rank, abs=1e-3)
    assert mixed.quantile(max(rank - 0.04, 0.01)) <= found


def test_a_mixture_is_not_the_mean_of_quantiles() -> None:
    """Nine chances in ten for a copy at 1,000, one for the real thing at 1,000,000."""
    copy, real = prices(math.log(1e3), 0.2), prices(math.log(1e6), 0.2)
    mixed = Mixture([(0.9, copy), (0.1, real)])
    assert math.exp(mixed.quantile(0.5)) == pytest.approx(1e3, rel=0.1)
    assert math.exp(mixed.quantile(0.97)) > 5e5
    assert mixed.mean == pytest.approx(0.9 * copy.mean + 0.1 * real.mean)
    assert mixed.mean > 9e4


def test_an_uncertain_change_widens_the_interval() -> None:
    plain, moved = prices(8.0), prices(8.0).moved(-1.0, 0.5)
    assert moved.quantile(0.5) == pytest.approx(7.0, abs=1e-4)
    assert moved.quantile(0.9) - moved.quantile(0.1) > plain.quantile(0.9) - plain.quantile(0.1)
    same = plain.moved(0.0, 0.0)
    assert [same.quantile(rank) for rank in (0.1, 0.5, 0.9)] == [plain.quantile(rank) for rank in (0.1, 0.5, 0.9)]


def test_three_bands_are_enough_and_two_are_not() -> None:
    nan = math.nan
    found = Prices.of_bands([nan, 7.0, nan, 8.0, nan, 9.0, nan])
    assert found.quantile(0.9) == pytest.approx(9.0, abs=1e-4)
    with pytest.raises(ValueError, match="an interval and its middle"):
        Prices.of_bands([nan, 7.0, nan, 8.0, nan, nan, nan])


@pytest.mark.parametrize(
    ("opinion", "code", "about"),
    [
        ({"by": 0.5, "school_of": 0.5}, "unknown", "school_of"),
        ({"by": 1.2, "after": -0.2}, "not_a_share", "by"),
        ({"by": float("nan")}, "not_a_share", "by"),
        ({"by": 0.5, "after": 0.4}, "sum", "0.9"),
        ({}, "empty", ""),
        ({"by": 0.0}, "empty", ""),
    ],
)
def test_what_is_no_opinion_is_named(opinion: dict[str, float], code: str, about: str) -> None:
    with pytest.raises(BadOpinion) as refused:
        checked_opinion(opinion)
    assert (refused.value.code, refused.value.about) == (code, about)


def test_probabilities_may_be_rounded() -> None:
    found = checked_opinion({"by": 0.33, "after": 0.33, "studio_of": 0.33, "manner_of": 0.0})
    assert sum(found.values()) == pytest.approx(1)
    assert "manner_of" not in found


@pytest.mark.data
def test_paris_copies_and_manners_bring_a_fraction(data_dir: Path) -> None:
    """Within artists, 1764–1780, from the file as it is: every qualifier well below the own hand."""
    import csv

    qualifiers = {"after": "after", "copy after": "copy_after", "in the manner of": "manner_of", "n/a": "by"}
    offers, names = [], {}
    with (data_dir / "sales/paris/paris-1764-1780.csv").open(encoding="latin-1") as source:
        for key, row in enumerate(csv.DictReader(source)):
            style, author = row["authorstyle"], row["authorstandard"]
            if style not in qualifiers or author == "Anonymous" or not row["price"].replace(".", "").isdigit():
                continue
            artist = names.setdefault(author.removeprefix(style).strip(), len(names))
            sides = {f"{side.lower()}_cm": size(row[f"{side}_in"]) for side in ("Height", "Width")}
            offers.append(
                Offer(
                    key=key, date=dt.date(int(row["year"]), 6, 1), artist=artist, attribution=qualifiers[style],
                    price=float(row["price"]), sold=True, **sides,
                )
            )  # fmt: skip
    found = learn_attributions(offers)
    assert {"after", "copy_after"} <= set(found.market)
    assert all(0.1 < math.exp(effect.log) < 0.7 for effect in found.market.values())


def size(text: str) -> float | None:
    try:
        return float(text) * 2.54
    except ValueError:
        return None
