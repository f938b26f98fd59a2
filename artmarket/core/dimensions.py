"""Sizes of works, read to centimetres from any unit, order and notation of the trade."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from artmarket.core.text import CodedError, excerpt, fold

HUNDREDTH = Decimal("0.01")
LIMIT_CM = Decimal(100_000)
UNITS = {
    "cm": Decimal(1), "centimetres": Decimal(1), "centimeters": Decimal(1), "厘米": Decimal(1), "公分": Decimal(1),
    "mm": Decimal("0.1"), "毫米": Decimal("0.1"), "m": Decimal(100), "metres": Decimal(100), "米": Decimal(100),
    "in": Decimal("2.54"), "ins": Decimal("2.54"), "inch": Decimal("2.54"), "inches": Decimal("2.54"),
    "pol": Decimal("2.54"), '"': Decimal("2.54"), "英寸": Decimal("2.54"),
    "ft": Decimal("30.48"), "feet": Decimal("30.48"), "foot": Decimal("30.48"), "'": Decimal("30.48"),
}  # fmt: skip
METRIC = {"cm", "centimetres", "centimeters", "厘米", "公分", "mm", "毫米", "m", "metres", "米"}
LABELS = {
    "height": "height height. h alt altura hauteur haut hoehe hohe altezza alto 高 纵",
    "width": "width w larg largura largeur breite b larghezza ancho 宽 横 length length. l comp comprimento lange",
    "depth": "depth d prof profundidade profondeur tiefe t profondita fondo 深 厚",
    "diameter": "diameter diam dia diametro diametre durchmesser dm ø o 直径",
}  # fmt: skip
LABEL_OF = {word: role for role, wordlist in LABELS.items() for word in wordlist.split()}
NOTHING = (
    "", "-", "n/a", "na", "unknown", "unavailable", "various", "various sizes", "variable", "dimensions variable",
    "variable dimensions", "size variable", "sizes vary", "dimensoes diversas", "dimensoes varias", "dim. diversas",
    "dim. - diversas", "varias dimensoes", "diversas", "none", "overall dimensions vary", "尺寸不一",
)  # fmt: skip
VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅓": "1/3", "⅔": "2/3"}

_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_LABEL = "|".join(re.escape(word) for word in sorted(LABEL_OF, key=len, reverse=True))
_NUMBER = r"\d+ \d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}|\d{1,3}(?:,\d{3})+\.\d+|\d+(?:[.,]\d+)?"
_ITEM = re.compile(
    rf"(?P<role>(?:{_LABEL})(?![a-z])[.:]*[ -]*)?(?P<number>(?<![\d.,/]){_NUMBER})(?![\d/])"
    rf"(?: ?-?(?P<unit>{_UNIT})(?![a-z])\.?)?(?: ?\(?(?P<after>{_LABEL})\)?(?![a-z0-9]|[.:]* ?\d))?",
    re.ASCII,
)
_TIMES = re.compile(
    r"[ ,;]*(?:x|by|por|×|\*|&|e(?= ?(?:larg|prof)))[ ]*|[ ,;]+(?=(?:" + _LABEL + r")[.: ]*\d)", re.ASCII
)
# A minus that can be nothing else: before the first number, or between "x" and a number. "H. - 60 cm" is a dash.
_BELOW_ZERO = re.compile(r"^ *[-−]\d|(?<=\d)[ a-z\"']{0,6}[x*] *[-−]\d")
_FEET = re.compile(r"(\d+) ?(?:'|ft\.?|feet) ?(\d+(?: \d/\d+|\.\d+)?) ?(?:\"|in\.?|inches)", re.ASCII)


class DimensionsError(CodedError):
    """A size that cannot be read. Codes: no_numbers, unclear, negative, not_positive, too_large."""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Centimetres in hundredths, each greater than 0 and below 100,000, or None."""

    height_cm: Decimal | None = None
    width_cm: Decimal | None = None
    depth_cm: Decimal | None = None
    diameter_cm: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Item:
    number: str
    unit: str
    role: str


def parse_dimensions(text: str, *, default_unit: str = "cm") -> Dimensions | None:
    """The size in ``text``, height before width before depth unless labelled; None where it names none.

    Of several measures ("33.66" x 16.93" (85.50cm x 43.00cm)") the first metric one counts, else the first.
    Raises ``DimensionsError``.
    """
    shown = normalised(text)
    if shown.strip(" .:") in NOTHING:
        return None
    if _BELOW_ZERO.search(shown):
        raise DimensionsError("negative", _("In “%(text)s” a side is below zero.") % {"text": excerpt(text)})
    groups = list(measures(shown))
    if not groups:
        if re.search(r"\d", shown):
            raise DimensionsError("unclear", _("“%(text)s” is no size.") % {"text": excerpt(text)})
        raise DimensionsError("no_numbers", _("“%(text)s” holds no numbers.") % {"text": excerpt(text)})
    group = next((items for items in groups if any(item.unit in METRIC for item in items)), groups[0])
    return as_dimensions(group, default_unit, text)


