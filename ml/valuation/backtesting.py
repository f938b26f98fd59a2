"""Walking forward through time: each year is estimated by models that saw only what came before it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ml.reporter import Cancelled, Reporter
from ml.valuation import figures
from ml.valuation.features import FeatureTable, build
from ml.valuation.model import BANDS, REGIMES, STRATA, PriceModel, Settings, strata
from ml.valuation.offers import Offer, log_mid_estimate, log_prices
from ml.valuation.training import TooFewPrices, train

Figures: TypeAlias = dict[str, float | None]
Numbers = NDArray[np.float64]

TIERS = ("lowest quarter", "second quarter", "third quarter", "highest quarter")
FEWEST_FOR_FACTOR = 30
DIGITS = 6
MIDDLE, LOW_80, HIGH_80 = (BANDS.index(name) for name in ("middle", "low_80", "high_80"))


@dataclass(frozen=True)
class Cell:
    """Figures of one group of lots. ``beside``: model and house on exactly those of them that have an estimate."""

    model: Figures
    beside: dict[str, Figures] | None


@dataclass(frozen=True)
class Fold:
    """A year that was estimated, or why it could not be (``skipped``).

    ``cells`` by regime, cut (all, house, tier, medium, artist, answer) and group. ``factors``: by what the houses'
    middles were multiplied, by house, ``""`` for houses with few sales; ``tiers``: the three prices between the tiers.
    """

    start: dt.date
    end: dt.date
    offered: int
    sold: int = 0
    bought_in: int = 0
    skipped: str = ""
    factors: dict[str, float] = field(default_factory=dict)
    tiers: list[float] = field(default_factory=list)
    uses_pictures: dict[str, bool] = field(default_factory=dict)
    cells: dict[str, dict[str, dict[str, Cell]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What a walk found: a fold a year, all years' lots together, and each lot's own estimates (``lots``).

    A lot has its key, date, house, medium, artist's stratum, tier, price, the house's middle times its factor, and for
    each regime the seven amounts of ``BANDS``, all in the offers' currency and on their price basis.
    """

    start: dt.date
    end: dt.date
    folds: list[Fold]
    cells: dict[str, dict[str, dict[str, Cell]]]
    lots: list[dict[str, Any]]
    widest: Mapping[str, float] | None

    def as_json(self) -> dict[str, Any]:
        """The report without its lots, of plain JSON values: dates in ISO form, NaN as None."""
        found = asdict(self)
        del found["lots"]
        return {**found, **dates_as_text(found), "folds": [fold | dates_as_text(fold) for fold in found["folds"]]}


@dataclass(frozen=True)
class Asked:
    """The sold lots of some years with what was said of them: ``bands`` by regime [n, 7], NaN rows where not asked."""

    offers: list[Offer]
    true: Numbers
    house: Numbers
    stratum: NDArray[np.int64]
    tier: NDArray[np.int64]
    bands: Mapping[str, Numbers]

    def __add__(self, other: Asked) -> Asked:
        return Asked(
            self.offers + other.offers,
            np.concatenate([self.true, other.true]),
            np.concatenate([self.house, other.house]),
            np.concatenate([self.stratum, other.stratum]),
            np.concatenate([self.tier, other.tier]),
            {regime: np.vstack([self.bands[regime], other.bands[regime]]) for regime in self.bands},
        )


def dates_as_text(found: Mapping[str, Any]) -> dict[str, str]:
    return {name: found[name].isoformat() for name in ("start", "end")}


def walk_forward(
    offers: Sequence[Offer],
    start: dt.date,
    end: dt.date,
    reporter: Reporter,
    *,
    widest: Mapping[str, float] | None = None,
    settings: Settings | None = None,
) -> Report:
    """Estimate each calendar year's sold lots from ``start`` to before ``end`` by models trained on what was before it.

    Features are built once: a row uses only what was known before its own date, days of the same year included. An
    estimate whose 80 % interval is more than ``widest`` times as high as low, by stratum (``STRATA``), counts as withheld
    (the cut ``answer``).
    Raises ``Cancelled`` where the reporter says stop.
    """
    kept = sorted((offer for offer in offers if offer.date < end), key=lambda offer: (offer.date, offer.key))
    table, folds, all_asked = build(kept), [], None
    spans = list(years(start, end))
    for number, (first, last) in enumerate(spans):
        reporter.progress(number, len(spans), phase=str(first.year))
        fold, asked = run_fold(kept, table, (first, last), reporter, widest, settings)
        folds.append(fold)
        if asked is not None:
            all_asked = asked if all_asked is None else all_asked + asked
    reporter.progress(len(spans), len(spans), phase="done")
    cells = cells_of(all_asked, widest) if all_asked else {}
    return Report(start, end, folds, cells, lots_of(all_asked) if all_asked else [], widest)


