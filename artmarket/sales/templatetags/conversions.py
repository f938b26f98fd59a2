"""Template words for amounts in the reader's currency."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.template.context import Context

from artmarket.sales.conversion import Conversions, conversions
from artmarket.sales.models import Lot
from artmarket.web.templatetags.formats import money

register = template.Library()


@register.simple_tag(takes_context=True)
def reckon(context: Context, lots: Iterable[Lot]) -> str:
    """Let ``converted`` know the rates of the lots that a page shows: one query before them, instead of one for each."""
    context["conversions"] = conversions(lots, context["user"].currency)
    return ""


@register.simple_tag(takes_context=True)
def reckon_one(context: Context, lot: Lot) -> str:
    """The same for a page of one lot."""
    return reckon(context, [lot])


@register.simple_tag(takes_context=True)
def converted(context: Context, lot: Lot, amount: Decimal | None) -> str:
    """``≈ USD 1,234``; nothing where the lot is in the reader's currency or no rate is known."""
    known: Conversions | None = context.get("conversions")
    value = known.of(lot, amount) if known else None
    return "" if value is None or known is None else f"≈ {money(value, known.currency)}"
