"""What an expert fills in for one work: a score and, if they like, a reason by criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from analysis.appraisal.criteria import HIGHEST, LOWEST
from analysis.appraisal.models import Criterion
from analysis.appraisal.services import MOST_COMMENT, Judgement

SCALE = [(str(score), str(score)) for score in range(LOWEST, HIGHEST + 1)]


class RatingForm(forms.Form):
    """A row of seven and a line of text a criterion; what is left open is not rated."""

    def __init__(self, data: Any, *, criteria: Sequence[Criterion], known: Mapping[int, Judgement]) -> None:
        super().__init__(data)
        self.criteria = criteria
        for criterion in criteria:
            before = known.get(criterion.pk)
            self.fields[f"score_{criterion.pk}"] = forms.ChoiceField(
                label=criterion.label,
                choices=SCALE,
                required=False,
                widget=forms.RadioSelect,
                initial=str(before.score) if before else None,
            )
            self.fields[f"comment_{criterion.pk}"] = forms.CharField(
                label=_("Why"), required=False, max_length=MOST_COMMENT, initial=before.comment if before else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    @property
    def rows(self) -> list[tuple[Criterion, Any, Any]]:
        """Each criterion with its fields."""
        return [(each, self[f"score_{each.pk}"], self[f"comment_{each.pk}"]) for each in self.criteria]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.judgements():
            raise ValidationError(_("Choose a score for one criterion at least."), "required")
        return cleaned

    def judgements(self) -> dict[Criterion, Judgement]:
        given = self.cleaned_data
        return {
            each: Judgement(int(given[f"score_{each.pk}"]), given.get(f"comment_{each.pk}", ""))
            for each in self.criteria
            if given.get(f"score_{each.pk}")
        }
