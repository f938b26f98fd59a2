"""What frozen estimates and the ledger can be narrowed by."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.trackrecord.models import Forecast, LedgerEntry

LARGEST_ID = 2**63 - 1


class ForecastFilter(django_filters.FilterSet):  # type: ignore[misc]
    lot = django_filters.NumberFilter(label=_("lot"), field_name="lot_id", min_value=1, max_value=LARGEST_ID)
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("scored", _("scored")), ("waiting", _("waits for its sale"))],
        method="by_state",
    )

    class Meta:
        model = Forecast
        fields = ["lot", "state"]

    def by_state(self, rows: QuerySet[Forecast], name: str, value: str) -> QuerySet[Forecast]:
        return rows.filter(score__isnull=value != "scored")


class LedgerFilter(django_filters.FilterSet):  # type: ignore[misc]
    house = django_filters.NumberFilter(label=_("house"), field_name="house_id", min_value=1, max_value=LARGEST_ID)
    level = django_filters.ChoiceFilter(label=_("level"), choices=LedgerEntry.Level.choices)
    is_off = django_filters.BooleanFilter(label=_("persistently off"))

    class Meta:
        model = LedgerEntry
        fields = ["house", "level", "is_off"]
