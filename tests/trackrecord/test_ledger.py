"""The house ledger on records: what counts, what prices are divided by, whom it flags, what it keeps to itself."""

from __future__ import annotations

import datetime as dt
import io
import math

import pytest
from django.core.management import call_command

from analysis.trackrecord.ledgers import TooFewLots, check, gather_sold, keep_ledger
from analysis.trackrecord.models import HouseLedger, LedgerEntry
from analysis.trackrecord.queries import bias_of
from analysis.valuation.records import Scope
from artmarket.catalogue.models import Artist
from artmarket.sales.models import AuctionHouse, Lot, PremiumBand, PremiumSchedule, Sale
from tests.factories import ArtistFactory, ArtworkFactory
from tests.trackrecord.conftest import coming_lot

pytestmark = pytest.mark.django_db
SCOPE, TODAY = Scope("auction", "EUR"), dt.date(2024, 1, 1)
Houses = dict[str, AuctionHouse]


@pytest.fixture
def ledger(biased_houses: Houses) -> HouseLedger:
    return keep_ledger(scope=SCOPE, before=TODAY)


def test_a_house_that_estimates_too_low_is_told_from_a_fair_one(ledger: HouseLedger, biased_houses: Houses) -> None:
    low = ledger.entries.get(level="house", house=biased_houses["Low"])
    fair = ledger.entries.get(level="house", house=biased_houses["Fair"])
    assert low.percent == pytest.approx(40, abs=6)
    assert low.is_off
    assert not fair.is_off
    assert (low.lots, ledger.lots) == (64, 128)
    departments = ledger.entries.filter(level="department", house=biased_houses["Low"])
    assert {row.department for row in departments} == {"old masters", "modern art"}
    assert ledger.entries.filter(level="artist").count() == 10
    assert ledger.entries.filter(level="group", house=biased_houses["Low"], is_off=True).count() == 10


def test_its_persistence_from_year_to_year_is_stated(ledger: HouseLedger) -> None:
    assert ledger.persistence["house"]["pairs"] == 14
    assert ledger.persistence["house"]["correlation"] > 0.8


def test_only_results_before_the_day_count(biased_houses: Houses) -> None:
    before = gather_sold(SCOPE, dt.date(2018, 4, 1)).lots
    assert {lot.date.year for lot in before} == {2015, 2016, 2017}
    Lot.objects.filter(sale_date__gte="2018-04-01").update(price=1)
    assert gather_sold(SCOPE, dt.date(2018, 4, 1)).lots == before
    assert gather_sold(SCOPE, dt.date(2026, 6, 1)).lots[0].date.year == 2017, "ten years are remembered"


def test_the_same_results_give_the_same_ledger_and_old_entries_go(biased_houses: Houses, ledger: HouseLedger) -> None:
    assert keep_ledger(scope=SCOPE, before=TODAY) == ledger
    for day in (2, 3):
        keep_ledger(scope=SCOPE, before=dt.date(2024, 1, day))
    assert HouseLedger.objects.count() == 3
    assert not ledger.entries.exists()


def test_prices_with_premium_become_hammer_prices_by_the_schedule(biased_houses: Houses) -> None:
    low = biased_houses["Low"]
    schedule = PremiumSchedule.objects.create(house=low, currency="EUR", valid_from=dt.date(2010, 1, 1))
    PremiumBand.objects.create(schedule=schedule, above=0, rate="0.40")
    Lot.objects.filter(sale__house=low).update(price_basis="with_premium")
    found = keep_ledger(scope=SCOPE, before=TODAY)
    assert found.conversions["with_premium"] == {"exact": 64, "by_factor": 0}
    assert not found.entries.get(level="house", house=low).is_off, "1.4 with premium is 1.0 at the hammer"


def test_without_a_schedule_they_are_divided_by_their_own_median_and_only_differences_show(
    biased_houses: Houses,
) -> None:
    Lot.objects.update(price_basis="with_premium")
    found = keep_ledger(scope=SCOPE, before=TODAY)
    how = found.conversions["with_premium"]
    assert how["by_factor"] == 128
    assert 1.0 < how["factor"] < 1.4
    rows = {row.house.name: row for row in found.entries.filter(level="house").select_related("house")}
    assert rows["Fair"].bias < 0 < rows["Low"].bias
    assert rows["Low"].bias - rows["Fair"].bias == pytest.approx(math.log(1.4), abs=0.1)


