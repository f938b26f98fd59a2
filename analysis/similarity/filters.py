"""What a search may be narrowed to: one form for page and API, one condition for both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from analysis.similarity.senses import FULL, LABELS, SENSES
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artist, Artwork, Medium
from artmarket.sales.models import AuctionHouse, Lot, LotArtwork, Outcome

MOST_YEARS = 9999
MOST_DEVIATIONS = 20


@dataclass(frozen=True)
class Filters:
    """Conditions that all hold. Years are inclusive; prices are US dollars at the sale's date; ``sold``: by a lot."""

    artist: int | None = None
    medium: str = ""
    year_min: int | None = None
    year_max: int | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    house: int | None = None
    sold: bool | None = None

    @property
    def is_empty(self) -> bool:
        return self == Filters()


SLIDER = forms.NumberInput(attrs={"type": "range", "step": "5"})


class FilterForm(forms.Form):
    """Reads filters, a least score and the weights of senses from a query."""

    artist = forms.ModelChoiceField(Artist.objects.none(), required=False, label=_("Artist"), widget=forms.HiddenInput)
    medium = forms.ChoiceField(choices=[("", _("any")), *Medium.choices], required=False, label=_("Medium"))
    year_min = forms.IntegerField(min_value=1, max_value=MOST_YEARS, required=False, label=_("Made from"))
    year_max = forms.IntegerField(min_value=1, max_value=MOST_YEARS, required=False, label=_("Made until"))
    price_min = forms.DecimalField(
        min_value=0, max_digits=14, decimal_places=2, required=False, label=_("Price from (USD)")
    )
    price_max = forms.DecimalField(
        min_value=0, max_digits=14, decimal_places=2, required=False, label=_("Price to (USD)")
    )
    house = forms.ModelChoiceField(AuctionHouse.objects.none(), required=False, label=_("House"), empty_label=_("any"))
    sold = forms.NullBooleanField(
        required=False,
        label=_("Sold"),
        widget=forms.Select(choices=[("", _("any")), ("true", _("sold at auction")), ("false", _("never sold"))]),
    )
    threshold = forms.FloatField(min_value=-1, max_value=MOST_DEVIATIONS, required=False, label=_("Score at least"))

    def __init__(self, data: Any, *, user: Actor, **more: Any) -> None:
        super().__init__(data, auto_id="filter-%s", **more)
        for name in SENSES:
            self.fields[name] = forms.IntegerField(
                min_value=0, max_value=FULL, required=False, label=LABELS[name], widget=SLIDER
            )
        self.fields["artist"].queryset = Artist.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["house"].queryset = AuctionHouse.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["threshold"].widget.attrs["step"] = "0.01"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        threshold = cleaned.get("threshold")
        if threshold is not None and threshold > 1 and not self.is_mixed(cleaned):
            self.add_error("threshold", forms.ValidationError(_("A cosine is at most 1."), code="max_value"))
        return cleaned

    @staticmethod
    def is_mixed(cleaned: dict[str, Any]) -> bool:
        return sum(1 for name in SENSES if cleaned.get(name)) > 1

    @property
    def has_weights(self) -> bool:
        """Whether the query says how senses weigh."""
        return any(self.data.get(name) not in (None, "") for name in SENSES)

    def weights(self, default: dict[str, int]) -> dict[str, int]:
        """The weights of a valid form, 0 to 100 by sense; ``default`` where it names none or only zeros."""
        found = {name: self.cleaned_data[name] for name in SENSES if self.cleaned_data.get(name)}
        return found or default

    def sliders(self, names: Sequence[str], shown: Mapping[str, float]) -> list[tuple[str, BoundField, int]]:
        """Name, field and value of each sense that can be weighed."""
        return [(name, self[name], round(shown.get(name, 0))) for name in SENSES if name in names]

    def narrowing(self) -> list[BoundField]:
        """The fields that are no sliders."""
        return [field for field in self if field.name not in SENSES]

    def filters(self) -> Filters:
        """The filters of a valid form."""
        found: dict[str, Any] = {field.name: self.cleaned_data.get(field.name) for field in fields(Filters)}
        for name in ("artist", "house"):
            found[name] = getattr(found[name], "pk", None)
        return Filters(**found)


def narrowed(user: Actor, filters: Filters) -> QuerySet[Artwork]:
    """The works that ``user`` may see and the filters keep; sales count only where the user may see them."""
    works = Artwork.objects.visible_to(user)
    if filters.artist is not None:
        works = works.filter(artist_id=filters.artist)
    if filters.medium:
        works = works.filter(medium=filters.medium)
    if filters.year_min is not None:
        works = works.filter(date_latest__gte=dt.date(filters.year_min, 1, 1))
    if filters.year_max is not None:
        works = works.filter(date_earliest__lte=dt.date(filters.year_max, 12, 31))
    return by_sale(works, user, filters)


def by_sale(works: QuerySet[Artwork], user: Actor, filters: Filters) -> QuerySet[Artwork]:
    """Works that one lot satisfies in everything asked; ``sold=False``: works that no visible lot sold."""
    lots = Lot.objects.visible_to(user)
    if filters.house is not None:
        lots = lots.filter(sale__house_id=filters.house)
    if filters.price_min is not None:
        lots = lots.filter(price_usd__gte=filters.price_min)
    if filters.price_max is not None:
        lots = lots.filter(price_usd__lte=filters.price_max)
    if filters.sold is False:
        works = works.filter(~holds(Lot.objects.visible_to(user).filter(outcome=Outcome.SOLD)))
    elif filters.sold:
        lots = lots.filter(outcome=Outcome.SOLD)
    is_asked = filters.sold or any(v is not None for v in (filters.house, filters.price_min, filters.price_max))
    return works.filter(holds(lots)) if is_asked else works


def holds(lots: QuerySet[Lot]) -> Exists:
    return Exists(LotArtwork.objects.filter(artwork=OuterRef("pk"), lot__in=lots))
