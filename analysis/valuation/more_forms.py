"""What a person may ask beside the estimate itself: a reserve, an opinion on the attribution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.core.attribution import Attribution


class ReserveForm(forms.Form):
    """A reserve in the estimate's currency; empty asks about the low estimate."""

    reserve = forms.DecimalField(label=_("Reserve"), required=False, max_digits=14, decimal_places=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reserve"].widget.attrs |= {"min": "0.01", "step": "any", "inputmode": "decimal"}


class OpinionForm(forms.Form):
    """Percent by qualifier; all empty asks nothing. A name that is no qualifier is refused."""

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for qualifier in Attribution:
            field = forms.FloatField(label=qualifier.label, required=False, min_value=0, max_value=100)
            field.widget.attrs["step"] = "any"
            self.fields[qualifier.value] = field

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        for name in self.data:
            if name not in self.fields:
                raise forms.ValidationError(_("There is no attribution “%(name)s”.") % {"name": name})
        return cleaned

    @property
    def opinion(self) -> dict[str, float]:
        """Probabilities by qualifier; empty where none was given."""
        return {name: percent / 100 for name, percent in self.cleaned_data.items() if percent is not None}
