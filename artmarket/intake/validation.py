"""A row of the file to a parsed lot and its findings. Nothing is dropped or guessed in silence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from artmarket.core import money
from artmarket.core.days import is_to_come
from artmarket.intake.cells import FieldTexts
from artmarket.intake.problems import ERROR, NOTE, WARNING, Issue
from artmarket.intake.readers import SourceRow
from artmarket.intake.spec import REQUIRED, Spec
from artmarket.intake.values import Json, Refused, Values
from artmarket.sales import fx

AMOUNTS = ("estimate_low", "estimate_high", "opening_bid", "price")
WORK_TEXTS = {
    "title": 500,
    "signature": 500,
    "edition": 200,
    "style": 100,
    "genre": 100,
    "inventory_number": 100,
    "provenance": 0,
    "exhibitions": 0,
    "literature": 0,
    "notes": 0,
}
SALE_TEXTS = {
    "sale_number": ("number", 100),
    "sale_title": ("title", 300),
    "sale_location": ("location", 100),
    "sale_category": ("category", 100),
}
DIGITS = re.compile(r"\d+")
LARGEST_SORT = 2_147_483_647


@dataclass
class Checked:
    """What became of one row before the database is asked."""

    number: int
    raw: list[str]
    parsed: Json = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    left_out: bool = False

    @property
    def refused(self) -> bool:
        return any(issue.level == ERROR for issue in self.issues)


class Validator:
    """Checks rows by one map. Keeps parsed values, so one instance serves a whole file.

    With ``rates``, a price that no exchange rate of its day brings to dollars is noted.
    """

    def __init__(self, spec: Spec, columns: Sequence[str], *, currency: str, rates: fx.RateTable | None = None) -> None:
        self.spec, self.rates = spec, rates
        self.width = len(columns)
        self.texts = FieldTexts(spec, columns)
        self.values = Values(spec.options, currency=currency)
        self.not_sold = {token.casefold().strip() for token in spec.options.not_sold}
        self.withdrawn = {token.casefold().strip() for token in spec.options.withdrawn}

    def check(self, row: SourceRow) -> Checked:
        """The row's parsed form and all its findings, not only the first."""
        checked = Checked(row.number, row.cells)
        if row.problem:
            checked.issues.append(Issue("row", row.problem[0], detail=row.problem[1]))
        elif len(row.cells) != self.width:
            checked.issues.append(Issue("row", "row_width", f"{len(row.cells)} / {self.width}"))
        elif not self.texts.kept(row.cells):
            checked.left_out = True
            checked.issues.append(Issue("row", "filtered", level=NOTE))
        else:
            self.read(checked, self.texts.of(row.cells))
        return checked

    def read(self, checked: Checked, texts: dict[str, str]) -> None:
        reading = Reading(self, texts, checked.issues)
        for name in REQUIRED:
            if name not in texts:
                checked.issues.append(Issue(name, "missing", column=self.texts.source_of(name)))
        sale, lot = reading.sale(), reading.lot()
        artist = reading.artist()
        work = reading.work(artist, texts)
        sale["currency"] = lot["currency"] or sale["currency"]
        checked.parsed = {"sale": sale, "lot": lot, "work": work, "artist": artist, "image": texts.get("image", "")}


