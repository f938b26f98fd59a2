"""What the record says: the latest walks, the frozen estimates and their scores, a house's and a lot's bias."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet

from analysis.trackrecord.ledgers import department_of
from analysis.trackrecord.models import BacktestRun, Forecast, HouseLedger, LedgerEntry
from analysis.trackrecord.percent import InPercent
from artmarket.sales.models import AuctionHouse, Lot, LotArtwork

Z_95 = 1.959964
LEVEL = LedgerEntry.Level
BANDS = ("low_95", "low_80", "low_50", "middle", "high_50", "high_80", "high_95")


def runs() -> QuerySet[BacktestRun]:
    """All walks, latest first, without each lot's estimates. They hold public lots only, and name none."""
    return BacktestRun.objects.defer("lots").order_by("-created_at", "-pk")


def latest_run(scope: str = "") -> BacktestRun | None:
    """The latest walk of a scope; without one, of real markets before invented ones."""
    if scope:
        return runs().filter(scope=scope).first()
    return runs().exclude(scope__startswith="invented:").first() or runs().first()


def scopes_walked() -> list[str]:
    """The scopes that have a walk, by name."""
    return sorted(set(BacktestRun.objects.values_list("scope", flat=True)))


def public_lot_keys(run: BacktestRun) -> set[int]:
    """Which of a walk's lots are still public: one that was withdrawn from view since is not told again."""
    keys = [lot["lot"] for lot in run.lots]
    seen = LotArtwork.objects.filter(lot_id__in=keys, lot__sale__visibility="public", artwork__visibility="public")
    return set(seen.values_list("lot_id", flat=True))


@dataclass(frozen=True)
class ForecastFigures:
    """Counts of frozen estimates of a scope's public lots, one a lot, and the figures of those that were scored.

    ``beside``: ours and the house's on exactly the lots that have both.
    """

    lots: int
    waiting: int
    sold: int
    bought_in: int
    abstained: int
    unscorable: int
    model: dict[str, float | None] | None
    beside: dict[str, dict[str, float | None]] | None
    chance_error: float | None


def forecast_figures(scope: str) -> ForecastFigures:
    """In two queries, whatever the number of lots that are still to come."""
    from ml.valuation import figures
    from ml.valuation.backtesting import finite

    public = Forecast.objects.of_public_lots().filter(scope=scope)
    lots = public.values("lot").distinct().count()
    scored = list(public.filter(score__isnull=False).select_related("score"))
    sold = [each for each in scored if each.score.outcome == "sold"]
    usable = [each for each in sold if each.score.log_error is not None]
    true = np.array([math.log(each.score.price) for each in usable])
    bands = np.array([[log_of(getattr(each, name)) for name in BANDS] for each in usable]).reshape(-1, len(BANDS))
    house = np.array([log_of(each.house_middle) for each in usable])
    both = ~np.isnan(house)
    chances = [each.score.chance_error for each in scored if each.score.chance_error is not None]
    return ForecastFigures(
        lots=lots,
        waiting=lots - len(scored),
        sold=len(sold),
        bought_in=len(scored) - len(sold),
        abstained=sum(1 for each in scored if each.abstained),
        unscorable=sum(1 for each in sold if not each.abstained and each.score.price is None),
        model=finite(figures.summary(true, bands)) if usable else None,
        beside={
            "model": finite(figures.points(true[both], bands[both, BANDS.index("middle")])),
            "house": finite(figures.points(true[both], house[both])),
        }
        if both.any()
        else None,
        chance_error=sum(chances) / len(chances) if chances else None,
    )


def log_of(amount: Any) -> float:
    return math.log(amount) if amount else math.nan


def ledger_of(scope: str) -> HouseLedger | None:
    """The latest ledger of a scope that still has its entries."""
    return HouseLedger.objects.filter(scope=scope).order_by("-before", "-pk").first()


def scope_of(house: AuctionHouse) -> str:
    return f"{house.market}:{house.currency}"


