"""Appraisals as CSV, safe to open in a spreadsheet: a line a work, a column a measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from analysis.appraisal.models import Appraisal
from artmarket.intake.exports import inert

FACTS = ("artwork", "title", "artist", "date", "image", "code_version", "palette")


def lines(appraisals: Iterable[Appraisal]) -> Iterator[list[str]]:
    """A heading and a line an appraisal; a measure that was not taken is empty."""
    from ml.appraisal import MEASURES

    yield [*FACTS, *MEASURES]
    for appraisal in appraisals:
        found = [appraisal.measures.get(name) for name in MEASURES]
        yield [*map(inert, facts(appraisal)), *("" if value is None else str(value) for value in found)]


def facts(appraisal: Appraisal) -> list[str]:
    work: Any = appraisal.image.artwork
    palette = " ".join(f"{swatch['hex']}:{swatch['share']:.3f}" for swatch in appraisal.palette)
    artist = work.artist.name if work.artist is not None else ""
    return [str(work.pk), work.title, artist, work.date_text, str(appraisal.image_id), appraisal.code_version, palette]
