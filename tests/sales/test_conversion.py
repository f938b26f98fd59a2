"""Amounts in the reader's currency: beside the original, of the sale's day, and never a query for each lot."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from artmarket.sales.conversion import conversions
from artmarket.sales.models import FxRate
from tests.factories import ArtworkFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 6, 1)


@pytest.fixture(autouse=True)
def rates(db):
    for quote, rate in [("USD", "1.10"), ("GBP", "0.88")]:
        FxRate.objects.create(base="EUR", quote=quote, date=dt.date(2020, 1, 1), rate=Decimal(rate), source="test")


@pytest.fixture
def reader(as_user, world):
    """A client whose person likes dollars."""
    world.member.currency = "USD"
    world.member.save()
    return as_user(world.member)


def lot_in(currency: str, date: dt.date = DAY, **fields):
    return LotFactory(sale=SaleFactory(date=date, currency=currency), **fields)


def test_amounts_convert_at_the_rate_of_the_day():
    lots = [lot_in("EUR"), lot_in("GBP"), lot_in("USD"), lot_in("FRL"), lot_in("EUR", dt.date(2030, 1, 1))]
    known = conversions(lots, "USD")
    assert [known.of(lot, Decimal(1000)) for lot in lots] == [1100, 1250, None, None, None]
    assert known.of(lots[0], Decimal("1.25")) == Decimal("1.38")
    assert known.of(lots[0], Decimal(16_236)) == 17_900
    assert known.of(lots[0], None) is None
    assert conversions(lots, "EUR").of(lots[1], Decimal(880)) == 1000


def test_one_query_serves_any_number_of_lots(django_assert_num_queries):
    lots = [lot_in("EUR") for _ in range(5)]
    with django_assert_num_queries(1):
        conversions(lots, "USD")
    with django_assert_num_queries(0):
        conversions(lots, "EUR")


def pages_of(lot) -> list[str]:
    work = lot.lot_artworks.get().artwork
    return [
        "/lots/",
        lot.get_absolute_url(),
        lot.sale.get_absolute_url(),
        f"{lot.sale.get_absolute_url()}?view=grid",
        reverse("sales:artwork-panel", args=[work.pk]),
        reverse("sales:artist-panel", args=[work.artist_id]),
    ]


def test_the_original_is_shown_and_the_reader_s_currency_beside_it(reader):
    lot = lot_in("GBP", estimate_low=Decimal(800), estimate_high=Decimal(1200), price=Decimal(1000))
    for url in pages_of(lot):
        page = reader.get(url).content.decode().replace("\xa0", " ")
        assert "GBP 1,000" in page, url
        assert "≈ USD 1,250" in page, url
        assert "≈ USD 1,000 – 1,500" in page, url
    assert "in the currency of your profile" in reader.get(lot.get_absolute_url()).content.decode()


def test_half_an_estimate_is_converted(reader):
    lot = lot_in("GBP", estimate_low=None, estimate_high=Decimal(1200), price=None, outcome="unknown")
    page = reader.get(lot.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert "≤ GBP 1,200" in page
    assert "≈ USD 1,500</small>" in page


@pytest.mark.parametrize(("currency", "date"), [("USD", DAY), ("FRL", DAY), ("GBP", dt.date(2012, 1, 1))])
def test_nothing_is_made_up(reader, currency, date):
    lot = lot_in(currency, date, price_usd=Decimal(7))
    for url in pages_of(lot):
        assert "≈" not in reader.get(url).content.decode(), url


def test_lists_cost_one_query_more(reader, django_assert_max_num_queries):
    work = ArtworkFactory()
    for _ in range(12):
        lot = lot_in("GBP", artwork=work)
    for url, most in zip(pages_of(lot)[:1] + pages_of(lot)[-1:], (10, 10), strict=True):
        with django_assert_max_num_queries(most):
            assert reader.get(url).content.decode().count("≈") >= 8
