"""What opinions can be narrowed by: one form for page and API."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.attribution.models import AttributionOpinion, Decision
from analysis.attribution.queries import ABSTAINS, AGREES, DIFFERS

LARGEST_ID = 2**63 - 1


class OpinionFilter(django_filters.FilterSet):  # type: ignore[misc]
    stands = django_filters.ChoiceFilter(
        label=_("Beside the record"),
        choices=[(DIFFERS, _("differs from it")), (AGREES, _("agrees with it")), (ABSTAINS, _("abstains"))],
        empty_label=_("any"),
    )
    strength = django_filters.ChoiceFilter(
        label=_("Strength"), choices=AttributionOpinion.Strength.choices, empty_label=_("any")
    )
    decided = django_filters.ChoiceFilter(
        label=_("Decision"),
        choices=[("none", _("none yet")), *Decision.Verdict.choices[:2]],
        empty_label=_("any"),
        method="by_decision",
    )
    artist = django_filters.NumberFilter(label=_("artist"), field_name="leading_id", min_value=1, max_value=LARGEST_ID)
    artwork = django_filters.NumberFilter(label=_("work"), field_name="artwork_id", min_value=1, max_value=LARGEST_ID)
    model = django_filters.NumberFilter(
        label=_("model"), field_name="model_version_id", min_value=1, max_value=LARGEST_ID
    )

    class Meta:
        model = AttributionOpinion
        fields = ["stands", "strength", "decided", "artist", "artwork", "model"]

    def by_decision(self, rows: QuerySet[AttributionOpinion], name: str, value: str) -> QuerySet[AttributionOpinion]:
        """By the standing verdicts of the reader's organisations."""
        user = getattr(self.request, "user", None)
        own = Decision.objects.visible_to(user).standing() if user is not None else Decision.objects.none()
        if value == "none":
            return rows.exclude(pk__in=own.exclude(verdict=Decision.Verdict.COMMENT).values("opinion"))
        return rows.filter(pk__in=own.filter(verdict=value).values("opinion"))
