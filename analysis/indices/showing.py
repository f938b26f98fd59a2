"""What pages show of an index: charts, sparklines, words on what it does not see."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analysis.indices.models import IndexDefinition, IndexVintage, Period

MOST_NAMED_BARS = 12  # wider bars than these would reach over a continuous axis' ends
SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 120, 28, 2


def level_chart(vintage: IndexVintage) -> dict[str, Any]:
    """Levels with their band; a suppressed point is a gap."""
    return chart(vintage.definition, _("Level, %(base)s = 100") % {"base": vintage.base}, [
        {"name": "", "points": [banded(vintage.definition, point) for point in vintage.points]}
    ])  # fmt: skip


def methods_chart(definition: IndexDefinition, vintages: Iterable[IndexVintage]) -> dict[str, Any]:
    """All methods' levels beside each other, without bands."""
    series = [
        {
            "name": str(vintage.get_method_display()),
            "points": [[place(definition, point), point["level"]] for point in vintage.points],
        }
        for vintage in vintages
    ]
    return chart(definition, _("All methods"), series)


def counts_chart(vintage: IndexVintage) -> dict[str, Any]:
    """How many sales, and pairs of sales of one work, stand behind each point."""
    is_short = len(vintage.points) <= MOST_NAMED_BARS
    names = {"sales": _("sold lots"), "pairs": _("ends of pairs")}
    series = [
        {
            "name": name,
            "points": [
                [point["period"] if is_short else place(vintage.definition, point), point[key]]
                for point in vintage.points
            ],
        }
        for key, name in names.items()
    ]
    drawn = chart(vintage.definition, _("Behind each point"), series) | {"y_type": "linear", "y": _("Number")}
    return drawn | {"x_type": "category"} if is_short else drawn


def chart(definition: IndexDefinition, title: str, series: list[dict[str, Any]]) -> dict[str, Any]:
    is_yearly = definition.period == Period.YEAR
    return {
        "title": title,
        "x": _("Year") if is_yearly else _("Period from"),
        "y": _("Level"),
        "x_type": "year" if is_yearly else "time",
        "y_type": "log",
        "series": series,
    }


def banded(definition: IndexDefinition, point: Mapping[str, Any]) -> list[Any]:
    if point["level"] is None:
        return [place(definition, point), None]
    return [place(definition, point), *(round(point[name], 1) for name in ("level", "low", "high"))]


def place(definition: IndexDefinition, point: Mapping[str, Any]) -> int | str:
    return int(point["period"]) if definition.period == Period.YEAR else str(point["start"])


@dataclass(frozen=True)
class Sparkline:
    """A small line: stretches of points in a box of ``width`` × ``height``, broken at gaps."""

    stretches: list[str]
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT


def sparkline(vintage: IndexVintage) -> Sparkline:
    """The levels, log scale, as SVG points."""
    known = [math.log(point["level"]) for point in vintage.shown]
    low, spread = min(known), (max(known) - min(known)) or 1.0
    step = (SPARK_WIDTH - 2 * SPARK_EDGE) / max(len(vintage.points) - 1, 1)
    stretches: list[list[str]] = [[]]
    for number, point in enumerate(vintage.points):
        if point["level"] is None:
            stretches.append([])
            continue
        x = SPARK_EDGE + number * step
        y = SPARK_HEIGHT - SPARK_EDGE - (math.log(point["level"]) - low) / spread * (SPARK_HEIGHT - 2 * SPARK_EDGE)
        stretches[-1].append(f"{x:.1f},{y:.1f}")
    # A line of one point has no length, so that its round cap shows only where it is said twice.
    return Sparkline([" ".join(each * 2 if len(each) == 1 else each) for each in stretches if each])
