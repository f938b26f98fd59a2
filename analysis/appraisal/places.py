"""Where a picture's measures lie among those of other works: reckoned in SQL, over works that the asker may see."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from analysis.appraisal.models import Appraisal
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artwork
from artmarket.core.attribution import Attribution

if TYPE_CHECKING:
    from ml.appraisal.places import Place as Told

BARS = 24
PERIOD_YEARS = 25
MOST_OF_A_PERIOD = 1_000
DECADE, ARTIST, PERIOD = "decade", "artist", "period"

# Each crowd's measures are taken apart, placed in bars between the crowd's own ends (this work's among them), and counted.
PLACES_SQL = """
WITH crowd(name, measures) AS ({crowds}),
own AS (SELECT key, value::float8 AS value FROM jsonb_each_text(%s::jsonb)),
told AS (
    SELECT crowd.name, each.key, each.value::float8 AS value
    FROM crowd CROSS JOIN LATERAL jsonb_each_text(crowd.measures) AS each(key, value)
),
ends AS (
    SELECT told.name, told.key, own.value AS own,
           least(min(told.value), own.value) AS low, greatest(max(told.value), own.value) AS high
    FROM told JOIN own USING (key) GROUP BY told.name, told.key, own.value HAVING count(*) >= %s
)
SELECT name, key, low, high, own,
       CASE WHEN high > low THEN least(width_bucket(value, low, high, %s), %s) ELSE 1 END AS bar,
       count(*), count(*) FILTER (WHERE value < own), count(*) FILTER (WHERE value = own)
FROM told JOIN ends USING (name, key)
GROUP BY name, key, low, high, own, bar
"""


@dataclass(frozen=True)
class Crowd:
    """The works that one is held against."""

    name: str
    label: str
    years: tuple[int, int] | None = None


@dataclass(frozen=True)
class Place:
    """Where a work stands among ``count`` others by one measure.

    ``bars`` counts the others between ``low`` and ``high``; ``below`` is the share of them under this work's ``own`` value,
    a tie counting half (0 to 1).
    """

    crowd: Crowd
    measure: str
    own: float
    low: float
    high: float
    count: int
    below: float
    bars: tuple[int, ...]

    @property
    def position(self) -> float:
        """Of this work between the ends, 0 to 1."""
        return (self.own - self.low) / (self.high - self.low) if self.high > self.low else 0.5

    @property
    def percentile(self) -> float:
        return 100 * self.below

    def as_told(self) -> Told:
        """What ``ml.appraisal.wording`` makes a sentence of."""
        from ml.appraisal.places import Place as Told
        from ml.appraisal.places import wilson

        low, high = wilson(self.below, self.count)
        return Told(self.measure, self.own, self.percentile, 100 * low, 100 * high, self.count, self.crowd.label)


def places_of(user: User, appraisal: Appraisal, work: Artwork) -> dict[str, list[Place]]:
    """By measure the work's places, the narrowest crowd first; crowds of too few others are left out. One query.

    ``work`` has ``artist``, if any, as the user may see it.
    """
    from ml.appraisal import MEASURES
    from ml.appraisal.places import FEWEST

    chosen = list(crowds_of(user, appraisal, work))
    if not chosen:
        return {}
    parts, given = [], []
    for crowd, rows in chosen:
        sql, params = rows.values("measures").query.sql_with_params()
        parts.append(f"(SELECT %s, chosen.measures FROM ({sql}) AS chosen)")  # noqa: S608 - Django's own SQL
        given += [crowd.name, *params]
    statement = PLACES_SQL.format(crowds=" UNION ALL ".join(parts))
    own = {name: value for name, value in appraisal.measures.items() if not MEASURES[name].circular}
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, json.dumps(own), FEWEST, BARS, BARS])
        return gathered(cursor.fetchall(), {crowd.name: crowd for crowd, _rows in chosen})


def gathered(rows: Sequence[Any], crowds: Mapping[str, Crowd]) -> dict[str, list[Place]]:
    """Places of the statement's rows, one row a bar."""
    found: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        found.setdefault((row[1], row[0]), []).append(row)
    places: dict[str, list[Place]] = {}
    for (measure, name), bars in found.items():
        count = sum(row[6] for row in bars)
        below = (sum(row[7] for row in bars) + sum(row[8] for row in bars) / 2) / count
        heights = {row[5]: row[6] for row in bars}
        _name, _key, low, high, own, *_rest = bars[0]
        drawn = tuple(heights.get(number, 0) for number in range(1, BARS + 1))
        places.setdefault(measure, []).append(Place(crowds[name], measure, own, low, high, count, below, drawn))
    order = list(crowds)
    return {measure: sorted(each, key=lambda place: order.index(place.crowd.name)) for measure, each in places.items()}


def crowds_of(user: User, appraisal: Appraisal, work: Artwork) -> Iterator[tuple[Crowd, QuerySet[Any]]]:
    """The artist's works of the decade, all of the artist's, and everybody's of the time: as the user sees them, without
    this one. Works that are not the artist's own hand count in neither of the first two."""
    others = Appraisal.objects.visible_to(user).taken().filter(code_version=appraisal.code_version)
    others = others.exclude(image__artwork=work).order_by()
    year = year_of(work)
    if work.artist is not None:
        own = others.filter(image__artwork__artist=work.artist_id, image__artwork__attribution=Attribution.BY)
        name = {"artist": work.artist.name}
        if year is not None:
            decade = year // 10 * 10
            label = _("works by {artist} of the {decade}s").format(decade=decade, **name)
            yield Crowd(DECADE, label, (decade, decade + 9)), made_in(own, decade, decade + 9)
        yield Crowd(ARTIST, _("works by {artist}").format(**name)), own
    if year is not None:
        first, last = year - PERIOD_YEARS, year + PERIOD_YEARS
        label = _("works of {first} to {last}").format(first=first, last=last)
        # A picture's checksum is as good as chance, and the same works are drawn each time.
        drawn = made_in(others, first, last).order_by("image__sha256")[:MOST_OF_A_PERIOD]
        yield Crowd(PERIOD, label, (first, last)), drawn


def year_of(work: Artwork) -> int | None:
    """The middle of the span in which the work was made, where that is known to half a period."""
    first, last = work.date_earliest, work.date_latest
    if first is None or last is None or last.year - first.year > PERIOD_YEARS:
        return None
    return (first.year + last.year) // 2


def made_in(rows: QuerySet[Any], first: int, last: int) -> QuerySet[Any]:
    """Made, by the earliest date, in these years."""
    start, end = (dt.date(min(9999, max(1, year)), *day) for year, day in ((first, (1, 1)), (last, (12, 31))))
    return rows.filter(image__artwork__date_earliest__gte=start, image__artwork__date_earliest__lte=end)
