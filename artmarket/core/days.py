"""Days of sales: exact dates in the shapes that files carry them."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone
from django.utils.translation import gettext as _

from artmarket.core.fuzzy_dates import DayOrder, FuzzyDateError, parse_fuzzy_date
from artmarket.core.text import excerpt, plain

_TIME = re.compile(
    r"[T ,]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)? *([AaPp]\.?[Mm]\.?)?( *(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$", re.ASCII
)
_NUMERIC = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})", re.ASCII)
_WEEKDAY = re.compile(r"^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?,? ", re.IGNORECASE)
_COMPACT = re.compile(r"(?P<y>(?:1[5-9]|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})", re.ASCII)


def is_to_come(day: dt.date) -> bool:
    """Whether a day has begun nowhere on earth yet: where days begin first it is fourteen hours later than UTC."""
    return day > (timezone.now().astimezone(dt.UTC) + dt.timedelta(hours=14)).date()


def parse_day(text: str, *, order: DayOrder = None) -> dt.date:
    """The day; the first one of a range, 1 January of a bare year. See ``parse_days``."""
    return parse_days(text, order=order)[0]


def parse_days(text: str, *, order: DayOrder = None) -> tuple[dt.date, dt.date]:
    """First and last day of a sale ("05/12/2020-05/19/2020"); the time of day is dropped.

    ``order`` says how bare numbers read; without it "3/4/19" is refused. Raises ``FuzzyDateError``
    (not_a_day, ambiguous_day, out_of_range, backwards).
    """
    shown = plain(text)
    for part in (r"\s*(?:-|to|until|~)\s*", r"\s*(?:--)\s*"):
        ends = re.split(part, shown)
        if len(ends) == 2 and all(_NUMERIC.fullmatch(end) or _named(end) for end in ends):
            first, last = (one_day(end, order, text) for end in ends)
            if last < first:
                raise FuzzyDateError("backwards", _("“%(text)s” ends before it begins.") % {"text": excerpt(text)})
            return first, last
    day = one_day(shown, order, text)
    return day, day


def _named(text: str) -> bool:
    return bool(re.search(r"[^\W\d]{3}", text)) and bool(re.search(r"\d{4}$", text))


def one_day(shown: str, order: DayOrder, text: str) -> dt.date:
    shown = _WEEKDAY.sub("", _TIME.sub("", shown)).strip(" ,")
    if compact := _COMPACT.fullmatch(shown):
        return numeric_day(compact["y"], compact["m"], compact["d"], "ymd", text)
    if match := _NUMERIC.fullmatch(shown):
        return numeric_day(match[1], match[3], match[4], order, text)
    try:
        found = parse_fuzzy_date(shown)
    except FuzzyDateError as error:
        code = error.code if error.code == "out_of_range" else "not_a_day"
        raise FuzzyDateError(code, _("“%(text)s” is not a day.") % {"text": excerpt(text)}) from error
    bare_year = re.fullmatch(r"\d{4}年?", shown)
    if found is None or found.circa or (found.earliest != found.latest and not bare_year):
        raise FuzzyDateError("not_a_day", _("“%(text)s” is not a day.") % {"text": excerpt(text)})
    return found.earliest


def numeric_day(a: str, b: str, c: str, order: DayOrder, text: str) -> dt.date:
    """The day of three numbers. Two-digit years lie within the hundred years that end next year."""
    fields = {"y": a, "m": b, "d": c} if len(a) == 4 else {}
    if not fields:
        if len(a) > 2 or len(c) not in (2, 4):
            raise FuzzyDateError("not_a_day", _("“%(text)s” is not a day.") % {"text": excerpt(text)})
        fields = dict(zip(order or guessed_order(int(a), int(b), text), (a, b, c), strict=True))
    year = int(fields["y"])
    if len(fields["y"]) <= 2:
        century_end = dt.datetime.now(dt.UTC).year + 1
        year += century_end - century_end % 100
        year -= 100 if year > century_end else 0
    try:
        return dt.date(year, int(fields["m"]), int(fields["d"]))
    except ValueError as error:
        raise FuzzyDateError(
            "out_of_range", _("“%(text)s” is no day of the calendar.") % {"text": excerpt(text)}
        ) from error


def guessed_order(a: int, b: int, text: str) -> str:
    """The only order in which the numbers are a day; refused where both are."""
    if a > 12 >= b:
        return "dmy"
    if b > 12 >= a or a == b:
        return "mdy"
    raise FuzzyDateError(
        "ambiguous_day", _("In “%(text)s” day and month cannot be told apart.") % {"text": excerpt(text)}
    )
