"""Statistics of sales, in SQL. Markets, attribution qualifiers, price bases and currencies are never pooled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import ExtractYear

from artmarket.accounts.ownership import Actor, visible_q
from artmarket.core.attribution import Attribution
from artmarket.sales.models import LotArtwork, Market, Outcome, PriceBasis

MONEY = DecimalField(max_digits=16, decimal_places=2)
OFFERED = Q(lot__outcome__in=[Outcome.SOLD, Outcome.BOUGHT_IN])
SOLD = Q(lot__outcome=Outcome.SOLD)
GROUP = ("lot__sale__house__market", "artwork__attribution", "lot__price_basis")


class Median(Aggregate):
    """The middle of the values, by interpolation; null for none."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = MONEY


@dataclass(frozen=True)
class MarketFigures:
    """An artist's or a market's figures on one market, for one qualifier. Prices in US dollars at the sale's date.

    ``sell_through`` is sold lots over sold and bought-in lots (0 to 1), without withdrawn ones and unknown outcomes;
    ``over_estimate`` is the median of price over mid-estimate, of hammer prices only: estimates exclude the premium.
    """

    market: str
    attribution: str
    offered: int
    sold: int
    sell_through: float | None
    medians: dict[str, tuple[Decimal, int]]
    dearest: Decimal | None
    over_estimate: float | None
    first_sale: Any
    last_sale: Any

    @property
    def market_label(self) -> str:
        return str(Market(self.market).label)

    @property
    def qualifier_label(self) -> str:
        return str(Attribution(self.attribution).label)

    @property
    def sold_percent(self) -> float | None:
        return None if self.sell_through is None else 100 * self.sell_through

    @property
    def labelled_medians(self) -> list[tuple[str, Decimal, int]]:
        """For each basis: what it is called, the median price in US dollars, the sales behind it."""
        return [(str(PriceBasis(basis).label), median, sales) for basis, (median, sales) in self.medians.items()]


@dataclass(frozen=True)
class YearPrice:
    """The median price of a year on one basis, in US dollars, and the sales behind it."""

    year: int
    market: str
    attribution: str
    price_basis: str
    median: Decimal
    sales: int


def works_in_lots(user: Actor) -> QuerySet[LotArtwork]:
    """Works in lots that the user may see both of; lots of several works are left out, since the price is the lot's."""
    others = LotArtwork.objects.filter(lot=OuterRef("lot")).exclude(pk=OuterRef("pk"))
    seen = LotArtwork.objects.filter(visible_q(user, "lot__sale")).filter(visible_q(user, "artwork"))
    return seen.filter(~Exists(others))


def artist_figures(user: Actor, artist_id: int) -> list[MarketFigures]:
    """An artist's figures, the group with most lots first."""
    return figures(works_in_lots(user).filter(artwork__artist_id=artist_id))


def figures(rows: QuerySet[LotArtwork]) -> list[MarketFigures]:
    """Figures of any works in lots, a group for each market and qualifier, in two queries."""
    medians = price_medians(rows)
    ratio = ExpressionWrapper(
        F("lot__price") * 2 / (F("lot__estimate_low") + F("lot__estimate_high")),
        output_field=DecimalField(max_digits=20, decimal_places=6),
    )
    grouped = (
        rows.values("lot__sale__house__market", "artwork__attribution")
        .annotate(
            offered=Count("pk", filter=OFFERED),
            sold=Count("pk", filter=SOLD),
            dearest=Max("lot__price_usd"),
            over=Median(ratio, filter=Q(lot__price_basis="hammer")),
            first=Min("lot__sale_date"),
            last=Max("lot__sale_date"),
        )
        .order_by("-offered", "lot__sale__house__market", "artwork__attribution")
    )
    return [as_figures(dict(row), medians) for row in grouped]


def price_medians(rows: QuerySet[LotArtwork]) -> dict[tuple[str, str], dict[str, tuple[Decimal, int]]]:
    """Median dollar price and number of sales by market and qualifier, then by price basis."""
    priced = rows.filter(lot__price_usd__isnull=False).values(*GROUP)
    found: dict[tuple[str, str], dict[str, tuple[Decimal, int]]] = {}
    for row in priced.annotate(median=Median("lot__price_usd"), sales=Count("pk")):
        key = (row["lot__sale__house__market"], row["artwork__attribution"])
        found.setdefault(key, {})[row["lot__price_basis"]] = (cents(row["median"]), row["sales"])
    return found


def as_figures(row: dict[str, Any], medians: dict[tuple[str, str], dict[str, tuple[Decimal, int]]]) -> MarketFigures:
    key = (row["lot__sale__house__market"], row["artwork__attribution"])
    return MarketFigures(
        market=key[0],
        attribution=key[1],
        offered=row["offered"],
        sold=row["sold"],
        sell_through=row["sold"] / row["offered"] if row["offered"] else None,
        medians=medians.get(key, {}),
        dearest=row["dearest"],
        over_estimate=float(row["over"]) if row["over"] is not None else None,
        first_sale=row["first"],
        last_sale=row["last"],
    )


def artist_years(user: Actor, artist_id: int) -> list[YearPrice]:
    """Median dollar prices by year, market, qualifier and basis, earliest first."""
    rows = works_in_lots(user).filter(artwork__artist_id=artist_id, lot__price_usd__isnull=False)
    grouped = rows.annotate(year=ExtractYear("lot__sale_date")).values("year", *GROUP)
    found = grouped.annotate(median=Median("lot__price_usd"), sales=Count("pk")).order_by("year", *GROUP)
    return list(year_prices(found))


def year_prices(rows: Iterable[dict[str, Any]]) -> Iterable[YearPrice]:
    for row in rows:
        yield YearPrice(
            year=row["year"],
            market=row["lot__sale__house__market"],
            attribution=row["artwork__attribution"],
            price_basis=row["lot__price_basis"],
            median=cents(row["median"]),
            sales=row["sales"],
        )


def cents(value: Any) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"))
