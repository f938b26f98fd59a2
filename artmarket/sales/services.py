"""What changes houses, sales and lots. The actor comes first; None is the platform itself (commands, demo)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from artmarket.accounts.models import Organisation, User
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.permissions import check_may_edit, check_may_own, is_platform
from artmarket.core.names import name_key
from artmarket.sales.fx import refresh_usd
from artmarket.sales.models import AuctionHouse, Lot, LotArtwork, Outcome, Sale

LEADING_NUMBER = re.compile(r"\d{1,9}")


class HouseFields(TypedDict, total=False):
    """What may be said of a house. ``currency`` is an ISO 4217 code, ``country`` an ISO 3166 one."""

    name: str
    city: str
    country: str
    currency: str
    market: str
    website: str
    organisation: Organisation | None


class SaleFields(TypedDict, total=False):
    """What may be said of a sale."""

    house: AuctionHouse
    title: str
    number: str
    date: dt.date
    end_date: dt.date | None
    location: str
    currency: str
    category: str
    source_url: str
    organisation: Organisation | None
    visibility: str


class LotFields(TypedDict, total=False):
    """What may be said of a lot. Amounts are in ``currency``, which is the sale's unless said otherwise."""

    sale: Sale
    number: str
    description: str
    currency: str
    estimate_low: Decimal | None
    estimate_high: Decimal | None
    opening_bid: Decimal | None
    price: Decimal | None
    price_basis: str
    outcome: str
    source_url: str


def create_house(*, actor: User | None, **fields: Unpack[HouseFields]) -> AuctionHouse:
    """Add a house; platform staff only. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    return save_house(actor=actor, house=AuctionHouse(**fields))


def update_house(*, actor: User | None, house: AuctionHouse, **fields: Unpack[HouseFields]) -> AuctionHouse:
    """Change what is given. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    return save_house(actor=actor, house=with_fields(house, fields))


def create_sale(*, actor: User | None, **fields: Unpack[SaleFields]) -> Sale:
    """Add a sale; its currency is the house's unless given. Raises ``PermissionDenied``, ``ValidationError``."""
    return save_sale(actor=actor, sale=Sale(**fields))


def update_sale(*, actor: User | None, sale: Sale, **fields: Unpack[SaleFields]) -> Sale:
    """Change what is given; the lots follow a change of date. Raises ``PermissionDenied``, ``ValidationError``."""
    check_may_edit(actor, sale)
    return save_sale(actor=actor, sale=with_fields(sale, fields))


def create_lot(*, actor: User | None, artworks: Sequence[Artwork] = (), **fields: Unpack[LotFields]) -> Lot:
    """Add a lot with its works in order. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    return save_lot(actor=actor, lot=Lot(**fields), artworks=artworks)


def update_lot(
    *, actor: User | None, lot: Lot, artworks: Sequence[Artwork] | None = None, **fields: Unpack[LotFields]
) -> Lot:
    """Change what is given; ``artworks`` None leaves them. Raises ``PermissionDenied``, ``ValidationError``."""
    check_may_edit(actor, lot.sale)
    return save_lot(actor=actor, lot=with_fields(lot, fields), artworks=artworks)


def with_fields(record: Any, fields: Any) -> Any:
    for name, value in fields.items():
        setattr(record, name, value)
    return record


@transaction.atomic
def save_house(*, actor: User | None, house: AuctionHouse) -> AuctionHouse:
    """Save a house whose fields were set, by a form for instance."""
    if not is_platform(actor):
        raise PermissionDenied(_("Only platform staff may change houses."))
    house.name_key = name_key(house.name)
    house.full_clean()
    if AuctionHouse.objects.filter(name_key=house.name_key).exclude(pk=house.pk).exists():
        raise ValidationError({"name": _("There is a house of this name already.")})
    house.save()
    return house


@transaction.atomic
def save_sale(*, actor: User | None, sale: Sale) -> Sale:
    """Save a sale whose fields were set, by a form for instance. Dollar prices follow a change of date."""
    check_may_own(actor, sale.organisation_id)
    check_house(actor, sale)
    sale.currency = sale.currency or sale.house.currency
    sale.full_clean()
    moved = sale.pk is not None and Sale.objects.filter(pk=sale.pk).exclude(date=sale.date).exists()
    sale.save()
    if moved:
        refresh_usd(Lot.objects.filter(sale=sale))
    return sale


def check_house(actor: User | None, sale: Sale) -> None:
    """A house that is itself on the platform keeps its own sales."""
    owner = sale.house.organisation_id if sale.house_id else None
    if owner is not None and owner != sale.organisation_id and not is_platform(actor):
        raise ValidationError({"house": _("This house keeps its own sales.")})


@transaction.atomic
def save_lot(*, actor: User | None, lot: Lot, artworks: Sequence[Artwork] | None = None) -> Lot:
    """Save a lot whose fields were set, by a form for instance. A price without an outcome means sold."""
    check_may_own(actor, lot.sale.organisation_id)
    lot.sale_date = lot.sale.date
    lot.currency = lot.currency or lot.sale.currency
    lot.number_sort = sort_number(lot.number)
    if lot.price is not None and lot.outcome == Outcome.UNKNOWN:
        lot.outcome = Outcome.SOLD
    lot.full_clean()
    lot.save()
    if artworks is not None:
        set_artworks(actor=actor, lot=lot, artworks=artworks)
    refresh_usd(Lot.objects.filter(pk=lot.pk))
    return lot


def sort_number(number: str) -> int:
    """The first whole number in a lot number, so that 12A stands after 12 and before 13; 0 where there is none."""
    found = LEADING_NUMBER.search(number)
    return int(found.group()) if found else 0


@transaction.atomic
def set_artworks(*, actor: User | None, lot: Lot, artworks: Sequence[Artwork]) -> None:
    """Let the lot hold exactly these works, in order. Raises ``ValidationError`` for one the actor may not see."""
    if actor is not None:
        seen = set(
            Artwork.objects.visible_to(actor).filter(pk__in=[work.pk for work in artworks]).values_list("pk", flat=True)
        )
        if any(work.pk not in seen for work in artworks):
            raise ValidationError({"artworks": _("There is no such artwork.")})
    LotArtwork.objects.filter(lot=lot).delete()
    LotArtwork.objects.bulk_create(
        [LotArtwork(lot=lot, artwork=work, position=place) for place, work in enumerate(artworks, start=1)]
    )
