"""From a file's first rows to a column map: is there a heading, what are the columns, what do they feed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from django.utils.translation import gettext as _

from artmarket.intake.headings import BY_NAME, plain
from artmarket.intake.readers import ReadError, SourceRow, Table
from artmarket.intake.spec import Options, Spec, header_fingerprint

SAMPLE = 200

MONEY = re.compile(r"^\s*(?:[$€£¥]|US\$|HK\$|[A-Z]{3})?\s*\d[\d.,\s]*(?:[$€£¥]|[A-Z]{3})?\s*$")
DAY = re.compile(r"^\s*(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})\b")
MONTH_NAME = re.compile(
    r"^\s*(?:\d{1,2}\s+)?[A-Za-zÀ-ÿ]{3,9}\.?\s+\d{1,2},?\s+\d{4}|^\s*\d{1,2}\s+[A-Za-z]{3,9}\s+\d{4}"
)
SIZE = re.compile(r"\d\s*(?:cm|mm|in|\"|”|'')?\s*[x×]\s*\d", re.IGNORECASE)
YEAR = re.compile(r"^\s*(?:c(?:irca|a)?\.?\s*)?1\d{3}|^\s*20[0-2]\d\s*$")
PICTURE = re.compile(r"\.(?:jpe?g|png|webp|tiff?)\s*$", re.IGNORECASE)
WEB = re.compile(r"^https?://", re.IGNORECASE)
MEDIUM = re.compile(
    r"\b(?:oil|canvas|paper|bronze|acrylic|óleo|tela|papel|huile|toile|papier)\b|布面|纸本|油画", re.IGNORECASE
)


@dataclass(frozen=True)
class Layout:
    """The columns in order, whether row one names them, and a few rows to show."""

    columns: tuple[str, ...]
    header: bool
    samples: tuple[tuple[str, ...], ...]
    width: int

    @property
    def fingerprint(self) -> str:
        """Of the headings, or of the mere number of columns where there is no heading."""
        return header_fingerprint(self.columns if self.header else [f"#{self.width}"])


def read_layout(table: Table, spec: Spec | None = None) -> Layout:
    """The file's columns, by the map where it says so. Raises ``ReadError`` for a file without rows."""
    first = [row for row in islice(table.rows(), SAMPLE) if any(cell.strip() for cell in row.cells) or row.number == 0]
    if not first or (table.kind == "jsonl" and not table.keys):
        raise ReadError("empty", _("The file has no rows."))
    header = table.kind == "jsonl" or (has_header(first) if spec is None or spec.header is None else spec.header)
    body = first[1:] if header else first
    if not body:
        raise ReadError("empty", _("The file has no rows."))
    widths = [len(row.cells) for row in body if not row.problem] or [len(first[0].cells)]
    width = max(set(widths), key=widths.count)
    names = spec.columns if spec and spec.columns else (first[0].cells if header else [])
    return Layout(named(names, width), header, samples_of(body), width)


def named(names: Sequence[str], width: int) -> tuple[str, ...]:
    """Unique names for all columns; unnamed ones are called by their place, later twins get their place too."""
    result: list[str] = []
    for place in range(max(width, len(names))):
        name = " ".join(names[place].split()) if place < len(names) else ""
        name = name or _("column %(place)d") % {"place": place + 1}
        result.append(f"{name} ({place + 1})" if name in result else name)
    return tuple(result)


def samples_of(body: Sequence[SourceRow]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cell[:120] for cell in row.cells) for row in body[:100] if not row.problem)


def has_header(rows: Sequence[SourceRow]) -> bool:
    """Row one is a heading when its words are known, or when it is text alone above columns of figures."""
    head, body = rows[0].cells, rows[1:]
    known = sum(plain(cell) in BY_NAME for cell in head)
    if known >= 2 or (known and len(head) <= 3):
        return True
    if not all(cell.strip() for cell in head) or any(figure(cell) for cell in head):
        return False
    return any(
        sum(figure(row.cells[place]) for row in body if place < len(row.cells)) > len(body) / 2
        for place in range(len(head))
    )


def figure(cell: str) -> bool:
    return bool(MONEY.match(cell) or DAY.match(cell) or PICTURE.search(cell))


def guess(layout: Layout, *, currency: str = "") -> Spec:
    """A first map: by the headings, then by the values of what is left."""
    fields: dict[str, str] = {}
    for column in layout.columns if layout.header else ():
        target = BY_NAME.get(plain(column))
        if target and target not in fields:
            fields[target] = column
    for column, values in by_column(layout).items():
        if column not in fields.values() and (target := target_of(values)) and target not in fields:
            fields[target] = column
    order = date_order(by_column(layout).get(fields.get("sale_date", ""), []))
    options = Options(date_order=order, currency=currency)  # type: ignore[arg-type]
    columns = () if layout.header else layout.columns
    return replace(Spec(header=layout.header, columns=columns, fields=fields), options=options)


def by_column(layout: Layout) -> Mapping[str, list[str]]:
    """The sample's values that say something, column by column."""
    return {
        name: [row[place] for row in layout.samples if place < len(row) and row[place].strip()]
        for place, name in enumerate(layout.columns)
    }


def target_of(values: Sequence[str]) -> str:
    """What a column without a known name seems to hold; "" where its values do not tell."""
    if not values:
        return ""
    tests: dict[str, Callable[[str], object]] = {
        "image": lambda v: PICTURE.search(v) and not WEB.match(v),
        "lot_url": lambda v: WEB.match(v) and not PICTURE.search(v),
        "sale_date": lambda v: DAY.match(v) or MONTH_NAME.match(v),
        "dimensions": SIZE.search,
        "medium": MEDIUM.search,
        "date": YEAR.match,
    }
    for target, test in tests.items():
        if sum(bool(test(value)) for value in values) > 0.6 * len(values):
            return target
    return "price" if sum(any(sign in v for sign in "$€£¥") for v in values) > 0.6 * len(values) else ""


def date_order(values: Sequence[str]) -> str:
    """Month or day first, where the values prove it; "" where they leave it open."""
    parts = [match.groups() for value in values if (match := DAY.match(value))]
    if parts and all(len(first) == 4 for first, _second, _third in parts):
        return "ymd"
    if any(int(first) > 12 for first, _second, _third in parts):
        return "dmy"
    if any(int(second) > 12 for _first, second, _third in parts):
        return "mdy"
    return "" if parts or not values or not all(re.fullmatch(r"\s*\d{4}\s*", v) for v in values) else "year"
