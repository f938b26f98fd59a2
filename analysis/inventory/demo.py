"""A small store for the demo's dealer: works of the invented market, bought over the years, and one dossier."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from django.utils import timezone

from analysis.dossier.models import Dossier, Purpose
from analysis.dossier.services import make_dossier
from analysis.dossier.terms import terms_of
from analysis.inventory.models import InventoryItem
from analysis.inventory.services import add_item
from analysis.inventory.valuing import value_item
from artmarket.accounts.models import Organisation, User
from artmarket.catalogue.models import Artwork
from artmarket.sales.fx import RateTable

SEED, WORKS = 11, 14
VALUED_DAYS_AGO = (720, 360, 0)
PLACES = ("Gallery, front room", "Gallery, back room", "Store, rack 2", "Store, rack 5", "With the framer")


def make_store(*, actor: User, organisation: Organisation, works: int = WORKS) -> list[InventoryItem]:
    """Fill the organisation's inventory with invented works and value them; nothing where it has any item already."""
    if InventoryItem.objects.filter(organisation=organisation).exists():
        return []
    dice = random.Random(SEED)  # noqa: S311 - a shop window, no secret
    chosen = Artwork.objects.visible_to(actor).filter(is_invented=True, attribution="by", images__is_primary=True)
    sold = list(chosen.filter(lot_artworks__lot__price__isnull=False).distinct().order_by("pk"))
    items = [buy(actor, organisation, work, dice) for work in dice.sample(sold, min(works, len(sold)))]
    rates, today = RateTable.load(), timezone.localdate()
    for days in VALUED_DAYS_AGO:
        for item in items:
            value_item(item, actor=actor, on=today - dt.timedelta(days=days), rates=rates)
    return items


def buy(actor: User, organisation: Organisation, work: Artwork, dice: random.Random) -> InventoryItem:
    """At the work's last price, more or less, some years ago."""
    lots = work.lots.filter(price__isnull=False).order_by("-sale_date")
    last = lots[0]
    cost = (last.price or Decimal(0)) * Decimal(dice.randrange(60, 120)) / 100
    bought = min(last.sale_date + dt.timedelta(days=dice.randrange(30, 600)), timezone.localdate())
    status = InventoryItem.Status.ON_CONSIGNMENT if dice.random() < 0.2 else InventoryItem.Status.IN_STOCK
    return add_item(
        actor=actor,
        organisation=organisation,
        artwork=work,
        cost=cost.quantize(Decimal("1")),
        cost_currency=last.currency,
        acquired_on=bought,
        status=status,
        location=dice.choice(PLACES),
    )


def make_one_dossier(*, actor: User, organisation: Organisation) -> Dossier | None:
    """For the dearest work in the store, what its seller would keep; None where nothing is valued, or one is there."""
    items = InventoryItem.objects.filter(organisation=organisation, valuation__isnull=False, value_eur__isnull=False)
    item = items.select_related("valuation").order_by("-value_eur").first()
    if item is None or item.valuation is None or Dossier.objects.filter(organisation=organisation).exists():
        return None
    given = {"premium_percent": Decimal(25), "commission_percent": Decimal(10), "fees": Decimal(80)}
    return make_dossier(
        actor=actor,
        valuation=item.valuation,
        organisation=organisation,
        purpose=Purpose.NET_TO_SELLER,
        terms=terms_of(item.valuation, given),
        check_at="/dossiers/check/",
    )
