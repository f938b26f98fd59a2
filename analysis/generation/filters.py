"""What generated pictures can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.generation.models import GeneratedImage, StudioModel
from analysis.generation.trained import Architecture

LARGEST_ID = 2**63 - 1


class GeneratedImageFilter(django_filters.FilterSet):  # type: ignore[misc]
    model = django_filters.NumberFilter(label=_("model"), field_name="model_id", min_value=1, max_value=LARGEST_ID)
    generation = django_filters.NumberFilter(
        label=_("generation"), field_name="brood_id", min_value=1, max_value=LARGEST_ID
    )
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=GeneratedImage.Kind.choices)
    verdict = django_filters.ChoiceFilter(label=_("verdict"), choices=GeneratedImage.Verdict.choices)
    favourite = django_filters.BooleanFilter(label=_("favourite"), field_name="is_favourite")
    published = django_filters.BooleanFilter(label=_("published"), method="by_published")
    parent = django_filters.NumberFilter(label=_("parent"), field_name="parents", min_value=1, max_value=LARGEST_ID)

    class Meta:
        model = GeneratedImage
        fields: list[str] = []

    def by_published(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(published_at__isnull=not value)


class StudioModelFilter(django_filters.FilterSet):  # type: ignore[misc]
    architecture = django_filters.ChoiceFilter(label=_("architecture"), choices=Architecture.choices)
    side_px = django_filters.NumberFilter(label=_("side (pixels)"), min_value=1, max_value=4096)

    class Meta:
        model = StudioModel
        fields: list[str] = []
