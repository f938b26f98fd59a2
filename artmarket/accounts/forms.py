"""Forms of a person's own pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import ApiKey, Organisation, User

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "CNY", "HKD", "JPY", "BRL", "SEK", "AUD", "CAD")
LIFETIMES_DAYS = (30, 90, 365)


class ProfileForm(forms.Form):
    """How a person likes the pages."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("as the browser")), *User.Language.choices], required=False
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=User.Theme.choices)
    currency = forms.ChoiceField(
        label=_("Currency shown"),
        choices=[(code, code) for code in CURRENCIES],
        help_text=_(
            "Prices are shown as the source prints them, and beside that in this currency where a rate is known."
        ),
    )


class ApiKeyForm(forms.Form):
    """What a new key may do, for whom, and how long."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("So that you know it again: where it is used."))
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=ApiKey.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[ApiKey.Scope.READ],
    )
    lifetime = forms.TypedChoiceField(
        label=_("Expires after"),
        choices=[*((days, _("%(days)s days") % {"days": days}) for days in LIFETIMES_DAYS), ("", _("never"))],
        coerce=int,
        empty_value=None,
        required=False,
        initial=90,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = Organisation.objects.filter(memberships__user=user)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]

    def expires_at(self) -> dt.datetime | None:
        """The moment that the chosen lifetime ends; None: never."""
        days = self.cleaned_data["lifetime"]
        return timezone.now() + dt.timedelta(days=days) if days else None
