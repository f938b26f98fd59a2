"""Any JSON as something to read: facts, tables, lists and charts. Used for inputs, results and model cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

MOST_ROWS = 100
MOST_ITEMS = 50
CHARTS = ("line", "scatter", "bar", "interval", "waterfall", "matrix")


@dataclass(frozen=True)
class Node:
    """A value ready for ``jobs/_node.html``; ``kind`` is text, number, facts, table, list, chart or empty."""

    kind: str
    text: str = ""
    chart: str = ""
    payload: Any = None
    facts: list[tuple[str, Node]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    left_out: int = 0


def describe(value: Any) -> Node:
    """The node of a JSON value. A mapping with ``series`` of ``points`` is a chart; rows of like mappings a table."""
    if value is None or value == "" or value == [] or value == {}:
        return Node("empty", "–")
    if isinstance(value, bool):
        return Node("text", _("yes") if value else _("no"))
    if isinstance(value, int | float):
        return Node("number", figure(value))
    if isinstance(value, Mapping):
        return describe_mapping(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return describe_sequence(value)
    return Node("text", str(value))


def describe_mapping(value: Mapping[str, Any]) -> Node:
    if is_chart(value):
        name = str(value.get("chart", "line"))
        identity = sha256(repr(value).encode()).hexdigest()[:12]
        return Node("chart", f"chart-{identity}", name if name in CHARTS else "line", payload=value)
    return Node("facts", facts=[(words(str(name)), describe(part)) for name, part in value.items()])


def describe_sequence(value: Sequence[Any]) -> Node:
    if all(isinstance(item, Mapping) and not is_chart(item) for item in value):
        columns = list(dict.fromkeys(name for item in value[:MOST_ROWS] for name in item))
        rows = [[describe(item.get(name)) for name in columns] for item in value[:MOST_ROWS]]
        return Node("table", columns=[words(name) for name in columns], rows=rows, left_out=len(value) - len(rows))
    items = [describe(item) for item in value[:MOST_ITEMS]]
    return Node("list", items=items, left_out=len(value) - len(items))


def is_chart(value: Mapping[str, Any]) -> bool:
    series = value.get("series")
    return isinstance(series, list) and bool(series) and all("points" in each for each in series)


def words(name: str) -> str:
    return name.replace("_", " ")


def figure(value: float) -> str:
    """Whole numbers grouped; others to four significant digits."""
    if isinstance(value, int):
        return number_format(value, force_grouping=abs(value) >= 10_000)
    if value == int(value) and abs(value) < 1e15:
        return number_format(int(value), force_grouping=abs(value) >= 10_000)
    if 1e-4 <= abs(value) < 1e6:
        digits = max(0, 3 - len(str(int(abs(value)))) + 1)
        return number_format(round(value, max(digits, 4 if abs(value) < 1 else digits)))
    return f"{value:.4g}"
