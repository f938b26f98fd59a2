"""Forms of the import pages. They check shape; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Organisation, User
from artmarket.accounts.ownership import Visibility
from artmarket.intake.columns import Layout
from artmarket.intake.queries import organisations_for
from artmarket.intake.services import may_import_for
from artmarket.intake.spec import FIELDS, Spec, shipped_maps, spec_from_json
from artmarket.sales.models import AuctionHouse, Market


class StartForm(forms.Form):
    """A file, whose it is, and how it reads."""

    file = forms.FileField(label=_("Catalogue"), help_text=_("CSV, XLSX or JSON Lines. You can drop a file here."))
    pictures = forms.FileField(
        label=_("Pictures"), required=False, help_text=_("A ZIP of the pictures that the rows name.")
    )
    house = forms.ModelChoiceField(AuctionHouse.objects.none(), label=_("House"), required=False, empty_label=_("new"))
    new_house = forms.CharField(label=_("Name of a new house"), required=False, max_length=200)
    currency = forms.RegexField(
        "^[A-Z]{3}$", label=_("Currency of a new house"), required=False, help_text=_("Three capital letters, as EUR.")
    )
    market = forms.ChoiceField(label=_("Market of a new house"), choices=Market.choices, initial=Market.AUCTION)
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Records belong to"))
    visibility = forms.ChoiceField(label=_("Visible to"), choices=Visibility.choices, initial=Visibility.PRIVATE)
    column_map = forms.ChoiceField(label=_("Column map"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["house"].queryset = AuctionHouse.objects.visible_to(user)  # type: ignore[attr-defined]
        organisations = self.fields["organisation"]
        organisations.queryset = organisations_for(user)  # type: ignore[attr-defined]
        organisations.required = not may_import_for(user, None)
        maps = [(key, spec.name) for key, spec in shipped_maps().items()]
        self.fields["column_map"].choices = [("", _("find it by the headings")), *maps]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("house") and not data.get("new_house"):
            self.add_error("house", _("Choose a house, or name a new one."))
        return data


class ColumnsForm(forms.Form):
    """What each column feeds, and how its values read."""

    date_order = forms.ChoiceField(
        label=_("Order in dates"),
        required=False,
        choices=[
            ("", _("by the value")),
            ("dmy", _("day month year")),
            ("mdy", _("month day year")),
            ("ymd", _("year month day")),
            ("year", _("year alone")),
        ],
    )
    decimal = forms.ChoiceField(
        label=_("Decimal mark"), required=False, choices=[("", _("by the value")), (".", "."), (",", ",")]
    )
    currency = forms.RegexField("^[A-Z]{3}$", label=_("Currency where none is named"), required=False)
    price_basis = forms.ChoiceField(
        label=_("Prices are"),
        choices=[
            ("unknown", _("not known")),
            ("hammer", _("hammer prices")),
            ("with_premium", _("with buyer's premium")),
            ("all_in", _("all in")),
        ],
    )
    size_unit = forms.ChoiceField(label=_("Sizes in"), choices=[(unit, unit) for unit in ("cm", "in", "mm", "m")])
    blank_price = forms.ChoiceField(
        label=_("No price means"), choices=[("unknown", _("not known")), ("bought_in", _("bought in"))]
    )
    not_sold = forms.CharField(label=_("Words for “not sold”"), required=False, help_text=_("Parted by semicolons."))
    no_value = forms.CharField(label=_("Words for “no value”"), required=False, help_text=_("Parted by semicolons."))

    OPTIONS = ("date_order", "decimal", "currency", "price_basis", "size_unit", "blank_price")
    LISTS = ("not_sold", "no_value")

    def __init__(self, *args: Any, spec: Spec, columns: list[str], samples: list[list[str]], **kwargs: Any) -> None:
        self.spec = spec
        options = {name: getattr(spec.options, name) for name in self.OPTIONS}
        options |= {name: "; ".join(getattr(spec.options, name)) for name in self.LISTS}
        super().__init__(*args, **{**kwargs, "initial": options})
        self.columns = columns
        fed = {column: target for target, column in spec.fields.items()}
        choices = [("", _("leave out")), *FIELDS.items()]
        for place, column in enumerate(columns):
            field = forms.ChoiceField(label=column, choices=choices, required=False, initial=fed.get(column, ""))
            self.fields[f"column_{place}"] = field
        self.samples = samples

    def column_rows(self) -> list[dict[str, Any]]:
        """Each column with its choice and a few of its values."""
        rows = []
        for place, column in enumerate(self.columns):
            values = [row[place] for row in self.samples if place < len(row) and row[place].strip()]
            rows.append({"name": column, "field": self[f"column_{place}"], "values": values[:3]})
        return rows

    def option_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in (*self.OPTIONS, *self.LISTS)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        chosen = [data.get(f"column_{place}") for place in range(len(self.columns))]
        for place, target in enumerate(chosen):
            if target and chosen.index(target) < place and self.spec.fields.get(target) != self.columns[place]:
                self.add_error(f"column_{place}", _("Another column feeds this field already."))
        return data

    def new_spec(self) -> Spec:
        """The map as corrected; what the form does not show stays as it was."""
        data = self.cleaned_data
        chosen = {
            data[f"column_{place}"]: column for place, column in enumerate(self.columns) if data[f"column_{place}"]
        }
        shared = {
            target: column
            for target, column in self.spec.fields.items()
            if column in chosen.values()
            and target not in chosen
            and (target in self.spec.before or target in self.spec.after)
        }
        changed = self.spec.as_json()
        changed["fields"] = shared | chosen
        options = changed.get("options", {})
        options |= {name: data[name] for name in self.OPTIONS}
        options |= {name: [word.strip() for word in data[name].split(";") if word.strip()] for name in self.LISTS}
        changed["options"] = options
        return spec_from_json(changed)


def columns_form(spec: Spec, layout: Layout, data: Any = None) -> ColumnsForm:
    return ColumnsForm(data, spec=spec, columns=list(layout.columns), samples=[list(row) for row in layout.samples])
