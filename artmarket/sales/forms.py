"""What a person may ask of a price, and of an artist's statistics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Medium
from artmarket.core.attribution import Attribution
from artmarket.core.money import check_currency
from artmarket.sales import artist_statistics, fx
from artmarket.sales.artist_statistics import WINDOWS, Figures
from artmarket.sales.deflating import NoIndex, RealMoney, real_money
from artmarket.sales.models import AuctionHouse, Market, PriceBasis
from artmarket.sales.premium import Band, NoSchedule, bands_on
from artmarket.sales.resale_right import LABELS, NoScheme, ResaleRight, resale_right_on
from artmarket.sales.settlement import NoHammer, Payer, Settlement, Terms, amount_on, flat, settle_from

BASES = [choice for choice in PriceBasis.choices if choice[0] != PriceBasis.UNKNOWN]
PERCENT = Decimal(100)
EARLIEST_YEAR = 1600


def percent(label: Any, *, most: str = "100") -> forms.DecimalField:
    """A rate in per cent; empty is nothing."""
    return forms.DecimalField(label=label, required=False, min_value=0, max_value=Decimal(most), decimal_places=2)


class SettlementForm(forms.Form):
    """A price and the conditions of its sale. Rates are in per cent."""

    price = forms.DecimalField(label=gettext_lazy("Price"), min_value=Decimal("0.01"), max_digits=14, decimal_places=2)
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, validators=[check_currency])
    basis = forms.ChoiceField(label=gettext_lazy("What the price includes"), choices=BASES)
    on = forms.DateField(
        label=gettext_lazy("Day of the sale"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    house = forms.ModelChoiceField(
        AuctionHouse.objects.none(), label=gettext_lazy("House"), required=False, widget=forms.HiddenInput
    )
    premium = forms.DecimalField(
        label=gettext_lazy("Buyer's premium, %"),
        required=False,
        min_value=0,
        max_value=Decimal("99.99"),
        decimal_places=2,
        help_text=gettext_lazy("Empty: by the house's schedule."),
    )
    vat_on_premium = percent(gettext_lazy("VAT on the premium, %"))
    vat_on_hammer = percent(gettext_lazy("VAT on the hammer price, %"))
    import_charge = percent(gettext_lazy("Import VAT or duty, %"))
    commission = percent(gettext_lazy("Seller's commission, %"), most="99.99")
    vat_on_commission = percent(gettext_lazy("VAT on the commission, %"))
    insurance = percent(gettext_lazy("Insurance, %"))
    fees = forms.DecimalField(
        label=gettext_lazy("Illustration and other fees"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    resale_right = forms.ChoiceField(
        label=gettext_lazy("Artist's resale right"),
        required=False,
        choices=[("", gettext_lazy("not due")), *LABELS.items()],
    )
    resale_payer = forms.ChoiceField(label=gettext_lazy("Resale right paid by"), required=False, choices=Payer.choices)

    def __init__(self, *args: Any, user: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        house: Any = self.fields["house"]
        house.queryset = AuctionHouse.objects.visible_to(user)
        self.settlement: Settlement | None = None

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["on"]
        if on.year > timezone.localdate().year + 2:
            raise forms.ValidationError(_("This day lies too far in the future."), code="future")
        return on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        bands, right = self.bands(data), self.right(data)
        if bands is None or self.errors:
            return data
        terms = Terms(
            premium=bands,
            commission=flat(self.share("commission")),
            fees=data["fees"] or Decimal(0),
            resale_right=right,
            resale_payer=data["resale_payer"] or Payer.SELLER,
            **{name: self.share(name) for name in ("vat_on_premium", "vat_on_hammer", "import_charge",
                                                   "vat_on_commission", "insurance")},
        )  # fmt: skip
        try:
            self.settlement = settle_from(data["price"], data["basis"], terms)
        except NoHammer as error:
            self.add_error("price", forms.ValidationError(str(error), code="no_hammer"))
        return data

    def share(self, name: str) -> Decimal:
        return (self.cleaned_data[name] or Decimal(0)) / PERCENT

    def bands(self, data: dict[str, Any]) -> list[Band] | None:
        """The premium asked for, or the schedule of the house on the day; None, with an error, where neither is known."""
        if data["premium"] is not None:
            return flat(self.share("premium"))
        if data["house"] is None:
            self.add_error("premium", forms.ValidationError(_("Give the premium's rate."), code="required"))
            return None
        try:
            return bands_on(house_id=data["house"].pk, currency=data["currency"], on=data["on"])
        except NoSchedule as error:
            text = _("%(reason)s Give the premium's rate.") % {"reason": error}
            self.add_error("premium", forms.ValidationError(text, code="no_schedule"))
            return None

    def right(self, data: dict[str, Any]) -> ResaleRight | None:
        if not data["resale_right"]:
            return None
        try:
            return resale_right_on(code=data["resale_right"], currency=data["currency"], on=data["on"])
        except (NoScheme, fx.NoRate) as error:
            code = "no_rate" if isinstance(error, fx.NoRate) else "no_scheme"
            self.add_error("resale_right", forms.ValidationError(str(error), code=code))
            return None

    @property
    def is_inexact(self) -> bool:
        """Whether no hammer price gives the price asked for exactly; the one below it was taken."""
        if self.settlement is None:
            return False
        return amount_on(self.settlement, self.cleaned_data["basis"]) != self.cleaned_data["price"]


@dataclass(frozen=True)
class Statistics:
    """An artist's figures as asked: of lots before ``until``, on ``basis``, in ``real`` money or nominal (None)."""

    until: dt.date
    basis: str
    real: RealMoney | None
    figures: list[Figures]


