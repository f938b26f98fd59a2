"""A tidy file of offers: CSV with a heading, or JSON Lines; columns are the fields of ``Offer``."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from ml.valuation.features import ATTRIBUTIONS, MEDIA
from ml.valuation.offers import Offer

COLUMNS = tuple(each.name for each in fields(Offer) if each.name != "vector")
WHOLE = ("key", "artist", "made_year", "born_year", "house", "lot_number")
SIZES = ("height_cm", "width_cm", "depth_cm")
AMOUNTS = ("estimate_low", "estimate_high", "opening_bid", "price")
FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
CODES = {"medium": ("", *MEDIA), "attribution": ATTRIBUTIONS}


class BadOffer(ValueError):
    """A value that cannot be used; the message names row, column and reason."""

    def __init__(self, row: int, column: str, reason: str) -> None:
        super().__init__(f"row {row}, {column}: {reason}")


def read_offers(path: Path, *, today: dt.date | None = None) -> list[Offer]:
    """The offers of a file. An offer with a result must not lie after ``today`` (UTC's by default).

    Raises ``BadOffer`` for the first value that cannot be used, ``OSError`` where there is no file to read.
    """
    today = today or dt.datetime.now(dt.UTC).date()
    seen: dict[int, int] = {}
    offers = []
    for number, row in rows_of(path):
        offer = offer_of(row, number)
        if offer.key in seen:
            raise BadOffer(number, "key", f"{offer.key} stands in row {seen[offer.key]} too")
        if offer.date > today and (offer.sold is not None or offer.price):
            raise BadOffer(number, "date", f"{offer.date} is to come, but a result is given")
        seen[offer.key] = number
        offers.append(offer)
    return offers


def rows_of(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Rows by column with the line that each stands in. Raises ``BadOffer``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadOffer(text_row(error), "file", "is not UTF-8") from error
    lines = text.splitlines()
    if text.lstrip().startswith("{"):
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, json_row(line, number)
        return
    table = csv.DictReader(lines, restkey="", strict=True)
    check_columns(table.fieldnames or (), 1)
    try:
        for row in table:
            if "" in row:
                raise BadOffer(table.line_num, "row", "has more values than the heading")
            yield table.line_num, row
    except csv.Error as error:
        raise BadOffer(table.line_num, "row", str(error)) from error


def text_row(error: UnicodeDecodeError) -> int:
    return bytes(error.object[: error.start]).count(b"\n") + 1


def json_row(line: str, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadOffer(number, "row", f"is not JSON: {error.msg}") from error
    if not isinstance(row, dict):
        raise BadOffer(number, "row", "is no JSON object")
    check_columns(row, number)
    return row


def check_columns(names: Iterable[str], number: int) -> None:
    known = set(names)
    for name in ("key", "date"):
        if name not in known:
            raise BadOffer(number, name, "is missing")
    for name in sorted(known - set(COLUMNS)):
        raise BadOffer(number, str(name), f"is no column of offers; there are {', '.join(COLUMNS)}")


def offer_of(row: Mapping[str, Any], number: int) -> Offer:
    """One row as an offer. Raises ``BadOffer``."""
    said = {name: value for name, value in row.items() if value is not None and value != ""}
    for name in ("key", "date"):
        if name not in said:
            raise BadOffer(number, name, "is missing")
    offer = Offer(**{name: value_of(name, value, number) for name, value in said.items()})
    if offer.price and offer.sold is False:
        raise BadOffer(number, "price", "is given for a lot that was not sold")
    if offer.estimate_low and offer.estimate_high and offer.estimate_low > offer.estimate_high:
        raise BadOffer(number, "estimate_low", "is above the high estimate")
    return offer


def value_of(name: str, value: Any, number: int) -> Any:
    """The value in the column's own type. Raises ``BadOffer``."""
    if name == "date":
        return date_of(value, number)
    if name in WHOLE:
        return whole_of(name, value, number)
    if name in SIZES + AMOUNTS:
        return above_nothing(name, value, number)
    if name in ("sold", "is_signed"):
        return flag_of(name, value, number)
    text = str(value)
    if name in CODES and text not in CODES[name]:
        raise BadOffer(number, name, f"“{text}” is none of {', '.join(code for code in CODES[name] if code)}")
    return text


def date_of(value: Any, number: int) -> dt.date:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError as error:
        raise BadOffer(number, "date", f"“{value}” is no date written YYYY-MM-DD") from error


def whole_of(name: str, value: Any, number: int) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise BadOffer(number, name, f"“{value}” is no whole number") from error


def above_nothing(name: str, value: Any, number: int) -> float:
    try:
        amount = float(str(value))
    except ValueError as error:
        raise BadOffer(number, name, f"“{value}” is no number") from error
    if not 0 < amount < math.inf:
        raise BadOffer(number, name, f"{value} is not above 0")
    return amount


def flag_of(name: str, value: Any, number: int) -> bool:
    if str(value).lower() not in FLAGS:
        raise BadOffer(number, name, f"“{value}” is neither true nor false")
    return FLAGS[str(value).lower()]


def write_offers(offers: Iterable[Offer], path: Path) -> int:
    """Write offers, without their vectors, in the form that the name ends in (``.jsonl``, else CSV). How many."""
    rows = [{name: value for name, value in asdict(offer).items() if name != "vector"} for offer in offers]
    with path.open("w", encoding="utf-8", newline="") as out:
        if path.suffix == ".jsonl":
            out.writelines(json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in rows)
        else:
            writer = csv.DictWriter(out, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
    return len(rows)
