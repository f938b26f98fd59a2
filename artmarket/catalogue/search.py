"""Words of a person as a query on the text columns: every word must begin a word of the record."""

from __future__ import annotations

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery

MOST_WORDS = 12


def text_query(text: str) -> SearchQuery | None:
    """A query for the written and the unaccented words; None where the text has no word."""
    written = words(text)
    if not written:
        return None
    query = prefix_query(written)
    bare = words(without_accents(text))
    return query | prefix_query(bare) if bare and bare != written else query


def prefix_query(parts: list[str]) -> SearchQuery:
    return SearchQuery(" & ".join(f"{part}:*" for part in parts), config="simple", search_type="raw")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())[:MOST_WORDS]


def without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
