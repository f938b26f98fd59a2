"""An artist's statistics by medium and window, in one statement. Markets and attribution qualifiers are never pooled.

Prices are in US dollars at the rate of each sale's day, on one price basis: prices on the other are converted by the
house's premium schedule of the day, or left out and counted. Lots of several works are left out: the price is the lot's.

* sell-through = sold ÷ (sold + bought in); withdrawn lots and unknown outcomes are left out and counted;
* price over mid-estimate = median of hammer price ÷ middle of the estimate, for estimates exclude the premium;
* price per area = median of price ÷ (height × width), US dollars per cm²;
* liquidity = lots sold a year within the window;
* momentum = median price ÷ median price of the window of equal length before − 1;
* repeat sales: the same work sold twice in the same market, a year apart or more, the second time in the window; holding
  = median years between; compound return = exp(Σ log(price ÷ earlier price) ÷ Σ years) − 1, a year.

A figure of fewer than ``FEWEST`` lots is suppressed; its count is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _

from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Medium
from artmarket.core.attribution import Attribution
from artmarket.sales.deflating import RealMoney, factor_sql
from artmarket.sales.models import Market, PriceBasis, Sale
from artmarket.sales.queries import only_works, works_in_lots

FEWEST = 3
WINDOWS = (12, 36, 60)
BASES = (PriceBasis.HAMMER, PriceBasis.WITH_PREMIUM)
COLUMNS = {
    "sale": "sale", "artwork": "artwork", "place": "pk", "sale_date": "sale_date", "attribution": "attribution",
    "outcome": "outcome", "price_basis": "price_basis", "price_usd": "price_usd", "medium": "artwork__medium",
    "area": "artwork__area_cm2", "price": "lot__price", "currency": "lot__currency",
    "low": "lot__estimate_low", "high": "lot__estimate_high",
}  # fmt: skip
STATEMENT = """
    with asked as materialized (select %s::text as basis, %s::date as until, %s::int[] as windows),
    sales (id, market, house) as materialized ({sales}),
    offers as materialized (
        select offer.*, sales.market, hammer,
            case when offer.price_basis = asked.basis then 1
                when asked.basis = 'hammer' then hammer / offer.price
                when offer.price_basis = 'hammer' then
                    sales_with_premium(offer.price, sales.house, offer.currency, offer.sale_date) / offer.price
            end as on_basis,
            {real} as in_money
        from asked, ({offers}) as offer ({columns}) join sales on sales.id = offer.sale,
            lateral (
                select case offer.price_basis when 'hammer' then offer.price when 'with_premium' then
                    sales_hammer_from(offer.price, sales.house, offer.currency, offer.sale_date)
                end as hammer offset 0
            ) as converted
    ),
    priced as materialized (
        select *, price_usd * on_basis * in_money as usd, hammer * 2 / (low + high) as over_estimate from offers
    ),
    windows as (
        select months, (until - make_interval(months => months))::date as since,
            (until - make_interval(months => 2 * months))::date as before
        from asked, unnest(asked.windows) as months
    ),
    figures as (
        select market, attribution, grouping(medium) = 1 as all_media, medium, months,
            count(*) filter (where is_now and outcome in ('sold', 'bought_in')) as offered,
            count(*) filter (where is_now and outcome = 'sold') as sold,
            count(*) filter (where is_now and outcome not in ('sold', 'bought_in')) as left_out,
            count(usd) filter (where is_now) as prices,
            percentile_cont(0.5) within group (order by usd) filter (where is_now) as median,
            avg(usd) filter (where is_now) as mean,
            count(usd / area) filter (where is_now) as areas,
            percentile_cont(0.5) within group (order by usd / area) filter (where is_now) as per_area,
            count(over_estimate) filter (where is_now) as overs,
            percentile_cont(0.5) within group (order by over_estimate) filter (where is_now) as over_estimate,
            count(usd) filter (where not is_now) as prices_before,
            percentile_cont(0.5) within group (order by usd) filter (where not is_now) as median_before,
            count(*) filter (where is_now and outcome = 'sold' and price is null) as no_price,
            count(*) filter (where is_now and price is not null and price_usd is null) as no_rate,
            count(*) filter (where is_now and price_usd is not null and on_basis is null) as no_basis,
            count(*) filter (where is_now and price_usd * on_basis is not null and in_money is null) as no_month
        from priced join windows on sale_date >= before, lateral (select sale_date >= since as is_now) as place_in_time
        group by grouping sets ((market, attribution, months), (market, attribution, medium, months))
        having bool_or(is_now)
    ),
    resales as (
        select market, attribution, medium, sale_date, usd, lag(usd) over earlier as paid,
            (sale_date - lag(sale_date) over earlier) / 365.25 as years
        from priced where usd is not null
        window earlier as (partition by market, artwork order by sale_date, place)
    ),
    returns as (
        select market, attribution, grouping(medium) = 1 as all_media, medium, months,
            count(*) filter (where years >= 1) as pairs, count(*) filter (where years < 1) as quick_pairs,
            percentile_cont(0.5) within group (order by years) filter (where years >= 1) as holding,
            exp(sum(ln(usd / paid)) filter (where years >= 1) / sum(years) filter (where years >= 1)) - 1 as compound
        from resales join windows on sale_date >= since
        where paid is not null
        group by grouping sets ((market, attribution, months), (market, attribution, medium, months))
    )
    select figures.*, coalesce(pairs, 0) as pairs, coalesce(quick_pairs, 0) as quick_pairs, holding, compound
    from figures left join returns on figures.market = returns.market and figures.attribution = returns.attribution
        and figures.months = returns.months and figures.all_media = returns.all_media
        and figures.medium is not distinct from returns.medium
    order by figures.market, figures.attribution, figures.months, figures.all_media desc, offered desc, figures.medium
