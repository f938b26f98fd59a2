"""What the list of indices can be narrowed by, on the page as in the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.indices.models import IndexDefinition, Period
from artmarket.catalogue.filters import SEARCH
from artmarket.sales.models import Market


class IndexFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(label=_("Artist or movement"), method="by_text", widget=SEARCH)
    market = django_filters.ChoiceFilter(label=_("Market"), choices=Market.choices, empty_label=_("any"))
    period = django_filters.ChoiceFilter(label=_("Periods"), choices=Period.choices, empty_label=_("any"))
    artist = django_filters.NumberFilter(field_name="artist_id", widget=forms.HiddenInput)

    class Meta:
        model = IndexDefinition
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(artist__name__icontains=value) | Q(movement__icontains=value))
