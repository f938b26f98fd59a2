"""Sales and lots by the API: money as it was sent, one currency a lot, and results posted after the sale."""

from __future__ import annotations

import pytest

from artmarket.sales.models import Lot
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale(world):
    return SaleFactory(organisation=world.organisation, visibility="private", currency="GBP")


def euro(amount):
    return {"amount": amount, "currency": "EUR"}


def test_a_sale_takes_its_currency_from_the_house(callers):  # noqa: F811
    house = AuctionHouseFactory(currency="CHF")
    body = {"house": house.pk, "date": "2026-05-01", "title": "Spring"}
    answer = callers.full_key.post("/api/v1/sales/", body).json()
    assert (answer["currency"], answer["house"]["name"]) == ("CHF", house.name)
    again = callers.full_key.post("/api/v1/sales/", body)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "sales_sale_once")


def test_a_lot_goes_in_and_its_result_follows(callers, sale, world):  # noqa: F811
    works = [ArtworkFactory(organisation=world.organisation, visibility="private") for _ in range(2)]
    body = {
        "sale": sale.pk,
        "number": "12A",
        "estimate_low": euro("800.00"),
        "estimate_high": {"amount": 1200, "currency": "EUR"},
        "artworks": [works[1].pk, works[0].pk],
    }
    made = callers.full_key.post("/api/v1/lots/", body)
    assert made.status_code == 201, made.content
    lot = made.json()
    assert lot["currency"] == "EUR"
    assert lot["estimate_high"] == euro("1200.00")
    assert (lot["price"], lot["outcome"]) == (None, "unknown")
    assert [work["id"] for work in lot["artworks"]] == [works[1].pk, works[0].pk]
    result = {"price": euro("1500.00"), "price_basis": "hammer", "outcome": "sold"}
    posted = callers.full_key.patch(lot["links"]["self"], result, {"If-Match": made["ETag"]})
    assert posted.json()["price"] == euro("1500.00")
    assert [work["id"] for work in posted.json()["artworks"]] == [works[1].pk, works[0].pk]
    assert callers.full_key.patch(lot["links"]["self"], {"artworks": []}).json()["artworks"] == []


def test_an_amount_in_another_currency_is_refused(callers, sale):  # noqa: F811
    mixed = {"sale": sale.pk, "number": "1", "estimate_low": euro("1"), "price": {"amount": "1", "currency": "USD"}}
    answer = callers.full_key.post("/api/v1/lots/", mixed)
    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {
        "pointer": "/price/currency",
        "code": "currency_mismatch",
        "detail": "This lot's amounts are in EUR.",
    }
    lot = LotFactory(sale=sale, number="2", currency="GBP", price=None, outcome="unknown")
    path = f"/api/v1/lots/{lot.pk}/"
    assert callers.full_key.patch(path, {"price": euro("5")}).json()["errors"][0]["code"] == "currency_mismatch"
    lot.refresh_from_db()
    assert (lot.price, lot.currency) == (None, "GBP")
    assert callers.full_key.patch(path, {"currency": "EUR", "price": euro("5")}).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"estimate_low": euro("2"), "estimate_high": euro("1")}, "", "sales_lot_estimate_ordered"),
        ({"price": euro("-1"), "outcome": "sold"}, "", "sales_lot_amounts_positive"),
        ({"price": euro("1"), "outcome": "bought_in"}, "", "sales_lot_price_means_sold"),
        ({"price": euro("1.005")}, "/price/amount", "max_decimal_places"),
        ({"price": euro("NaN")}, "/price/amount", "invalid"),
        ({"price": "1 EUR"}, "/price", "invalid"),
        ({"price": {"amount": "1", "currency": "eur"}}, "/price/currency", "invalid"),
        ({"price": {"amount": "1"}}, "/price/currency", "required"),
        ({"artworks": [999999]}, "/artworks", "does_not_exist"),
        ({"artworks": [10**30]}, "/artworks/0", "invalid"),
        ({"number": ""}, "/number", "blank"),
        ({"source_url": "javascript:alert(1)"}, "/source_url", "invalid"),
    ],
)
def test_refusals_point_at_the_value(callers, sale, body, pointer, code):  # noqa: F811
    answer = callers.full_key.post("/api/v1/lots/", {"sale": sale.pk, "number": "1", **body})
    assert answer.status_code == 422, answer.content
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)
    assert not Lot.objects.exists()


def test_a_lot_number_is_given_once_in_a_sale(callers, sale):  # noqa: F811
    body = {"sale": sale.pk, "number": "7"}
    assert callers.full_key.post("/api/v1/lots/", body).status_code == 201
    again = callers.full_key.post("/api/v1/lots/", body)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "sales_lot_once")
    assert again.json()["detail"] == "This sale already has a lot with this number."
    assert Lot.objects.count() == 1


def test_nobody_adds_lots_to_a_sale_of_others(callers, sale):  # noqa: F811
    body = {"sale": sale.pk, "number": "1"}
    assert callers.other_house_key.post("/api/v1/lots/", body).status_code == 422, "they cannot know that it exists"
    public = SaleFactory()
    assert callers.full_key.post("/api/v1/lots/", {"sale": public.pk, "number": "1"}).status_code == 403
    assert not Lot.objects.exists()


def test_a_work_that_you_may_not_see_is_left_out_of_the_lot(callers, world):  # noqa: F811
    hidden = ArtworkFactory(title="Secret", organisation=world.organisation, visibility="private")
    lot = LotFactory(artwork=hidden)
    for path in ("/api/v1/lots/", f"/api/v1/lots/{lot.pk}/"):
        assert b"Secret" not in callers.outsider.get(path).content
        assert b"Secret" in callers.member.get(path).content


def test_lots_of_one_sale_in_their_order(callers, sale):  # noqa: F811
    LotFactory(number="99")
    for number in ("10", "9", "100"):
        assert callers.full_key.post("/api/v1/lots/", {"sale": sale.pk, "number": number}).status_code == 201
    answer = callers.full_key.get("/api/v1/lots/", sale=sale.pk, order="number")
    assert [row["number"] for row in answer.json()["results"]] == ["9", "10", "100"]
