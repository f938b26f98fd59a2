"""Fifty lots in a row: a sale and its lots on one page, checked by field, and cheap to open."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import pytest
from django.urls import reverse

from artmarket.accounts.data_entry import allow_data_entry
from artmarket.sales.models import AuctionHouse, Lot, Sale
from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(world, as_user):
    return as_user(allow_data_entry(actor=None, user=world.editor))


def sale_form(world, house: AuctionHouse, *, total: int = 0, initial: int = 0, **changes: object) -> dict[str, object]:
    data = {
        "house": house.pk, "title": "Paintings", "date": "2019-05-14", "currency": "GBP",
        "organisation": world.organisation.pk, "visibility": "private",
        "lots-TOTAL_FORMS": total, "lots-INITIAL_FORMS": initial,
    }  # fmt: skip
    return data | changes


def lot_row(index: int, **values: object) -> dict[str, object]:
    row = {"number": str(index + 1), "price_basis": "unknown", "outcome": "unknown"} | values
    return {f"lots-{index}-{name}": value for name, value in row.items()}


def test_fifty_lots_in_a_row(entry, world) -> None:
    works = [ArtworkFactory(organisation=world.organisation) for _ in range(50)]
    data = sale_form(world, AuctionHouseFactory(), total=55)
    for index, work in enumerate(works):
        data |= lot_row(
            index,
            artwork=work.pk,
            estimate_low="100",
            estimate_high="200",
            price="150",
            price_basis="hammer",
            outcome="sold",
        )
    for index in range(50, 55):
        data |= lot_row(index, number="")
    started = time.monotonic()
    answer = entry.post(reverse("admin:sales_sale_add"), data)
    assert answer.status_code == 302, answer.context["errors"]
    assert time.monotonic() - started < 15
    sale = Sale.objects.get()
    lots = list(Lot.objects.filter(sale=sale).order_by("number_sort"))
    assert [lot.number_sort for lot in lots] == list(range(1, 51))
    assert {(lot.currency, lot.sale_date, lot.price) for lot in lots} == {("GBP", dt.date(2019, 5, 14), Decimal(150))}
    assert [lot.artworks.get() for lot in lots] == works


def test_fifty_empty_rows_are_cheap(entry, world, django_assert_max_num_queries) -> None:
    ArtworkFactory(organisation=world.organisation)
    with django_assert_max_num_queries(15):
        page = entry.get(reverse("admin:sales_sale_add"), {"lots": 50}).content.decode()
    assert page.count('name="lots-49-number"') == 1


def test_lots_are_changed_and_removed(entry, world) -> None:
    sale = SaleFactory(organisation=world.organisation, currency="GBP", title="Paintings")
    first, second = (LotFactory(sale=sale, number=number) for number in ("1", "2"))
    work = ArtworkFactory(organisation=world.organisation)
    data = sale_form(world, sale.house, total=2, initial=2, date="2019-05-15")
    data |= lot_row(0, id=first.pk, sale=sale.pk, artwork=work.pk, outcome="bought_in", number="1A")
    data |= lot_row(1, id=second.pk, sale=sale.pk, DELETE="on")
    answer = entry.post(reverse("admin:sales_sale_change", args=[sale.pk]), data)
    assert answer.status_code == 302, answer.context["errors"]
    lot = Lot.objects.get()
    assert (lot.number, lot.outcome, lot.sale_date) == ("1A", "bought_in", dt.date(2019, 5, 15))
    assert [item.artwork for item in lot.lot_artworks.all()] == [work]


def test_rules_name_their_reason_in_the_row(entry, world) -> None:
    data = sale_form(world, AuctionHouseFactory(), total=2)
    data |= lot_row(0, estimate_low="200", estimate_high="100")
    data |= lot_row(1, price="100", outcome="bought_in")
    answer = entry.post(reverse("admin:sales_sale_add"), data)
    text = answer.content.decode()
    assert "The high estimate lies below the low one." in text
    assert "Only a sold lot has a price." in text
    assert not Sale.objects.exists()


def test_one_lot_by_itself(entry, world) -> None:
    sale = SaleFactory(organisation=world.organisation)
    work = ArtworkFactory()
    data = {
        "sale": sale.pk, "number": "17", "price_basis": "hammer", "outcome": "sold", "price": "1200",
        "lot_artworks-TOTAL_FORMS": 1, "lot_artworks-INITIAL_FORMS": 0, "lot_artworks-0-artwork": work.pk,
        "lot_artworks-0-position": 1,
    }  # fmt: skip
    answer = entry.post(reverse("admin:sales_lot_add"), data)
    assert answer.status_code == 302, answer.context["errors"]
    lot = Lot.objects.get()
    assert (lot.currency, lot.sale_date, lot.number_sort) == (sale.currency, sale.date, 17)


def test_strangers_sales_are_out_of_reach(entry, world) -> None:
    hidden = SaleFactory(organisation=world.other_organisation, visibility="private")
    shown = SaleFactory(organisation=world.other_organisation, visibility="public", title="Shown")
    assert entry.get(reverse("admin:sales_sale_change", args=[hidden.pk])).status_code == 302
    assert (
        entry.post(reverse("admin:sales_sale_change", args=[shown.pk]), sale_form(world, shown.house)).status_code
        == 403
    )
    data = {"sale": shown.pk, "number": "1", "price_basis": "unknown", "outcome": "unknown"}
    data |= {"lot_artworks-TOTAL_FORMS": 0, "lot_artworks-INITIAL_FORMS": 0}
    assert entry.post(reverse("admin:sales_lot_add"), data).status_code == 200
    assert not Lot.objects.exists()
    theirs = LotFactory(sale=shown)
    assert entry.post(reverse("admin:sales_lot_delete", args=[theirs.pk]), {"post": "yes"}).status_code == 403
    assert Lot.objects.filter(pk=theirs.pk).exists()


def test_a_house_gets_its_key(world, as_user) -> None:
    data = {"name": "Maison Été", "currency": "EUR", "market": "auction"}
    assert as_user(world.staff).post(reverse("admin:sales_auctionhouse_add"), data).status_code == 302
    assert AuctionHouse.objects.get().name_key == "ete maison"


def test_lists_cost_few_queries(world, as_user, django_assert_max_num_queries) -> None:
    client = as_user(world.staff)
    for _number in range(8):
        LotFactory()
    names = ["auctionhouse", "sale", "lot", "fxrate", "priceindex", "premiumschedule"]
    for name in names:
        with django_assert_max_num_queries(12):
            assert client.get(reverse(f"admin:sales_{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:sales_{name}_add")).status_code == 200


def test_history_of_a_lot(entry, world) -> None:
    lot = LotFactory(sale=SaleFactory(organisation=world.organisation))
    lot.price = Decimal(999)
    lot.save()
    page = entry.get(reverse("admin:sales_lot_history", args=[lot.pk])).content.decode()
    assert "999" in page
    assert "1000" in page
