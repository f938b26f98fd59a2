"""What jobs can be narrowed by: the same for the page and the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.jobs.models import Job
from analysis.jobs.queries import kind_choices


class JobFilter(django_filters.FilterSet):  # type: ignore[misc]
    state = django_filters.ChoiceFilter(label=_("State"), choices=Job.State.choices, empty_label=_("any state"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=kind_choices, empty_label=_("any kind"))
    whose = django_filters.ChoiceFilter(
        label=_("Whose"),
        choices=[("mine", _("asked for by me")), ("organisation", _("of my organisations"))],
        empty_label=_("anybody's"),
        method="by_owner",
    )

    class Meta:
        model = Job
        fields = ["state", "kind", "whose"]

    def by_owner(self, rows: QuerySet[Job], name: str, value: str) -> QuerySet[Job]:
        user: Any = self.request.user
        if value == "mine":
            return rows.filter(asked_by=user)
        return rows.filter(organisation__isnull=False)
