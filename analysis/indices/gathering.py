"""From records to columns: the public sales of an index, nominal or real."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from analysis.indices.models import IndexDefinition
from analysis.valuation.records import FIELDS, Reader, prevailing_basis, public_single_works
from artmarket.catalogue.models import Medium
from artmarket.core.attribution import Attribution
from artmarket.sales.deflating import Deflator
from artmarket.sales.models import LotArtwork, Outcome

if TYPE_CHECKING:
    from ml.indices.sales import Sales
    from ml.valuation.offers import Offer

# Media of which there is one piece; prints, photographs, casts and the like come in several.
UNIQUE_MEDIA = {Medium.OIL, Medium.ACRYLIC, Medium.TEMPERA, Medium.WATERCOLOUR, Medium.PASTEL, Medium.DRAWING}
NO_TITLES = ("untitled", "sans titre", "ohne titel", "sem título", "composition")
SHORTEST_TITLE = 4


@dataclass(frozen=True)
class Evidence:
    """Offers of one market on one price basis with the works that they are of; what was left out, by reason."""

    offers: list[Offer]
    works: list[int]
    basis: str
    left_out: Mapping[str, int]

    @property
    def last_sale(self) -> dt.date | None:
        return max((each.date for each in self.offers if each.price), default=None)


def subject_q(definition: IndexDefinition) -> Q:
    """Condition for what the index is of. An artist's index holds works of the own hand alone."""
    condition = Q(lot__sale__house__market=definition.market, lot__sale__house__currency=definition.currency)
    if definition.artist_id is not None:
        condition &= Q(artwork__artist=definition.artist_id, artwork__attribution=Attribution.BY)
    if definition.movement:
        condition &= Q(artwork__artist__movement=definition.movement)
    if definition.medium:
        condition &= Q(artwork__medium=definition.medium)
    return condition


def places_of(definition: IndexDefinition) -> QuerySet[LotArtwork]:
    """Works that were alone in a public lot, sold or bought in."""
    ended = Q(lot__outcome=Outcome.BOUGHT_IN) | Q(lot__price__isnull=False)
    return public_single_works().filter(subject_q(definition), ended)


def gather(definition: IndexDefinition) -> Evidence:
    """All evidence of the index in order of date; prices that cannot be brought to its currency and basis are counted."""
    rows = list(places_of(definition).order_by("lot__sale_date", "lot_id").values(*FIELDS))
    basis = definition.price_basis or prevailing_basis(rows)
    reader = Reader(definition.scope, basis, {})
    read = [(reader.read(row), row["artwork_id"]) for row in rows]
    kept = [(offer, work) for offer, work in read if offer is not None]
    works = presumed([offer for offer, _work in kept], [work for _offer, work in kept])
    return Evidence([offer for offer, _work in kept], works, basis, dict(reader.left_out))


def presumed(offers: Sequence[Offer], works: Sequence[int]) -> list[int]:
    """The work of each offer, where records that look alike in all are taken for one work.

    Catalogues name no work across sales. Two records that were each offered once, of one hand, title, size, medium and
    year, in a medium that is not multiplied, are presumed to be one work that came back.
    """
    offered = Counter(works)
    first: dict[tuple[Any, ...], int] = {}
    return [
        first.setdefault(look, work) if offered[work] == 1 and (look := look_of(offer)) else work
        for offer, work in zip(offers, works, strict=True)
    ]


def look_of(offer: Offer) -> tuple[Any, ...]:
    """What a work is known again by; () where that does not suffice."""
    title = " ".join(re.findall(r"\w+", offer.title.lower()))
    plain = len(title) < SHORTEST_TITLE or title.startswith(NO_TITLES)
    if plain or offer.medium not in UNIQUE_MEDIA or offer.artist is None:
        return ()
    if not (offer.height_cm and offer.width_cm and offer.made_year):
        return ()
    return (*offer.hand, title, offer.height_cm, offer.width_cm, offer.medium, offer.made_year)


def columns_of(evidence: Evidence) -> Sales:
    from ml.indices.sales import from_offers

    return from_offers(evidence.offers, evidence.works)


def deflated(evidence: Evidence, deflator: Deflator) -> Evidence:
    """Amounts in the money of the deflator's latest month; sales of months that it does not know are counted."""
    levels = {month: float(level) for month, level in deflator.levels.items()}
    latest = levels[deflator.last]
    left_out = Counter(evidence.left_out)
    offers, works = [], []
    for offer, work in zip(evidence.offers, evidence.works, strict=True):
        level = levels.get(offer.date.replace(day=1))
        if level is None:
            left_out[f"no level of {deflator.name} in the month"] += 1
            continue
        offers.append(at_prices(offer, latest / level))
        works.append(work)
    return Evidence(offers, works, evidence.basis, dict(left_out))


def at_prices(offer: Offer, factor: float) -> Offer:
    amounts: dict[str, Any] = {
        name: None if (amount := getattr(offer, name)) is None else amount * factor
        for name in ("price", "estimate_low", "estimate_high", "opening_bid")
    }
    return replace(offer, **amounts)
