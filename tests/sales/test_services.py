"""Houses, sales and lots are changed by those who may, and hold together."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from artmarket.sales import services
from artmarket.sales.models import Lot, Sale
from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 6, 1)


def make_sale(world, **fields):
    house = AuctionHouseFactory(organisation=world.organisation)
    return services.create_sale(
        actor=world.editor, house=house, title="Paintings", date=DAY, organisation=world.organisation, **fields
    )


def set_date_at_once(lot, date):
    """Change a lot's date alone, with the deferred foreign key asked at once."""
    Lot.objects.filter(pk=lot.pk).update(sale_date=date)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


class TestSales:
    def test_the_currency_is_the_houses_unless_given(self, world):
        assert make_sale(world).currency == "EUR"

    @pytest.mark.parametrize("who", ["outsider", "member"])
    def test_others_may_not_and_nothing_is_changed(self, world, who):
        sale = make_sale(world)
        with pytest.raises(PermissionDenied):
            services.update_sale(actor=getattr(world, who), sale=Sale.objects.get(pk=sale.pk), title="Mine")
        sale.refresh_from_db()
        assert sale.title == "Paintings"

    def test_another_organisation_cannot_hold_a_sale_in_a_houses_name(self, world):
        house = AuctionHouseFactory(organisation=world.organisation)
        with pytest.raises(ValidationError) as refused:
            services.create_sale(actor=world.outsider, house=house, date=DAY, organisation=world.other_organisation)
        assert "house" in refused.value.message_dict

    def test_lots_follow_a_change_of_date(self, world):
        sale = make_sale(world)
        lot = services.create_lot(actor=world.editor, sale=sale, number="1")
        services.update_sale(actor=world.editor, sale=sale, date=dt.date(2021, 1, 5))
        lot.refresh_from_db()
        assert lot.sale_date == dt.date(2021, 1, 5)

    def test_the_database_refuses_a_lot_of_another_day(self):
        lot = LotFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            set_date_at_once(lot, dt.date(1999, 1, 1))


class TestLots:
    def test_a_price_without_an_outcome_means_sold(self, world):
        lot = services.create_lot(
            actor=world.editor, sale=make_sale(world), number="12A", price=Decimal(900), price_basis="hammer"
        )
        assert (lot.outcome, lot.number_sort, lot.currency, lot.sale_date) == ("sold", 12, "EUR", DAY)

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"estimate_low": Decimal(10), "estimate_high": Decimal(5)}, "high estimate lies below"),
            ({"price": Decimal(10), "outcome": "bought_in"}, "Only a sold lot has a price"),
            ({"price": Decimal(-1)}, "greater than zero"),
            ({"currency": "euro"}, ""),
        ],
    )
    def test_nonsense_is_refused_with_a_readable_sentence(self, world, fields, message):
        sale = make_sale(world)
        with pytest.raises(ValidationError) as refused:
            services.create_lot(actor=world.editor, sale=sale, number="1", **fields)
        assert message in str(refused.value)
        assert not Lot.objects.filter(sale=sale).exists()

    def test_the_same_number_twice_is_refused(self, world):
        sale = make_sale(world)
        services.create_lot(actor=world.editor, sale=sale, number="1")
        with pytest.raises(ValidationError, match="already has a lot with this number"):
            services.create_lot(actor=world.editor, sale=sale, number="1")

    def test_works_stand_in_order_and_only_those_one_may_see(self, world):
        sale = make_sale(world)
        works = [ArtworkFactory(), ArtworkFactory()]
        lot = services.create_lot(actor=world.editor, sale=sale, number="1", artworks=works)
        assert list(lot.lot_artworks.values_list("artwork_id", flat=True)) == [work.pk for work in works]
        hidden = ArtworkFactory(visibility="private", organisation=world.other_organisation)
        with pytest.raises(ValidationError):
            services.set_artworks(actor=world.editor, lot=lot, artworks=[hidden])
        assert lot.lot_artworks.count() == 2

    @pytest.mark.parametrize(
        ("number", "sort"), [("7", 7), ("12A", 12), ("lot 33 bis", 33), ("—", 0), ("9" * 20, 999999999)]
    )
    def test_numbers_sort_by_their_first_whole_number(self, number, sort):
        assert services.sort_number(number) == sort


class TestHouses:
    def test_only_platform_staff_may_add_one(self, world):
        with pytest.raises(PermissionDenied):
            services.create_house(actor=world.owner, name="Mine", currency="EUR")
        assert services.create_house(actor=world.staff, name="Théâtre & Fils", currency="EUR").name_key

    def test_the_same_name_in_other_letters_is_the_same_house(self, world):
        services.create_house(actor=world.staff, name="Théâtre & Fils", currency="EUR")
        with pytest.raises(ValidationError):
            services.create_house(actor=world.staff, name="THEATRE & FILS", currency="EUR")
