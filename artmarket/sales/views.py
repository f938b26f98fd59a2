"""Pages of houses, sales and lots."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from artmarket.api.keyset import Keyset
from artmarket.catalogue.paging import Order, page_of
from artmarket.sales.filters import HouseFilter, LotFilter, SaleFilter
from artmarket.sales.listing import lot_rows, lots_of_sales, sale_rows, sales_of_houses, with_works
from artmarket.sales.models import AuctionHouse, Lot

PAGE_ROWS = 50
HOUSE_SALES = 12
HOUSE_ORDERS = {"name": Order(_("name"), Keyset("name", "id"))}
SALE_ORDERS = {
    "newest": Order(_("latest first"), Keyset("-date", "-id")),
    "oldest": Order(_("earliest first"), Keyset("date", "id")),
}
LOT_ORDERS = {
    "newest": Order(_("latest first"), Keyset("-sale_date", "-id")),
    "oldest": Order(_("earliest first"), Keyset("sale_date", "id")),
    "dearest": Order(_("highest price"), Keyset("-price_usd", "-id")),
}
IN_SALE_ORDERS = {"number": Order(_("lot number"), Keyset("number_sort", "id"))}


@require_safe
def house_list(request: HttpRequest) -> HttpResponse:
    """Auction houses and dealers by name."""
    chosen = HouseFilter(request.GET, queryset=AuctionHouse.objects.visible_to(request.user), request=request)
    page = page_of(request, chosen.qs, HOUSE_ORDERS, limit=PAGE_ROWS)
    known = sales_of_houses(request.user, page.rows)
    rows = [(house, known.get(house.pk)) for house in page.rows]
    invented = any(house.is_invented for house in page.rows)
    return render(request, "sales/house_list.html", listing(chosen, page, HOUSE_ORDERS, invented, rows=rows))


@require_safe
def house_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One house and its latest sales."""
    house = get_object_or_404(AuctionHouse.objects.visible_to(request.user), pk=pk)
    sales = list(sale_rows(request.user).filter(house=house).order_by("-date", "-id")[: HOUSE_SALES + 1])
    shown = sales[:HOUSE_SALES]
    context = {
        "house": house,
        "rows": with_counts(shown),
        "has_more": len(sales) > HOUSE_SALES,
        "shows_invented": house.is_invented,
    }
    return render(request, "sales/house_detail.html", context)


@require_safe
def sale_list(request: HttpRequest) -> HttpResponse:
    """Sales by date."""
    chosen = SaleFilter(request.GET, queryset=sale_rows(request.user), request=request)
    page = page_of(request, chosen.qs, SALE_ORDERS, limit=PAGE_ROWS)
    invented = any(sale.house.is_invented for sale in page.rows)
    return render(
        request, "sales/sale_list.html", listing(chosen, page, SALE_ORDERS, invented, rows=with_counts(page.rows))
    )


@require_safe
def sale_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One sale: its lots in order of their numbers."""
    sale = get_object_or_404(sale_rows(request.user).select_related("organisation"), pk=pk)
    page = page_of(request, lot_rows(request.user).filter(sale=sale), IN_SALE_ORDERS, limit=PAGE_ROWS)
    context = {
        "sale": sale,
        "page": page,
        "known": lots_of_sales([sale]).get(sale.pk),
        "view": "grid" if request.GET.get("view") == "grid" else "table",
        "shows_invented": sale.house.is_invented,
    }
    return render(request, "sales/sale_detail.html", context)


@require_safe
def lot_list(request: HttpRequest) -> HttpResponse:
    """Lots of every sale, by date or price."""
    chosen = LotFilter(request.GET, queryset=lot_rows(request.user), request=request)
    page = page_of(request, chosen.qs, LOT_ORDERS, limit=PAGE_ROWS)
    invented = any(lot.sale.house.is_invented for lot in page.rows)
    return render(request, "sales/lot_list.html", listing(chosen, page, LOT_ORDERS, invented))


@require_safe
def lot_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One lot: its works, estimate, price and outcome, and what the models say of it."""
    rows = Lot.objects.visible_to(request.user).select_related("sale__house").defer("search")
    lot = get_object_or_404(with_works(rows, request.user), pk=pk)
    context = {
        "lot": lot,
        "works": [place.artwork for place in lot.shown_places],
        "neighbours": neighbours(request, lot),
        "shows_invented": lot.sale.house.is_invented,
    }
    return render(request, "sales/lot_detail.html", context)


def neighbours(request: HttpRequest, lot: Lot) -> dict[str, Lot | None]:
    """The lots before and after it in its sale."""
    own = Lot.objects.visible_to(request.user).filter(sale=lot.sale_id).only("id", "number", "number_sort")
    forward, backward = Keyset("number_sort", "id"), Keyset("-number_sort", "-id")
    after, _more = forward.page(own, limit=1, cursor=forward.write(lot))
    before, _more = backward.page(own, limit=1, cursor=backward.write(lot))
    return {"before": before[0] if before else None, "after": after[0] if after else None}


def with_counts(sales: list[Any]) -> list[tuple[Any, dict[str, int] | None]]:
    known = lots_of_sales(sales)
    return [(sale, known.get(sale.pk)) for sale in sales]


def listing(chosen: Any, page: Any, orders: Any, invented: bool, **more: Any) -> dict[str, Any]:
    """What every list's template reads."""
    return {
        "filter": chosen,
        "page": page,
        "orders": orders,
        "is_filtered": any(value not in (None, "") for value in chosen.form.cleaned_data.values()),
        "shows_invented": invented,
        **more,
    }
