"""What lists of houses, sales and lots can be narrowed by, on pages as in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from artmarket.catalogue.filters import SEARCH, year_number
from artmarket.catalogue.search import text_query
from artmarket.sales.finding import lots_of_artist, lots_with_words
from artmarket.sales.models import AuctionHouse, Lot, Market, Outcome, Sale

AGAINST_ESTIMATE = [("above", _("above the high estimate")), ("within", _("within")), ("below", _("below the low one"))]


class HouseFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(label=_("Name or city"), method="by_text", widget=SEARCH)
    market = django_filters.ChoiceFilter(label=_("Market"), choices=Market.choices, empty_label=_("any"))

    class Meta:
        model = AuctionHouse
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(name__icontains=value) | Q(city__icontains=value))


class SaleFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(label=_("Title or number"), method="by_text", widget=SEARCH)
    house = django_filters.NumberFilter(field_name="house_id", widget=forms.HiddenInput)
    date_after = django_filters.DateFilter(
        label=_("From"), field_name="date", lookup_expr="gte", widget=forms.DateInput(attrs={"type": "date"})
    )
    date_before = django_filters.DateFilter(
        label=_("Until"), field_name="date", lookup_expr="lte", widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = Sale
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        houses = AuctionHouse.objects.filter(name__icontains=value).values("pk")
        return rows.filter(Q(title__icontains=value) | Q(number__iexact=value) | Q(house__in=houses))


class LotFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(label=_("Words, work or artist"), method="by_text", widget=SEARCH)
    house = django_filters.NumberFilter(field_name="sale__house_id", widget=forms.HiddenInput)
    artist = django_filters.NumberFilter(method="by_artist", widget=forms.HiddenInput)
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=Outcome.choices, empty_label=_("any"))
    year_min = django_filters.NumberFilter(
        label=_("Sold from (year)"), method="by_first_year", min_value=1, max_value=9999
    )
    year_max = django_filters.NumberFilter(
        label=_("Sold until (year)"), method="by_last_year", min_value=1, max_value=9999
    )
    price_min = django_filters.NumberFilter(
        label=_("Price from (USD)"), field_name="price_usd", lookup_expr="gte", min_value=0
    )
    price_max = django_filters.NumberFilter(
        label=_("Price until (USD)"), field_name="price_usd", lookup_expr="lte", min_value=0
    )
    against = django_filters.ChoiceFilter(
        label=_("Price against estimate"), choices=AGAINST_ESTIMATE, method="by_estimate", empty_label=_("any")
    )

    class Meta:
        model = Lot
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Lots whose own words, or whose work's or artist's, fit."""
        query = text_query(value)
        return rows.none() if query is None else lots_with_words(rows, self.request.user, query)

    def by_artist(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return lots_of_artist(rows, self.request.user, int(value))

    def by_first_year(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(sale_date__gte=dt.date(year_number(value), 1, 1))

    def by_last_year(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(sale_date__lte=dt.date(year_number(value), 12, 31))

    def by_estimate(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Hammer prices only: an estimate leaves the premium out, so other bases would compare wrongly."""
        rows = rows.filter(price_basis="hammer")
        if value == "above":
            return rows.filter(price__gt=F("estimate_high"))
        if value == "below":
            return rows.filter(price__lt=F("estimate_low"))
        return rows.filter(price__gte=F("estimate_low"), price__lte=F("estimate_high"))
