"""Pages and panels of a settlement: what the seller gets, what the buyer pays."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artwork
from artmarket.sales.forms import SettlementForm
from artmarket.sales.listing import lots_of_artwork
from artmarket.sales.models import Lot, PriceBasis
from artmarket.sales.resale_right import standing_of


@require_safe
def settlement_page(request: HttpRequest) -> HttpResponse:
    """A price of one's own, under conditions of one's own."""
    initial = {"currency": request.user.currency, **when_and_how(timezone.localdate())}  # type: ignore[union-attr]
    context = {**settled(request, initial, reverse("sales:settlement"), None), "is_page": True}
    return render(request, "sales/settlement.html", context)


@require_safe
def lot_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The settlement of a lot's price, or of the middle of its estimate."""
    lot = get_object_or_404(Lot.objects.visible_to(request.user).select_related("sale__house"), pk=pk)
    works = Artwork.objects.visible_to(request.user).filter(lot_artworks__lot=lot).select_related("artist")
    work = works.first() if lot.lot_artworks.count() == 1 else None
    context = settled(request, of_lot(lot), reverse("sales:lot-settlement", args=[lot.pk]), work)
    return render(request, "sales/_settlement.html", context)


@require_safe
def artwork_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The settlement of a work's latest price on record, or of any other."""
    work = get_object_or_404(Artwork.objects.visible_to(request.user).select_related("artist"), pk=pk)
    lot = latest_with_amount(request.user, work)
    blank = {"currency": request.user.currency, **when_and_how(timezone.localdate())}  # type: ignore[union-attr]
    context = settled(request, of_lot(lot) if lot else blank, reverse("sales:artwork-settlement", args=[work.pk]), work)
    return render(request, "sales/_settlement.html", context)


def latest_with_amount(user: Actor, work: Artwork) -> Lot | None:
    """The work's latest lot that says a price or an estimate."""
    return next(
        (lot for lot in lots_of_artwork(user, work) if lot.price or lot.estimate_low or lot.estimate_high), None
    )


def of_lot(lot: Lot) -> dict[str, Any]:
    """What a lot says of its settlement. An estimate excludes the premium, so its middle is a hammer price."""
    known = [amount for amount in (lot.estimate_low, lot.estimate_high) if amount]
    middle = (sum(known, Decimal(0)) / len(known)).quantize(Decimal("0.01")) if known else None
    basis = lot.price_basis if lot.price and lot.price_basis != PriceBasis.UNKNOWN else PriceBasis.HAMMER
    return {
        "price": lot.price or middle,
        "currency": lot.currency,
        "house": lot.sale.house_id,
        **when_and_how(lot.sale_date, basis),
        "basis": "" if lot.price and lot.price_basis == PriceBasis.UNKNOWN else basis,
    }


def when_and_how(on: dt.date, basis: str = PriceBasis.HAMMER) -> dict[str, Any]:
    return {"on": on, "basis": basis}


def settled(request: HttpRequest, initial: dict[str, Any], address: str, work: Artwork | None) -> dict[str, Any]:
    """The form as asked, or with what is known, and both accounts where they can be drawn up."""
    asked = request.GET if "price" in request.GET else None
    data = asked if asked is not None else known(initial) if ready(initial) else None
    form = SettlementForm(data, initial=initial, user=request.user, auto_id="settlement_%s")
    settlement = form.settlement if form.is_bound and form.is_valid() else None
    on = (form.cleaned_data.get("on") if form.is_bound else None) or initial["on"]
    return {
        "form": form,
        "address": address,
        "settlement": settlement,
        "currency": form.cleaned_data["currency"] if settlement else "",
        "standing": standing_of(work, on) if work is not None else None,
        "unknown_basis": _("It is not known what the printed price includes: choose.") if not initial["basis"] else "",
    }


def ready(initial: dict[str, Any]) -> bool:
    return bool(initial.get("price")) and bool(initial["basis"])


def known(initial: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in initial.items() if value is not None}
