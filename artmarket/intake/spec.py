"""The column map as data: which column feeds which field, and how its values read. One map serves many files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DateOrder: TypeAlias = Literal["", "mdy", "dmy", "ymd", "year"]

SHIPPED = Path(__file__).parent / "maps"

FIELDS: dict[str, Any] = {
    "sale_number": gettext_lazy("sale number"),
    "sale_title": gettext_lazy("sale title"),
    "sale_date": gettext_lazy("sale date"),
    "sale_end_date": gettext_lazy("last day of the sale"),
    "sale_location": gettext_lazy("place of the sale"),
    "sale_category": gettext_lazy("department"),
    "lot_number": gettext_lazy("lot number"),
    "description": gettext_lazy("lot description"),
    "currency": gettext_lazy("currency"),
    "estimate_low": gettext_lazy("low estimate"),
    "estimate_high": gettext_lazy("high estimate"),
    "opening_bid": gettext_lazy("opening bid"),
    "price": gettext_lazy("price"),
    "outcome": gettext_lazy("outcome"),
    "lot_url": gettext_lazy("web address of the lot"),
    "artist": gettext_lazy("artist"),
    "attribution": gettext_lazy("attribution qualifier"),
    "artist_birth": gettext_lazy("artist's birth"),
    "artist_death": gettext_lazy("artist's death"),
    "nationality": gettext_lazy("artist's nationality"),
    "title": gettext_lazy("title of the work"),
    "date": gettext_lazy("date of the work"),
    "medium": gettext_lazy("medium"),
    "dimensions": gettext_lazy("dimensions"),
    "height": gettext_lazy("height"),
    "width": gettext_lazy("width"),
    "depth": gettext_lazy("depth"),
    "signature": gettext_lazy("signature"),
    "edition": gettext_lazy("edition"),
    "style": gettext_lazy("style"),
    "genre": gettext_lazy("genre"),
    "subjects": gettext_lazy("subjects"),
    "provenance": gettext_lazy("provenance"),
    "exhibitions": gettext_lazy("exhibitions"),
    "literature": gettext_lazy("literature"),
    "notes": gettext_lazy("notes"),
    "inventory_number": gettext_lazy("inventory number"),
    "image": gettext_lazy("file name of the picture"),
}
REQUIRED = ("lot_number", "sale_date")


class SpecError(ValueError):
    """A column map that cannot be used; the message names what is wrong."""


@dataclass(frozen=True)
class Options:
    """How values read. Tokens are compared without case and outer spaces."""

    date_order: DateOrder = ""
    decimal: Literal["", ".", ","] = ""
    currency: str = ""
    price_basis: Literal["hammer", "with_premium", "all_in", "unknown"] = "unknown"
    size_unit: Literal["cm", "in", "mm", "m"] = "cm"
    blank_price: Literal["unknown", "bought_in"] = "unknown"
    not_sold: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    no_value: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spec:
    """``fields`` feeds a field from a column, ``templates`` from text with ``{column}`` in it, ``constants`` from a
    fixed text; ``digests`` makes a stable number of a row from the named columns, for sources that number nothing.
    ``after`` keeps what follows the first such mark, ``before`` what precedes it, ``remove_prefix`` takes the text of
    another column off the start. ``values`` translates whole values, ``filters`` keeps rows whose column has one of
    some values."""

    name: str = ""
    header: bool | None = None
    encoding: str = ""
    delimiter: str = ""
    columns: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    remove_prefix: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    house: Mapping[str, str] = field(default_factory=dict)

    def targets(self) -> set[str]:
        """Fields that this map feeds by any means."""
        return {*self.fields, *self.templates, *self.constants, *self.digests}

    def as_json(self) -> dict[str, Any]:
        """JSON-able form, without what is empty."""
        data = {key: value for key, value in asdict(self).items() if value not in (None, "", (), {})}
        data["options"] = {key: value for key, value in data["options"].items() if value not in ("", ())}
        result: dict[str, Any] = json.loads(json.dumps(data))
        return result


def spec_from_json(data: Any) -> Spec:
    """A checked map; raises ``SpecError`` for unknown keys, fields or choices."""
    if not isinstance(data, dict):
        raise SpecError(_("A column map is a JSON object."))
    known = {item.name for item in fields(Spec)}
    if unknown := set(data) - known:
        raise SpecError(_("Unknown key in the column map: %(keys)s") % {"keys": ", ".join(sorted(unknown))})
    arguments = dict(data)
    arguments["options"] = options_from_json(data.get("options", {}))
    arguments["columns"] = text_tuple(data.get("columns", ()), "columns")
    for key in ("digests", "filters"):
        arguments[key] = {str(name): text_tuple(value, key) for name, value in mapping(data, key).items()}
    for key in ("fields", "templates", "constants", "after", "before", "remove_prefix", "house"):
        arguments[key] = {str(name): str(value) for name, value in mapping(data, key).items()}
    arguments["values"] = {str(name): dict(mapping(data.get("values", {}), name)) for name in mapping(data, "values")}
    return checked(Spec(**arguments))


def mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise SpecError(_("In the column map, “%(key)s” must be an object.") % {"key": key})
    return value


def text_tuple(value: Any, key: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise SpecError(_("In the column map, “%(key)s” must be a list of texts.") % {"key": key})
    return tuple(value)


CHOICES: dict[str, tuple[str, ...]] = {
    "date_order": ("", "mdy", "dmy", "ymd", "year"),
    "decimal": ("", ".", ","),
    "price_basis": ("hammer", "with_premium", "all_in", "unknown"),
    "size_unit": ("cm", "in", "mm", "m"),
    "blank_price": ("unknown", "bought_in"),
}
TOKEN_LISTS = ("not_sold", "withdrawn", "no_value")


def options_from_json(data: Any) -> Options:
    """Checked options; raises ``SpecError``."""
    if not isinstance(data, dict):
        raise SpecError(_("In the column map, “%(key)s” must be an object.") % {"key": "options"})
    known = {item.name for item in fields(Options)}
    if unknown := set(data) - known:
        raise SpecError(_("Unknown key in the column map: %(keys)s") % {"keys": ", ".join(sorted(unknown))})
    for key, choices in CHOICES.items():
        if data.get(key, choices[0]) not in choices:
            raise SpecError(_("“%(value)s” is no choice for %(key)s.") % {"value": data[key], "key": key})
    lists = {key: text_tuple(data.get(key, ()), key) for key in TOKEN_LISTS}
    return Options(**{**data, **lists})


def checked(spec: Spec) -> Spec:
    """The map itself, once its fields are known ones."""
    if unknown := spec.targets() - set(FIELDS):
        raise SpecError(_("Unknown field in the column map: %(fields)s") % {"fields": ", ".join(sorted(unknown))})
    currency = spec.options.currency
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        raise SpecError(_("A currency is a code of three capital letters."))
    return spec


def missing_columns(spec: Spec, columns: Iterable[str]) -> list[str]:
    """Columns that the map names and the file lacks."""
    have = set(columns)
    named = [*spec.fields.values(), *spec.remove_prefix.values(), *spec.filters]
    named += [name for names in spec.digests.values() for name in names]
    return sorted({name for name in named if name not in have})


def header_fingerprint(columns: Iterable[str]) -> str:
    """SHA-256 of the headings without case and spacing: files of one source share it."""
    normal = "\x1f".join(" ".join(name.casefold().split()) for name in columns)
    return sha256(normal.encode()).hexdigest()


@cache
def shipped_maps() -> dict[str, Spec]:
    """The maps that come with the software, by file name."""
    return {path.stem: spec_from_json(json.loads(path.read_text())) for path in sorted(SHIPPED.glob("*.json"))}
