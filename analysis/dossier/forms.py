"""What a person says to make a dossier, and to withdraw one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analysis.dossier.models import Purpose
from analysis.dossier.queries import organisations_of
from analysis.dossier.services import LONGEST_REASON
from artmarket.accounts.models import Organisation, User
from artmarket.sales.resale_right import LABELS

BELOW_ALL = Decimal("99.99")


def percent_field(label: Any, help_text: Any = "", most: Decimal = Decimal(100)) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=help_text, required=False, min_value=0, max_value=most, max_digits=5, decimal_places=2
    )


def amount_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_digits=12, decimal_places=2)


class DossierForm(forms.Form):
    """The purpose, and what is agreed or assumed for it; per cents of the hammer price unless said otherwise."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    organisation: Any = forms.ModelChoiceField(Organisation.objects.none(), label=_("For"), empty_label=None)
    premium_percent = percent_field(
        _("Buyer's premium (%)"), _("Empty: the schedule of the lot's house on the date, where it is known."), BELOW_ALL
    )
    vat_on_premium_percent = percent_field(_("VAT on the premium (%)"), _("Insurance."))
    retail_margin_percent = percent_field(_("Margin of retail (%)"), _("Insurance: on the upper end with premium."))
    costs = amount_field(_("Costs of acquiring (insurance)"))
    commission_percent = percent_field(_("Seller's commission (%)"), _("Net to the seller."))
    vat_on_commission_percent = percent_field(_("VAT on the commission (%)"))
    insurance_percent = percent_field(_("Insurance (% of the hammer price)"))
    fees = amount_field(_("Illustration and other fees"))
    resale_right = forms.ChoiceField(
        label=_("Artist's resale right borne by the seller"), required=False, choices=[("", _("none")), *LABELS.items()]
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = organisations_of(user)
        if field.queryset.count() == 1:
            field.initial = field.queryset.get()


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=LONGEST_REASON)
