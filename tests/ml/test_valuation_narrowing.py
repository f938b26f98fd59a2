"""Of several missing facts the one that makes the price is named first."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from ml.valuation.comparables import PastSales
from ml.valuation.features import build, remember
from ml.valuation.model import PriceModel, Settings
from ml.valuation.narrowing import Narrowing, missing, narrowings
from ml.valuation.offers import Offer
from ml.valuation.ranges import outside, ranges_of
from ml.valuation.training import train

QUICK = Settings(rounds=120, learning_rate=0.1, leaves=8)


def market(count: int = 1200) -> list[Offer]:
    """Size makes most of the price, the artist little; a third of the sizes and half of the artists are not known."""
    random = np.random.default_rng(4)
    offers = []
    for key in range(count):
        artist, side = int(random.integers(8)), float(np.exp(random.uniform(2.5, 5.5)))
        log = 6 + 2.0 * math.log(side / 50) + 0.05 * artist + 0.25 * random.normal()
        known = random.random() > 0.33
        offers.append(
            Offer(
                key=key + 1,
                date=dt.date(2001, 1, 1) + dt.timedelta(days=key),
                artist=artist if random.random() > 0.5 else None,
                medium="oil",
                height_cm=side if known else None,
                width_cm=side if known else None,
                made_year=1950,
                is_signed=True,
                price=math.exp(log),
                sold=True,
            )
        )
    return offers


@pytest.fixture(scope="module")
def offers() -> list[Offer]:
    return market()


@pytest.fixture(scope="module")
def model(offers: list[Offer]) -> PriceModel:
    return train(offers, settings=QUICK, table=build(offers)).model


def asked(**facts: object) -> Offer:
    plain = Offer(key=0, date=dt.date(2010, 1, 1), medium="oil", made_year=1950, is_signed=True)
    return replace(plain, **facts)  # type: ignore[arg-type]


def found(offers: list[Offer], model: PriceModel, offer: Offer) -> list[Narrowing]:
    return narrowings(offer, "walk_in", {"walk_in": model}, remember(offers), PastSales.of(offers))


def test_the_fact_that_makes_the_price_comes_first(offers: list[Offer], model: PriceModel) -> None:
    told = found(offers, model, asked())
    assert [each.fact for each in told] == ["size", "artist"]
    first, second = told
    assert first.expected < first.width / 2
    assert first.share > 0.3 > second.share
    assert first.width == second.width


def test_what_is_known_is_not_asked_for(offers: list[Offer], model: PriceModel) -> None:
    told = found(offers, model, asked(artist=2, height_cm=50.0, width_cm=50.0))
    assert told == [], "the estimate alone is missing, and no model knows what to do with one"
    assert missing(asked(artist=2, height_cm=50.0, width_cm=50.0, estimate_low=5.0)) == ["provenance"], "none tells one"
    assert missing(asked(artist=2, height_cm=50.0, width_cm=50.0, estimate_low=5.0, provenance="Heirs, 1950")) == []


def test_everything_may_be_missing() -> None:
    assert missing(Offer(key=1, date=dt.date(2010, 1, 1))) == [
        "artist",
        "size",
        "medium",
        "made",
        "signature",
        "provenance",
        "estimate",
    ]


def test_before_any_sale_nothing_is_said(offers: list[Offer], model: PriceModel) -> None:
    early = asked(date=dt.date(1999, 1, 1))
    assert narrowings(early, "walk_in", {"walk_in": model}, remember([]), PastSales.of(offers)) == []


@pytest.mark.parametrize(
    ("facts", "has_estimate", "expected"),
    [
        ({}, False, ""),
        ({"height_cm": 900.0, "width_cm": 900.0}, False, "size"),
        ({"height_cm": 0.5, "width_cm": 0.5}, False, "size"),
        ({"height_cm": 900.0, "width_cm": 900.0}, True, ""),
        ({"medium": "photograph"}, False, "medium"),
        ({"medium": ""}, False, ""),
        ({"attribution": "studio_of"}, False, "attribution"),
        ({"attribution": "studio_of"}, True, ""),
        ({"date": dt.date(2030, 1, 1)}, True, "date"),
    ],
)
def test_facts_outside_what_was_seen_are_named(
    offers: list[Offer], facts: dict[str, object], has_estimate: bool, expected: str
) -> None:
    assert outside(asked(**facts), ranges_of(offers), has_estimate=has_estimate) == expected


def test_nothing_sold_has_no_range() -> None:
    assert ranges_of([])["area_cm2"] is None
