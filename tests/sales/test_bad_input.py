"""Bad input by every door (service, API, admin, import): an error names it, and nothing is converted or dropped unsaid.

Pages take no sales and lots; what they ask of prices is tested with their forms.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from artmarket.accounts.data_entry import allow_data_entry
from artmarket.catalogue.models import Artwork
from artmarket.core.days import is_to_come
from artmarket.intake.readers import SourceRow
from artmarket.intake.spec import spec_from_json
from artmarket.intake.validation import Validator
from artmarket.sales import fx, services
from artmarket.sales.models import FxRate, Lot, Sale
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory
from tests.intake.conftest import MAP
from tests.sales.test_admin import lot_row, sale_form

pytestmark = pytest.mark.django_db
TO_COME = timezone.localdate() + dt.timedelta(days=30)
RESULTS = [
    {"price": Decimal(100), "price_basis": "hammer"},
    {"price": Decimal(100), "outcome": "sold"},
    {"outcome": "bought_in"},
]


@pytest.fixture
def coming(world):
    return SaleFactory(organisation=world.organisation, visibility="private", date=TO_COME)


@pytest.fixture
def past(world):
    return SaleFactory(organisation=world.organisation, visibility="private")


@pytest.fixture
def entry(world, as_user):
    return as_user(allow_data_entry(actor=None, user=world.editor))


def test_a_day_is_to_come_once_it_has_begun_nowhere():
    now = timezone.now().astimezone(dt.UTC)
    assert not is_to_come(now.date())
    assert not is_to_come((now + dt.timedelta(hours=13)).date()), "it has begun in Kiritimati"
    assert is_to_come((now + dt.timedelta(hours=39)).date())


class TestServices:
    @pytest.mark.parametrize("result", RESULTS)
    def test_a_sale_to_come_has_no_results(self, world, coming, result):
        with pytest.raises(ValidationError, match=f"The sale of {TO_COME.isoformat()} is still to come"):
            services.create_lot(actor=world.editor, sale=coming, number="1", **result)
        assert not Lot.objects.exists()

    def test_a_lot_may_be_withdrawn_before_its_sale(self, world, coming):
        lot = services.create_lot(actor=world.editor, sale=coming, number="1", outcome="withdrawn")
        assert lot.outcome == "withdrawn"

    @pytest.mark.parametrize(("outcome", "moves"), [("bought_in", False), ("withdrawn", True), ("unknown", True)])
    def test_a_sale_with_results_is_not_moved_to_a_day_to_come(self, world, past, outcome, moves):
        LotFactory(sale=past, outcome=outcome, price=None)
        if moves:
            assert services.update_sale(actor=world.editor, sale=past, date=TO_COME).date == TO_COME
            return
        with pytest.raises(ValidationError, match="This sale has results"):
            services.update_sale(actor=world.editor, sale=past, date=TO_COME)
        assert Sale.objects.get().date == dt.date(2019, 5, 14)

    def test_an_unknown_currency_is_named(self, world, past):
        for call in (
            lambda: services.create_lot(actor=world.editor, sale=past, number="1", currency="QQQ"),
            lambda: services.create_house(actor=None, name="New", currency="QQQ"),
            lambda: services.update_sale(actor=world.editor, sale=past, currency="QQQ"),
        ):
            with pytest.raises(ValidationError, match="“QQQ” is no known currency"):
                call()

    def test_a_price_of_a_day_without_a_rate_is_kept_and_never_guessed(self, world, past):
        lot = services.create_lot(
            actor=world.editor, sale=past, number="1", currency="FRL", price=Decimal(100), price_basis="hammer"
        )
        lot.refresh_from_db()
        assert (lot.price, lot.price_usd) == (Decimal(100), None)


class TestApi:
    @pytest.mark.parametrize(
        ("result", "field"),
        [
            ({"price": {"amount": "1", "currency": "EUR"}}, "outcome"),
            ({"outcome": "bought_in"}, "outcome"),
        ],
    )
    def test_a_sale_to_come_has_no_results(self, callers, coming, result, field):  # noqa: F811
        answer = callers.full_key.post("/api/v1/lots/", {"sale": coming.pk, "number": "1", **result})
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"], error["code"]) == (422, f"/{field}", "sale_in_future")
        assert "is still to come" in error["detail"]
        assert not Lot.objects.exists()

    def test_results_wait_for_the_day(self, callers, coming):  # noqa: F811
        lot = LotFactory(sale=coming, price=None, outcome="unknown")
        answer = callers.full_key.patch(f"/api/v1/lots/{lot.pk}/", {"outcome": "sold"})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "sale_in_future")

    @pytest.mark.parametrize("path", ["lots", "sales"])
    def test_an_unknown_currency_is_named(self, callers, past, path):  # noqa: F811
        body = {"lots": {"sale": past.pk, "number": "1"}, "sales": {"house": past.house_id, "date": "2020-01-01"}}[path]
        answer = callers.full_key.post(f"/api/v1/{path}/", {**body, "currency": "QQQ"})
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"], error["code"]) == (422, "/currency", "unknown_currency")

    @pytest.mark.parametrize(
        ("dimensions", "code"),
        [({"height_cm": "-60"}, "catalogue_artwork_size_positive"), ({"width_cm": "0"}, "catalogue_artwork_size_positive"),
         ({"text": "-60 x 80 cm"}, "negative")],
    )  # fmt: skip
    def test_sizes_are_above_zero(self, callers, dimensions, code):  # noqa: F811
        answer = callers.full_key.post("/api/v1/artworks/", {"title": "Tide", "dimensions": dimensions})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code), answer.content
        assert not Artwork.objects.exists()

    def test_a_price_without_a_rate_says_so(self, callers, past):  # noqa: F811
        body = {
            "sale": past.pk,
            "number": "1",
            "price": {"amount": "100.00", "currency": "FRL"},
            "price_basis": "hammer",
        }
        made = callers.full_key.post("/api/v1/lots/", body).json()
        assert (made["price"]["amount"], made["price_usd"]) == ("100.00", None)


class TestAdmin:
    @pytest.mark.parametrize("values", [{"price": "100", "outcome": "sold"}, {"outcome": "bought_in"}])
    def test_a_sale_to_come_has_no_results(self, entry, world, values):
        data = sale_form(world, AuctionHouseFactory(), total=1, date=TO_COME.isoformat()) | lot_row(0, **values)
        answer = entry.post(reverse("admin:sales_sale_add"), data)
        assert answer.status_code == 200
        assert "is still to come: it cannot have results" in answer.content.decode()
        assert not Lot.objects.exists()

    def test_a_sale_with_results_is_not_moved_to_a_day_to_come(self, entry, world, past):
        LotFactory(sale=past)
        data = sale_form(world, past.house, date=TO_COME.isoformat(), currency="EUR")
        answer = entry.post(reverse("admin:sales_sale_change", args=[past.pk]), data)
        assert "This sale has results" in answer.content.decode()
        assert Sale.objects.get().date == dt.date(2019, 5, 14)

    def test_an_unknown_currency_is_named(self, entry, world):
        data = sale_form(world, AuctionHouseFactory(), currency="QQQ")
        answer = entry.post(reverse("admin:sales_sale_add"), data)
        assert "“QQQ” is no known currency" in answer.content.decode()
        assert not Sale.objects.exists()

    def test_a_price_of_a_day_without_a_rate_is_told(self, entry, world):
        data = sale_form(world, AuctionHouseFactory(), total=1, date="1771-03-01", currency="FRL")
        data |= lot_row(0, price="100", outcome="sold", price_basis="hammer")
        answer = entry.post(reverse("admin:sales_sale_add"), data, follow=True)
        assert "No exchange rate of USD is known for 1771-03-01. The price is kept" in answer.content.decode()
        assert Lot.objects.get().price == Decimal(100)

    @pytest.mark.parametrize("facts", [{"height_cm": "-60"}, {"dimensions_text": "60 x -80 cm"}])
    def test_sizes_are_above_zero(self, entry, world, facts):
        work = ArtworkFactory(organisation=world.organisation, height_cm=None, width_cm=None)
        data = {
            "title": "Tide", "attribution": "by", "organisation": world.organisation.pk, "visibility": "private",
            "images-TOTAL_FORMS": 0, "images-INITIAL_FORMS": 0, "external_ids-TOTAL_FORMS": 0,
            "external_ids-INITIAL_FORMS": 0, **facts,
        }  # fmt: skip
        answer = entry.post(reverse("admin:catalogue_artwork_change", args=[work.pk]), data)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Sizes must be greater than zero." in page or "a side is below zero" in page


class TestImport:
    columns = list(MAP["fields"].values())
    row = {"Sale": "Spring", "Date": "2019-03-05", "Lot": "1", "Artist": "Ana Vaz", "Title": "Sea", "Size": "60 x 80 cm",
           "Price": "150"}  # fmt: skip

    def check(self, spec=None, rates=None, columns=(), **cells):
        spec = spec or spec_from_json(MAP)
        columns = [*self.columns, *columns]
        given = {**self.row, **cells}
        validator = Validator(spec, columns, currency="EUR", rates=rates)
        return validator.check(SourceRow(2, [given.get(name, "") for name in columns]))

    def tags(self, **cells):
        return {issue.tag for issue in self.check(**cells).issues}

    @pytest.mark.parametrize("price", ["150", "not sold"])
    def test_a_sale_to_come_has_no_results(self, price):
        assert "error:sale_date:sale_in_future" in self.tags(Date=TO_COME.isoformat(), Price=price)

    def test_blank_prices_of_a_sale_to_come_are_not_bought_in(self):
        spec = spec_from_json(MAP)
        spec = replace(spec, options=replace(spec.options, blank_price="bought_in"))
        assert self.check(spec, Price="").parsed["lot"]["outcome"] == "bought_in"
        coming = self.check(spec, Price="", Date=TO_COME.isoformat())
        assert (coming.parsed["lot"]["outcome"], coming.refused) == ("unknown", False)

    @pytest.mark.parametrize("size", ["-60 x 80 cm", "60 x -80 cm"])
    def test_sizes_below_zero_are_refused(self, size):
        assert "error:dimensions:negative" in self.tags(Size=size)

    def test_a_side_below_zero_is_refused(self):
        fields = {**{name: column for name, column in MAP["fields"].items() if name != "dimensions"}, "height": "H"}
        spec = spec_from_json({**MAP, "fields": fields})
        found = self.check(spec, columns=["H"], H="-60")
        assert "error:height:negative" in {issue.tag for issue in found.issues}

    def test_a_size_of_zero_is_told_and_its_text_kept(self):
        checked = self.check(Size="0 x 80 cm")
        assert "warning:dimensions:unreadable" in {issue.tag for issue in checked.issues}
        assert (checked.parsed["work"]["dimensions_text"], checked.parsed["work"]["height_cm"]) == ("0 x 80 cm", None)

    def test_an_unknown_currency_is_refused(self):
        spec = spec_from_json({**MAP, "fields": {**MAP["fields"], "currency": "Money"}})
        for code, tag in (("QQQ", "error:currency:unknown_currency"), ("Q1", "error:currency:unreadable")):
            assert tag in {issue.tag for issue in self.check(spec, columns=["Money"], Money=code).issues}
        assert "error:price:unreadable" in self.tags(Price="QQQ 150")

    def test_a_price_of_a_day_without_a_rate_is_told(self):
        FxRate.objects.create(base="EUR", quote="USD", date=dt.date(2019, 1, 1), rate=Decimal("1.1"), source="test")
        rates = fx.RateTable.load()
        assert not {issue.code for issue in self.check(rates=rates).issues}
        (issue,) = self.check(rates=rates, Date="1998-03-05").issues
        assert (issue.tag, issue.value) == ("note:price:no_rate", "USD 1998-03-05")
        assert "No exchange rate of USD is known for 1998-03-05" in issue.detail
        assert not {issue.code for issue in self.check(rates=rates, Date="1998-03-05", Price="").issues}


def test_the_page_of_a_lot_says_why_it_is_not_converted(as_user, world):
    lot = LotFactory(sale=SaleFactory(date=dt.date(1771, 3, 1), currency="FRL"))
    page = as_user(world.member).get(lot.get_absolute_url()).content.decode()
    assert "No exchange rate of FRL is known for 1771-03-01." in page
