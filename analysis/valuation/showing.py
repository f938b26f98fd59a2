"""An estimate as a page shows it: charts, and comparables with what may be seen of them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.valuation.models import Valuation
from artmarket.accounts.ownership import Actor, visible_q
from artmarket.catalogue.models import ArtworkImage
from artmarket.sales.models import Lot, LotArtwork, PriceBasis

GROUP_NAMES = {
    "artist": gettext_lazy("the artist's earlier sales"),
    "size": gettext_lazy("size"),
    "medium": gettext_lazy("medium and support"),
    "attribution": gettext_lazy("attribution"),
    "work": gettext_lazy("age and signature"),
    "time": gettext_lazy("date and market level"),
    "house": gettext_lazy("the house and its estimate"),
    "look": gettext_lazy("the picture's look"),
}
AS_PRINTED = gettext_lazy("price as printed, with or without premium")
WHOLE_FROM = 100


@dataclass(frozen=True)
class ShownComparable:
    """An earlier sale beside the estimate, as far as the asker may see its lot and its work."""

    lot: Lot
    work: Any
    image_id: int | None
    date: dt.date
    price: Decimal
    currency: str
    distance: float


def context_of(user: Actor, valuation: Valuation) -> dict[str, Any]:
    """What the templates need: the estimate, its figures on held-out sales, charts and comparables."""
    figures = valuation.model_version.figures.get(valuation.inputs.get("regime", ""), {})
    return {
        "valuation": valuation,
        "figures": figures,
        "basis": AS_PRINTED if valuation.price_basis == PriceBasis.UNKNOWN else PriceBasis(valuation.price_basis).label,
        "percent": int(valuation.level * 100),
        "learned_until": valuation.learned_until,
        "comparables": shown_comparables(user, valuation),
        "interval": interval_chart(valuation) if valuation.middle is not None else None,
        "waterfall": waterfall_chart(valuation) if valuation.middle is not None else None,
    }


def visible_comparables(user: Actor, valuation: Valuation) -> list[dict[str, Any]]:
    """The stored comparables whose lot and work the user may see: what was public then may be private now."""
    keys = [each["lot"] for each in valuation.comparables]
    placed = LotArtwork.objects.filter(visible_q(user, "artwork"), visible_q(user, "lot__sale"), lot_id__in=keys)
    seen = set(placed.values_list("lot_id", "artwork_id"))
    return [each for each in valuation.comparables if (each["lot"], each["artwork"]) in seen]


def shown_comparables(user: Actor, valuation: Valuation) -> list[ShownComparable]:
    """The stored comparables that the user may see, nearest first, in three queries."""
    keys = [each["lot"] for each in valuation.comparables]
    lots = Lot.objects.visible_to(user).filter(pk__in=keys).select_related("sale__house").defer("search").in_bulk()
    placed = LotArtwork.objects.filter(visible_q(user, "artwork"), lot_id__in=lots)
    works = {row.lot_id: row.artwork for row in placed.select_related("artwork__artist")}
    images = dict(
        ArtworkImage.objects.filter(artwork__in=works.values(), is_primary=True).values_list("artwork_id", "pk")
    )
    return [
        ShownComparable(
            lot=lots[each["lot"]],
            work=works[each["lot"]],
            image_id=images.get(works[each["lot"]].pk),
            date=dt.date.fromisoformat(each["date"]),
            price=Decimal(each["price"]),
            currency=each["currency"],
            distance=each["distance"],
        )
        for each in valuation.comparables
        if each["lot"] in lots and each["lot"] in works
    ]


def interval_chart(valuation: Valuation) -> dict[str, Any]:
    """The estimate above its comparables' prices, on one scale."""
    points: list[list[Any]] = [
        [_("Estimate"), float(valuation.middle or 0), float(valuation.low or 0), float(valuation.high or 0)]
    ]
    lot = valuation.lot
    if lot is not None and lot.currency == valuation.currency:
        if lot.estimate_low and lot.estimate_high:
            low, high = float(lot.estimate_low), float(lot.estimate_high)
            points.append([_("The house's estimate"), (low + high) / 2, low, high])
        if lot.opening_bid:
            points.append([_("Opening bid"), *[float(lot.opening_bid)] * 3])
    return {"title": _("Interval"), "unit": valuation.currency, "series": [{"name": "", "points": points}]}


def waterfall_chart(valuation: Valuation) -> dict[str, Any]:
    """From a plain first guess to the middle, each group's share in money: shares multiply, so their order is kept."""
    found = valuation.contributions
    scale = float(valuation.middle or 0) / math.exp(found["start"] + sum(effect for _name, effect in found["effects"]))
    level, points = found["start"], []
    digits = 0 if (valuation.middle or 0) >= WHOLE_FROM else 2
    for name, effect in found["effects"]:
        before, after = (round(scale * math.exp(log), digits) for log in (level, level + effect))
        level += effect
        if change := round(after - before, digits):
            points.append([str(GROUP_NAMES.get(name, name)), change])
    return {
        "title": _("From a first guess to the estimate"),
        "unit": valuation.currency,
        "start": [_("First guess"), round(scale * math.exp(found["start"]), digits)],
        "total": _("Estimate"),
        "series": [{"name": "", "points": points}],
    }
