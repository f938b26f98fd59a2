"""What ratings can be narrowed by, on pages as in the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.appraisal.models import Rating


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
