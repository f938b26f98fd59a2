"""The terms of a dossier from what a person or a program gave: nothing is assumed in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from analysis.dossier.purposes import HUNDRED, NOTHING, PurposeRefused, Terms, shown
from analysis.valuation.models import Valuation
from artmarket.sales.fx import NoRate
from artmarket.sales.premium import Band, NoSchedule, bands_on
from artmarket.sales.resale_right import NoScheme, ResaleRight, resale_right_on, standing_of
from artmarket.sales.settlement import Terms as SaleTerms
from artmarket.sales.settlement import flat

PERCENTS = (
    "premium_percent", "vat_on_premium_percent", "retail_margin_percent", "commission_percent",
    "vat_on_commission_percent", "insurance_percent",
)  # fmt: skip
AMOUNTS = ("costs", "fees")


def terms_of(valuation: Valuation, data: Mapping[str, Any]) -> Terms:
    """Per cents of the hammer price (VAT: of the premium or the commission), amounts in the estimate's currency, 0 where
    not given. ``premium_percent`` is one rate on the whole price; without it, the schedule of the lot's house on the date,
    where there is one. ``resale_right`` is the code of a country's scheme, or empty. Raises ``PurposeRefused``:
    ``no_resale_right``, ``no_rate``.
    """
    sources: dict[str, str] = {}
    bands = premium_of(valuation, data.get("premium_percent"), sources)
    rate = {name: Decimal(data.get(name) or NOTHING) / HUNDRED for name in PERCENTS}
    sale = SaleTerms(
        premium=bands or (),
        vat_on_premium=rate["vat_on_premium_percent"],
        commission=flat(rate["commission_percent"]),
        vat_on_commission=rate["vat_on_commission_percent"],
        insurance=rate["insurance_percent"],
        fees=Decimal(data.get("fees") or NOTHING),
        resale_right=resale_right_of(valuation, data.get("resale_right") or "", sources),
    )
    name_rates(data, sources)
    return Terms(
        sale=sale,
        retail_margin_percent=Decimal(data.get("retail_margin_percent") or NOTHING),
        costs=Decimal(data.get("costs") or NOTHING),
        is_premium_known=bands is not None,
        sources=sources,
    )


def premium_of(valuation: Valuation, percent: Decimal | None, sources: dict[str, str]) -> Sequence[Band] | None:
    """The bands, and their source in words; None where neither a rate nor a schedule is known."""
    if percent is not None:
        bands: Sequence[Band] = flat(Decimal(percent) / HUNDRED)
        source = _("as given")
    elif valuation.lot is None:
        return None
    else:
        house = valuation.lot.sale.house
        try:
            bands = bands_on(house_id=house.pk, currency=valuation.currency, on=valuation.effective_date)
        except NoSchedule:
            return None
        source = _("schedule of %(house)s") % {"house": house.name}
    parts = [
        _("%(percent)s %% above %(amount)s") % {"percent": shown(band.rate * HUNDRED), "amount": f"{band.above:,.0f}"}
        for band in bands
    ]
    sources[_("Buyer's premium")] = f"{'; '.join(parts)} ({source})"
    return bands


def resale_right_of(valuation: Valuation, code: str, sources: dict[str, str]) -> ResaleRight | None:
    """A country's scheme on the date; what the record says of the work's own standing is told beside it."""
    if not code:
        return None
    try:
        found = resale_right_on(code=code, currency=valuation.currency, on=valuation.effective_date)
    except NoScheme as error:
        raise PurposeRefused("no_resale_right", str(error)) from error
    except NoRate as error:
        raise PurposeRefused("no_rate", str(error)) from error
    standing = standing_of(valuation.artwork, valuation.effective_date)
    sources[_("Artist's resale right")] = f"{found.scheme.label} ({found.scheme.source}). {standing.reason}"
    return found


def name_rates(data: Mapping[str, Any], sources: dict[str, str]) -> None:
    """Say each rate that was given, for the reckoning's foot."""
    names = {
        "vat_on_premium_percent": _("VAT on the premium"),
        "commission_percent": _("Seller's commission"),
        "vat_on_commission_percent": _("VAT on the commission"),
        "insurance_percent": _("Insurance"),
    }
    for field, name in names.items():
        if data.get(field):
            sources[name] = f"{shown(Decimal(data[field]))} %"
