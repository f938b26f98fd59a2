"""Fills parsed values from a record's texts. The text itself always stays; what cannot be read leaves no value."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from django.core.exceptions import ValidationError

from artmarket.catalogue.models import Artist, Artwork
from artmarket.core.dimensions import DimensionsError, parse_dimensions
from artmarket.core.fuzzy_dates import FuzzyDate, FuzzyDateError, parse_fuzzy_date
from artmarket.core.media_terms import parse_medium
from artmarket.core.names import name_key, natural_and_sorted


def read_date(text: str) -> FuzzyDate | None:
    with suppress(FuzzyDateError):
        return parse_fuzzy_date(text)
    return None


def understand_artist(artist: Artist, given: Collection[str]) -> None:
    """Key, sort name and life dates from the texts in ``given``; values given beside a text win over it."""
    artist.name = artist.name.strip()
    artist.name_key = name_key(artist.name)
    if not artist.sort_name:
        artist.sort_name = natural_and_sorted(artist.name)[1]
    for life in ("birth", "death"):
        if f"{life}_text" in given and not {f"{life}_earliest", f"{life}_latest"} & set(given):
            found = read_date(getattr(artist, f"{life}_text"))
            setattr(artist, f"{life}_earliest", found.earliest if found else None)
            setattr(artist, f"{life}_latest", found.latest if found else None)


def understand_artwork(artwork: Artwork, given: Collection[str]) -> None:
    """Date, size, medium and marks from the texts in ``given``; values given beside a text win over it."""
    if "date_text" in given and not {"date_earliest", "date_latest"} & set(given):
        found = read_date(artwork.date_text)
        artwork.date_earliest = found.earliest if found else None
        artwork.date_latest = found.latest if found else None
        artwork.date_circa = bool(found and found.circa)
    if "dimensions_text" in given and not {"height_cm", "width_cm", "depth_cm"} & set(given):
        understand_size(artwork)
    if "medium_text" in given:
        understand_medium(artwork, given)


def understand_size(artwork: Artwork) -> None:
    """A round work's diameter stands for height and width. Raises ``ValidationError`` for a size below zero."""
    size = None
    try:
        size = parse_dimensions(artwork.dimensions_text)
    except DimensionsError as error:
        if error.code == "negative":
            raise ValidationError({"dimensions_text": ValidationError(str(error), code="negative")}) from error
    artwork.height_cm = (size.height_cm or size.diameter_cm) if size else None
    artwork.width_cm = (size.width_cm or size.diameter_cm) if size else None
    artwork.depth_cm = size.depth_cm if size else None


def understand_medium(artwork: Artwork, given: Collection[str]) -> None:
    terms = parse_medium(artwork.medium_text)
    for name in ("medium", "support"):
        if name not in given:
            setattr(artwork, name, getattr(terms, name))
    for name in ("signature", "edition"):
        if name not in given and not getattr(artwork, name):
            setattr(artwork, name, getattr(terms, name))
