"""What a person may ask of an estimate: its date, its currency, and its comparables."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.valuation.queries import LARGEST_ID

CURRENCIES = [("", gettext_lazy("of the market")), ("EUR", "EUR"), ("USD", "USD"), ("GBP", "GBP"), ("HKD", "HKD")]
MOST_LOTS = 100


class AskForm(forms.Form):
    """Only what was known before ``on`` counts."""

    on = forms.DateField(
        label=gettext_lazy("As known on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=CURRENCIES, required=False)

    def clean_on(self):  # type: ignore[no-untyped-def]
        on = self.cleaned_data["on"]
        if on is not None and on > timezone.localdate():
            raise forms.ValidationError(_("An estimate can be made for today or an earlier date."))
        return on


class LotsField(forms.Field):
    """Lots by their keys, each once."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> frozenset[int]:
        keys = value or []
        if len(keys) > MOST_LOTS:
            raise forms.ValidationError(_("At most %(count)s lots can be named.") % {"count": MOST_LOTS})
        for key in keys:
            if not (key.isascii() and key.isdigit() and 0 < int(key) <= LARGEST_ID):
                raise forms.ValidationError(_("“%(key)s” is not the number of a lot.") % {"key": key[:40]})
        return frozenset(map(int, keys))


class ChoiceForm(forms.Form):
    """Which comparables are struck out, which are added, and words to find more by."""

    strike = LotsField(required=False)
    add = LotsField(required=False)
    find = forms.CharField(required=False, max_length=200, strip=True)
