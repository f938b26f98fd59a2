"""The house ledger: from public results before a day to what each house's estimates are off by, and to one lot's share."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING, Any

from django.db import transaction

from analysis.trackrecord.models import HouseLedger, LedgerEntry
from analysis.valuation.records import Scope, public_single_works
from artmarket.sales.models import Outcome, PriceBasis
from artmarket.sales.premium import NoSchedule, bands_on, hammer_from

if TYPE_CHECKING:
    from ml.valuation.ledger import Bias, Ledger

YEARS, KEPT = 10, 2
FEWEST_LOTS, FEWEST_TO_CHECK, BATCH = 60, 30, 5000
FIELDS = (
    "lot_id", "lot__sale_id", "lot__sale_date", "lot__sale__house_id", "lot__sale__title", "lot__sale__category",
    "lot__currency", "lot__price", "lot__price_basis", "lot__estimate_low", "lot__estimate_high", "artwork__artist_id",
    "artwork__attribution",
)  # fmt: skip
LEVELS = LedgerEntry.Level
NOBODY = object()


@dataclass(frozen=True)
class Sold:
    """A sold lot with an estimate: whose, and log(price on the estimate's basis / middle of the estimate)."""

    lot: int
    sale: int
    date: dt.date
    house: int
    department: str
    artist: int | None
    ratio: float


@dataclass
class Gathered:
    """The lots of a ledger, and how each price basis was brought to that of estimates, which exclude the premium."""

    lots: list[Sold] = field(default_factory=list)
    conversions: dict[str, dict[str, Any]] = field(default_factory=dict)


class TooFewLots(ValueError):
    """There are not enough sold lots with estimates; the message says how many."""


def department_of(category: str, title: str) -> str:
    """The sale's department, else its title without figures: the same for next year's sale of its kind."""
    from ml.valuation.words import kind_of_sale

    return (category.strip() or kind_of_sale(title))[:300]


def gather_sold(
    scope: Scope, before: dt.date, *, since: dt.date | None = None, factors: Mapping[str, float] | None = None
) -> Gathered:
    """Public single-work lots of the ten years before a day (or ``since`` one) that were sold and had an estimate.

    A price with premium becomes a hammer price by the house's dated schedule. Where there is none, it is divided by the
    median of price over middle of all such prices of the scope (or by ``factors``, log by basis, learned before): then only
    differences between houses can be seen.
    """
    houses = {"lot__sale__house__market": scope.market, "lot__sale__house__currency": scope.currency}
    first = since or before.replace(year=before.year - YEARS, day=min(before.day, 28))
    rows = public_single_works().filter(**houses, lot__sale_date__lt=before, lot__sale_date__gte=first)
    rows = rows.filter(lot__outcome=Outcome.SOLD, lot__price__isnull=False)
    rows = rows.exclude(lot__estimate_low=None, lot__estimate_high=None).order_by("lot__sale_date", "lot_id")
    hammer = Hammer()
    read = [(row, *hammer.ratio(row)) for row in rows.values(*FIELDS)]
    own, conversions = factors_of([(row["lot__price_basis"], ratio, exact) for row, ratio, exact in read])
    by_basis = {**own, **(factors or {})}
    lots = [as_sold(row, ratio if exact else ratio - by_basis[row["lot__price_basis"]]) for row, ratio, exact in read]
    return Gathered(lots, conversions)


class Hammer:
    """Prices as the estimates are: without the premium, where a schedule says how much it was."""

    def __init__(self) -> None:
        self.bands = lru_cache(maxsize=4096)(bands_on)

    def ratio(self, row: Mapping[str, Any]) -> tuple[float, bool]:
        """Log of price over the middle of the estimate, and whether the price is a hammer price."""
        price, is_exact = self.price(row)
        known = [amount for amount in (row["lot__estimate_low"], row["lot__estimate_high"]) if amount]
        return math.log(float(price) / (float(sum(known)) / len(known))), is_exact

    def price(self, row: Mapping[str, Any]) -> tuple[Decimal, bool]:
        price: Decimal = row["lot__price"]
        if row["lot__price_basis"] != PriceBasis.WITH_PREMIUM:
            return price, row["lot__price_basis"] == PriceBasis.HAMMER
        asked = {
            "house_id": row["lot__sale__house_id"],
            "currency": row["lot__currency"],
            "on": row["lot__sale_date"],
        }
        try:
            hammer = hammer_from(price, self.bands(**asked))
        except NoSchedule:
            return price, False
        return (hammer, True) if hammer > 0 else (price, False)


def factors_of(read: Sequence[tuple[str, float, bool]]) -> tuple[dict[str, float], dict[str, dict[str, Any]]]:
    """By basis: the median log ratio of the prices that no schedule converts, and what is said of how it was done."""
    plain: dict[str, list[float]] = {}
    exact = Counter(basis for basis, _ratio, is_exact in read if is_exact)
    for basis, ratio, is_exact in read:
        if not is_exact:
            plain.setdefault(basis, []).append(ratio)
    factors = {basis: median(ratios) for basis, ratios in plain.items()}
    conversions: dict[str, dict[str, Any]] = {
        basis: {"exact": exact[basis], "by_factor": len(plain.get(basis, []))} for basis in sorted({*exact, *plain})
    }
    for basis, factor in factors.items():
        conversions[basis]["factor"] = round(math.exp(factor), 4)
    return factors, conversions


def as_sold(row: Mapping[str, Any], ratio: float) -> Sold:
    """Works by the artist's own hand are the artist's; every other attribution is a market of its own, and nobody's here."""
    return Sold(
        lot=row["lot_id"],
        sale=row["lot__sale_id"],
        date=row["lot__sale_date"],
        house=row["lot__sale__house_id"],
        department=department_of(row["lot__sale__category"], row["lot__sale__title"]),
        artist=row["artwork__artist_id"] if row["artwork__attribution"] == "by" else None,
        ratio=ratio,
    )


def keep_ledger(*, scope: Scope, before: dt.date) -> HouseLedger:
    """Reckon and keep the ledger of a scope from results before a day; the same results give the kept one again.

    The entries of all but the two latest ledgers of a scope are deleted. Raises ``TooFewLots``.
    """
    gathered = gather_sold(scope, before)
    if len(gathered.lots) < FEWEST_LOTS:
        raise TooFewLots(f"{len(gathered.lots)} sold lots with an estimate are too few; it takes {FEWEST_LOTS}")
    same = {"scope": str(scope), "before": before, "data_fingerprint": fingerprint(gathered)}
    if (known := HouseLedger.objects.filter(**same).first()) is not None:
        return known
    by_department, by_artist = fits(gathered.lots)
    with transaction.atomic():
        ledger = HouseLedger.objects.create(
            **same,
            lots=len(gathered.lots),
            conversions=gathered.conversions,
            variances={"department": list(by_department.variances), "artist": list(by_artist.variances)},
            persistence=persistences(gathered.lots),
        )
        LedgerEntry.objects.bulk_create(entries(ledger, by_department, by_artist), batch_size=BATCH)
        old = (
            HouseLedger.objects.filter(scope=str(scope)).order_by("-before", "-pk").values_list("pk", flat=True)[KEPT:]
        )
        LedgerEntry.objects.filter(ledger__in=list(old)).delete()
    return ledger


def fingerprint(gathered: Gathered) -> str:
    digest = hashlib.sha256()
    for lot in gathered.lots:
        digest.update(repr((lot.lot, lot.sale, lot.house, lot.department, lot.artist, round(lot.ratio, 9))).encode())
    return digest.hexdigest()


def fits(lots: Sequence[Sold]) -> tuple[Ledger, Ledger]:
    """House → department → artist → sale, and house → artist → sale."""
    from ml.valuation.ledger import fit

    ratios = [lot.ratio for lot in lots]
    return (
        fit(ratios, [(lot.house, lot.department, lot.artist, lot.sale) for lot in lots]),
        fit(ratios, [(lot.house, lot.artist, lot.sale) for lot in lots]),
    )


def persistences(lots: Sequence[Sold]) -> dict[str, dict[str, float | None]]:
    """By level: how a group's mean of one year goes with its mean of the next."""
    from ml.valuation.ledger import persistence

    ratios, years = [lot.ratio for lot in lots], [lot.date.year for lot in lots]
    groups: dict[str, list[Hashable]] = {
        LEVELS.HOUSE.value: [lot.house for lot in lots],
        LEVELS.DEPARTMENT.value: [(lot.house, lot.department) for lot in lots],
        LEVELS.ARTIST.value: [(lot.house, lot.artist) for lot in lots],
    }
    found = {level: persistence(ratios, keys, years) for level, keys in groups.items()}
    return {
        level: {name: value if math.isfinite(value) else None for name, value in figures.items()}
        for level, figures in found.items()
    }


def entries(ledger: HouseLedger, by_department: Ledger, by_artist: Ledger) -> list[LedgerEntry]:
    """A row for each group that has a name; works of no known hand count for their department only."""
    levels = {1: LEVELS.HOUSE, 2: LEVELS.DEPARTMENT, 3: LEVELS.GROUP}
    placed: list[tuple[str, Any, str, Any, Bias]] = [
        (levels[len(path)], path[0], str(path[1]) if len(path) > 1 else "", path[2] if len(path) > 2 else 0, bias)
        for path, bias in by_department.biases.items()
    ]
    placed += [(LEVELS.ARTIST, path[0], "", path[1], bias) for path, bias in by_artist.biases.items() if len(path) == 2]
    return [
        LedgerEntry(
            ledger=ledger,
            level=level,
            house_id=house,
            department=department,
            artist_id=artist or None,
            lots=bias.lots,
            mean=bias.mean,
            bias=bias.bias,
            error=bias.error,
            low=bias.low,
            high=bias.high,
            is_off=bias.is_off,
        )
        for level, house, department, artist, bias in placed
        if artist is not None
    ]


@dataclass(frozen=True)
class Check:
    """How lots sold after a ledger did against it: mean log ratio by flag, and how the biases went with the ratios.

    ``saved``: the part of the mean squared log ratio that subtracting the biases takes away.
    """

    lots: int
    means: dict[str, tuple[int, float]]
    correlation: float
    saved: float


def check(ledger: HouseLedger, until: dt.date) -> Check | None:
    """The ledger against the results of its scope from its own day to before ``until``; None where there are none."""
    import numpy as np

    conversions = ledger.conversions.items()
    factors = {basis: math.log(how["factor"]) for basis, how in conversions if "factor" in how}
    scope = Scope.parse(ledger.scope)
    by_department, _by_artist = fits(gather_sold(scope, ledger.before).lots)
    later = gather_sold(scope, until, since=ledger.before, factors=factors).lots
    told = [(lot.ratio, by_department.of((lot.house, lot.department, lot.artist or NOBODY))) for lot in later]
    pairs = [(ratio, bias) for ratio, bias in told if bias is not None]
    if len(pairs) < FEWEST_TO_CHECK:
        return None
    ratios, biases = np.array([ratio for ratio, _bias in pairs]), np.array([bias.bias for _ratio, bias in pairs])
    flags = np.array(["low" if bias.low > 0 else "high" if bias.high < 0 else "none" for _ratio, bias in pairs])
    return Check(
        lots=len(pairs),
        means={
            flag: (int((flags == flag).sum()), float(ratios[flags == flag].mean()))
            for flag in ("low", "none", "high")
            if (flags == flag).any()
        },
        correlation=float(np.corrcoef(ratios, biases)[0, 1]),
        saved=float(1 - np.mean((ratios - biases) ** 2) / np.mean(ratios**2)),
    )
