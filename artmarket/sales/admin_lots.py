"""Lots as rows of their sale's page, each with its work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.catalogue.models import Artwork
from artmarket.core.admin_base import ServiceForm
from artmarket.sales import services
from artmarket.sales.fx import NoRate, RateTable
from artmarket.sales.models import Lot, LotArtwork, Outcome

DOLLAR = "USD"
SHOWN_LOTS = 60
ROWS_AT_MOST = 60


class LotForm(ServiceForm):
    """A lot: its date is the sale's, its currency too unless another is given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields:
            self.fields["currency"].required = False

    def clean_currency(self) -> str:
        currency: str = (self.cleaned_data.get("currency") or "").strip().upper()
        return currency or self.instance.currency

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        sale = (data or {}).get("sale")
        if sale is not None:
            self.settle(sale)
            if data is not None and "currency" in self.fields:
                data["currency"] = data.get("currency") or sale.currency
        return data

    def settle(self, sale: Any) -> None:
        """What a lot takes from its sale."""
        self.instance.sale_date = sale.date
        self.instance.currency = self.instance.currency or sale.currency
        data = self.cleaned_data
        if data.get("price") is not None and data.get("outcome") == Outcome.UNKNOWN:
            data["outcome"] = Outcome.SOLD


class LotRowForm(LotForm):
    """A lot's row with one work; a lot of several works is finished on the lot's own page."""

    unchecked = ("sale", "sale_date", "currency")
    artwork = forms.ModelChoiceField(Artwork.objects.none(), required=False, label=gettext_lazy("artwork"))

    class Meta:
        model = Lot
        fields = (
            "number", "estimate_low", "estimate_high", "price", "price_basis", "outcome", "description",
        )  # fmt: skip
        widgets = {"description": forms.TextInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["artwork"]
        field.widget = AutocompleteSelect(LotArtwork._meta.get_field("artwork"), admin.site)
        field.queryset = self.works  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["artwork"] = self.first_artwork_id()

    works: QuerySet[Artwork] = Artwork.objects.none()

    def first_artwork_id(self) -> int | None:
        return next((item.artwork_id for item in self.instance.lot_artworks.all()), None)

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        self.settle(self.instance.sale)
        return data


class OneArtworkFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows of lots; a new sale's date and currency are known before its lots are checked."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.instance.sale = self.instance
        return form


def save_lots(request: HttpRequest, formset: Any) -> None:
    """Save the rows that were changed, each by the service, and take off those marked."""
    formset.save(commit=False)
    saved: list[Lot] = []
    for lot in formset.deleted_objects:
        lot.delete()
    for row in formset.forms:
        if row.has_changed() and row.instance not in formset.deleted_objects and not row.cleaned_data.get("DELETE"):
            works = artworks_of(row) if "artwork" in row.changed_data else None
            services.save_lot(actor=request.user, lot=row.instance, artworks=works)  # type: ignore[arg-type]
            saved.append(row.instance)
    tell_rates(request, saved)


def tell_rates(request: HttpRequest, lots: list[Lot]) -> None:
    """Name the days without an exchange rate: such prices are kept, and left out of figures in dollars."""
    priced = [lot for lot in lots if lot.price is not None and lot.currency != DOLLAR]
    if not priced:
        return
    rates, missing = RateTable.load({DOLLAR, *(lot.currency for lot in priced)}), set()
    for lot in priced:
        try:
            rates.factor(source=lot.currency, target=DOLLAR, on=lot.sale_date)
        except NoRate as error:
            missing.add(str(error))
    for text in sorted(missing):
        words = {"reason": text}
        messages.warning(request, _("%(reason)s The price is kept, and left out of figures in dollars.") % words)


def artworks_of(row: Any) -> list[Artwork]:
    """The row's work first, the lot's others after it."""
    chosen = row.cleaned_data.get("artwork")
    placed = row.instance.lot_artworks.select_related("artwork").order_by("position") if row.instance.pk else []
    others = [item.artwork for item in placed][1:]
    return [work for work in (chosen, *others) if work is not None]


class LotInline(admin.TabularInline):  # type: ignore[type-arg]
    """The newest lots of a sale and empty rows; a longer sale's other lots are reached by the list of lots."""

    model = Lot
    form = LotRowForm
    formset = OneArtworkFormSet
    ordering = ("number_sort", "id")
    show_change_link = True
    fields = (
        "number", "artwork", "estimate_low", "estimate_high", "price", "price_basis", "outcome", "description",
    )  # fmt: skip

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        asked = request.GET.get("lots", "")
        return min(int(asked), ROWS_AT_MOST) if asked.isdecimal() else 5

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        works: Any = Artwork.objects.all()
        visible = works.visible_to(request.user).only("id", "title")
        kwargs["form"] = type("LotRowForm", (LotRowForm,), {"works": visible})
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).defer("search").prefetch_related("lot_artworks")
        sale_id = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        if request.method == "GET" and sale_id:
            newest = Lot.objects.filter(sale_id=sale_id).order_by("-id").values_list("pk", flat=True)[:SHOWN_LOTS]
            rows = rows.filter(pk__in=list(newest))
        return rows
