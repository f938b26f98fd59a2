"""Statistics of sales, in SQL. Markets, attribution qualifiers, price bases and currencies are never pooled."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from artmarket.accounts.ownership import Actor, visible_q
from artmarket.core.attribution import Attribution
from artmarket.sales.deflating import RealMoney, factor_sql
from artmarket.sales.models import Market, Offer, PriceBasis, Sale

OFFER_COLUMNS = ("sale", "sale_date", "attribution", "outcome", "price_basis", "price_usd", "over_estimate")
# Sales are materialised, for else each of an artist's offers would look its sale up by itself.
MARKET_SQL = """
    with sales (id, market) as materialized ({sales}),
    offers as materialized (
        select market, extract(year from sale_date)::int as year, attribution, outcome, price_basis, over_estimate,
            sale_date, nominal, round(nominal * {real}, 2) as price_usd
        from ({offers}) as offer ({columns}) join sales on sales.id = offer.sale
    ),
    groups as (
        select market, attribution, count(*) filter (where outcome in ('sold', 'bought_in')) as offered,
            count(*) filter (where outcome = 'sold') as sold, max(price_usd) as dearest,
            percentile_cont(0.5) within group (order by over_estimate) as over_estimate,
            min(sale_date) as first_sale, max(sale_date) as last_sale, count(nominal) - count(price_usd) as no_month
        from offers group by market, attribution
    ),
    medians as (
        select market, attribution, price_basis, year, count(*) as sales,
            percentile_cont(0.5) within group (order by price_usd) as median
        from offers where price_usd is not null
        group by grouping sets ((market, attribution, price_basis), (market, attribution, price_basis, year))
    )
    select market, attribution, null, null, null, offered, sold, dearest, over_estimate, first_sale, last_sale,
        no_month
    from groups
    union all
    select market, attribution, price_basis, year, median, sales, null, null, null, null, null, null from medians
"""


@dataclass(frozen=True)
class MarketFigures:
    """An artist's or a market's figures on one market, for one qualifier. Prices in US dollars at the sale's date, or in
    one month's money where that was asked; ``no_month`` prices, whose month the index does not know, are left out.

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
    no_month: int = 0

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


@dataclass(frozen=True)
class ArtistMarket:
    """An artist's figures, the group with most lots first, and the yearly medians, earliest first."""

    groups: list[MarketFigures]
    years: list[YearPrice]


def works_in_lots(user: Actor) -> QuerySet[Offer]:
    """Works in lots that the user may see both of; lots of several works are left out, since the price is the lot's."""
    return only_works(user).filter(visible_q(user, "sale"))


def only_works(user: Actor) -> QuerySet[Offer]:
    """Visible works that were the only one of their lot, in whatever sale."""
    return Offer.objects.filter(visible_q(user, "artwork"), is_only=True)


def artist_market(user: Actor, artist_id: int, *, real: RealMoney | None = None) -> ArtistMarket:
    """All that an artist's market panel says in numbers, by one statement that reads each offer once."""
    by_group: list[tuple[Any, ...]] = []
    medians: dict[tuple[str, str], dict[str, tuple[Decimal, int]]] = {}
    years: list[YearPrice] = []
    for row in market_rows(user, artist_id, real):
        market, attribution, basis, year, median, count, *_rest = row
        if basis is None:
            by_group.append(row)
        elif year is None:
            medians.setdefault((market, attribution), {})[basis] = (cents(median), count)
        else:
            years.append(YearPrice(year, market, attribution, basis, cents(median), count))
    groups = [as_figures(row, medians.get((row[0], row[1]), {})) for row in by_group]
    groups.sort(key=lambda group: (-group.offered, group.market, group.attribution))
    years.sort(key=lambda point: (point.year, point.market, point.attribution, point.price_basis))
    return ArtistMarket(groups, years)


def market_rows(user: Actor, artist_id: int, real: RealMoney | None = None) -> list[tuple[Any, ...]]:
    """The groups of an artist's offers (price basis null), and their medians by price basis (year null) and by year."""
    # Both name the artist: the offers lie together in one index, the works' visibility in another.
    offers = only_works(user).filter(artist_id=artist_id, artwork__artist_id=artist_id)
    sales_sql, sales_values = Sale.objects.visible_to(user).values_list("pk", "house__market").query.sql_with_params()
    offers_sql, offers_values = offers.values_list(*OFFER_COLUMNS).query.sql_with_params()
    real_sql, real_values = factor_sql(real, "sale_date")
    columns = ", ".join(OFFER_COLUMNS).replace("price_usd", "nominal")
    statement = MARKET_SQL.format(sales=sales_sql, offers=offers_sql, columns=columns, real=real_sql)
    with connection.cursor() as cursor:
        cursor.execute(statement, (*sales_values, *real_values, *offers_values))
        return list(cursor.fetchall())


def as_figures(row: tuple[Any, ...], medians: dict[str, tuple[Decimal, int]]) -> MarketFigures:
    market, attribution, _basis, _year, _median, offered, sold, dearest, over_estimate, first_sale, last_sale, left = (
        row
    )
    return MarketFigures(
        market=market,
        attribution=attribution,
        offered=offered,
        sold=sold,
        sell_through=sold / offered if offered else None,
        medians=dict(sorted(medians.items())),
        dearest=dearest,
        over_estimate=over_estimate,
        first_sale=first_sale,
        last_sale=last_sale,
        no_month=left,
    )


def cents(value: Any) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"))
