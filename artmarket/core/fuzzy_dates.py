"""Dates as the trade writes them: a year, a span, a decade, a century, "before 1650"; always the span they allow."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from django.utils.translation import gettext as _

from artmarket.core import date_words as words
from artmarket.core.text import CodedError, excerpt, fold

DayOrder: TypeAlias = Literal["mdy", "dmy", "ymd"] | None
Span: TypeAlias = tuple[dt.date, dt.date]
Part: TypeAlias = tuple[float, float]

OPEN_SPAN_YEARS = 50
LAST_YEAR = 2100
WHOLE: Part = (0.0, 1.0)
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


class FuzzyDateError(CodedError):
    """A date that cannot be read. Codes: not_a_date, out_of_range, backwards, ambiguous_day, not_a_day."""


@dataclass(frozen=True, slots=True)
class FuzzyDate:
    """The first and last day that a text allows, both included. ``circa``: the text itself doubts them; the span is
    not widened for it."""

    earliest: dt.date
    latest: dt.date
    circa: bool = False

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise FuzzyDateError("backwards", _("A date ends before it begins."))


def parse_fuzzy_date(text: str) -> FuzzyDate | None:
    """The span that ``text`` allows; None where it says nothing ("", "n.d.").

    "before 1650" and "after 1650" reach 50 years and count as circa. Raises ``FuzzyDateError``.
    """
    folded = re.sub(r"[\[\]()\"“”]", " ", fold(text)).strip(" .,;:")
    if folded in words.NOTHING or fold(text) in words.NOTHING:
        return None
    reader = _Reader(folded, text)
    reader.read()
    if not reader.spans:
        raise FuzzyDateError("not_a_date", _("“%(text)s” is not a date.") % {"text": excerpt(text)})
    if reader.backwards():
        raise FuzzyDateError("backwards", _("“%(text)s” ends before it begins.") % {"text": excerpt(text)})
    spans = narrowest(reader.spans)
    return FuzzyDate(min(span[0] for span in spans), max(span[1] for span in spans), reader.circa)


def narrowest(spans: list[Span]) -> list[Span]:
    """Spans without those that only frame another ("20th century (1960s)")."""

    def frames(outer: Span, inner: Span) -> bool:
        return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]

    return [span for span in spans if not any(frames(span, other) for other in spans)]


class _Reader:
    """Reads a text from left to right: words that bear on what follows, and spans of time."""

    def __init__(self, folded: str, text: str) -> None:
        self.rest, self.text = folded, text
        self.spans: list[Span] = []
        self.circa, self.part, self.open, self.joined = False, WHOLE, "", False
        self.joins: list[bool] = []

    def read(self) -> None:
        while self.rest:
            if not (self.read_span() or self.read_word()):
                raise FuzzyDateError("not_a_date", _("“%(text)s” is not a date.") % {"text": excerpt(self.text)})

    def read_span(self) -> bool:
        for pattern, reader in _span_readers():
            match = pattern.match(self.rest)
            if match is None:
                continue
            try:
                span = reader(match, self)
            except ValueError as error:
                if isinstance(error, FuzzyDateError):
                    raise
                raise FuzzyDateError(
                    "out_of_range", _("“%(text)s” lies outside the calendar.") % {"text": excerpt(self.text)}
                ) from error
            self.rest = self.rest[match.end() :]
            self.add(span)
            return True
        return False

    def add(self, span: Span) -> None:
        earliest, latest = span
        if self.open:
            self.circa = True
        if self.open == "before":
            earliest, latest = shift(earliest, -OPEN_SPAN_YEARS), latest
        elif self.open == "after":
            latest = shift(latest, OPEN_SPAN_YEARS)
        self.spans.append((earliest, latest))
        self.joins.append(self.joined)
        self.part, self.open, self.joined = WHOLE, "", False

    def backwards(self) -> bool:
        pairs = zip(self.spans, self.spans[1:], self.joins[1:], strict=False)
        return any(joined and second[1] < first[0] for first, second, joined in pairs)

    def read_word(self) -> bool:
        match = _word_pattern().match(self.rest)
        if match is None:
            return False
        word = match.group("word") or match.group("mark")
        self.rest = self.rest[match.end() :]
        if word in words.CIRCA or word == "?":
            self.circa = True
        elif word in words.PARTS:
            self.part = words.PARTS[word]
        elif word in words.BEFORE:
            self.open = "before"
        elif word in words.AFTER:
            self.open = "after"
        elif word in "-~":
            self.joined = True
        return True


def shift(day: dt.date, years: int) -> dt.date:
    """The same calendar day some years away, kept inside years 1 to 9999."""
    year = min(max(day.year + years, 1), 9999)
    return day.replace(year=year, day=min(day.day, 28 if day.month == 2 else day.day))


def year_span(year: int) -> Span:
    if not 1 <= year <= LAST_YEAR:
        raise FuzzyDateError("out_of_range", _("The year %(year)d is out of range.") % {"year": year})
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def years_span(first: int, count: int, part: Part) -> Span:
    """The part of ``count`` years from ``first`` on."""
    start, end = first + int(count * part[0]), first + max(int(count * part[1]), 1) - 1
    return year_span(start)[0], year_span(end)[1]


def month_span(year: int, month: int) -> Span:
    first = dt.date(year_span(year)[0].year, month, 1)
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return first, following - dt.timedelta(days=1)


def day_span(year: int, month: int, day: int) -> Span:
    found = dt.date(year_span(year)[0].year, month, day)
    return found, found


def roman(text: str) -> int:
    """The value of a well-formed Roman number, else ``ValueError``."""
    values = [ROMAN[letter] for letter in text]
    total = sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
    if not re.fullmatch(r"m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})", text):
        raise ValueError(text)
    return total


def century_span(number: int, part: Part) -> Span:
    """Years 1801 to 1900 for the nineteenth."""
    if not 1 <= number <= 21:
        raise FuzzyDateError("out_of_range", _("Century %(number)d is out of range.") % {"number": number})
    return years_span((number - 1) * 100 + 1, 100, part)


def _century(match: re.Match[str], reader: _Reader) -> Span:
    """One century, or two side by side ("XIX/XX")."""
    numbers = [int(found) if found.isdigit() else roman(found) for found in match.groups() if found]
    spans = [century_span(number, reader.part) for number in numbers]
    return spans[0][0], spans[-1][1]


def _chinese_century(match: re.Match[str], reader: _Reader) -> Span:
    number, decade, part = int(match["century"]), match["decade"], match["part"]
    if decade:
        return years_span((number - 1) * 100 + int(decade), 10, words.CHINESE_PARTS.get(part or "", WHOLE))
    return century_span(number, words.CHINESE_PARTS.get(part or "", reader.part))


def _decade(match: re.Match[str], reader: _Reader) -> Span:
    found = next(group for group in match.groups() if group)
    year = int(found)
    if len(found) == 2:
        year += 1900
    return years_span(year, 100 if year % 100 == 0 and len(found) == 4 and year < 1900 else 10, reader.part)


def _decades(match: re.Match[str], reader: _Reader) -> Span:
    """ "1960-70s": from the first year of the one to the last of the other."""
    first = int(match["first"])
    return year_span(first)[0], years_span(first - first % 100 + int(match["tail"]), 10, WHOLE)[1]


def _short_range(match: re.Match[str], reader: _Reader) -> Span:
    """ "1954-55", "1965-6", "1999-02": the second number's missing digits are the first's."""
    first, tail = int(match["first"]), match["tail"]
    unit = 10 ** len(tail)
    last = first - first % unit + int(tail)
    if last < first and (match["mark"] != "-" or (len(tail) == 2 and first % 100 > 89)):
        last += unit
    if last < first:
        raise FuzzyDateError("backwards", _("“%(text)s” ends before it begins.") % {"text": excerpt(reader.text)})
    return year_span(first)[0], year_span(last)[1]


def _named_month(match: re.Match[str], reader: _Reader) -> Span:
    return month_span(int(match["year"]), words.MONTHS[match["month"]])


def _named_day(match: re.Match[str], reader: _Reader) -> Span:
    return day_span(int(match["year"]), words.MONTHS[match["month"]], int(match["day"]))


def _numbered_day(match: re.Match[str], reader: _Reader) -> Span:
    return day_span(int(match["year"]), int(match["month"]), int(match["day"]))


def _unclear_day(match: re.Match[str], reader: _Reader) -> Span:
    """ "3/4/1911": both readings stay open where both are days."""
    a, b, year = int(match["a"]), int(match["b"]), int(match["year"])
    if "." in match["mark"]:
        return day_span(year, b, a)
    options = [day_span(year, *pair)[0] for pair in {(a, b), (b, a)} if pair[0] <= 12]
    return min(options), max(options)


def _year_month(match: re.Match[str], reader: _Reader) -> Span:
    return month_span(int(match["year"]), int(match["month"]))


def _year(match: re.Match[str], reader: _Reader) -> Span:
    return year_span(int(match["year"]))


def _roman_year(match: re.Match[str], reader: _Reader) -> Span:
    return year_span(roman(match["roman"]))


SpanReader: TypeAlias = Callable[[re.Match[str], _Reader], Span]


@cache
def _span_readers() -> list[tuple[re.Pattern[str], SpanReader]]:
    month = "|".join(sorted(words.MONTHS, key=len, reverse=True))
    century = r"(?:centur(?:y|ies)|cent\.?|c\.|sec(?:ulo|olo|\.)?|siglo|siecle|s\.|jahrhunderts?|jh\.?|jhdt\.?)"
    ordinal = r"(?:st|nd|rd|th|o|º|e|eme|\.)?"
    patterns: list[tuple[str, SpanReader]] = [
        (r"(?P<century>\d{1,2})世纪(?:(?P<decade>\d0)年代)?(?P<part>初|早期|中期|中叶|末|晚期)?", _chinese_century),
        (r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日", _numbered_day),
        (r"(?P<year>\d{4})年(?P<month>\d{1,2})月", _year_month),
        (r"(?P<first>\d{2}\d0)年代", lambda m, r: years_span(int(m["first"]), 10, r.part)),
        (r"(?P<year>\d{3,4})年", _year),
        (rf"{century} ?(\d{{1,2}}|[ivx]+)(?: ?[-/] ?(\d{{1,2}}|[ivx]+))?(?![a-z0-9])", _century),
        (rf"(?:([ivx]+|\d{{1,2}}){ordinal} ?[-/] ?)?([ivx]+|\d{{1,2}}){ordinal}[ -]*{century}(?![a-z])", _century),
        (r"(?:anos|annees|decada de|decade of|decennio|anni|1?anni|anos de) (?:de )?'?(\d{4}|\d{2})(?!\d)", _decade),
        (r"(?P<first>\d{3}0) ?[-/] ?(?P<tail>\d0)'?s(?![a-z])", _decades),
        (r"(\d{3}0)'?s(?![a-z])|(\d{3}0)er(?: jahre)?(?![a-z])", _decade),
        (
            rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|º)? (?:de |of )?(?P<month>{month})\.?,? (?:de )?(?P<year>\d{{4}})"
            r"(?!\d)",
            _named_day,
        ),
        (rf"(?P<month>{month})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?!\d)", _named_day),
        (rf"(?P<month>{month})[.,]? (?:de |of )?(?P<year>\d{{4}})(?!\d)", _named_month),
        (r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)", _numbered_day),
        (r"(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)", _unclear_day),
        (r"(?P<month>0?[1-9]|1[0-2])[/.](?P<year>\d{4})(?!\d)", _year_month),
        (r"(?P<first>\d{4}) ?(?P<mark>[-/]) ?'?(?P<tail>\d{1,2})(?!\d|'?s|er)", _short_range),
        (r"(?P<year>\d{3,4})(?!\d)", _year),
        (
            r"(?=m[mdclxvi]{2})(?P<roman>m{1,2}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))(?![a-z])",
            _roman_year,
        ),
    ]
    return [(re.compile(pattern, re.ASCII), reader) for pattern, reader in patterns]


@cache
def _word_pattern() -> re.Pattern[str]:
    known = {*words.CIRCA, *words.BEFORE, *words.AFTER, *words.PARTS, *words.NOISE}
    options = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?:(?P<word>{options})(?![a-z])\.?|(?P<mark>[-/~?,;:.&+*' ]))")


def parse_day(text: str, *, order: DayOrder = None) -> dt.date:
    """The day of a sale; see ``artmarket.core.days``."""
    from artmarket.core.days import parse_day as parse

    return parse(text, order=order)
