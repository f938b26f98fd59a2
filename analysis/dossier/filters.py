"""What the list of dossiers can be narrowed by, on the page as in the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.dossier.models import Dossier, Purpose
from artmarket.catalogue.filters import SEARCH

STATES = [("valid", _("valid")), ("withdrawn", _("withdrawn"))]


class DossierFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(label=_("Title"), field_name="title", lookup_expr="icontains", widget=SEARCH)
    purpose = django_filters.ChoiceFilter(label=_("Purpose"), choices=Purpose.choices, empty_label=_("any"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="by_state", empty_label=_("any"))

    class Meta:
        model = Dossier
        fields: list[str] = []

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(withdrawn_at__isnull=value == "valid")
