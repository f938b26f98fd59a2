"""What appraisals and ratings can be narrowed by, on pages, in files and in the API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.appraisal.models import Appraisal, Rating
from artmarket.catalogue.filters import ArtworkFilter
from artmarket.catalogue.models import Artwork


class AppraisalFilter(ArtworkFilter):
    """As lists of works are, by the works that the pictures show."""

    artwork = django_filters.NumberFilter(field_name="pk", widget=forms.HiddenInput)
    picture = None
    size = None

    class Meta:
        model = Appraisal
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not any(value not in (None, "") for value in self.form.cleaned_data.values()):
            return queryset
        works = super().filter_queryset(Artwork.objects.all())
        return queryset.filter(image__artwork__in=works.values("pk"))


class RatingFilter(django_filters.FilterSet):
    artwork = django_filters.NumberFilter(field_name="artwork_id", label=_("Artwork"))
    criterion = django_filters.CharFilter(field_name="criterion__code", label=_("Criterion"))
    mine = django_filters.BooleanFilter(method="by_rater", label=_("Mine"))

    class Meta:
        model = Rating
        fields: list[str] = []

    def by_rater(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        own = {"rater_id": self.request.user.pk}
        return rows.filter(**own) if value else rows.exclude(**own)
