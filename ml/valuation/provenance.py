"""What a provenance tells that was known before the sale: how long it is, how far back it goes, how fresh the work is.

A record's provenance is that of its latest catalogue, so it names sales that were still to come for earlier lots. Entries
stand in order of time: only those up to the last one that is dated in a year before the sale's are read.
"""

from __future__ import annotations

import math
import re

from ml.valuation.offers import Offer

PROVENANCE = ("provenance_entries", "provenance_years", "provenance_fresh_years", "provenance_museum")
ENTRY = re.compile(r"[;\n]+")
YEAR = re.compile(r"(?<![\dA-Za-z])(1[3-9]\d\d|20\d\d)(?![\dA-Za-z])")
MUSEUM = re.compile(r"\b(?:mus[eé]e|museum|museo|museu|kunsthalle|national gallery|tate)\b|博物|美术馆", re.IGNORECASE)


def known_entries(text: str, year: int) -> list[tuple[str, list[int]]]:
    """The entries that were known before ``year``, each with the years that it names."""
    entries = [
        (part.strip(), [int(found) for found in YEAR.findall(part)]) for part in ENTRY.split(text) if part.strip()
    ]
    later = next((place for place, (_part, years) in enumerate(entries) if years and max(years) >= year), len(entries))
    dated = [place for place, (_part, years) in enumerate(entries[:later]) if years]
    return entries[: dated[-1] + 1] if dated else []


def provenance(offer: Offer) -> list[float]:
    """Numbers in the order of ``PROVENANCE``; NaN where nothing dated before the sale's year is told."""
    year = offer.date.year
    known = known_entries(offer.provenance, year) if offer.provenance else []
    if not known:
        return [math.nan] * len(PROVENANCE)
    years = [each for _part, named in known for each in named]
    return [
        math.log1p(len(known)),
        float(year - min(years)),
        float(year - max(years)),
        float(any(MUSEUM.search(part) for part, _named in known)),
    ]
