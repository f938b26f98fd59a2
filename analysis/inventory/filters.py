"""What an inventory can be narrowed by, on the page, in the file and in the API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.inventory.models import InventoryItem
from artmarket.catalogue.filters import SEARCH
from artmarket.catalogue.models import Artist, Artwork, Medium
from artmarket.catalogue.search import text_query

VALUED = [("yes", _("with an estimate")), ("no", _("without an estimate"))]


class InventoryFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(label=_("Title, artist, place or note"), method="by_text", widget=SEARCH)
    organisation = django_filters.NumberFilter(field_name="organisation_id", widget=forms.HiddenInput)
    status = django_filters.ChoiceFilter(label=_("Status"), choices=InventoryItem.Status.choices, empty_label=_("any"))
    medium = django_filters.ChoiceFilter(
        label=_("Medium"), field_name="artwork__medium", choices=Medium.choices, empty_label=_("any")
    )
    valued = django_filters.ChoiceFilter(label=_("Estimate"), choices=VALUED, method="by_value", empty_label=_("any"))

    class Meta:
        model = InventoryItem
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Own words, or those of works and artists that the asker may see."""
        own = Q(location__icontains=value) | Q(notes__icontains=value)
        query = text_query(value)
        if query is None:
            return rows.filter(own)
        works = Artwork.objects.visible_to(self.request.user)
        artists = Artist.objects.visible_to(self.request.user).filter(search=query)
        by_title = works.filter(search=query).values("pk")
        by_artist = works.filter(artist__in=artists.values("pk")).values("pk")
        return rows.filter(own | Q(artwork__in=by_title) | Q(artwork__in=by_artist))

    def by_value(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(value_middle__isnull=value == "no")
