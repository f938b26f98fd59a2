"""What a work is made of and how it is marked, from one line of a catalogue in any of six languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from artmarket.core import media_words as words
from artmarket.core.text import fold, plain


@dataclass(frozen=True, slots=True)
class MediumTerms:
    """Parts of a medium line. ``medium`` is a value of ``catalogue.models.Medium``, "" when not told; ``support`` is an
    English word ("canvas"); the rest are the source's own words, "" when absent."""

    medium: str = ""
    support: str = ""
    signature: str = ""
    edition: str = ""
    date_text: str = ""


def parse_medium(text: str) -> MediumTerms:
    """The terms in ``text``. Never raises: what is not understood is left out."""
    shown = plain(text)
    folded = same_length_fold(shown)
    family, support = family_of(folded), support_of(folded)
    return MediumTerms(
        medium=family,
        support=support,
        signature=clause(shown, folded, words.SIGNED)[:500],
        edition=edition_of(shown, folded)[:200],
        date_text=date_of(shown, folded)[:200],
    )


def same_length_fold(text: str) -> str:
    """Folded letter by letter, so that places found in it are places in the text."""
    return "".join(fold(letter) if len(fold(letter)) == 1 else letter for letter in text)


def family_of(folded: str) -> str:
    """The family of the first word that names one; what follows "on" counts only where nothing before it does."""
    head = re.split(_on_pattern(), folded, maxsplit=1)[0]
    for part in (head, folded):
        found = [(match.start(), -len(match.group()), family) for family, match in matches(part)]
        if found:
            families = {family for _start, _length, family in found}
            if "mixed" in families:
                return "mixed"
            specific = [item for item in found if item[2] != "other"]
            return min(specific or found)[2]
    return ""


def matches(part: str) -> list[tuple[str, re.Match[str]]]:
    return [(family, match) for family, pattern in _family_patterns() if (match := pattern.search(part))]


def support_of(folded: str) -> str:
    """The support named after "on"; else a support that is the whole text ("toile", "cuivre")."""
    parts = re.split(_on_pattern(), folded)
    for part in parts[1:] or [folded if len(folded) < 40 else ""]:
        found = [(match.start(), name) for name, pattern in _support_patterns() if (match := pattern.search(part))]
        if found:
            return min(found)[1]
    return ""


def clause(shown: str, folded: str, pattern: str) -> str:
    """The comma-separated clause that begins with a word of ``pattern``."""
    match = re.search(rf"(?<![a-z]){pattern}(?![a-z])[^,;.]*", folded)
    return shown[match.start() : match.end()].strip() if match else ""


def edition_of(shown: str, folded: str) -> str:
    """The edition's clause, or a bare "12/50"."""
    found = clause(shown, folded, words.EDITION)
    if found:
        return found
    match = re.search(
        r"(?<![\d/.,])(?<!anos )(?<!sec\. )(?:\d{1,4}|[ivxlc]{1,6})/(?:\d{1,4}|[ivxlc]{1,6})(?![\d/a-z.,]\d?)", folded
    )
    return shown[match.start() : match.end()] if match else ""


def date_of(shown: str, folded: str) -> str:
    """The words after "dated"; else a century ("séc. XX")."""
    match = re.search(rf"(?<![a-z]){words.DATED}(?![a-z]) ?(?P<date>(?:[\d?./-]+|de |em |circa |c\. ?|anos )+)", folded)
    if match and re.search(r"\d{2}", match["date"]):
        return shown[match.start("date") : match.end("date")].strip(" .-,")
    match = re.search(r"(?:sec\.?|seculo) ?[xvi]+(?:/[xvi]+)?(?: \(anos \d{2,4}\))?|\d{1,2}th century", folded)
    return shown[match.start() : match.end()] if match else ""


@cache
def _family_patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (family, re.compile("|".join(rf"(?<![a-z]){re.escape(w)}{'(?![a-z])' if len(w) < 4 else ''}" for w in starts)))
        for family, starts in words.FAMILIES.items()
    ]


@cache
def _support_patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (name, re.compile("|".join(rf"(?<![a-z]){re.escape(word)}(?![a-z])" for word in names)))
        for name, names in words.SUPPORTS.items()
    ]


@cache
def _on_pattern() -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![a-z0-9]){re.escape(w)} " if w != "/" else r"(?<!\d) ?/(?!\d)" for w in words.ON))
