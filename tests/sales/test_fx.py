"""Amounts are converted at the rate of the day, or not at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from artmarket.sales import fx
from artmarket.sales.models import FxRate, Lot
from tests.factories import LotFactory, SaleFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 6, 1)


@pytest.fixture
def rates():
    FxRate.objects.create(base="EUR", quote="USD", date=dt.date(2020, 1, 1), rate=Decimal("1.10"), source="test")
    FxRate.objects.create(base="EUR", quote="USD", date=dt.date(2020, 7, 1), rate=Decimal("1.20"), source="test")
    FxRate.objects.create(base="EUR", quote="GBP", date=dt.date(2020, 1, 1), rate=Decimal("0.88"), source="test")


class TestConvert:
    def test_the_last_rate_before_the_day_counts(self, rates):
        assert fx.convert(Decimal(100), source="EUR", target="USD", on=DAY) == Decimal("110.00")
        assert fx.convert(Decimal(100), source="EUR", target="USD", on=dt.date(2020, 7, 1)) == Decimal("120.00")

    def test_two_currencies_meet_in_the_euro(self, rates):
        assert fx.convert(Decimal(88), source="GBP", target="USD", on=DAY) == Decimal("110.00")

    def test_the_same_currency_needs_no_rate(self):
        assert fx.convert(Decimal("7.77"), source="FRL", target="FRL", on=dt.date(1770, 1, 1)) == Decimal("7.77")

    @pytest.mark.parametrize(
        ("currency", "on"), [("JPY", DAY), ("USD", dt.date(2019, 12, 31)), ("USD", dt.date(2022, 1, 1))]
    )
    def test_an_unknown_early_or_stale_rate_is_named(self, rates, currency, on):
        with pytest.raises(fx.NoRate) as refused:
            fx.convert(Decimal(1), source="EUR", target=currency, on=on)
        assert (refused.value.currency, refused.value.on) == (currency, on)


class TestDollarPrices:
    def lot(self, currency, date, price="1000.00"):
        sale = SaleFactory(date=date, currency=currency)
        return LotFactory(sale=sale, price=price and Decimal(price), outcome="sold" if price else "bought_in")

    def test_they_agree_with_the_table_in_memory(self, rates):
        lots = [self.lot(currency, DAY) for currency in ("EUR", "USD", "GBP")]
        fx.refresh_usd(Lot.objects.all())
        table = fx.RateTable.load()
        for lot in lots:
            lot.refresh_from_db()
            assert lot.price_usd == table.convert(lot.price, source=lot.currency, target="USD", on=DAY)

    def test_no_rate_or_no_price_means_none(self, rates):
        lots = [self.lot("FRL", dt.date(1770, 1, 1)), self.lot("EUR", DAY, price=None)]
        fx.refresh_usd(Lot.objects.all())
        for lot in lots:
            lot.refresh_from_db()
            assert lot.price_usd is None

    def test_the_printed_amount_stays(self, rates):
        lot = self.lot("EUR", DAY)
        fx.refresh_usd(Lot.objects.all())
        lot.refresh_from_db()
        assert (lot.price, lot.currency) == (Decimal("1000.00"), "EUR")


class TestFiles:
    def test_seeds_load_twice_without_change(self):
        call_command("load_seeds")
        before = list(FxRate.objects.values_list("quote", "date", "rate"))
        call_command("load_seeds")
        assert sorted(FxRate.objects.values_list("quote", "date", "rate")) == sorted(before)
        assert ("USD", dt.date(2019, 1, 31), Decimal("1.1488")) in before

    def test_the_banks_history_file_is_read(self, tmp_path):
        file = tmp_path / "hist.csv"
        file.write_text("Date,USD,JPY,CYP,\n2024-05-02,1.0695,166.25,N/A,\n2024-05-01,1.07,167,N/A,\n")
        call_command("load_fx_rates", str(file))
        assert fx.convert(Decimal(1), source="EUR", target="USD", on=dt.date(2024, 5, 2)) == Decimal("1.07")
        assert not FxRate.objects.filter(quote="CYP").exists()

    def test_a_broken_line_is_named_and_nothing_is_kept(self, tmp_path):
        file = tmp_path / "hist.csv"
        file.write_text("Date,USD\n2024-05-02,1.0695\n2024-05-01,cheap\n")
        with pytest.raises(CommandError, match="line 3: “cheap” is no number"):
            call_command("load_fx_rates", str(file))
        assert not FxRate.objects.filter(date=dt.date(2024, 5, 2)).exists()
