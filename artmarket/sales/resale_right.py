"""Artist's resale right (droit de suite): the share of a resale's price that is the artist's or the heirs'.

Directive 2001/84/EC: rates and the cap in art. 4, the least price (at most 3,000 EUR, each state sets its own) in art. 3,
the seller as payer in art. 1(4) unless a state says otherwise, the term in art. 8: copyright's, seventy years after the
end of the year of death (Directive 2006/116/EC, arts. 1 and 8). United Kingdom: SI 2006/346, in pounds instead of euro
since 1 April 2024 by SI 2023/1285. Reckoned on the hammer price, which is the sale's price net of tax (art. 5).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.core.attribution import Attribution
from artmarket.sales import fx
from artmarket.sales.premium import Band, premium_of

CENT = Decimal("0.01")
YEARS_AFTER_DEATH = 70
LONGEST_LIFE = 120
BANDS = (
    Band(Decimal(0), Decimal("0.04")),
    Band(Decimal(50_000), Decimal("0.03")),
    Band(Decimal(200_000), Decimal("0.01")),
    Band(Decimal(350_000), Decimal("0.005")),
    Band(Decimal(500_000), Decimal("0.0025")),
)
CAP = Decimal(12_500)


@dataclass(frozen=True)
class Scheme:
    """A country's rule from a date on: the least price and the cap are in ``currency``."""

    code: str
    label: Any
    since: dt.date
    currency: str
    least: Decimal
    source: str


SCHEMES = (
    Scheme("EU", gettext_lazy("European Union, least price 3,000 EUR"), dt.date(2006, 1, 1), "EUR", Decimal(3_000),
           "Directive 2001/84/EC, art. 3 and 4"),
    Scheme("DE", gettext_lazy("Germany, least price 400 EUR"), dt.date(2006, 11, 16), "EUR", Decimal(400),
           "§ 26 UrhG"),
    Scheme("UK", gettext_lazy("United Kingdom, least price 1,000"), dt.date(2006, 2, 14), "EUR", Decimal(1_000),
           "SI 2006/346"),
    Scheme("UK", gettext_lazy("United Kingdom, least price 1,000"), dt.date(2024, 4, 1), "GBP", Decimal(1_000),
           "SI 2006/346, SI 2023/1285"),
)  # fmt: skip
LABELS = {scheme.code: scheme.label for scheme in SCHEMES}


class NoScheme(LookupError):
    """There was no resale right of this country on the date."""


@dataclass(frozen=True)
class ResaleRight:
    """A scheme on a day, and units of its currency for one unit of the sale's."""

    scheme: Scheme
    rate: Decimal

    def royalty(self, hammer: Decimal) -> Decimal:
        """The royalty on a hammer price, both in the sale's currency, to the cent; zero below the least price."""
        price = (hammer * self.rate).quantize(CENT, ROUND_HALF_UP)
        if price < self.scheme.least:
            return Decimal("0.00")
        due = min(premium_of(price, BANDS), CAP).quantize(CENT, ROUND_HALF_UP)
        return (due / self.rate).quantize(CENT, ROUND_HALF_UP)


def resale_right_on(*, code: str, currency: str, on: dt.date) -> ResaleRight:
    """A country's rule in force on a day, for sales in ``currency``. Raises ``NoScheme``, ``fx.NoRate``."""
    found = [scheme for scheme in SCHEMES if scheme.code == code and scheme.since <= on]
    if not found:
        raise NoScheme(_("There was no artist's resale right here on %(date)s.") % {"date": on.isoformat()})
    scheme = found[-1]
    if scheme.currency == currency:
        return ResaleRight(scheme, Decimal(1))
    table = fx.RateTable.load([scheme.currency, currency])
    return ResaleRight(scheme, table.factor(source=currency, target=scheme.currency, on=on))


@dataclass(frozen=True)
class Standing:
    """Whether a work can carry the right on a day: ``applies`` is False for sure, or None where the author's
    nationality has the last word; ``reason`` says which."""

    applies: bool | None
    reason: str


def standing_of(artwork: Any, on: dt.date) -> Standing:
    """What the record alone says of a work's resale right: its hand, and the years since the artist's death."""
    artist = artwork.artist if artwork is not None else None
    if artist is None:
        return Standing(None, _("No artist is on record."))
    if artwork.attribution != Attribution.BY:
        return Standing(False, _("The work is not by the artist's own hand."))
    last = last_protected_year(artist)
    if last is None:
        return Standing(None, _("Neither birth nor death of the artist is on record."))
    if on.year > last:
        return Standing(False, _("The artist's protection ended with the year %(year)s.") % {"year": last})
    return Standing(
        None,
        _("The term may run until the end of %(year)s; due if the artist's country grants the right.") % {"year": last},
    )


def last_protected_year(artist: Any) -> int | None:
    """The latest year in which the right can live by the dates on record; None where there are none."""
    if artist.death_latest is not None:
        return int(artist.death_latest.year) + YEARS_AFTER_DEATH
    if artist.birth_latest is not None:
        return int(artist.birth_latest.year) + LONGEST_LIFE + YEARS_AFTER_DEATH
    return None
