"""The terms of a dossier from what a person or a program gave: nothing is assumed in silence."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from analysis.dossier.purposes import HUNDRED, NOTHING, Terms
from analysis.valuation.models import Valuation
from artmarket.sales.premium import Band, NoSchedule, bands_on

PERCENTS = ("retail_margin_percent", "commission_percent", "resale_right_percent")
AMOUNTS = ("costs", "fees")


def terms_of(valuation: Valuation, data: Mapping[str, Any]) -> Terms:
    """``premium_percent`` (0 to below 100) is one rate on the whole hammer price; without it, the schedule of the lot's
    house on the date, where there is one. The other names are those of ``Terms``, 0 where not given."""
    bands, source = premium_of(valuation, data.get("premium_percent"))
    given = {name: Decimal(data.get(name) or NOTHING) for name in (*PERCENTS, *AMOUNTS)}
    return Terms(premium=bands, premium_source=source, **given)


def premium_of(valuation: Valuation, percent: Decimal | None) -> tuple[tuple[Band, ...], str]:
    if percent is not None:
        return (Band(NOTHING, Decimal(percent) / HUNDRED),), _("as given")
    if valuation.lot is None:
        return (), ""
    house = valuation.lot.sale.house
    try:
        bands = bands_on(house_id=house.pk, currency=valuation.currency, on=valuation.effective_date)
    except NoSchedule:
        return (), ""
    return tuple(bands), _("schedule of %(house)s") % {"house": house.name}
