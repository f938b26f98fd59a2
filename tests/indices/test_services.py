"""What enters an index, that its vintages are frozen, and how records that change move the next one."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.utils import IntegrityError

from analysis.indices import queries
from analysis.indices.defaults import define_defaults
from analysis.indices.gathering import gather
from analysis.indices.models import IndexDefinition, IndexVintage
from analysis.indices.services import compute, define
from analysis.valuation.records import Scope
from artmarket.sales.deflating import NoIndex
from artmarket.sales.models import FxRate, Lot, LotArtwork, PremiumBand, PremiumSchedule, PriceIndex, Sale
from ml.reporter import Cancelled, SilentReporter
from tests.factories import ArtistFactory, ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory
from tests.indices.conftest import LEVELS, NOT_SOLD

TELL = SilentReporter()


def levels(definition, method="hybrid", *, is_real=False):
    vintage = queries.latest_by_method(definition, is_real=is_real)[method]
    return {point["period"]: point["level"] for point in vintage.points}


class TestComputing:
    @pytest.mark.parametrize("method", ["hybrid", "hedonic", "repeat_sales"])
    def test_each_method_finds_the_level_that_the_prices_were_made_with(self, computed, method):
        for period, level in levels(computed, method).items():
            assert level == pytest.approx(100 * math.exp(LEVELS[int(period)]), rel=0.06)

    def test_a_vintage_names_all_that_it_takes_to_make_it_again(self, computed):
        vintage = computed.vintages.get(method="hedonic")
        assert vintage.settings["seed"] == 0
        assert vintage.settings["fewest_sales"] == 10
        assert len(vintage.data_fingerprint) == len(vintage.fingerprint) == 64
        assert (vintage.code_version, vintage.price_basis, vintage.base) == ("1", "hammer", "2012")
        assert vintage.last_sale == dt.date(2017, 10, 10)
        sold = Lot.objects.filter(price__isnull=False).count()
        assert sum(point["sales"] for point in vintage.points) == vintage.figures["sales"] == sold

    def test_the_same_records_make_no_new_vintage(self, computed):
        assert compute(definition=computed, reporter=TELL) == []
        assert computed.vintages.count() == 4

    def test_a_new_sale_makes_a_new_vintage_and_the_old_one_stays(self, computed):
        before = computed.vintages.get(method="hybrid")
        work = LotArtwork.objects.filter(lot__price__isnull=False).first().artwork
        LotFactory(
            sale=SaleFactory(house=Sale.objects.first().house, date=dt.date(2015, 6, 1)), artwork=work, price=9000
        )
        compute(definition=computed, reporter=TELL)
        after = queries.latest_by_method(computed, is_real=False)["hybrid"]
        assert after.pk != before.pk
        moved = queries.revisions(after, IndexVintage.objects.get(pk=before.pk))
        assert [each.period for each in moved] == [str(year) for year in LEVELS]
        assert queries.largest_change(moved).period == "2015"
        assert IndexVintage.objects.get(pk=before.pk).points == before.points

    def test_vintages_are_never_overwritten(self, computed):
        vintage = computed.vintages.first()
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            IndexVintage.objects.filter(pk=vintage.pk).update(base="2014")
        vintage.base = "2014"
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            vintage.save()

    def test_the_database_wants_points_or_a_reason(self, computed):
        copy = computed.vintages.get(method="hedonic")
        copy.pk, copy._state.adding = None, True
        copy.fingerprint, copy.refused = "0" * 64, {"code": "too_few_sales", "facts": {}}
        with pytest.raises(IntegrityError, match="points_or_reason"), transaction.atomic():
            copy.save()

    def test_too_few_sales_are_a_reason_that_is_kept(self, definition):
        Lot.objects.exclude(pk__in=Lot.objects.order_by("pk")[:12].values_list("pk", flat=True)).delete()
        compute(definition=definition, reporter=TELL)
        reasons = {each.method: each.reason for each in definition.vintages.all()}
        assert "are too few for an index: it takes 20." in reasons["hedonic"]
        assert compute(definition=definition, reporter=TELL) == []

    def test_without_bought_in_lots_there_is_no_index_with_them(self, definition):
        Lot.objects.filter(outcome="bought_in").delete()
        compute(definition=definition, reporter=TELL)
        assert "No bought-in lot" in definition.vintages.get(method="censored").reason

    def test_a_cancelled_computation_leaves_nothing(self, definition):
        class Stopped(SilentReporter):
            def should_stop(self) -> bool:
                return True

        with pytest.raises(Cancelled):
            compute(definition=definition, reporter=Stopped())
        assert not definition.vintages.exists()


class TestWhatEnters:
    def sales(self, definition):
        return {(offer.date, offer.price) for offer in gather(definition).offers if offer.price}

    def add(self, house, price, *, work=None, day=dt.date(2016, 5, 1), visibility="public", **more):
        sale = SaleFactory(house=house, date=day, visibility=visibility, organisation=more.pop("organisation", None))
        return LotFactory(sale=sale, artwork=work or ArtworkFactory(**more.pop("facts", {})), price=price, **more)

    def test_private_sales_and_private_works_do_not(self, definition, house, world):
        ours = {"organisation": world.organisation, "visibility": "private"}
        before = self.sales(definition)
        self.add(house, 777, **ours)
        self.add(house, 778, work=ArtworkFactory(**ours))
        assert self.sales(definition) == before
        self.add(house, 779)
        assert self.sales(definition) == before | {(dt.date(2016, 5, 1), 779.0)}

    def test_lots_of_several_works_and_withdrawn_ones_do_not(self, definition, house):
        before = self.sales(definition)
        several = self.add(house, 777)
        LotArtwork.objects.create(lot=several, artwork=ArtworkFactory(), position=2)
        self.add(house, None, outcome="withdrawn", price_basis="unknown")
        assert self.sales(definition) == before

    def test_other_markets_and_houses_of_other_currencies_do_not(self, definition):
        before = self.sales(definition)
        self.add(AuctionHouseFactory(market="dealer", currency="EUR"), 777)
        self.add(AuctionHouseFactory(market="auction", currency="USD"), 778, currency="USD")
        assert self.sales(definition) == before

    def test_a_lot_in_another_currency_comes_in_at_its_days_rate(self, definition, house):
        FxRate.objects.all().delete()
        for day, rate in ((dt.date(2015, 1, 1), "2.0"), (dt.date(2016, 1, 1), "4.0")):
            FxRate.objects.create(base="EUR", quote="USD", date=day, rate=rate, source="test")
        before = self.sales(definition)
        self.add(house, 800, currency="USD")
        self.add(house, 800, currency="USD", day=dt.date(2015, 5, 1))
        assert self.sales(definition) - before == {(dt.date(2016, 5, 1), 200.0), (dt.date(2015, 5, 1), 400.0)}

    def test_another_price_basis_is_converted_or_left_out_and_counted(self, definition, house):
        before = self.sales(definition)
        self.add(house, 1250, price_basis="with_premium")
        assert self.sales(definition) == before
        assert sum(gather(definition).left_out.values()) == 1
        schedule = PremiumSchedule.objects.create(
            house=house, currency="EUR", valid_from=dt.date(2000, 1, 1), source="t"
        )
        PremiumBand.objects.create(schedule=schedule, above=0, rate=Decimal("0.25"))
        assert self.sales(definition) - before == {(dt.date(2016, 5, 1), 1000.0)}

    def test_bought_in_lots_do_without_a_price(self, definition):
        offers = gather(definition).offers
        assert sum(offer.sold is False for offer in offers) == Lot.objects.filter(outcome="bought_in").count() > 0

    def test_an_artists_index_is_of_the_own_hand_and_a_movements_of_its_artists(self, artists, house):
        artist = artists[0]
        definition = IndexDefinition(market="auction", currency="EUR", artist=artist)
        before = self.sales(definition)
        assert len(before) == Lot.objects.filter(artworks__artist=artist, price__isnull=False).count()
        self.add(house, 777, facts={"artist": artist, "attribution": "studio_of"})
        assert self.sales(definition) == before
        movement = IndexDefinition(market="auction", currency="EUR", movement="Cubism")
        cubists = Lot.objects.filter(artworks__artist__movement="Cubism", price__isnull=False)
        assert len([1 for offer in gather(movement).offers if offer.price]) == cubists.count()

    def test_one_medium_alone(self, definition):
        definition.medium = "print"
        assert {offer.medium for offer in gather(definition).offers} == {"print"}


class TestRealLevels:
    @pytest.fixture
    def inflation(self):
        """Prices double from the first year to the last."""
        PriceIndex.objects.all().delete()
        for year in range(2012, 2018):
            for month in range(1, 13):
                level = Decimal(100) * (Decimal(2) ** (Decimal(year - 2012) / 5)).quantize(Decimal("0.0001"))
                PriceIndex.objects.create(
                    name="CPI", currency="EUR", month=dt.date(year, month, 1), level=level, source="test"
                )

    def test_they_are_the_nominal_ones_over_the_price_index(self, definition, inflation):
        compute(definition=definition, reporter=TELL)
        nominal, real = levels(definition), levels(definition, is_real=True)
        for period, level in real.items():
            assert level == pytest.approx(nominal[period] / 2 ** ((int(period) - 2012) / 5), rel=1e-3)
        vintage = queries.latest_by_method(definition, is_real=True)["hybrid"]
        assert vintage.settings["deflator"] == "CPI"

    def test_months_without_a_level_are_counted_not_filled(self, definition, inflation):
        PriceIndex.objects.filter(month__year=2015).delete()
        compute(definition=definition, reporter=TELL)
        vintage = queries.latest_by_method(definition, is_real=True)["hybrid"]
        assert {point["period"]: point["level"] for point in vintage.points}["2015"] is None
        missing = Lot.objects.filter(sale_date__year=2015).count()
        assert vintage.left_out == {"no level of CPI in the month": missing}

    def test_without_a_price_index_there_are_only_nominal_ones(self, definition):
        PriceIndex.objects.all().delete()
        compute(definition=definition, reporter=TELL)
        assert set(definition.vintages.values_list("is_real", flat=True)) == {False}

    def test_a_deflator_that_is_not_there_is_an_error_that_names_it(self, definition):
        definition.deflator = "moon prices"
        with pytest.raises(NoIndex, match="moon prices"):
            compute(definition=definition, reporter=TELL)
        assert not definition.vintages.exists()


class TestDefining:
    SUBJECT = {"market": "auction", "currency": "EUR"}

    def test_a_member_defines_for_the_own_organisation(self, world):
        made = define(actor=world.member, organisation=world.organisation, **self.SUBJECT)
        assert (made.visibility, made.organisation) == ("private", world.organisation)
        assert define(actor=world.member, organisation=world.organisation, **self.SUBJECT) == made

    def test_public_ones_take_an_editing_role_and_common_ones_platform_staff(self, world):
        public = {"visibility": "public", **self.SUBJECT}
        for actor, organisation in [
            (world.member, world.organisation),
            (world.outsider, world.organisation),
            (world.owner, None),
        ]:
            with pytest.raises(PermissionDenied):
                define(actor=actor, organisation=organisation, **public)
        assert not IndexDefinition.objects.exists()
        assert define(actor=world.editor, organisation=world.organisation, **public).pk
        assert define(actor=world.staff, organisation=None, **public).pk

    def test_a_strangers_artist_does_not_exist(self, world):
        artist = ArtistFactory(organisation=world.other_organisation, visibility="private")
        with pytest.raises(ValidationError):
            define(actor=world.member, organisation=world.organisation, artist=artist, **self.SUBJECT)

    @pytest.mark.parametrize("wrong", [{"fewest": 1}, {"currency": "eur"}, {"period": "week"}, {"market": "moon"}])
    def test_what_makes_no_sense_is_refused_with_its_reason(self, world, wrong):
        with pytest.raises(ValidationError):
            define(actor=world.member, organisation=world.organisation, **{**self.SUBJECT, **wrong})

    def test_an_artist_and_a_movement_at_once_are_refused(self, world):
        with pytest.raises(ValidationError, match="not of both"):
            define(
                actor=world.member, organisation=world.organisation, artist=ArtistFactory(), movement="Cubism",
                **self.SUBJECT,
            )  # fmt: skip

    def test_the_usual_indices_are_defined_once(self, artists, monkeypatch):
        monkeypatch.setattr("analysis.indices.defaults.FEWEST_OF_MOVEMENT", 50)
        monkeypatch.setattr("analysis.indices.defaults.FEWEST_OF_ARTIST", 40)
        first = define_defaults([Scope("auction", "EUR")])
        assert {each.movement for each in first} == {"", "Tonalism", "Cubism"}
        assert all(each.visibility == "public" for each in first)
        assert {each.pk for each in define_defaults([Scope("auction", "EUR")])} == {each.pk for each in first}
        assert not any(each.artist and each.artist.visibility == "private" for each in first)


def test_bought_in_lots_do_not_move_the_index_of_sold_ones(computed, house):
    before = levels(computed, "hedonic")
    LotFactory(sale=SaleFactory(house=house, date=dt.date(2015, 6, 1)), **NOT_SOLD)
    compute(definition=computed, reporter=TELL)
    assert levels(computed, "hedonic") == pytest.approx(before)
