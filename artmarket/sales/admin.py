"""Data entry of houses, sales and lots: fifty lots in a row, one line each."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.accounts.owned_admin import OwnedAdmin
from artmarket.catalogue.models import Artwork
from artmarket.core.admin_base import RecordAdmin, ServiceForm
from artmarket.core.names import name_key
from artmarket.sales import services
from artmarket.sales.admin_lots import LotForm, LotInline, save_lots, tell_rates
from artmarket.sales.models import (
    AuctionHouse,
    FxRate,
    Lot,
    LotArtwork,
    PremiumBand,
    PremiumSchedule,
    PriceIndex,
    Sale,
)


class HouseForm(ServiceForm):
    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        known = AuctionHouse.objects.filter(name_key=name_key(name)).exclude(pk=self.instance.pk)
        if known.exists():
            raise ValidationError(_("There is a house of this name already."), code="unique")
        return name

    def understand(self) -> None:
        self.instance.name_key = name_key(self.instance.name)


@admin.register(AuctionHouse)
class AuctionHouseAdmin(RecordAdmin):
    form = HouseForm
    list_display = ("name", "city", "country", "currency", "market", "organisation")
    list_filter = ("market", "country")
    list_select_related = ("organisation",)
    search_fields = ("name", "name_key", "city")
    autocomplete_fields = ("organisation",)

    def save_record(self, request: HttpRequest, record: Any, form: Any, change: bool) -> None:
        services.save_house(actor=request.user, house=record)  # type: ignore[arg-type]


@admin.register(Sale)
class SaleAdmin(OwnedAdmin):
    """A sale with its lots. ``?lots=50`` opens fifty empty rows."""

    form = ServiceForm
    list_display = ("date", "house", "title", "number", "location", "currency", "visibility", "lots_link")
    list_display_links = ("date", "title")
    list_filter = ("visibility", "house", "currency")
    list_select_related = ("house", "organisation")
    search_fields = ("title", "number", "house__name")
    ordering = ("-date", "-id")
    autocomplete_fields = ("house", "organisation")
    inlines = (LotInline,)
    fieldsets = (
        (None, {"fields": (("house", "title"), ("date", "end_date"), ("number", "currency", "location"))}),
        (gettext_lazy("More"), {"fields": ("category", "source_url", ("organisation", "visibility"))}),
    )

    @admin.display(description=gettext_lazy("lots"))
    def lots_link(self, sale: Sale) -> str:
        address = f"{reverse('admin:sales_lot_changelist')}?sale__id__exact={sale.pk}"
        return format_html('<a href="{}">{}</a>', address, gettext_lazy("lots"))

    def save_record(self, request: HttpRequest, record: Any, form: Any, change: bool) -> None:
        services.save_sale(actor=request.user, sale=record)  # type: ignore[arg-type]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is Lot:
            save_lots(request, formset)
        else:
            super().save_formset(request, form, formset, change)


class LotArtworkInline(admin.TabularInline):  # type: ignore[type-arg]
    model = LotArtwork
    extra = 1
    autocomplete_fields = ("artwork",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "artwork":
            works: Any = Artwork.objects.all()
            kwargs["queryset"] = works.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Lot)
class LotAdmin(OwnedAdmin):
    form = LotForm
    list_display = ("number", "sale", "estimates", "price", "currency", "price_basis", "outcome")
    list_filter = ("outcome", "price_basis", "currency")
    list_select_related = ("sale", "sale__house")
    search_fields = ("=number", "description", "artworks__title")
    ordering = ("-sale_date", "-id")
    autocomplete_fields = ("sale",)
    inlines = (LotArtworkInline,)
    fieldsets = (
        (None, {"fields": (("sale", "number"), "description")}),
        (
            gettext_lazy("Money"),
            {
                "fields": (
                    ("currency", "estimate_low", "estimate_high"),
                    ("opening_bid", "price", "price_basis", "outcome"),
                    "source_url",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lot]:
        rows: QuerySet[Lot] = super().get_queryset(request).defer("search")
        return rows

    def save_record(self, request: HttpRequest, record: Any, form: Any, change: bool) -> None:
        services.save_lot(actor=request.user, lot=record)  # type: ignore[arg-type]
        tell_rates(request, [record])

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "sale__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=gettext_lazy("estimates"))
    def estimates(self, lot: Lot) -> str:
        return " – ".join(f"{amount:,.0f}" for amount in (lot.estimate_low, lot.estimate_high) if amount is not None)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "sale":
            sales: Any = Sale.objects.all()
            kwargs["queryset"] = sales.editable_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(FxRate)
class FxRateAdmin(RecordAdmin):
    list_display = ("base", "quote", "date", "rate", "source")
    list_filter = ("base", "quote")
    search_fields = ("base", "quote", "source")
    ordering = ("base", "quote", "-date")


@admin.register(PriceIndex)
class PriceIndexAdmin(RecordAdmin):
    list_display = ("name", "currency", "month", "level", "source")
    list_filter = ("name", "currency")
    search_fields = ("name", "source")
    ordering = ("name", "-month")


class PremiumBands(BaseInlineFormSet):  # type: ignore[type-arg]
    """A schedule's bands; the lowest begins at zero."""

    def clean(self) -> None:
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data]
        starts = [data["above"] for data in kept if not data.get("DELETE") and data.get("above") is not None]
        if not any(self.errors) and (not starts or min(starts) > 0):
            raise ValidationError(_("The lowest band begins at 0: a part without premium has the rate 0."))


class PremiumBandInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PremiumBand
    formset = PremiumBands
    extra = 2


@admin.register(PremiumSchedule)
class PremiumScheduleAdmin(RecordAdmin):
    list_display = ("house", "currency", "valid_from", "source")
    list_select_related = ("house",)
    list_filter = ("currency",)
    search_fields = ("house__name",)
    autocomplete_fields = ("house",)
    inlines = (PremiumBandInline,)