@dataclass(frozen=True)
class LotBias(InPercent):
    """What the ledger expects of a lot's estimate: log price over middle, from the narrowest known group (``level``)."""

    ledger: HouseLedger
    entry: LedgerEntry
    bias: float
    low: float
    high: float

    @property
    def is_off(self) -> bool:
        """Whether the 95 % interval leaves zero out: the lot is flagged."""
        return self.low > 0 or self.high < 0

    @property
    def usual_factor(self) -> float | None:
        """By what prices without a premium schedule were divided; the bias is beyond it."""
        return next((how["factor"] for how in self.ledger.conversions.values() if "factor" in how), None)


def bias_of(lot: Lot) -> LotBias | None:
    """The ledger's word on a lot of one work with an estimate, from results before its sale; None where there is none.

    The lot's sale, house and works are read; ``lot.sale.house`` should be loaded.
    """
    if not (lot.estimate_low or lot.estimate_high):
        return None
    ledger = (
        HouseLedger.objects.filter(scope=scope_of(lot.sale.house), before__lte=lot.sale_date, entries__isnull=False)
        .order_by("-before", "-pk")
        .first()
    )
    works = list(LotArtwork.objects.filter(lot=lot).values_list("artwork__artist_id", "artwork__attribution")[:2])
    if ledger is None or len(works) != 1:
        return None
    artist, attribution = works[0]
    department = department_of(lot.sale.category, lot.sale.title)
    return narrowest(ledger, lot.sale.house_id, department, artist if attribution == "by" else None)


def narrowest(ledger: HouseLedger, house: int, department: str, artist: int | None) -> LotBias | None:
    """The group's own entry, else that of the one around it, less sure by the variances of the levels between."""
    around = LedgerEntry.objects.filter(ledger=ledger, house=house).select_related("house", "artist")
    wanted = {
        LEVEL.GROUP: around.filter(level=LEVEL.GROUP, department=department, artist=artist) if artist else None,
        LEVEL.DEPARTMENT: around.filter(level=LEVEL.DEPARTMENT, department=department),
        LEVEL.HOUSE: around.filter(level=LEVEL.HOUSE),
    }
    variances = ledger.variances["department"]
    unknown = {LEVEL.GROUP: 0.0, LEVEL.DEPARTMENT: variances[2], LEVEL.HOUSE: variances[1] + variances[2]}
    for level, rows in wanted.items():
        entry = rows.first() if rows is not None else None
        if entry is not None:
            reach = Z_95 * math.hypot(entry.error, math.sqrt(unknown[level]))
            return LotBias(ledger, entry, entry.bias, entry.bias - reach, entry.bias + reach)
    return None


def entries_of(ledger: HouseLedger, user: Any, *, house: int | None = None) -> QuerySet[LedgerEntry]:
    """The entries that a person may see, surest bias first."""
    rows: Any = LedgerEntry.objects.visible_to(user).filter(ledger=ledger)
    rows = rows.filter(house=house) if house is not None else rows
    return rows.select_related("house", "artist").order_by("-is_off", "-lots", "pk")  # type: ignore[no-any-return]


def forecasts_of(lots: Iterable[Lot], user: Any) -> QuerySet[Forecast]:
    """Frozen estimates of lots, latest first."""
    rows: Any = Forecast.objects.visible_to(user).filter(lot__in=lots)
    return rows.select_related("score").order_by("-made_at", "-pk")  # type: ignore[no-any-return]


def ledger_scopes() -> list[str]:
    """The scopes that have a ledger, real markets before invented ones."""
    found = set(HouseLedger.objects.values_list("scope", flat=True))
    return sorted(found, key=lambda scope: (scope.startswith("invented:"), scope))


def current_entries(rows: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """Those of the latest ledger of each scope."""
    latest = HouseLedger.objects.order_by("scope", "-before", "-pk").distinct("scope").values("pk")
    return rows.filter(ledger__in=latest)
