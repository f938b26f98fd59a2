"""What a person may ask of an estimate: its date and its currency."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CURRENCIES = [("", _("of the market")), ("EUR", "EUR"), ("USD", "USD"), ("GBP", "GBP"), ("HKD", "HKD")]


class AskForm(forms.Form):
    """Only what was known before ``on`` counts."""

    on = forms.DateField(
        label=_("As known on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES, required=False)

    def clean_on(self):  # type: ignore[no-untyped-def]
        on = self.cleaned_data["on"]
        if on is not None and on > timezone.localdate():
            raise forms.ValidationError(_("An estimate can be made for today or an earlier date."))
        return on