class Reading:
    """One row being read; collects findings and goes on."""

    def __init__(self, validator: Validator, texts: dict[str, str], issues: list[Issue]) -> None:
        self.validator, self.values = validator, validator.values
        self.texts, self.issues = texts, issues
        self.day: dt.date | None = None

    def take(self, name: str, parse: Callable[[str, str], Any]) -> Any:
        """The parsed value; None, with a finding, where there is none."""
        text = self.texts.get(name)
        if not text:
            return None
        try:
            return self.values.once(name, text, parse)
        except Refused as refused:
            self.add(refused.issue)
            return None

    def add(self, issue: Issue) -> None:
        column = self.validator.texts.source_of(issue.field)
        self.issues.append(
            Issue(issue.field, issue.code, issue.value, issue.level, issue.detail, column) if column else issue
        )

    def sale(self) -> Json:
        sale: Json = {"currency": self.validator.values.currency}
        for name, (key, length) in SALE_TEXTS.items():
            sale[key] = self.texts.get(name, "")
            if len(sale[key]) > length:
                self.add(Issue(name, "too_long", sale[key]))
        sale["date"] = self.take("sale_date", self.values.day)
        self.day = dt.date.fromisoformat(sale["date"]) if sale["date"] else None
        sale["end_date"] = self.take("sale_end_date", self.values.day)
        if sale["date"] and sale["end_date"] and sale["end_date"] < sale["date"]:
            self.add(Issue("sale_end_date", "ends_before_start", self.texts["sale_end_date"]))
        return sale

    def lot(self) -> Json:
        number = self.texts.get("lot_number", "")
        if len(number) > 50:
            self.add(Issue("lot_number", "too_long", number))
        lot: Json = {"number": number, "number_sort": number_sort(number)}
        lot["description"] = self.texts.get("description", "")
        lot["source_url"] = self.web_address()
        outcome = self.outcome()
        currencies = self.amounts(lot)
        named = self.texts.get("currency", "").upper()
        if named and not (len(named) == 3 and named.isascii() and named.isalpha()):
            self.add(Issue("currency", "unreadable", named))
        elif named and named not in money.currencies():
            self.add(Issue("currency", "unknown_currency", named))
        if len(currencies) > 1 or (named and currencies and currencies != {named}):
            self.add(Issue("currency", "mixed_currencies", " ".join(sorted(currencies | {named}))))
        lot["currency"] = named or next(iter(sorted(currencies)), self.values.currency)
        if not lot["currency"]:
            self.add(Issue("currency", "currency_unknown"))
        self.settle(lot, outcome)
        return lot

    def web_address(self) -> str:
        url = self.texts.get("lot_url", "")
        if url and (len(url) > 500 or not url.lower().startswith(("http://", "https://"))):
            self.add(Issue("lot_url", "unreadable", url, WARNING))
            return ""
        return url

    def amounts(self, lot: Json) -> set[str]:
        """Fill the amounts; returns the currencies that they name."""
        currencies = set()
        for name in AMOUNTS:
            found = self.take(name, self.values.amount)
            lot[name] = found[0] if found else None
            if found:
                currencies.add(found[1])
        low, high = lot["estimate_low"], lot["estimate_high"]
        if low and high and Decimal(low) > Decimal(high):
            self.add(Issue("estimate_low", "estimate_order", f"{low} > {high}"))
        return currencies

    def outcome(self) -> str:
        """What tokens in the price or outcome column say; "" where they say nothing. Tokens leave the price blank."""
        price, said = self.texts.get("price", "").casefold(), self.texts.get("outcome", "").casefold()
        for tokens, outcome in ((self.validator.not_sold, "bought_in"), (self.validator.withdrawn, "withdrawn")):
            if price in tokens:
                del self.texts["price"]
                return outcome
            if said in tokens:
                return outcome
        if said in {"sold", "bought_in", "withdrawn", "unknown"}:
            return said
        if said:
            self.add(Issue("outcome", "unknown_value", self.texts["outcome"]))
        return ""

    def settle(self, lot: Json, outcome: str) -> None:
        """Make outcome and price agree, or say that they do not."""
        options = self.validator.spec.options
        if lot["price"]:
            if outcome in {"bought_in", "withdrawn"}:
                self.add(Issue("outcome", "not_sold_with_price", lot["price"]))
            outcome = "sold"
        elif not outcome:
            # A blank price of a coming sale says nothing yet, whatever blanks mean in this source's past sales.
            says = "price" not in self.texts and not self.is_to_come()
            outcome = options.blank_price if says else "unknown"
        lot["outcome"] = outcome
        lot["price_basis"] = options.price_basis
        if self.is_to_come() and outcome in {"sold", "bought_in"}:
            self.add(Issue("sale_date", "sale_in_future", self.texts["sale_date"]))
        self.tell_rate(lot)

    def is_to_come(self) -> bool:
        return self.day is not None and is_to_come(self.day)

    def tell_rate(self, lot: Json) -> None:
        """Note a price that cannot be reckoned in dollars at the rate of its day."""
        if not lot["price"] or self.day is None or self.validator.rates is None:
            return
        try:
            self.validator.rates.factor(source=lot["currency"], target="USD", on=self.day)
        except fx.NoRate as error:
            self.add(Issue("price", "no_rate", f"{error.currency} {error.on.isoformat()}", NOTE, str(error)))

    def artist(self) -> Json | None:
        found: Json | None = self.take("artist", self.values.artist)
        if found is None:
            return None
        artist = dict(found)
        for name, key in (("artist_birth", "birth"), ("artist_death", "death")):
            if text := self.texts.get(name):
                span = self.take(name, self.values.span)
                artist[f"{key}_text"] = text[:100]
                artist[key] = [span["earliest"], span["latest"]] if span else artist[key]
        if artist["birth"] and artist["death"] and artist["death"][1] < artist["birth"][0]:
            self.add(Issue("artist", "dies_before_birth", self.texts["artist"], WARNING))
            artist["birth"] = artist["death"] = []
        artist["nationality"] = self.texts.get("nationality", artist["nationality"])[:100]
        return artist

    def work(self, artist: Json | None, texts: dict[str, str]) -> Json:
        work: Json = {name: texts.get(name, "") for name in WORK_TEXTS}
        said = self.take("attribution", self.values.attribution)
        work["attribution"] = said or (artist or {}).get("attribution") or "by"
        work["attribution_text"] = texts.get("artist", "")
        work["subjects"] = [part.strip()[:100] for part in texts.get("subjects", "").split(";") if part.strip()]
        self.fill_medium(work)
        self.fill_date(work)
        self.fill_size(work)
        limits = {**WORK_TEXTS, "attribution_text": 500, "date_text": 200, "dimensions_text": 500, "medium_text": 1000}
        for name, length in limits.items():
            self.shorten(work, name, length)
        return work

    def fill_medium(self, work: Json) -> None:
        terms = self.take("medium", self.values.medium) or {}
        work["medium_text"] = self.texts.get("medium", "")
        work["medium"], work["support"] = terms.get("medium", ""), terms.get("support", "")
        work["signature"] = work["signature"] or terms.get("signature", "")
        work["edition"] = work["edition"] or terms.get("edition", "")
        work["date_text"] = self.texts.get("date", "") or terms.get("date_text", "")

    def fill_date(self, work: Json) -> None:
        if "date" not in self.texts and work["date_text"]:
            self.texts["date"] = work["date_text"]
        span = self.take("date", self.values.span) or {}
        work["date_earliest"], work["date_latest"] = span.get("earliest"), span.get("latest")
        work["date_circa"] = span.get("circa", False)

    def fill_size(self, work: Json) -> None:
        sizes = self.take("dimensions", self.values.size) or {}
        parts = {name: self.texts[name] for name in ("height", "width", "depth") if name in self.texts}
        unit = self.validator.spec.options.size_unit
        joined = " x ".join(parts.values()) + f" {unit}" if parts else ""
        work["dimensions_text"] = self.texts.get("dimensions", "") or joined
        for name in ("height", "width", "depth"):
            work[f"{name}_cm"] = self.take(name, self.values.length) or sizes.get(f"{name}_cm")

    def shorten(self, work: Json, name: str, length: int) -> None:
        """Cut what the field cannot hold, and keep the whole text in the notes."""
        text = work[name]
        if length and len(text) > length:
            self.add(Issue(name.removesuffix("_text"), "shortened", text, WARNING))
            work["notes"] = "\n".join(part for part in (work["notes"], text) if part)
            work[name] = text[: length - 1] + "…"


def number_sort(number: str) -> int:
    digits = DIGITS.search(number)
    return min(int(digits.group()), LARGEST_SORT) if digits else 0


def natural_key(house_id: int, parsed: Json) -> str:
    """What makes a lot the same lot in any file: house, sale (day, number, title) and lot number."""
    sale, lot = parsed["sale"], parsed["lot"]
    parts = (str(house_id), sale["date"] or "", sale["number"], sale["title"], lot["number"])
    return sha256("\x1f".join(parts).encode()).hexdigest()