def normalised(text: str) -> str:
    """Folded text with plain fractions, inch and foot marks, and feet turned to inches."""
    for mark, fraction in VULGAR.items():
        text = text.replace(mark, f" {fraction}")
    folded = fold(text).replace("⁄", "/").replace("×", "x").replace("ø", "diam ").replace("′′", '"')
    for mark in ("''", "”", "“", "″", "´´"):
        folded = folded.replace(mark, '"')
    for mark in ("’", "′", "´", "‘"):
        folded = folded.replace(mark, "'")
    folded = re.sub(r"(?<=\d) +(?=/)|(?<=/) +(?=\d)", "", folded)
    return _FEET.sub(lambda m: f'{Decimal(m[1]) * 12 + read_number(m[2], ""):f}"', folded)


def measures(shown: str) -> Iterator[list[_Item]]:
    """Groups of numbers joined by "x" or by labels, in the order of the text."""
    position = 0
    while match := _ITEM.search(shown, position):
        group = [item_of(match)]
        position = match.end()
        while (times := _TIMES.match(shown, position)) and (match := _ITEM.match(shown, times.end())):
            group.append(item_of(match))
            position = match.end()
        if len(group) > 1 or group[0].unit or group[0].role or re.fullmatch(r"[\d.,]+", shown) or ends_in_unit(shown):
            yield group


def ends_in_unit(shown: str) -> bool:
    return bool(lone_unit(shown))


def item_of(match: re.Match[str]) -> _Item:
    unit, after = match["unit"] or "", match["after"] or ""
    label = re.sub(r"[^a-zø高纵宽横深厚直径]", "", match["role"] or "") or after
    return _Item(match["number"], unit, LABEL_OF.get(label, ""))


def read_number(text: str, unit: str) -> Decimal:
    """A number with comma or point, and fractions ("12 1/2"). "1,300" is thousands in millimetres only."""
    whole, _space, fraction = text.rpartition(" ")
    if "/" in fraction:
        above, below = fraction.split("/")
        if int(below) == 0:
            raise DimensionsError("unclear", _("“%(text)s” is no size.") % {"text": excerpt(text)})
        return Decimal(whole or 0) + Decimal(above) / Decimal(below)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+\.\d+", text) or (unit == "mm" and re.fullmatch(r"\d{1,3}[,.]\d{3}", text)):
        return Decimal(text.replace(",", "") if "," in text else text.replace(".", ""))
    return Decimal(text.replace(",", "."))


def as_dimensions(items: list[_Item], default_unit: str, text: str) -> Dimensions:
    if len(items) > 3:
        raise DimensionsError("unclear", _("“%(text)s” has more than three sides.") % {"text": excerpt(text)})
    shared = next((item.unit for item in reversed(items) if item.unit), "") or lone_unit(text) or default_unit
    found: dict[str, Decimal] = {}
    free = [role for role in ("height", "width", "depth") if role not in {item.role for item in items}]
    for item in items:
        role = item.role or (free.pop(0) if free else "")
        if not role or role in found:
            raise DimensionsError("unclear", _("“%(text)s” names one side twice.") % {"text": excerpt(text)})
        unit = item.unit or shared
        found[role] = checked(read_number(item.number, unit) * UNITS[unit], text)
    return Dimensions(**{f"{role}_cm": value for role, value in found.items()})


def lone_unit(text: str) -> str:
    """The unit at the end of a text, parted from its numbers by a remark ("12 x 16 (the larger) cm")."""
    match = re.search(rf"(?<![^\W\d])({_UNIT})\.?\)?$", normalised(text))
    return match[1] if match else ""


def checked(value_cm: Decimal, text: str) -> Decimal:
    rounded = value_cm.quantize(HUNDREDTH, ROUND_HALF_UP) if value_cm < LIMIT_CM else value_cm
    if rounded <= 0:
        raise DimensionsError("not_positive", _("In “%(text)s” a side is zero.") % {"text": excerpt(text)})
    if rounded >= LIMIT_CM:
        raise DimensionsError("too_large", _("In “%(text)s” a side is longer than 1 km.") % {"text": excerpt(text)})
    return rounded
