"""Texts to values, by the parsers of ``core``; each distinct text is parsed once a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from artmarket.core.attribution import Attribution
from artmarket.core.dimensions import Dimensions, DimensionsError, parse_dimensions
from artmarket.core.fuzzy_dates import FuzzyDate, FuzzyDateError, parse_day, parse_fuzzy_date
from artmarket.core.media_terms import parse_medium
from artmarket.core.money import MoneyError, parse_money
from artmarket.core.names import ArtistCredit, parse_artist
from artmarket.intake.problems import WARNING, Issue
from artmarket.intake.spec import Options

Json = dict[str, Any]
LARGEST_AMOUNT = Decimal("999999999999.99")
LARGEST_CM = Decimal("9999999.99")
CM = {"cm": Decimal(1), "mm": Decimal("0.1"), "m": Decimal(100), "in": Decimal("2.54")}
CACHE = 200_000


class Values:
    """Parses for one map. Every method gives a JSON-able value or raises ``Refused`` with the finding."""

    def __init__(self, options: Options, *, currency: str) -> None:
        self.options = options
        self.currency = options.currency or currency
        self.cache: dict[tuple[str, str], Any] = {}

    def once(self, field: str, text: str, parse: Callable[[str, str], Any]) -> Any:
        """``parse(field, text)`` or what it gave before; refusals are kept too."""
        key = (field, text)
        if key not in self.cache:
            if len(self.cache) > CACHE:
                self.cache.clear()
            try:
                self.cache[key] = parse(field, text)
            except Refused as refused:
                self.cache[key] = refused.issue
        found = self.cache[key]
        if isinstance(found, Issue):
            raise Refused(found)
        return found

    def amount(self, field: str, text: str) -> tuple[str, str]:
        """Decimal text with two places, and its currency."""
        try:
            money = parse_money(text, default_currency=self.currency or None, decimal=self.options.decimal)
        except MoneyError as error:
            raise Refused(Issue(field, money_code(error), text, detail=str(error))) from error
        if money is None:
            raise Refused(Issue(field, "unreadable", text))
        if money.amount <= 0 and not (field == "opening_bid" and money.amount == 0):
            raise Refused(Issue(field, "not_positive", text))
        if money.amount > LARGEST_AMOUNT:
            raise Refused(Issue(field, "too_large", text))
        return f"{money.amount:.2f}", money.currency

    def day(self, field: str, text: str) -> str:
        """ISO day of a sale; a bare year gives its first day (the map says that a year is meant)."""
        order = self.options.date_order
        try:
            if order == "year":
                return dt.date(
                    int(text), 12 if field == "sale_end_date" else 1, 31 if field == "sale_end_date" else 1
                ).isoformat()
            return parse_day(text, order=order or None).isoformat()
        except (FuzzyDateError, ValueError) as error:
            raise Refused(Issue(field, "unreadable", text, detail=str(error))) from error

    def span(self, field: str, text: str) -> Json:
        """Earliest and latest day that a text allows; a text that says nothing is a warning, never a refusal."""
        try:
            found: FuzzyDate | None = parse_fuzzy_date(text)
        except FuzzyDateError as error:
            raise Refused(Issue(field, "unreadable", text, WARNING, str(error))) from error
        if found is None:
            return {}
        return {"earliest": found.earliest.isoformat(), "latest": found.latest.isoformat(), "circa": found.circa}

    def size(self, field: str, text: str) -> Json:
        """Height, width and depth in centimetres, of what the text gives."""
        unit = self.options.size_unit
        try:
            found: Dimensions | None = parse_dimensions(text, default_unit=unit)
        except DimensionsError as error:
            if error.code == "negative":
                raise Refused(Issue(field, "negative", text, detail=str(error))) from error
            raise Refused(Issue(field, "unreadable", text, WARNING, str(error))) from error
        return {} if found is None else sizes_json(field, text, found)

    def length(self, field: str, text: str) -> str:
        """One length in centimetres, from a column of plain numbers in the map's unit."""
        try:
            value = Decimal(text.replace(",", ".")) * CM[self.options.size_unit]
        except InvalidOperation as error:
            raise Refused(Issue(field, "unreadable", text, WARNING)) from error
        if value.is_finite() and value < 0:
            raise Refused(Issue(field, "negative", text))
        if not value.is_finite() or not Decimal("0.005") <= value <= LARGEST_CM:
            raise Refused(Issue(field, "not_positive" if value <= 0 else "too_large", text, WARNING))
        return f"{value:.2f}"

    def medium(self, field: str, text: str) -> Json:
        terms = parse_medium(text)
        return {
            "medium": terms.medium,
            "support": terms.support[:100],
            "signature": terms.signature,
            "edition": terms.edition,
            "date_text": terms.date_text,
        }

    def artist(self, field: str, text: str) -> Json | None:
        """The credit as JSON; None where the text names nobody."""
        try:
            credit = parse_artist(text)
        except ValueError as error:
            raise Refused(Issue(field, "unreadable", text, detail=str(error))) from error
        if credit is not None and len(credit.name) > 300:
            raise Refused(Issue(field, "too_long", text))
        return None if credit is None else credit_json(credit)

    def attribution(self, field: str, text: str) -> str:
        """A qualifier's code; the map translates the source's words."""
        code = text.casefold().replace(" ", "_")
        if code not in Attribution.values:
            raise Refused(Issue(field, "unknown_value", text))
        return code


class Refused(Exception):
    """A value could not be taken; carries the finding."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.code)
        self.issue = issue


def money_code(error: MoneyError) -> str:
    known = {"no_currency": "currency_unknown", "negative": "not_positive", "too_large": "too_large"}
    return known.get(error.code, "unreadable")


def sizes_json(field: str, text: str, found: Dimensions) -> Json:
    across = found.diameter_cm
    parts = {"height_cm": found.height_cm or across, "width_cm": found.width_cm or across, "depth_cm": found.depth_cm}
    for value in parts.values():
        if value is not None and not Decimal("0.005") <= value <= LARGEST_CM:
            raise Refused(Issue(field, "not_positive" if value <= 0 else "too_large", text, WARNING))
    return {name: f"{value:.2f}" for name, value in parts.items() if value is not None}


def credit_json(credit: ArtistCredit) -> Json:
    def days(span: FuzzyDate | None) -> list[str]:
        return [] if span is None else [span.earliest.isoformat(), span.latest.isoformat()]

    return {
        "name": credit.name,
        "sort_name": credit.sort_name[:300],
        "key": credit.key[:300],
        "attribution": str(credit.attribution),
        "birth": days(credit.birth),
        "death": days(credit.death),
        "birth_text": credit.birth_text[:100],
        "death_text": credit.death_text[:100],
        "nationality": credit.nationality[:100],
    }
