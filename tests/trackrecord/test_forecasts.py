"""Estimates frozen before the sale: of which lots, how often, and that nobody can make or change one afterwards."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from analysis.registry.models import ModelVersion
from analysis.trackrecord.freezing import coming_lots, freeze_forecasts, is_intact
from analysis.trackrecord.models import Forecast
from analysis.valuation import known
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import AuctionHouse, Lot, LotArtwork
from ml.reporter import Cancelled, SilentReporter
from tests.factories import ArtworkFactory
from tests.trackrecord.conftest import coming_lot, freeze_by_hand, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming(house: AuctionHouse, version: ModelVersion, world) -> Lot:
    known_work = Artwork.objects.order_by("pk")[0]
    return coming_lot(house, artwork=ArtworkFactory(artist=known_work.artist))


def test_a_coming_lot_is_frozen_once_until_something_is_new(coming: Lot, house: AuctionHouse) -> None:
    first = freeze_forecasts(reporter=SilentReporter())
    assert (first.made, first.unchanged, dict(first.refused)) == (1, 0, {})
    frozen = Forecast.objects.get()
    assert frozen.lot == coming
    assert frozen.low_95 <= frozen.low_80 <= frozen.middle <= frozen.high_80 <= frozen.high_95
    assert (frozen.sale_date, frozen.scope, frozen.price_basis) == (coming.sale_date, "auction:EUR", "hammer")
    assert frozen.house_factor == pytest.approx(1.0, abs=0.1)
    assert float(frozen.house_middle) == pytest.approx(1000 * frozen.house_factor, abs=0.01)
    assert is_intact(Forecast.objects.get())
    again = freeze_forecasts(reporter=SilentReporter())
    assert (again.made, again.unchanged) == (0, 1)

    Lot.objects.filter(pk=coming.pk).update(estimate_low=1600, estimate_high=2400)
    known.forget()
    assert freeze_forecasts(reporter=SilentReporter()).made == 1
    assert Forecast.objects.count() == 2, "the first one stays"
    assert Forecast.objects.latest("made_at").estimate_low == 1600


def test_only_public_lots_of_one_work_with_a_sale_ahead_and_no_result_are_frozen(db: None, world) -> None:
    wanted = coming_lot()
    private = {"visibility": "private", "organisation": world.organisation}
    coming_lot(sale=private)
    coming_lot(artwork=ArtworkFactory(**private))
    several = coming_lot()
    LotArtwork.objects.create(lot=several, artwork=ArtworkFactory(), position=2)
    coming_lot(days=0)
    coming_lot(days=-3)
    sell(coming_lot(), 900)
    sell(coming_lot(), None)
    coming_lot(outcome="withdrawn")
    assert list(coming_lots()) == [wanted]


def test_a_lot_that_no_model_answers_for_is_counted_and_not_frozen(db: None, world) -> None:
    coming_lot()
    out = io.StringIO()
    call_command("freeze_forecasts", stdout=out)
    assert "frozen 0, unchanged 0, refused: no_model 1" in out.getvalue()
    assert not Forecast.objects.exists()


def test_without_staff_it_says_in_whose_name_it_cannot_ask(db: None) -> None:
    with pytest.raises(CommandError, match="no staff yet"):
        call_command("freeze_forecasts")


def test_it_stops_when_told(coming: Lot) -> None:
    class Stop(SilentReporter):
        def should_stop(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        freeze_forecasts(reporter=Stop())
    assert not Forecast.objects.exists()


def test_a_past_lot_can_never_be_frozen_as_if_before(db: None) -> None:
    lot = coming_lot(days=-1)
    with pytest.raises(IntegrityError, match="before the day of the sale"), transaction.atomic():
        freeze_by_hand(lot)
    with pytest.raises(IntegrityError, match="carries the date of its lot"), transaction.atomic():
        freeze_by_hand(lot, sale_date=timezone.now().date() + dt.timedelta(days=9))
    with pytest.raises(IntegrityError, match="before the day of the sale"), transaction.atomic():
        freeze_by_hand(coming_lot(days=0))
    with pytest.raises(IntegrityError, match="made now"), transaction.atomic():
        freeze_by_hand(coming_lot(), made_at=timezone.now() - dt.timedelta(days=40))
    sold = coming_lot()
    sell(sold, 900)
    with pytest.raises(IntegrityError, match="before the result is known"), transaction.atomic():
        freeze_by_hand(sold)
    assert not Forecast.objects.exists()


@pytest.mark.parametrize(
    "change", [{"middle": 1}, {"made_at": timezone.now()}, {"high_80": 9e9}, {"content_sha256": "x"}]
)
def test_nothing_in_a_frozen_estimate_can_be_changed(forecast: Forecast, change: dict) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Forecast.objects.filter(pk=forecast.pk).update(**change)
    forecast.refresh_from_db()
    assert forecast.middle == 1000


def test_an_estimate_needs_an_interval_or_a_reason(db: None) -> None:
    with pytest.raises(IntegrityError, match="interval_or_reason"), transaction.atomic():
        freeze_by_hand(coming_lot(), middle=None)
    empty = dict.fromkeys(("low_95", "low_80", "low_50", "middle", "high_50", "high_80", "high_95"))
    assert freeze_by_hand(coming_lot(), abstained="unknown", **empty).abstained


def test_a_lot_that_is_deleted_takes_its_frozen_estimate_with_it(forecast: Forecast) -> None:
    Lot.objects.get(pk=forecast.lot_id).delete()
    assert not Forecast.objects.exists()