class MonthField(forms.CharField):
    """A month, ``2024-12``; None where empty."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2024-12", "pattern": "[0-9]{4}-[0-9]{2}"})

    def to_python(self, value: Any) -> Any:
        text = (value or "").strip()
        if not text:
            return None
        try:
            return dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
        except ValueError:
            raise forms.ValidationError(
                _("“%(text)s” is no month; write it like 2024-12."), params={"text": text[:20]}, code="invalid"
            ) from None


class RealForm(forms.Form):
    """In which month's money prices are asked; empty is nominal."""

    real = MonthField(label=gettext_lazy("In the money of"), required=False)

    def clean_real(self) -> RealMoney | None:
        month = self.cleaned_data["real"]
        try:
            return real_money(month, "USD") if month else None
        except NoIndex as error:
            raise forms.ValidationError(str(error), code="no_index") from error


class StatisticsForm(RealForm):
    """Which of an artist's statistics are asked."""

    window = forms.TypedChoiceField(
        label=gettext_lazy("Window"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "–"), *((months, months) for months in WINDOWS)],
    )
    medium = forms.ChoiceField(required=False, choices=[("", "–"), *Medium.choices])
    attribution = forms.ChoiceField(required=False, choices=[("", "–"), *Attribution.choices])
    market = forms.ChoiceField(required=False, choices=[("", "–"), *Market.choices])
    until = forms.DateField(
        label=gettext_lazy("Lots before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Prices"),
        required=False,
        choices=[("", gettext_lazy("as most are")), *(choice for choice in BASES if choice[0] != PriceBasis.ALL_IN)],
    )

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"] or timezone.localdate()
        if until.year < EARLIEST_YEAR:
            raise forms.ValidationError(_("This day lies before any sale."), code="too_early")
        return until

    def statistics(self, user: Actor, artist_id: int) -> Statistics:
        """What is asked, of a valid form: one query, and one for the basis where none is named."""
        data = self.cleaned_data
        found = self.all_statistics(user, artist_id, [data["window"]] if data["window"] else WINDOWS)
        named = {name: data[name] for name in ("medium", "attribution", "market") if data[name]}
        kept = [one for one in found.figures if all(getattr(one, name) == value for name, value in named.items())]
        return replace(found, figures=kept)

    def all_statistics(self, user: Actor, artist_id: int, windows: Sequence[int] = WINDOWS) -> Statistics:
        """Those of every medium, attribution and market, whichever is named: what a page lets people choose from."""
        data = self.cleaned_data
        basis = data["basis"] or artist_statistics.usual_basis(user, artist_id)
        found = artist_statistics.artist_statistics(
            user, artist_id, until=data["until"], basis=basis, windows=windows, real=data["real"]
        )
        return Statistics(data["until"], basis, data["real"], found)
