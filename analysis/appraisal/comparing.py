"""Works beside each other by their measures, each on the scale that the works on record span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from analysis.appraisal import queries, showing
from analysis.appraisal.models import Appraisal
from analysis.appraisal.showing import Words
from analysis.appraisal.words import GROUPS, MEASURES
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.queries import as_cards
from artmarket.catalogue.search import text_query

MOST, OFFERED = 4, 12
SCALE_PX, EDGE_PX = 200, 10


@dataclass(frozen=True)
class Mark:
    """A work on a measure's line: its number among the compared, and where, in pixels of the drawing."""

    number: int
    x: float
    value: str


@dataclass(frozen=True)
class Line:
    """A measure with a mark for each work of which it was taken."""

    label: Words
    marks: Sequence[Mark]
    values: Sequence[str]


def compared(user: User, asked: Sequence[int]) -> dict[str, Any]:
    """Works in the order asked for, at most four, with palettes and lines by group. Works that the user may not see, and
    those without a measured picture, stand without figures or not at all."""
    known = {work.pk: work for work in queries.works_with_pictures(user).filter(pk__in=asked[:50])}
    works = [known[key] for key in dict.fromkeys(asked) if key in known][:MOST]
    appraisals = queries.appraisals_of(user, works)
    columns = [(work, appraisals.get(work.pk)) for work in works]
    context: dict[str, Any] = {
        "columns": [
            {
                "number": number,
                "work": work,
                "swatches": showing.swatches(each) if each else [],
                "without": without(works, work.pk),
            }
            for number, (work, each) in enumerate(columns, 1)
        ],
        "keys": [work.pk for work in works],
        "is_full": len(works) == MOST,
        "shows_invented": any(work.is_invented for work in works),
    }
    measured = {number: each.measures for number, (_work, each) in enumerate(columns, 1) if each}
    return context | {"groups": lines(measured, len(works), queries.spread(user)) if len(measured) > 1 else []}


def without(works: Sequence[Artwork], key: int) -> str:
    """The address's query with one work left out."""
    return "&".join(f"work={work.pk}" for work in works if work.pk != key)


def lines(
    measured: Mapping[int, Mapping[str, float]], count: int, spread: Mapping[str, tuple[float, float]]
) -> list[tuple[Words, list[Line]]]:
    """By group a line a measure that at least two works have."""
    from ml.appraisal import MEASURES as DEFINED

    groups: dict[str, list[Line]] = {name: [] for name in GROUPS}
    for name, measure in DEFINED.items():
        values = {number: taken[name] for number, taken in measured.items() if name in taken}
        if len(values) > 1 and not measure.circular and name in spread:
            shown = {number: showing.figure(value, measure.unit) for number, value in values.items()}
            marks = [Mark(number, place(value, *spread[name]), shown[number]) for number, value in values.items()]
            texts = [shown.get(number, "–") for number in range(1, count + 1)]
            groups[measure.group].append(Line(MEASURES.get(name, name), marks, texts))
    return [(GROUPS[name], each) for name, each in groups.items() if each]


def place(value: float, low: float, high: float) -> float:
    """Pixels from the left; what lies beyond the scale stands at its end."""
    share = (value - low) / (high - low) if high > low else 0.5
    return round(EDGE_PX + (SCALE_PX - 2 * EDGE_PX) * min(1.0, max(0.0, share)), 1)


def others(user: User, asked: Sequence[int], text: str) -> list[Artwork]:
    """Works to put beside those: what the words find, else more by the first work's artist, else the latest."""
    measured = Exists(Appraisal.objects.taken().filter(image__artwork=OuterRef("pk")))
    rows: QuerySet[Any] = Artwork.objects.visible_to(user).filter(measured).exclude(pk__in=asked)
    query = text_query(text)
    if query is not None:
        rows = rows.filter(search=query)
    elif asked:
        first = Artwork.objects.visible_to(user).filter(pk=asked[0]).values_list("artist_id", flat=True).first()
        if first is not None:
            rows = rows.filter(artist=first)
    return list(as_cards(rows, user).order_by("-pk")[:OFFERED])