def test_works_not_by_the_artist_count_for_the_department_only(biased_houses: Houses) -> None:
    artist = Artist.objects.order_by("pk")[0]
    artist.artworks.update(attribution="after")
    found = keep_ledger(scope=SCOPE, before=TODAY)
    assert not found.entries.filter(artist=artist).exists()
    assert found.entries.get(level="house", house=biased_houses["Low"]).lots == 64


@pytest.mark.parametrize(("house", "flagged"), [("Low", True), ("Fair", False)])
def test_a_coming_lot_is_flagged_where_the_interval_leaves_zero_out(
    ledger: HouseLedger, biased_houses: Houses, house: str, flagged: bool
) -> None:
    artist = Artist.objects.order_by("pk")[0]
    lot = coming_lot(biased_houses[house], artwork=ArtworkFactory(artist=artist), sale={"title": "Old masters 2031"})
    found = bias_of(lot)
    assert found is not None
    assert found.entry.level == "group"
    assert found.is_off is flagged
    assert found.low <= found.bias <= found.high


def test_an_unknown_artist_is_judged_by_the_department_and_less_surely(
    ledger: HouseLedger, biased_houses: Houses
) -> None:
    lot = coming_lot(
        biased_houses["Low"], artwork=ArtworkFactory(artist=ArtistFactory()), sale={"title": "Modern art 2031"}
    )
    by_department = bias_of(lot)
    assert by_department is not None
    assert by_department.entry.level == "department"
    assert by_department.high - by_department.low >= by_department.entry.high - by_department.entry.low
    Sale.objects.filter(pk=lot.sale_id).update(title="Clocks")
    by_house = bias_of(Lot.objects.get(pk=lot.pk))
    assert by_house is not None
    assert by_house.entry.level == "house"


def test_nothing_is_said_of_a_lot_without_estimate_or_from_before_the_ledger(
    ledger: HouseLedger, biased_houses: Houses
) -> None:
    assert bias_of(coming_lot(biased_houses["Low"], estimate_low=None, estimate_high=None)) is None
    assert bias_of(coming_lot(biased_houses["Low"], days=-2500)) is None


def test_private_results_teach_nobody(biased_houses: Houses, world) -> None:
    biased_houses["Low"].sales.update(visibility="private", organisation=world.organisation)
    found = keep_ledger(scope=SCOPE, before=TODAY)
    assert found.lots == 64
    assert not LedgerEntry.objects.filter(house=biased_houses["Low"]).exists()


def test_too_few_lots_are_said(db: None) -> None:
    with pytest.raises(TooFewLots, match="0 sold lots"):
        keep_ledger(scope=SCOPE, before=TODAY)
    out = io.StringIO()
    call_command("house_ledger", stdout=out)
    assert "No market has enough" in out.getvalue()


def test_the_command_prints_who_is_off(biased_houses: Houses) -> None:
    out = io.StringIO()
    call_command("house_ledger", before=TODAY, stdout=out)
    assert "Low" in out.getvalue()
    assert "of them off: 1" in out.getvalue()
    quiet = io.StringIO()
    call_command("house_ledger", before=TODAY, verbosity=0, stdout=quiet)
    assert len(quiet.getvalue().splitlines()) == 1


def test_a_ledger_is_checked_against_what_was_sold_after_it(biased_houses: Houses) -> None:
    found = check(keep_ledger(scope=SCOPE, before=dt.date(2020, 1, 1)), dt.date(2023, 1, 1))
    assert found is not None
    assert found.lots == 16 * 3
    flagged, mean = found.means["low"]
    assert flagged == 24
    assert mean == pytest.approx(math.log(1.4), abs=0.08)
    assert found.correlation > 0.7
    assert found.saved > 0.4
    assert check(keep_ledger(scope=SCOPE, before=TODAY), dt.date(2026, 1, 1)) is None
