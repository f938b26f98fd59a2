"""What a person says of an item, and the file of many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analysis.inventory.models import InventoryItem

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CURRENCY = forms.TextInput(attrs={"maxlength": "3", "autocapitalize": "characters", "list": "currencies"})


def amount_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_digits=14, decimal_places=2)


def currency_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=3, widget=CURRENCY)


class ItemForm(forms.Form):
    """Cost, place and sale of one item; the rules are the service's."""

    cost = amount_field(_("Cost"))
    cost_currency = currency_field(_("Currency of the cost"))
    acquired_on = forms.DateField(label=_("Acquired on"), required=False, widget=DAY)
    status = forms.ChoiceField(label=_("Status"), choices=InventoryItem.Status.choices)
    location = forms.CharField(label=_("Location"), required=False, max_length=200)
    sold_price = amount_field(_("Sold for"))
    sold_currency = currency_field(_("Currency of the sale"))
    sold_on = forms.DateField(label=_("Sold on"), required=False, widget=DAY)
    notes = forms.CharField(label=_("Notes"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_cost_currency(self) -> str:
        return self.cleaned_data["cost_currency"].upper()

    def clean_sold_currency(self) -> str:
        return self.cleaned_data["sold_currency"].upper()


class BulkForm(forms.Form):
    file = forms.FileField(label=_("CSV file"), help_text=_("Up to 10,000 rows, with a heading."))


def initial_of(item: InventoryItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ItemForm.base_fields}
