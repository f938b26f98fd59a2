"""What lists of artists and works can be narrowed by, on pages as in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from artmarket.catalogue.models import Artist, Artwork, ArtworkImage, Medium
from artmarket.catalogue.search import text_query
from artmarket.core.attribution import Attribution

SIZES_CM = {"small": (0, 40), "medium": (40, 100), "large": (100, None)}
SIZE_CHOICES = [
    ("small", _("up to 40 cm")),
    ("medium", _("40 to 100 cm")),
    ("large", _("over 100 cm")),
]
SEARCH = forms.TextInput(attrs={"type": "search"})
YES = [("yes", _("with picture")), ("no", _("without picture"))]


class ArtistFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(label=_("Name"), method="by_text", widget=SEARCH)
    nationality = django_filters.CharFilter(label=_("Nationality"), lookup_expr="iexact")
    movement = django_filters.CharFilter(label=_("Movement"), lookup_expr="iexact")

    class Meta:
        model = Artist
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        query = text_query(value)
        return rows.filter(search=query) if query is not None else rows.none()


class ArtworkFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(label=_("Title, artist or medium"), method="by_text", widget=SEARCH)
    artist = django_filters.NumberFilter(field_name="artist_id", widget=forms.HiddenInput)
    attribution = django_filters.ChoiceFilter(label=_("Attribution"), choices=Attribution.choices, empty_label=_("any"))
    medium = django_filters.ChoiceFilter(label=_("Medium"), choices=Medium.choices, empty_label=_("any"))
    style = django_filters.CharFilter(label=_("Style"), widget=forms.TextInput(attrs={"list": "styles"}))
    year_min = django_filters.NumberFilter(
        label=_("Made from (year)"), method="by_first_year", min_value=-3000, max_value=9999
    )
    year_max = django_filters.NumberFilter(
        label=_("Made until (year)"), method="by_last_year", min_value=-3000, max_value=9999
    )
    size = django_filters.ChoiceFilter(
        label=_("Longest side"), choices=SIZE_CHOICES, method="by_size", empty_label=_("any")
    )
    picture = django_filters.ChoiceFilter(label=_("Picture"), choices=YES, method="by_picture", empty_label=_("any"))

    class Meta:
        model = Artwork
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Works whose own words or whose artist's name fit; two indexes, joined by their ids."""
        query = text_query(value)
        if query is None:
            return rows.none()
        user = getattr(self.request, "user", None)
        artists = Artist.objects.visible_to(user).filter(search=query) if user else Artist.objects.none()
        own = Artwork.objects.filter(search=query).values("pk")
        theirs = Artwork.objects.filter(artist__in=artists.values("pk")).values("pk")
        return rows.filter(pk__in=own.union(theirs))

    def by_first_year(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(date_latest__gte=dt.date(year_number(value), 1, 1))

    def by_last_year(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(date_earliest__lte=dt.date(year_number(value), 12, 31))

    def by_size(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        low, high = SIZES_CM[value]
        rows = rows.alias(longest_cm=Greatest("height_cm", "width_cm")).filter(longest_cm__gt=low)
        return rows if high is None else rows.filter(longest_cm__lte=high)

    def by_picture(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        pictured: Q | Exists = Exists(ArtworkImage.objects.filter(artwork=OuterRef("pk")))
        return rows.filter(pictured if value == "yes" else ~pictured)


def year_number(value: Any) -> int:
    """A year that dates can hold: those before our era count as its first."""
    return min(9999, max(1, int(value)))
