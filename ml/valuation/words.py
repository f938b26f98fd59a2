"""What the printed words say: materials that prices know apart, titles and sales that come back."""

from __future__ import annotations

import re
from functools import lru_cache

MATERIALS = (
    "canvas", "paper", "board", "panel", "linen", "masonite", "bronze", "steel", "aluminum", "aluminium", "wood", "glass",
    "plastic", "plexiglas", "marble", "gouache", "watercolor", "charcoal", "graphite", "crayon", "pastel", "collage",
    "silkscreen", "lithograph", "etching", "gelatin", "print", "photograph", "enamel", "acrylic", "ink", "pencil", "painted",
    "unique",
)  # fmt: skip
WORDS = tuple(f"word_{material}" for material in MATERIALS)
SALES = ("evening", "day", "morning", "afternoon", "online")
SALE_WORDS = tuple(f"sale_{word}" for word in SALES)
UNTITLED = ("untitled", "sans titre", "senza titolo", "ohne titel", "sem título")
LETTERS = re.compile(r"[^\W\d_]{2,}")


@lru_cache(maxsize=65536)
def words_of(text: str) -> frozenset[str]:
    """The words of a text in lower case, without figures and single letters."""
    return frozenset(LETTERS.findall(text.lower()))


def materials(medium_text: str) -> list[float]:
    """Which of ``MATERIALS`` the text names, as 0 and 1."""
    said = words_of(medium_text)
    return [float(material in said) for material in MATERIALS]


def sale_words(sale_kind: str) -> list[float]:
    """Which of ``SALES`` the sale's title names, as 0 and 1."""
    said = words_of(sale_kind)
    return [float(word in said) for word in SALES]


@lru_cache(maxsize=65536)
def kind_of_sale(title: str) -> str:
    """A sale's title without figures: the same for next year's sale of its kind."""
    return " ".join(LETTERS.findall(title.lower()))


@lru_cache(maxsize=65536)
def known_title(title: str) -> str:
    """A title as it may come back; empty where it names nothing."""
    plain = " ".join(LETTERS.findall(title.lower()))
    return "" if plain.startswith(UNTITLED) else plain
