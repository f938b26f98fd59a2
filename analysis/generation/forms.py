"""Forms of the studio: a training, and going on with one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.attribution.forms import ArtistField
from analysis.generation.asking_training import MOST_MINUTES, MOST_STEPS
from analysis.generation.gathering import needed_source
from analysis.generation.trained import Architecture
from analysis.similarity.models import Selection
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.queries import organisation_ids
from artmarket.catalogue.models import Artist

SOURCES = [
    ("selection", gettext_lazy("a selection of mine")),
    ("artist", gettext_lazy("an artist's works")),
    ("filter", gettext_lazy("works that a filter of the catalogue shows")),
]
SIDES = [
    (64, gettext_lazy("64 pixels: quick, something to see in 20 minutes")),
    (128, "128"),
    (256, "256"),
    (512, "512"),
]
UNITS = [("minutes", gettext_lazy("minutes")), ("steps", gettext_lazy("steps"))]


class LengthForm(forms.Form):
    """How long to train."""

    length = forms.IntegerField(label=gettext_lazy("Train for"), min_value=1, max_value=MOST_STEPS, initial=20)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS, initial="minutes")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("unit") == "minutes" and (data.get("length") or 0) > MOST_MINUTES:
            self.add_error("length", _("At most a week."))
        return data

    @property
    def lasting(self) -> dict[str, int | None]:
        """``minutes`` and ``steps``, one of them None."""
        length, unit = self.cleaned_data["length"], self.cleaned_data["unit"]
        return {"minutes": length if unit == "minutes" else None, "steps": length if unit == "steps" else None}


class TrainForm(LengthForm):
    """A new training."""

    field_order = [
        "name", "kind", "selection", "artist", "query", "side_px", "architecture", "length", "unit", "organisation", "seed",
    ]  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Name of the model"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Learn from"), choices=SOURCES, initial="selection")
    selection = forms.ModelChoiceField(
        Selection.objects.none(),
        label=gettext_lazy("Selection"),
        required=False,
        empty_label=gettext_lazy("choose one"),
    )
    query = forms.CharField(
        label=gettext_lazy("Filter"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("As it stands in the address of the list of artworks; empty: all works that you see."),
    )
    side_px = forms.TypedChoiceField(label=gettext_lazy("Side of the pictures"), choices=SIDES, coerce=int, initial=64)
    architecture = forms.ChoiceField(
        label=gettext_lazy("Architecture"), choices=Architecture.choices, initial=Architecture.SMALL
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("For"),
        required=False,
        empty_label=gettext_lazy("myself alone"),
        help_text=gettext_lazy("Private works are learned from only for the organisation that owns them."),
    )
    seed = forms.IntegerField(label=gettext_lazy("Seed"), min_value=0, max_value=2**31 - 1, initial=1)

    def __init__(self, data: QueryDict | None = None, *, user: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["artist"] = ArtistField(user=user, label=_("Artist"), required=False)
        self.fields["artist"].widget.attrs["list"] = "known-artists"
        own: Any = Organisation.objects.filter(pk__in=organisation_ids(user)).order_by("name")
        set_choices(self.fields["organisation"], own)
        set_choices(self.fields["selection"], Selection.objects.visible_to(user).order_by("-created_at"))
        if len(own) == 1 and "organisation" not in self.initial:
            self.initial["organisation"] = own[0].pk
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        artist: Artist | None = data.get("artist")
        selection: Selection | None = data.get("selection")
        try:
            data["source"] = needed_source(
                data.get("kind", ""),
                selection=str(selection.pk) if selection else "",
                artist=str(artist.pk) if artist else "",
                query=data.get("query", ""),
            )
        except forms.ValidationError as error:
            field = {"artist": "artist", "selection": "selection"}.get(data.get("kind", ""), "kind")
            if field not in self.errors:
                self.add_error(field, error)
        return data

    @property
    def asked(self) -> dict[str, Any]:
        """What ``asking_training.start_training`` takes, but for the actor."""
        data = self.cleaned_data
        organisation = data["organisation"]
        kept = {name: data[name] for name in ("name", "source", "side_px", "architecture", "seed")}
        return kept | self.lasting | {"organisation_id": organisation.pk if organisation else None}


def set_choices(field: Any, rows: Any) -> None:
    field.queryset = rows
