"""Template words for amounts in the reader's currency."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.template.context import Context

from artmarket.sales.conversion import Conversions, conversions
from artmarket.sales.fx import NoRate, RateTable
from artmarket.sales.models import Lot
from artmarket.web.templatetags.formats import amount, money

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
def converted(context: Context, lot: Lot, value: Decimal | None) -> str:
    """``≈ USD 1,234``; nothing where the lot is in the reader's currency or no rate is known."""
    known: Conversions | None = context.get("conversions")
    found = known.of(lot, value) if known else None
    return "" if found is None or known is None else f"≈\u00a0{money(found, known.currency)}"


@register.simple_tag(takes_context=True)
def no_rate(context: Context, lot: Lot) -> str:
    """Why a lot's amounts are not shown in the reader's currency; nothing where they are, or need not be."""
    known: Conversions | None = context.get("conversions")
    if known is None or lot.currency == known.currency or lot.pk in known.factors:
        return ""
    try:
        RateTable.load([lot.currency, known.currency]).factor(
            source=lot.currency, target=known.currency, on=lot.sale_date
        )
    except NoRate as error:
        return str(error)
    return ""


@register.simple_tag(takes_context=True)
def converted_estimate(context: Context, lot: Lot) -> str:
    """``≈ USD 1,000 – 1,500``; one end alone where the other is not known."""
    known: Conversions | None = context.get("conversions")
    high = known.of(lot, lot.estimate_high) if known else None
    if lot.estimate_low is None or high is None:
        return str(converted(context, lot, lot.estimate_low or lot.estimate_high))
    return f"{converted(context, lot, lot.estimate_low)} – {amount(high)}"
