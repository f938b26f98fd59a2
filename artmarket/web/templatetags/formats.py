"""Amounts, sizes and spans of years as the trade writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def amount(value: Decimal | int | None) -> str:
    """``1234.50`` → ``1,234.50``; whole amounts without decimals; nothing for None."""
    if value is None:
        return ""
    whole = value == int(value)
    return str(number_format(value, decimal_pos=0 if whole else 2, use_l10n=True, force_grouping=True))


@register.filter
def money(value: Decimal | None, currency: str) -> str:
    """``EUR 1,234``; nothing for None."""
    return "" if value is None else f"{currency}\u00a0{amount(value)}"


@register.filter
def signed(value: Decimal | int | None) -> str:
    """``1234`` → ``+1,234``, ``-5`` → ``−5``: a change, with the minus sign that is as wide as the plus."""
    if value is None:
        return ""
    return f"{sign(value)}{amount(-value if value < 0 else value)}"


def sign(value: Decimal | int) -> str:
    """``+``, ``−`` or nothing: the minus sign is as wide as the plus."""
    return "−" if value < 0 else "+" if value > 0 else ""


@register.filter
def percentage(value: float | None) -> str:
    """``0.123`` → ``12 %``; a dash for None."""
    return "–" if value is None else f"{number_format(round(100 * value))}\u00a0%"


@register.filter
def exact_money(value: Decimal | None, currency: str) -> str:
    """``EUR 1,234.00``: always with cents, for accounts that add up; nothing for None."""
    return "" if value is None else f"{currency}\u00a0{number_format(value, decimal_pos=2, force_grouping=True)}"


@register.filter
def size_cm(work: Any) -> str:
    """``60 × 80 cm``, height first; nothing where no size was read."""
    sides = [side for side in (work.height_cm, work.width_cm, work.depth_cm) if side is not None]
    return " × ".join(f"{side.normalize():f}" for side in sides) + "\u00a0cm" if sides else ""


@register.filter
def life(artist: Any) -> str:
    """``1840–1926``: the source's words, else the years that are known; nothing for None."""
    if artist is None:
        return ""
    born = artist.birth_text or year(artist.birth_earliest, artist.birth_latest)
    died = artist.death_text or year(artist.death_earliest, artist.death_latest)
    return f"{born}–{died}" if born or died else ""


def year(earliest: dt.date | None, latest: dt.date | None) -> str:
    """One year, or the span that is possible."""
    years = sorted({day.year for day in (earliest, latest) if day is not None})
    return "/".join(str(one) for one in years)
