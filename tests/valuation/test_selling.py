"""The chance of sale on page and API: what it says, what it refuses, who may ask."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pytest
from django.urls import reverse

from analysis.registry.models import ModelVersion
from analysis.valuation import services
from analysis.valuation.learning_more import USUAL_PREMIUM, log_hammers
from analysis.valuation.models import Valuation
from analysis.valuation.records import Scope, gather
from analysis.valuation.selling import chance_of_sale, loaded_seller
from analysis.valuation.training import train_scope
from artmarket.sales.models import AuctionHouse, Lot, PremiumBand, PremiumSchedule, Sale
from ml.reporter import SilentReporter
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.factories import AuctionHouseFactory
from tests.valuation.conftest import fill_market

SCOPE = Scope("auction", "EUR")


@pytest.fixture
def lot(db) -> Lot:
    """A late lot of a market with enough lots bought in to learn from."""
    loaded_seller.cache_clear()
    fill_market(AuctionHouseFactory(currency="EUR", market="auction"), sales=85)
    train_scope(SCOPE, reporter=SilentReporter())
    return Lot.objects.select_related("sale__house").order_by("-sale_date", "-pk")[0]


@pytest.fixture
def estimate(world, lot) -> Valuation:
    return services.estimate(actor=world.member, lot=lot)


def panel(estimate):
    return reverse("valuation:selling-panel", args=[estimate.pk])


def api(estimate):
    return f"/api/v1/valuations/{estimate.pk}/selling/"


def test_the_chance_falls_with_the_reserve_and_stands_on_page_and_api(estimate, lot, as_user, world, callers):  # noqa: F811
    version = ModelVersion.objects.get()
    assert version.parameters["selling"] == ["walk_in", "estimated"]
    assert version.figures["selling_estimated"]["n"] > 20

    found = chance_of_sale(estimate)
    assert found.stands_for == "low_estimate"
    assert float(found.low_estimate) == pytest.approx(float(lot.estimate_low), rel=0.01)
    chances = [chance_of_sale(estimate, Decimal(amount)).chance for amount in (1, 100, 1000, 10_000, 10**6)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.95
    assert chances[-1] < 0.05
    assert chance_of_sale(estimate, found.even_reserve).chance == pytest.approx(0.5, abs=0.03)
    assert found.expected_hammer >= found.reserve

    page = as_user(world.member).get(panel(estimate), {"reserve": "2000"}).content.decode()
    assert "With a reserve of" in page
    assert "2,000" in page
    context = as_user(world.member).get(panel(estimate)).context
    assert [line["name"] for line in context["chart"]["series"]] == ["Chance of sale", "Low estimate"]
    assert "at the low estimate of" in as_user(world.member).get(panel(estimate)).content.decode()

    told = callers.full_key.get(api(estimate), reserve="2000").json()
    assert told["stands_for"] == "asked"
    assert told["chance"] == pytest.approx(chance_of_sale(estimate, Decimal(2000)).chance)
    curve = [point["chance"] for point in told["curve"]]
    assert curve == sorted(curve, reverse=True)
    assert Decimal(told["reserve"]) == 2000

    for reserve in ("-5", "0", "1e99", "NaN"):
        answer = callers.full_key.get(api(estimate), reserve=reserve)
        assert answer.status_code == 422, reserve
    assert "must be an amount above 0, not -5" in callers.full_key.get(api(estimate), reserve="-5").json()["detail"]
    assert callers.full_key.get(api(estimate), rserve="5").status_code == 422
    refused = as_user(world.member).get(panel(estimate), {"reserve": "-5"}).content.decode()
    assert "must be an amount above 0, not -5" in refused
    assert "errorlist" in as_user(world.member).get(panel(estimate), {"reserve": "much"}).content.decode()

    walk_in = services.estimate(actor=world.member, artwork=lot.artworks.get())
    found = chance_of_sale(walk_in)
    assert (found.regime, found.stands_for, found.low_estimate) == ("walk_in", "even", None)
    assert found.chance == pytest.approx(0.5)


def test_who_may_ask_about_a_private_lots_chance(world, lot, as_user, callers):  # noqa: F811
    Sale.objects.filter(pk=lot.sale_id).update(visibility="private", organisation=world.organisation)
    estimate = services.estimate(actor=world.member, lot=Lot.objects.select_related("sale__house").get(pk=lot.pk))
    before = list(Valuation.objects.values())
    expected = {"anonymous": 302, "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200}
    for name in ("selling-panel", "what-if-panel", "missing-panel"):
        url = reverse(f"valuation:{name}", args=[estimate.pk])
        got = {who: as_user(getattr(world, who, None)).get(url).status_code for who in expected}
        assert got == expected, name
        assert as_user(world.owner).post(url).status_code == 405
    keys = {
        "anonymous": 401, "outsider": 404, "member": 200, "owner": 200, "staff": 200, "full_key": 200,
        "read_only_key": 200, "write_only_key": 403, "analyse_only_key": 403, "other_house_key": 404, "expired_key": 401,
        "revoked_key": 401,
    }  # fmt: skip
    for action in ("selling", "attribution", "missing"):
        for who, status in keys.items():
            answer = getattr(callers, who).get(f"/api/v1/valuations/{estimate.pk}/{action}/")
            assert answer.status_code == status, (action, who, answer.content)
    assert list(Valuation.objects.values()) == before


def test_a_market_that_buys_nothing_in_says_so(world, version, as_user, callers):  # noqa: F811
    """The small market of the other tests: too few lots to learn a chance from."""
    late = Lot.objects.select_related("sale__house").order_by("-sale_date", "-pk")[0]
    estimate = services.estimate(actor=world.member, lot=late)
    assert "too few lots" in as_user(world.member).get(panel(estimate)).content.decode()
    answer = callers.full_key.get(api(estimate))
    assert (answer.status_code, answer.json()["code"]) == (409, "no_selling_model")


def test_hammer_prices_come_by_the_houses_schedule_or_the_usual_premium(db):
    house: AuctionHouse = AuctionHouseFactory(currency="EUR", market="auction")
    fill_market(house, sales=2)
    Lot.objects.filter(price__isnull=False).update(price=1200, price_basis="with_premium")
    offers = [offer for offer in gather(SCOPE).offers if offer.price]
    usual = log_hammers(offers, "with_premium", SCOPE)
    assert usual == pytest.approx([offer.log_price - math.log(1 + USUAL_PREMIUM) for offer in offers])
    schedule = PremiumSchedule.objects.create(house=house, currency="EUR", valid_from=dt.date(2000, 1, 1))
    PremiumBand.objects.create(schedule=schedule, above=0, rate=Decimal("0.20"))
    assert log_hammers(offers, "with_premium", SCOPE) == pytest.approx([math.log(1000)] * len(offers))
    assert log_hammers(offers, "hammer", SCOPE) == pytest.approx([offer.log_price for offer in offers])