def years(start: dt.date, end: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """Calendar years' parts between the dates, the end excluded."""
    first = start
    while first < end:
        last = min(dt.date(first.year + 1, 1, 1), end)
        yield first, last
        first = last


def run_fold(
    offers: Sequence[Offer],
    table: FeatureTable,
    span: tuple[dt.date, dt.date],
    reporter: Reporter,
    widest: Mapping[str, float] | None,
    settings: Settings | None,
) -> tuple[Fold, Asked | None]:
    """One year of offers in order of date, with their features."""
    first, last = span
    past = [offer for offer in offers if offer.date < first]
    year = [row for row, offer in enumerate(offers) if first <= offer.date < last]
    outcomes = [offers[row].sold for row in year]
    rows = [row for row in year if offers[row].price]
    blank = Fold(first, last, offered=len(year), sold=len(rows), bought_in=outcomes.count(False))
    if not rows:
        return replace(blank, skipped="no sold lot"), None
    try:
        models = trained_models(past, table.rows(range(len(past))), reporter, settings)
    except TooFewPrices as error:
        return replace(blank, skipped=str(error)), None
    factors = house_factors(past)
    asked, edges = ask_all(models, [offers[row] for row in rows], table.rows(rows), factors)
    fold = replace(
        blank,
        factors={"" if house is None else str(house): rounded(factor) for house, factor in factors.items()},
        tiers=edges,
        uses_pictures={regime: model.looks is not None for regime, model in models.items()},
        cells=cells_of(asked, widest),
    )
    return fold, asked


def trained_models(
    past: Sequence[Offer], table: FeatureTable, reporter: Reporter, settings: Settings | None
) -> dict[str, PriceModel]:
    """A model of each regime that has enough to learn from. Raises ``TooFewPrices`` where not even walk-in has."""
    models: dict[str, PriceModel] = {}
    for regime in REGIMES:
        if reporter.should_stop():
            raise Cancelled
        try:
            models[regime] = train(past, regime=regime, settings=settings, table=table).model
        except TooFewPrices:
            if not models:
                raise
    return models


def house_factors(past: Sequence[Offer]) -> dict[int | None, float]:
    """Median of price over the house's middle (its estimate's, else its opening bid), by house; under None, of all.

    It converts an estimate, which excludes premium, to the prices' basis, and takes out the house's usual error: the
    strongest plain rival. Houses with fewer than 30 sales have none of their own; no factor at all without estimates.
    """
    ratios: dict[int | None, list[float]] = {}
    for offer in past:
        away = offer.log_price - log_mid_estimate(offer)
        if not math.isnan(away):
            ratios.setdefault(offer.house, []).append(away)
    if not ratios:
        return {}
    own: dict[int | None, list[float]] = {
        house: found for house, found in ratios.items() if house is not None and len(found) >= FEWEST_FOR_FACTOR
    }
    everything = [away for found in ratios.values() for away in found]
    return {house: float(np.exp(np.median(found))) for house, found in {**own, None: everything}.items()}


def house_middles(offers: Sequence[Offer], factors: Mapping[int | None, float]) -> Numbers:
    """Log of the houses' middles times their factors [n]; NaN without estimate or factor."""
    if not factors:
        return np.full(len(offers), np.nan)
    usual = factors[None]
    return np.array([log_mid_estimate(offer) + math.log(factors.get(offer.house, usual)) for offer in offers])


def ask_all(
    models: Mapping[str, PriceModel], offers: list[Offer], table: FeatureTable, factors: Mapping[int | None, float]
) -> tuple[Asked, list[float]]:
    """What each model, and the house, says of each lot it may be asked about; and the prices between the tiers.

    Tiers are quarters of the year by the *walk-in* estimate: known before the sale, the same for all regimes and for the
    house. By the true price every honest estimate looks too high below and too low above (PRD and PRB measure that).
    """
    has_estimate = table.has_estimate
    house = np.where(has_estimate, house_middles(offers, factors), np.nan)
    may = {
        "walk_in": np.ones(len(offers), dtype=bool),
        "catalogued": np.array([offer.house is not None for offer in offers], dtype=bool),
        "estimated": has_estimate,
    }
    bands = {regime: np.full((len(offers), len(BANDS)), np.nan) for regime in REGIMES}
    for regime, model in models.items():
        rows = np.flatnonzero(may[regime]).tolist()
        if rows:
            bands[regime][rows] = model.bands(table.rows(rows), [offers[row] for row in rows])
    plain = bands["walk_in"][:, MIDDLE]
    edges = np.quantile(plain, (0.25, 0.5, 0.75))
    tier = np.searchsorted(edges, plain, side="right").astype(np.int64)
    return Asked(offers, log_prices(offers), house, strata(table), tier, bands), [rounded(math.exp(e)) for e in edges]


def cells_of(asked: Asked, widest: Mapping[str, float] | None) -> dict[str, dict[str, dict[str, Cell]]]:
    """Figures by regime, cut and group; a regime that answered nothing is left out."""
    found = {}
    for regime, bands in asked.bands.items():
        answered = ~np.isnan(bands[:, MIDDLE])
        if answered.any():
            cuts = groups_of(asked, bands, widest)
            found[regime] = {
                cut: {
                    name: cell(asked, bands, rows & answered) for name, rows in groups.items() if rows[answered].any()
                }
                for cut, groups in cuts.items()
            }
    return found


def groups_of(
    asked: Asked, bands: Numbers, widest: Mapping[str, float] | None
) -> dict[str, dict[str, NDArray[np.bool_]]]:
    """By cut and group, which lots [n] belong to it."""
    houses = np.array([str(offer.house or "") for offer in asked.offers])
    media = np.array([offer.medium for offer in asked.offers])
    cuts: dict[str, dict[str, NDArray[np.bool_]]] = {
        "all": {"all": np.ones(len(asked.offers), dtype=bool)},
        "house": {str(name): houses == name for name in sorted(set(houses.tolist()))},
        "tier": {name: asked.tier == number for number, name in enumerate(TIERS)},
        "medium": {str(name): media == name for name in sorted(set(media.tolist()))},
        "artist": {name: asked.stratum == number for number, name in enumerate(STRATA)},
    }
    if widest is not None:
        limits = np.log([widest[name] for name in STRATA])[asked.stratum]
        withheld = bands[:, HIGH_80] - bands[:, LOW_80] > limits
        cuts["answer"] = {"given": ~withheld, "withheld": withheld}
    return cuts


def cell(asked: Asked, bands: Numbers, rows: NDArray[np.bool_]) -> Cell:
    beside, both = None, rows & ~np.isnan(asked.house)
    if both.any():
        beside = {
            "model": finite(figures.summary(asked.true[both], bands[both])),
            "house": finite(figures.points(asked.true[both], asked.house[both])),
        }
    return Cell(finite(figures.summary(asked.true[rows], bands[rows])), beside)


def lots_of(asked: Asked) -> list[dict[str, Any]]:
    """Each lot's estimates as plain JSON values; amounts in money."""
    return [
        {
            "lot": offer.key,
            "date": offer.date.isoformat(),
            "house": offer.house,
            "medium": offer.medium,
            "artist": STRATA[asked.stratum[row]],
            "tier": TIERS[asked.tier[row]],
            "price": offer.price,
            "house_middle": money(asked.house[row]),
            **{regime: [money(log) for log in bands[row]] for regime, bands in asked.bands.items()},
        }
        for row, offer in enumerate(asked.offers)
    ]


def money(log: float) -> float | None:
    """The amount to six digits; None for NaN."""
    return None if math.isnan(log) else rounded(math.exp(log))


def rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def finite(found: Mapping[str, float]) -> Figures:
    """Six digits each; None for a figure that so few lots do not give."""
    return {name: rounded(value) if math.isfinite(value) else None for name, value in found.items()}
