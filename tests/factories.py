"""Factories of records, shared by all tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from artmarket.accounts.models import Membership, Organisation, User
from artmarket.catalogue.models import Artist, Artwork
from artmarket.sales.models import AuctionHouse, Lot, LotArtwork, Sale


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted or "canvas-and-oil")
        if create:
            self.save()


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    slug = factory.Sequence(lambda n: f"organisation-{n}")
    kind = Organisation.Kind.AUCTION_HOUSE


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Membership.Role.DATA_ENTRY


class ArtistFactory(DjangoModelFactory):
    class Meta:
        model = Artist

    name = factory.Sequence(lambda n: f"Anna Painter {n}")
    sort_name = factory.LazyAttribute(lambda artist: ", ".join(reversed(artist.name.split(" ", 1))))
    name_key = factory.LazyAttribute(lambda artist: artist.name.lower())
    visibility = "public"


class ArtworkFactory(DjangoModelFactory):
    class Meta:
        model = Artwork

    title = factory.Sequence(lambda n: f"View of a harbour {n}")
    artist = factory.SubFactory(ArtistFactory)
    medium = "oil"
    medium_text = "oil on canvas"
    height_cm = Decimal("60.00")
    width_cm = Decimal("80.00")
    date_text = "1911"
    date_earliest = dt.date(1911, 1, 1)
    date_latest = dt.date(1911, 12, 31)
    visibility = "public"


class AuctionHouseFactory(DjangoModelFactory):
    class Meta:
        model = AuctionHouse

    name = factory.Sequence(lambda n: f"House {n}")
    name_key = factory.LazyAttribute(lambda house: house.name.lower())
    currency = "EUR"


class SaleFactory(DjangoModelFactory):
    class Meta:
        model = Sale

    house = factory.SubFactory(AuctionHouseFactory)
    title = factory.Sequence(lambda n: f"Paintings {n}")
    date = dt.date(2019, 5, 14)
    currency = "EUR"
    visibility = "public"


class LotFactory(DjangoModelFactory):
    class Meta:
        model = Lot
        skip_postgeneration_save = True

    sale = factory.SubFactory(SaleFactory)
    sale_date = factory.SelfAttribute("sale.date")
    number = factory.Sequence(str)
    number_sort = factory.LazyAttribute(lambda lot: int(lot.number))
    currency = factory.SelfAttribute("sale.currency")
    estimate_low = Decimal("800.00")
    estimate_high = Decimal("1200.00")
    price = Decimal("1000.00")
    price_basis = "hammer"
    outcome = "sold"

    @factory.post_generation
    def artwork(self, create: bool, extracted: Artwork | None, **kwargs: Any) -> None:
        if create and extracted is not False:
            LotArtwork.objects.create(lot=self, artwork=extracted or ArtworkFactory(**kwargs))


def offer_all(offered: Sequence[tuple[Lot, Artwork]]) -> list[Lot]:
    """Lots that ``LotFactory.build`` made, stored with their works in two statements: a market of some hundred is quick."""
    lots = Lot.objects.bulk_create([lot for lot, _work in offered])
    LotArtwork.objects.bulk_create(LotArtwork(lot=lot, artwork=work) for lot, work in offered)
    return lots
