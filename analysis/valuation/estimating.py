"""From a work and a date to an interval with its evidence. Pure reckoning: nothing is written here."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from analysis.registry import queries as registry
from analysis.registry.models import ModelVersion
from analysis.valuation.abstaining import WIDEST as WIDEST
from analysis.valuation.abstaining import reason_to_abstain
from analysis.valuation.known import KnownMarket
from analysis.valuation.records import Reader, Scope, as_offer, vectors_of
from artmarket.catalogue.models import Artwork
from artmarket.sales.fx import RateTable
from artmarket.sales.models import Lot

if TYPE_CHECKING:
    from ml.valuation.comparables import Comparable
    from ml.valuation.model import PriceModel
    from ml.valuation.offers import Offer

COMPARABLES = 10
GROUPS = {
    "size": ("log_area", "aspect", "log_depth"),
    "medium": ("medium", "support", "medium_mean"),
    "attribution": ("attribution",),
    "work": ("made_age", "artist_age", "is_signed"),
    "time": ("month", "year", "market_mean", "market_mean_per_area", "market_sell_through", "sized_prior"),
    "house": ("house_mean", "log_estimate", "estimate_spread", "estimate_digit", "log_opening_bid", "lot_number"),
}
ARTIST, LOOK = "artist", "look"
MARKS = {"provenance_": "provenance", "look_": LOOK, "word_": "medium", "sale_": "house", "estimate_above_": "house"}


@dataclass(frozen=True)
class Estimate:
    """Low, middle, high as natural amounts in the scope's currency; none, and the code of a reason, where abstained.

    ``bands``: log prices by the names of ``ml.valuation.model.BANDS``, without those that could not be calibrated.
    """

    amounts: tuple[Decimal, ...]
    bands: Mapping[str, float]
    abstained: str
    regime: str
    start: float
    effects: Mapping[str, float]
    comparables: list[Comparable]


@lru_cache(maxsize=12)
def loaded_model(version_id: int, regime: str, folder: str) -> PriceModel:
    from pathlib import Path

    from ml.valuation.model import PriceModel

    return PriceModel.load(Path(folder) / regime)


def facts_of(artwork: Artwork, lot: Lot | None, on: dt.date) -> dict[str, Any]:
    """What is asked about, as a row of the same shape as the records that the model learned from, without a price."""
    artist = artwork.artist
    return {
        "lot_id": lot.pk if lot else 0,
        "artwork_id": artwork.pk,
        "lot__sale_date": on,
        "lot__currency": lot.currency if lot else None,
        "lot__price": None,
        "lot__price_basis": "",
        "lot__outcome": "",
        "lot__estimate_low": lot.estimate_low if lot else None,
        "lot__estimate_high": lot.estimate_high if lot else None,
        "lot__opening_bid": lot.opening_bid if lot else None,
        "lot__sale__house_id": lot.sale.house_id if lot else None,
        "artwork__artist_id": artwork.artist_id,
        "artwork__attribution": artwork.attribution,
        "artwork__medium": artwork.medium,
        "artwork__support": artwork.support,
        "artwork__height_cm": artwork.height_cm,
        "artwork__width_cm": artwork.width_cm,
        "artwork__depth_cm": artwork.depth_cm,
        "artwork__date_earliest": artwork.date_earliest,
        "artwork__signature": artwork.signature,
        "artwork__artist__birth_earliest": artist.birth_earliest if artist else None,
        "artwork__title": artwork.title,
        "artwork__medium_text": artwork.medium_text,
        "artwork__provenance": artwork.provenance,
        "lot__sale__title": lot.sale.title if lot else "",
        "lot__number_sort": lot.number_sort if lot else None,
    }


def asked_offer(row: Mapping[str, Any], scope: Scope, rates: RateTable) -> Offer:
    """The row as an offer in the scope's currency. Raises ``NoRate``."""
    reader = Reader(scope, "", {}, rates)
    names = ("lot__estimate_low", "lot__estimate_high", "lot__opening_bid")
    amounts = {name: reader.in_scope(row, row[name]) for name in names} | {"lot__price": None}
    return as_offer(row, amounts, vectors_of([row["artwork_id"]]).get(row["artwork_id"]))


def estimate_offer(offer: Offer, version: ModelVersion, market: KnownMarket) -> Estimate:
    """Interval, contributions and comparables of one offer against a market known before its date."""
    from ml.valuation.comparables import nearest_sales
    from ml.valuation.features import ask
    from ml.valuation.model import BANDS

    table = ask(offer, market.memory)
    regime = regime_of(offer, bool(table.has_estimate[0]), version.parameters["regimes"])
    model = loaded_model(version.pk, regime, str(registry.artefact_path(version)))
    told = zip(BANDS, model.bands(table, [offer])[0].tolist(), strict=True)
    bands = {name: log for name, log in told if not math.isnan(log)}
    low, middle, high = (bands[name] for name in ("low_80", "middle", "high_80"))
    *effects, start = model.contributions(table, [offer])[0]
    nearest = nearest_sales(offer, market.past, count=COMPARABLES)
    ranges = version.parameters.get("ranges", {})
    is_estimated = regime == "estimated"
    reason = reason_to_abstain(
        offer, market.memory, nearest, math.exp(high - low), has_estimate=is_estimated, ranges=ranges
    )
    return Estimate(
        amounts=() if reason else tuple(Decimal(math.exp(end)) for end in (low, middle, high)),
        bands=bands,
        abstained=reason,
        regime=regime,
        start=float(start),
        effects=grouped(dict(zip(model.names, effects, strict=True))),
        comparables=nearest,
    )


def regime_of(offer: Offer, has_estimate: bool, trained: Sequence[str]) -> str:
    """The regime that knows most of what is known here."""
    if has_estimate and "estimated" in trained:
        return "estimated"
    return "catalogued" if offer.house is not None and "catalogued" in trained else "walk_in"


def rounded(exact: Decimal) -> Decimal:
    """Three significant figures, at least to the cent: more would feign precision."""
    step = Decimal(1).scaleb(max(exact.adjusted() - 2, -2))
    return (exact / step).quantize(Decimal(1), ROUND_HALF_EVEN) * step


def grouped(effects: Mapping[str, float]) -> dict[str, float]:
    """Contributions by what a person would name, in log price; all of the artist's history is one."""
    group_of = {name: group for group, names in GROUPS.items() for name in names}
    named = {name: next((group for mark, group in MARKS.items() if name.startswith(mark)), ARTIST) for name in effects}
    sums: dict[str, float] = {}
    for name, effect in effects.items():
        group = group_of.get(name, named[name])
        sums[group] = sums.get(group, 0.0) + float(effect)
    return dict(sorted(sums.items(), key=lambda item: -abs(item[1])))


def fingerprint(inputs: Mapping[str, Any]) -> str:
    """SHA-256 of the inputs in canonical JSON."""
    return sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()
