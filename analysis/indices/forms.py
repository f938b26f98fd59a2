"""What a person may ask of an index."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analysis.indices.models import Method, Period
from analysis.valuation.records import Scope
from analysis.valuation.training import scopes
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.ownership import Visibility
from artmarket.accounts.queries import organisation_ids
from artmarket.catalogue.models import Artist, Medium


class IndexForm(forms.Form):
    """A new index: of which market, whose works, in which periods, for whom."""

    scope = forms.ChoiceField(label=_("Market and currency"))
    artist = forms.ModelChoiceField(Artist.objects.none(), required=False, widget=forms.HiddenInput)
    movement = forms.CharField(
        label=_("Movement"), required=False, max_length=100, help_text=_("As written in the artists' records.")
    )
    medium = forms.ChoiceField(label=_("Medium"), required=False, choices=[("", _("any")), *Medium.choices])
    period = forms.ChoiceField(label=_("Periods"), choices=Period.choices)
    fewest = forms.IntegerField(
        label=_("Fewest sales of a point"),
        min_value=3,
        max_value=1000,
        initial=10,
        help_text=_("Periods with fewer are left as gaps."),
    )
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Belongs to"))
    visibility = forms.ChoiceField(label=_("Visible to"), choices=Visibility.choices, initial=Visibility.PRIVATE)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(scope), f"{scope.market} · {scope.currency}") for scope in scopes()]
        self.fields["scope"].choices = known  # type: ignore[attr-defined]
        self.fields["artist"].queryset = Artist.objects.visible_to(user)  # type: ignore[attr-defined]
        own = Organisation.objects.all()
        if not user.is_superuser:
            own = own.filter(pk__in=organisation_ids(user))
        organisation = self.fields["organisation"]
        organisation.queryset = own  # type: ignore[attr-defined]
        organisation.required = not user.is_superuser
        organisation.initial = own.first() if own.count() == 1 else None

    def definition(self) -> dict[str, Any]:
        """The fields of ``services.define``."""
        data = dict(self.cleaned_data)
        scope = Scope.parse(data.pop("scope"))
        return {**data, "market": scope.market, "currency": scope.currency}


class ShownForm(forms.Form):
    """What of an index is shown: which method, nominal or real, which vintage."""

    method = forms.ChoiceField(choices=Method.choices, required=False)
    real = forms.BooleanField(required=False)
    vintage = forms.IntegerField(required=False, min_value=1, max_value=2**62)
