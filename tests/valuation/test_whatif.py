"""The price under another attribution, and what a missing fact would tell, on page and API."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from django.urls import reverse

from analysis.valuation import services
from analysis.valuation.models import Valuation
from analysis.valuation.narrowing import missing_facts
from analysis.valuation.records import Scope
from analysis.valuation.refusing import EstimateRefused
from analysis.valuation.training import train_scope
from analysis.valuation.whatif import loaded_attributions, what_if
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import Lot
from ml.reporter import SilentReporter
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.factories import ArtworkFactory, AuctionHouseFactory
from tests.valuation.conftest import fill_market


@pytest.fixture
def lot(db) -> Lot:
    """A late lot *by* its artist, in a market where every third lot is *after* the artist and brings a third."""
    loaded_attributions.cache_clear()
    house = AuctionHouseFactory(currency="EUR", market="auction")
    fill_market(house)
    random = np.random.default_rng(3)
    for lot in Lot.objects.filter(sale__house=house).order_by("pk"):
        if random.random() < 1 / 3:
            Artwork.objects.filter(lot_artworks__lot=lot).update(attribution="after")
            amounts = ("estimate_low", "estimate_high", "price")
            for name in amounts:
                setattr(lot, name, getattr(lot, name) and (getattr(lot, name) / 3).quantize(Decimal("0.01")))
            lot.save(update_fields=amounts)
    train_scope(Scope("auction", "EUR"), reporter=SilentReporter())
    own = Lot.objects.filter(sale__house=house, lot_artworks__artwork__attribution="by").select_related("sale__house")
    return own.order_by("-sale_date", "-pk")[0]


@pytest.fixture
def estimate(world, lot) -> Valuation:
    return services.estimate(actor=world.member, lot=lot)


def panel(name, estimate):
    return reverse(f"valuation:{name}", args=[estimate.pk])


def test_other_attributions_and_opinions_on_page_and_api(estimate, as_user, world, callers):  # noqa: F811
    by_name = {each.qualifier: each for each in what_if(estimate).scenarios}
    own, after = by_name["by"], by_name["after"]
    assert own.is_recorded
    assert (own.low, own.middle, own.high) == (estimate.low, estimate.middle, estimate.high)
    assert 0.15 < float(after.middle / own.middle) < 0.6
    assert after.times[0] < after.times[1] < after.times[2]
    assert after.lots
    assert after.is_own
    assert after.high / after.low > own.high / own.low, "an uncertain multiplier widens the interval"
    assert not by_name["studio_of"].is_known

    mixed = what_if(estimate, {"by": 0.5, "after": 0.5}).mixed
    assert after.low <= mixed.low <= mixed.middle <= mixed.high <= own.high
    assert mixed.high / mixed.low > own.high / own.low
    assert after.middle < mixed.expected < own.high
    certain = what_if(estimate, {"by": 1.0}).mixed
    assert [certain.low, certain.middle, certain.high] == [
        pytest.approx(each, rel=Decimal("0.01")) for each in (own.low, own.middle, own.high)
    ]

    page = as_user(world.member).get(panel("what-if-panel", estimate), {"by": "50", "after": "50"}).content.decode()
    assert "Expected price" in page
    assert "too few lots of this market tell" in page
    url = f"/api/v1/valuations/{estimate.pk}/attribution/"
    told = callers.full_key.get(url, by="0.5", after="0.5").json()
    assert Decimal(told["mixed"]["middle"]) == mixed.middle
    assert len(told["scenarios"]) == 8
    assert callers.full_key.get(url).json()["mixed"] is None

    refusals = {
        "sum": ({"by": "0.5", "after": "0.4"}, "The probabilities sum to 0.9, not to 1."),
        "share": ({"by": "1.5", "after": "-0.5"}, "not between 0 and 100"),
        "dark": ({"by": "0.5", "studio_of": "0.5"}, "tell what “studio of” is worth"),
    }
    for name, (opinion, words) in refusals.items():
        answer = callers.full_key.get(url, **opinion)
        assert answer.status_code == 422, name
        assert words in answer.json()["detail"], name
    assert callers.full_key.get(url, school_of="1").status_code == 422
    assert callers.full_key.get(url, by="half").status_code == 422
    page = as_user(world.member).get(panel("what-if-panel", estimate), {"by": "50", "after": "40"}).content.decode()
    assert "The probabilities sum to 0.9, not to 1." in page
    assert "Were it" in page, "what can be told still stands there"
    page = as_user(world.member).get(panel("what-if-panel", estimate), {"school_of": "100"}).content.decode()
    assert "There is no attribution “school_of”." in page
    assert "errorlist" in as_user(world.member).get(panel("what-if-panel", estimate), {"by": "-3"}).content.decode()

    nameless = ArtworkFactory(artist=None, medium="oil")
    found = services.estimate(actor=world.member, artwork=nameless)
    if found.middle is not None:
        with pytest.raises(EstimateRefused, match="no artist on record"):
            what_if(found)
    assert callers.full_key.get(f"/api/v1/valuations/{found.pk}/attribution/").status_code in {409, 422}


def test_the_missing_fact_that_tells_most_is_named(world, lot, as_user, callers):  # noqa: F811
    artist = lot.artworks.get().artist
    bare = ArtworkFactory(artist=artist, height_cm=None, width_cm=None, medium="", date_earliest=None, signature="")
    estimate = services.estimate(actor=world.member, artwork=bare)
    facts = missing_facts(estimate)
    assert {"size", "estimate"} <= {each.fact for each in facts}
    assert [each.expected for each in facts] == sorted(each.expected for each in facts)
    best = facts[0]
    assert best.fact == "estimate", "in this market houses know the price to within a fifth"
    assert best.expected < best.width
    page = as_user(world.member).get(panel("missing-panel", estimate)).content.decode()
    assert "Most of all: <strong>a house" in page
    told = callers.full_key.get(f"/api/v1/valuations/{estimate.pk}/missing/").json()["facts"]
    assert [each["fact"] for each in told] == [each.fact for each in facts]

    unknown = ArtworkFactory(artist=None, height_cm=None, width_cm=None, medium="")
    silent = services.estimate(actor=world.member, artwork=unknown)
    assert silent.abstained
    page = as_user(world.member).get(panel("missing-panel", silent)).content.decode()
    assert "Most of all" in page
    assert as_user(world.member).get(panel("what-if-panel", silent)).content.decode().count("There is no estimate") == 1


def test_the_estimates_page_loads_what_else_can_be_asked(estimate, as_user, world):
    page = as_user(world.member).get(estimate.get_absolute_url()).content.decode()
    for name in ("selling-panel", "what-if-panel", "missing-panel"):
        assert panel(name, estimate) in page
