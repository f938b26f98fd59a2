"""Figures as people read them; a dash where there is none."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from analysis.registry.kinds import describe
from artmarket.sales.models import PriceBasis

register = template.Library()
NONE = "–"
MINUS = "−"


@register.filter
def figure(value: float | None, digits: int = 2) -> str:
    """``0.918``; a real minus sign before negative ones. Rounded first: Django cuts a float's digits off."""
    if value in (None, ""):
        return NONE
    return str(number_format(Decimal(f"{value:.{digits}f}"), digits)).replace("-", MINUS)


@register.filter
def share(value: float | None, digits: int = 0) -> str:
    """``0.286`` → ``28.6 %``."""
    return NONE if value in (None, "") else f"{figure(100 * value, digits)}\u00a0%"  # type: ignore[operator]


@register.filter
def times(value: float | None) -> str:
    """How wide an interval is: ``, × 2.9``; nothing where it is not known."""
    return "" if value in (None, "") else f", ×\u00a0{figure(value, 1)}"


@register.filter
def signed(percent: float | None) -> str:
    """``-12.3`` → ``−12 %``, ``+4 %``; one digit below ten."""
    if percent in (None, ""):
        return NONE
    digits = 0 if abs(percent) >= 10 else 1  # type: ignore[arg-type]
    sign = "+" if percent > 0 else ""  # type: ignore[operator]
    return f"{sign}{figure(percent, digits)}\u00a0%"


@register.filter
def grouped(value: float | None) -> str:
    """``123456.7`` → ``123,457``."""
    return NONE if value in (None, "") else str(number_format(round(value), 0, force_grouping=True))  # type: ignore[arg-type]


@register.filter
def scope_name(scope: str) -> str:
    """``auction:USD`` → ``auction · USD``."""
    return " · ".join(describe("valuation", scope).split(" · ")[1:])


@register.filter
def basis_name(basis: str) -> str:
    return str(dict(PriceBasis.choices).get(basis, basis))
