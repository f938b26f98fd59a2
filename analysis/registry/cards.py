"""A model's card as its page shows it, read from the JSON that training kept: ``docs/model-cards.md`` says its shape.

What a card lacks is not shown; what it has besides is shown as it is, so that cards of any kind and age can be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from analysis.registry.card_charts import Chart, calibration_chart, confusion_chart, confusions

KNOWN = {
    "purpose", "data", "split", "figures", "figures_by_class", "calibration", "confusion", "controls", "limits",
    "parts", "name", "labels_are",
}  # fmt: skip
SHARES = ("precision", "recall", "f1")
Names = Mapping[str, str]


@dataclass(frozen=True)
class ClassRow:
    """How a class was told: ``n`` held-out works; precision, recall and F1 as shares [0, 1], None where unknown."""

    label: str
    n: int | None
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class Controls:
    """Figures by name, of the model itself (``is_own``) and of each control: rows of (name, is_own, values)."""

    figures: list[str]
    rows: list[tuple[str, bool, list[Any]]]


@dataclass(frozen=True)
class Section:
    """The measured part of a card: one for the whole model, or one for each of its answers (style, genre, …)."""

    key: str
    name: str = ""
    controls: Controls | None = None
    classes: list[ClassRow] = field(default_factory=list)
    calibration: Chart | None = None
    confusion: Chart | None = None
    confusions: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.controls or self.classes or self.calibration or self.confusion)


@dataclass(frozen=True)
class Card:
    """All that a card says, by headings; ``more`` is what has no heading of its own."""

    purpose: str
    data: Any
    split: Any
    limits: list[str]
    sections: list[Section]
    more: dict[str, Any]


def read_card(card: Mapping[str, Any], figures: Mapping[str, Any], names: Names | None = None) -> Card:
    """Read a stored card and the version's figures. ``names`` are words for labels that are keys of records."""
    parts = [part for part in listed(card.get("parts")) if isinstance(part, Mapping)]
    sections = [section_of("whole", card, mapping(card.get("figures")) or figures, names or {})]
    sections += [
        section_of(f"part-{number}", part, mapping(part.get("figures")), names or {})
        for number, part in enumerate(parts, 1)
    ]
    return Card(
        purpose=str(card.get("purpose", "")),
        data=card.get("data"),
        split=card.get("split"),
        limits=[str(each) for each in listed(card.get("limits"))],
        sections=[each for each in sections if not each.is_empty],
        more={name: value for name, value in card.items() if name not in KNOWN},
    )


def labels_of(card: Mapping[str, Any]) -> set[str]:
    """Every label that the card's tables use."""
    found: set[str] = set()
    for part in [card, *(each for each in listed(card.get("parts")) if isinstance(each, Mapping))]:
        found |= {str(row.get("label", "")) for row in rows_of(part.get("figures_by_class"))}
        found |= {str(label) for label in listed(mapping(part.get("confusion")).get("labels"))}
    return found


def section_of(key: str, part: Mapping[str, Any], figures: Mapping[str, Any], names: Names) -> Section:
    bins = rows_of(part.get("calibration"))
    labels = [names.get(str(label), str(label)) for label in listed(mapping(part.get("confusion")).get("labels"))]
    counts = listed(mapping(part.get("confusion")).get("counts"))
    is_square = bool(labels) and len(counts) == len(labels) and all(len(listed(row)) == len(labels) for row in counts)
    return Section(
        key=key,
        name=str(part.get("name", "")),
        controls=controls_of(rows_of(part.get("controls")), figures),
        classes=classes_of(rows_of(part.get("figures_by_class")), names),
        calibration=calibration_chart(f"calibration-{key}", bins) if bins else None,
        confusion=confusion_chart(f"confusion-{key}", labels, counts) if is_square else None,
        confusions=confusions(labels, counts) if is_square else [],
    )


def controls_of(rows: Sequence[Mapping[str, Any]], figures: Mapping[str, Any]) -> Controls | None:
    """The model's own figures above those of its controls; only figures that some control has."""
    columns = list(dict.fromkeys(name for row in rows for name in row if name != "name"))
    if not columns:
        return None
    own = [figures.get(name) for name in columns]
    is_listed = any(is_own(row) for row in rows)
    table = [] if is_listed or all(value is None for value in own) else [(_("This model"), True, own)]
    for row in sorted(rows, key=lambda row: not is_own(row)):
        name = _("This model") if is_own(row) else str(row.get("name", ""))
        table.append((name, is_own(row), [row.get(column) for column in columns]))
    return Controls(columns, table)


def is_own(row: Mapping[str, Any]) -> bool:
    """Whether a card lists the model itself among its controls."""
    return str(row.get("name", "")).casefold() == "this model"


def classes_of(rows: Sequence[Mapping[str, Any]], names: Names) -> list[ClassRow]:
    """The classes with the most works first."""
    found = []
    for row in rows:
        label, n = str(row.get("label", "")), row.get("n")
        shares = [number(row.get(name)) for name in SHARES]
        found.append(ClassRow(names.get(label, label), n if isinstance(n, int) else None, *shares))
    return sorted(found, key=lambda each: -(each.n or 0))


def number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """A list as it is, one value as a list of one, nothing as none."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def rows_of(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in listed(value) if isinstance(row, Mapping)]
