"""What restyled pictures can be narrowed by: one form for page and API."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.styletransfer.models import StyledImage

LARGEST_ID = 2**63 - 1


class StyledImageFilter(django_filters.FilterSet):  # type: ignore[misc]
    whose = django_filters.ChoiceFilter(
        label=_("Made by"),
        choices=[("mine", _("me")), ("colleagues", _("colleagues"))],
        empty_label=_("anybody"),
        method="by_maker",
    )
    kept = django_filters.BooleanFilter(label=_("kept"), field_name="is_kept")
    method = django_filters.ChoiceFilter(label=_("Method"), choices=StyledImage.Method.choices, empty_label=_("any"))
    style = django_filters.NumberFilter(
        label=_("style from work"), field_name="styles__image__artwork", min_value=1, max_value=LARGEST_ID
    )
    content = django_filters.NumberFilter(
        label=_("made from work"), field_name="content_image__artwork", min_value=1, max_value=LARGEST_ID
    )

    class Meta:
        model = StyledImage
        fields = ["whose", "kept", "method", "style", "content"]

    def by_maker(self, rows: QuerySet[StyledImage], name: str, value: str) -> QuerySet[StyledImage]:
        key = getattr(getattr(self.request, "user", None), "pk", None)
        return rows.filter(made_by=key) if value == "mine" else rows.exclude(made_by=key)
