"""Overlays as geometry: x from the left and y from the top, both 0…1 of the picture, so of no resolution."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Line:
    """A straight line from one place to another; ``weight`` 0…1 says how much it counts, ``role`` what it is."""

    x1: float
    y1: float
    x2: float
    y2: float
    weight: float = 1.0
    role: str = ""


@dataclass(frozen=True)
class Point:
    """A place; it may lie outside the picture. ``weight`` and ``role`` as a line's."""

    x: float
    y: float
    weight: float = 1.0
    role: str = ""


@dataclass(frozen=True)
class Rectangle:
    """Its upper left corner, width and height."""

    x: float
    y: float
    width: float
    height: float
    role: str = ""


@dataclass(frozen=True)
class Curve:
    """A line through places ``(x, y)`` one after another."""

    places: tuple[tuple[float, float], ...]
    role: str = ""


@dataclass(frozen=True)
class Grid:
    """A small map over the whole picture, ``values`` 0…255 by rows from the upper left.

    ``meaning``: ``strength`` (0 none, 255 most), ``mask`` (0 or 255), ``diverging`` (128 neither, 0 one pole, 255 the
    other) or ``labels`` (numbers into ``colours``, ``#rrggbb``).
    """

    rows: int
    columns: int
    values: bytes
    meaning: str = "strength"
    colours: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.values) != self.rows * self.columns:
            raise ValueError("A grid's values do not fill its rows and columns.")

    @classmethod
    def of(cls, values: NDArray[Any], meaning: str = "strength", colours: tuple[str, ...] = ()) -> Grid:
        """A grid of an array ``[rows, columns]``: ``strength`` and ``mask`` from 0…1, ``diverging`` from −1…1."""
        scale, start = {"labels": (1, 0), "diverging": (127, 128)}.get(meaning, (255, 0))
        codes = np.rint(np.clip(values * scale + start, 0, 255)).astype(np.uint8)
        return cls(codes.shape[0], codes.shape[1], codes.tobytes(), meaning, colours)

    def array(self) -> NDArray[np.uint8]:
        """``uint8 [rows, columns]``."""
        return np.frombuffer(self.values, np.uint8).reshape(self.rows, self.columns)

    def as_json(self) -> dict[str, Any]:
        shape = {"rows": self.rows, "columns": self.columns, "meaning": self.meaning, "colours": list(self.colours)}
        return shape | {"values": base64.b64encode(self.values).decode()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Grid:
        return cls(**{**value, "values": base64.b64decode(value["values"]), "colours": tuple(value["colours"])})


SHAPES = ("lines", "points", "rectangles")


@dataclass(frozen=True)
class Overlay:
    """What a group of measures saw, to be laid over the picture. ``facts`` are words and numbers for a legend."""

    lines: tuple[Line, ...] = ()
    points: tuple[Point, ...] = ()
    rectangles: tuple[Rectangle, ...] = ()
    curves: tuple[Curve, ...] = ()
    grid: Grid | None = None
    facts: Mapping[str, float | str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON: shapes are lists of their fields in order, to a ten-thousandth of the picture; a grid's values base64."""
        found: dict[str, Any] = {
            name: [[told(value) for value in astuple(part)] for part in getattr(self, name)] for name in SHAPES
        }
        found["curves"] = [[[[told(x), told(y)] for x, y in curve.places], curve.role] for curve in self.curves]
        found["grid"] = self.grid.as_json() if self.grid else None
        found["facts"] = dict(self.facts)
        return {name: value for name, value in found.items() if value}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Overlay:
        """What ``as_json`` gave. Raises ``KeyError``, ``TypeError`` or ``ValueError`` where it is not that."""
        return cls(
            lines=tuple(Line(*part) for part in value.get("lines", ())),
            points=tuple(Point(*part) for part in value.get("points", ())),
            rectangles=tuple(Rectangle(*part) for part in value.get("rectangles", ())),
            curves=tuple(
                Curve(tuple((float(x), float(y)) for x, y in places), role) for places, role in value.get("curves", ())
            ),
            grid=Grid.from_json(value["grid"]) if value.get("grid") else None,
            facts=dict(value.get("facts", {})),
        )


def told(value: float | str) -> float | str:
    return value if isinstance(value, str) else round(float(value), 4)
