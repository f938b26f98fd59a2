"""``appraise``: a picture's measures, its palette, and what was seen where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.appraisal import brushwork, colour, complexity, composition, depth, harmony, light, lines, palette
from ml.appraisal.geometry import Overlay
from ml.appraisal.measures import MEASURES
from ml.appraisal.picture import LONG_EDGE_PX, Picture
from ml.appraisal.seen import Seen, Swatch

CODE_VERSION = "1"
LOOKS = {
    "palette": palette.look,
    "colour": colour.look,
    "harmony": harmony.look,
    "light": light.look,
    "composition": composition.look,
    "lines": lines.look,
    "depth": depth.look,
    "complexity": complexity.look,
    "brushwork": brushwork.look,
}


@dataclass(frozen=True)
class Appraisal:
    """What was measured of one picture.

    ``measures`` by name, each within its bounds in ``MEASURES``; ``abstained`` names the others with the key of a reason
    (``ABSTENTIONS``). ``warnings`` are keys of ``WARNINGS``. ``overlays`` are by name (``OVERLAYS``).
    """

    measures: dict[str, float]
    palette: tuple[Swatch, ...]
    overlays: dict[str, Overlay]
    abstained: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    code_version: str = CODE_VERSION

    def as_json(self) -> dict[str, Any]:
        """Plain JSON: what ``from_json`` reads."""
        return {
            "measures": {name: round(value, 5) for name, value in self.measures.items()},
            "palette": [swatch.as_json() for swatch in self.palette],
            "overlays": {name: overlay.as_json() for name, overlay in self.overlays.items()},
            "abstained": dict(self.abstained),
            "warnings": list(self.warnings),
            "code_version": self.code_version,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Appraisal:
        """What ``as_json`` gave. Raises ``KeyError``, ``TypeError`` or ``ValueError`` where it is not that."""
        return cls(
            measures={str(name): float(number) for name, number in value["measures"].items()},
            palette=tuple(Swatch.from_json(swatch) for swatch in value["palette"]),
            overlays={name: Overlay.from_json(overlay) for name, overlay in value["overlays"].items()},
            abstained=dict(value["abstained"]),
            warnings=tuple(value["warnings"]),
            code_version=str(value["code_version"]),
        )


def appraise(pixels: NDArray[Any], *, long_edge_px: int = LONG_EDGE_PX, warnings: tuple[str, ...] = ()) -> Appraisal:
    """Measure a picture, RGB ``uint8 [h, w, 3]`` of any size; 8- or 16-bit grey, RGB and RGBA are taken as well.

    It is first brought to ``long_edge_px`` (at least 192; never enlarged). The same picture always gives the same numbers.
    ``warnings`` of whoever read the file (``reading.read_picture``) are passed on. Raises ``Unappraisable``, whose
    ``reason`` is a key of ``REASONS``.
    """
    picture = Picture(pixels, long_edge_px)
    seen = Seen()
    for look in LOOKS.values():
        look(picture, seen)
    bounded = {name: bound(name, seen.measures[name]) for name in MEASURES if name in seen.measures}
    return Appraisal(
        measures=bounded,
        palette=seen.palette,
        overlays=seen.overlays,
        abstained=seen.abstained,
        warnings=tuple(dict.fromkeys((*warnings, *picture.warnings))),
    )


def bound(name: str, value: float) -> float:
    """The value without what rounding put beyond its bounds."""
    measure = MEASURES[name]
    return float(np.clip(value, measure.low, measure.high))
