"""What curators write: verdicts, experts' opinions, a name to test, the record's new attribution."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.attribution.models import Decision, ExpertOpinion
from analysis.attribution.queries import deciding_organisations
from artmarket.accounts.models import Organisation, User
from artmarket.catalogue.models import Artist
from artmarket.core.attribution import Attribution
from artmarket.core.names import name_key


class ArtistField(forms.CharField):
    """An artist by name, among those whom the person may see; empty: none. ``known`` are offered while one types."""

    def __init__(self, *, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(max_length=300, **kwargs)

    def clean(self, value: Any) -> Artist | None:
        text = super().clean(value)
        if not text:
            return None
        seen = Artist.objects.current().visible_to(self.user)
        found = list(seen.filter(name_key=name_key(text))[:2]) or list(seen.filter(name__iexact=text)[:2])
        if not found:
            raise forms.ValidationError(_("There is no artist of this name."), code="does_not_exist")
        if len(found) > 1:
            raise forms.ValidationError(_("Several artists bear this name; merge them first."), code="ambiguous")
        only: Artist = found[0]
        return only


class OwnForm(forms.Form):
    """For one of the person's organisations; not asked where there is one alone."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("For"), empty_label=None)

    def __init__(self, data: Any = None, *, user: User, prefix: str = "") -> None:
        super().__init__(data, auto_id=f"{prefix}-%s")
        own: QuerySet[Organisation] = deciding_organisations(user)
        field: Any = self.fields["organisation"]
        field.queryset = own
        if len(own) == 1:
            field.widget = forms.HiddenInput()
            field.initial = own[0].pk


class DecisionForm(OwnForm):
    text = forms.CharField(
        label=gettext_lazy("In words"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    verdict = forms.ChoiceField(choices=Decision.Verdict.choices, widget=forms.HiddenInput)


class ExpertForm(OwnForm):
    expert = forms.CharField(label=gettext_lazy("Who says so"), min_length=2, max_length=200)
    qualifier = forms.ChoiceField(label=gettext_lazy("Attribution"), choices=Attribution.choices)
    confidence = forms.ChoiceField(label=gettext_lazy("Confidence"), choices=ExpertOpinion.Confidence.choices)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    stated_on = forms.DateField(
        label=gettext_lazy("Stated on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, user=user, prefix="expert")
        help_text = _("As on record here. Empty: by none of the known.")
        self.fields["artist"] = ArtistField(user=user, label=_("Artist"), required=False, help_text=help_text)
        self.fields["artist"].widget.attrs["list"] = "known-artists"
        self.order_fields(["organisation", "expert", "qualifier", "artist", "confidence", "stated_on", "reason"])


class RecordForm(forms.Form):
    """The work's artist and qualifier, as they are to stand on record."""

    qualifier = forms.ChoiceField(label=gettext_lazy("Attribution"), choices=Attribution.choices)

    def __init__(self, data: Any = None, *, user: User, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, auto_id="record-%s", initial=initial)
        self.fields["artist"] = ArtistField(
            user=user, label=_("Artist"), required=False, help_text=_("Empty: the artist is unknown.")
        )
        self.fields["artist"].widget.attrs["list"] = "known-artists"


class VerifyForm(forms.Form):
    """A hand that the model has learned, to put to the test."""

    artist = forms.ModelChoiceField(Artist.objects.none(), label=gettext_lazy("Is it by"), empty_label=None)

    def __init__(self, data: Any = None, *, user: User, known: Iterable[str]) -> None:
        super().__init__(data, auto_id="verify-%s")
        keys = [int(key) for key in known if key.isascii() and key.isdigit()]
        field: Any = self.fields["artist"]
        field.queryset = (
            Artist.objects.visible_to(user).filter(pk__in=keys).only("id", "name").order_by("sort_name", "pk")
        )
