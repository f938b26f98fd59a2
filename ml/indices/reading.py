"""Sales from a CSV file, for the command line."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml.indices.sales import Sales, from_offers
from ml.valuation.offers import Offer

NEEDED = ("date", "price", "work")
AMOUNTS = ("price", "estimate_low", "estimate_high", "height_cm", "width_cm", "depth_cm", "made_year")
WORDS = ("artist", "attribution", "medium", "support", "house")


class Unreadable(ValueError):
    """The file cannot be read; the message names the line and the column."""


def read_csv(path: Path) -> Sales:
    """A line a lot: ``date`` (ISO), ``price`` (empty: bought in), ``work`` (any name of the work), and as far as known
    ``artist, attribution, medium, support, house, height_cm, width_cm, depth_cm, made_year, estimate_low, estimate_high,
    signed``. Prices in one currency on one basis. Raises ``Unreadable``.
    """
    known: dict[str, dict[str, int]] = {name: {} for name in (*WORDS, "work")}
    offers, works = [], []
    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = csv.DictReader(file)
        missing = [name for name in NEEDED if name not in (lines.fieldnames or ())]
        if missing:
            raise Unreadable(f"the file has no column {', '.join(missing)}")
        for line in lines:
            offers.append(offer_of(line, lines.line_num, known))
            works.append(known["work"].setdefault(line["work"], len(known["work"])))
    return from_offers(offers, works)


def offer_of(line: Mapping[str, str], number: int, known: dict[str, dict[str, int]]) -> Offer:
    amounts: dict[str, Any] = {name: amount(line, name, number) for name in AMOUNTS}
    made = amounts.pop("made_year")
    artist, house = line.get("artist") or "", line.get("house") or ""
    return Offer(
        key=number,
        date=day(line["date"], number),
        artist=known["artist"].setdefault(artist, len(known["artist"])) if artist else None,
        house=known["house"].setdefault(house, len(known["house"])) if house else None,
        attribution=line.get("attribution") or "by",
        medium=line.get("medium") or "",
        support=line.get("support") or "",
        is_signed=(line.get("signed") or "").lower() in {"1", "true", "yes"},
        made_year=int(made) if made else None,
        sold=amounts["price"] is not None,
        **amounts,
    )


def amount(line: Mapping[str, str], name: str, number: int) -> float | None:
    text = (line.get(name) or "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise Unreadable(f"line {number}, {name}: “{text}” is not a number") from None
    if not math.isfinite(value) or value <= 0:
        if value == 0 and name == "depth_cm":
            return None
        raise Unreadable(f"line {number}, {name}: {text} is not greater than zero")
    return value


def day(text: str, number: int) -> dt.date:
    try:
        return dt.date.fromisoformat((text or "").strip())
    except ValueError:
        raise Unreadable(f"line {number}, date: “{text}” is not a day such as 2016-05-31") from None
