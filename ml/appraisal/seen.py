"""Where the looks put down what they saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ml.appraisal.geometry import Overlay

ABSTENTIONS = {
    "no_colour": "The picture has no colour.",
    "few_lines": "There are too few straight lines.",
    "no_edges": "There is hardly an outline.",
    "no_horizon": "No level line divides the picture.",
    "no_motif": "No motif stands out.",
    "too_coarse": "The picture is too small to show brush-work.",
    "no_direction": "The marks run no way in particular.",
}


@dataclass(frozen=True)
class Swatch:
    """A main colour: ``#rrggbb``, its share of the picture (0…1; all add up to 1), OKLab, and a key of ``COLOUR_NAMES``."""

    hex: str
    share: float
    oklab: tuple[float, float, float]
    name: str

    def as_json(self) -> dict[str, Any]:
        return {"hex": self.hex, "share": self.share, "oklab": list(self.oklab), "name": self.name}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Swatch:
        lightness, a, b = map(float, value["oklab"])
        return cls(str(value["hex"]), float(value["share"]), (lightness, a, b), str(value["name"]))


@dataclass
class Seen:
    """Measures by name, overlays by name, the palette, and what was not measured with the key of its reason."""

    measures: dict[str, float] = field(default_factory=dict)
    overlays: dict[str, Overlay] = field(default_factory=dict)
    abstained: dict[str, str] = field(default_factory=dict)
    palette: tuple[Swatch, ...] = ()

    def abstain(self, reason: str, *names: str) -> None:
        """Say why these measures were not taken."""
        self.abstained |= dict.fromkeys(names, reason)