"""


@dataclass(frozen=True)
class Figures:
    """One cell: market, qualifier, medium (None for all of them) and window in months; counts, then figures.

    Prices in US dollars, ``per_area`` in US dollars per cm², ratios as fractions; None where fewer than ``FEWEST``.
    """

    market: str
    attribution: str
    medium: str | None
    months: int
    offered: int
    sold: int
    left_out: int
    prices: int
    areas: int
    overs: int
    pairs: int
    quick_pairs: int
    no_price: int
    no_rate: int
    no_basis: int
    no_month: int
    sell_through: float | None
    median: float | None
    mean: float | None
    per_area: float | None
    over_estimate: float | None
    liquidity: float
    momentum: float | None
    holding_years: float | None
    compound_return: float | None

    @property
    def medium_label(self) -> str:
        if self.medium is None:
            return str(_("all media"))
        return str(Medium(self.medium).label) if self.medium else str(_("not known"))

    @property
    def market_label(self) -> str:
        return str(Market(self.market).label)

    @property
    def attribution_label(self) -> str:
        return str(Attribution(self.attribution).label)

    @property
    def unpriced(self) -> int:
        """Lots sold whose price is not among the prices."""
        return self.sold - self.prices


def artist_statistics(
    user: Actor,
    artist_id: int,
    *,
    until: dt.date,
    basis: str,
    windows: Sequence[int] = WINDOWS,
    real: RealMoney | None = None,
) -> list[Figures]:
    """Every cell of an artist that has a lot in a window before ``until`` (itself left out), by one statement.

    ``basis`` is one of ``BASES``; windows are in months; with ``real`` prices are in one month's money.
    """
    offers = only_works(user).filter(artist_id=artist_id, artwork__artist_id=artist_id, sale_date__lt=until)
    sales = Sale.objects.visible_to(user).values_list("pk", "house__market", "house_id")
    sales_sql, sales_values = sales.query.sql_with_params()
    offers_sql, offers_values = offers.order_by().values_list(*COLUMNS.values()).query.sql_with_params()
    real_sql, real_values = factor_sql(real, "offer.sale_date")
    statement = STATEMENT.format(sales=sales_sql, offers=offers_sql, columns=", ".join(COLUMNS), real=real_sql)
    with connection.cursor() as cursor:
        cursor.execute(statement, (str(basis), until, list(windows), *sales_values, *real_values, *offers_values))
        names = [column.name for column in cursor.description or ()]
        return [as_figures(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def as_figures(row: dict[str, Any]) -> Figures:
    def shown(name: str, count: str) -> float | None:
        return float(row[name]) if row[count] >= FEWEST else None

    median, before = shown("median", "prices"), shown("median_before", "prices_before")
    counts = ("months", "offered", "sold", "left_out", "prices", "areas", "overs", "pairs", "quick_pairs", "no_price",
              "no_rate", "no_basis", "no_month")  # fmt: skip
    return Figures(
        market=row["market"],
        attribution=row["attribution"],
        medium=None if row["all_media"] else row["medium"],
        **{name: row[name] for name in counts},
        sell_through=row["sold"] / row["offered"] if row["offered"] >= FEWEST else None,
        median=median,
        mean=shown("mean", "prices"),
        per_area=shown("per_area", "areas"),
        over_estimate=shown("over_estimate", "overs"),
        liquidity=row["sold"] * 12 / row["months"],
        momentum=median / before - 1 if median is not None and before is not None else None,
        holding_years=shown("holding", "pairs"),
        compound_return=shown("compound", "pairs"),
    )


def usual_basis(user: Actor, artist_id: int) -> str:
    """The basis of most of an artist's prices that the user may see: what its figures are on unless asked otherwise."""
    offers = works_in_lots(user).filter(artist_id=artist_id, price_usd__isnull=False, price_basis__in=BASES)
    most = offers.order_by().values("price_basis").annotate(count=Count("pk")).order_by("-count", "price_basis").first()
    return str(most["price_basis"]) if most else str(PriceBasis.HAMMER)
