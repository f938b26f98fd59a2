"""Painted pictures measured by the appraisal's own measures, and what a step in the space of styles does to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.appraisal import colour, complexity, light
from ml.appraisal.picture import Picture, Unappraisable
from ml.appraisal.seen import Seen
from ml.gan.model import Gan
from ml.images import Pixels
from ml.reporter import Cancelled, Reporter

Styles = npt.NDArray[np.float32]
MEASURED: Mapping[str, str] = {
    "lighter": "lightness", "more contrast": "contrast", "warmer": "temperature",
    "more colourful": "saturation", "busier": "edge_density",
}  # fmt: skip
LOOKS = (colour.look, light.look, complexity.look)
FAR, AT_ONCE = 2.0, 16


def tried(
    gan: Gan, vector: Styles, styles: Styles, measure: str, deviation: float, reporter: Reporter
) -> dict[str, float]:
    """What the direction does to its measure, from two steps back to two steps on."""
    back, on = (MeasuredSamples.of(gan, styles + step * vector, reporter).values[measure] for step in (-FAR, FAR))
    rise = (on - back)[np.isfinite(on - back)]
    if not len(rise):
        return {"rises": 0.0, "moved": 0.0, "moved_deviations": 0.0}
    moved = float(rise.mean())
    return {"rises": float((rise > 0).mean()), "moved": moved, "moved_deviations": moved / deviation}


def effects(
    gan: Gan, vector: Styles, styles: Styles, deviations: Mapping[str, float], reporter: Reporter
) -> dict[str, float]:
    """What a direction does to every measure, in deviations."""
    back, on = (MeasuredSamples.of(gan, styles + step * vector, reporter).values for step in (-FAR, FAR))
    found = {}
    for measure in MEASURED.values():
        rise = (on[measure] - back[measure])[np.isfinite(on[measure] - back[measure])]
        moved = float(rise.mean()) if len(rise) else 0.0
        found[f"{measure}_deviations"] = moved / deviations[measure] if deviations[measure] > 0 else 0.0
    return found


@dataclass(frozen=True)
class MeasuredSamples:
    """Measures of painted pictures by name, ``[n]``, not a number where a picture has none (no colour); and their deviations."""

    values: Mapping[str, npt.NDArray[np.float64]]

    @classmethod
    def of(cls, gan: Gan, styles: Styles, reporter: Reporter) -> MeasuredSamples:
        """Paint and measure. Raises ``Cancelled``."""
        rows: list[Mapping[str, float]] = []
        for at in range(0, len(styles), AT_ONCE):
            if reporter.should_stop():
                raise Cancelled
            rows += [measured(each) for each in gan.paint(styles[at : at + AT_ONCE])]
            reporter.progress(len(rows), len(styles), phase="painting and measuring")
        names = MEASURED.values()
        return cls({name: np.array([row.get(name, np.nan) for row in rows], np.float64) for name in names})

    @property
    def deviations(self) -> Mapping[str, float]:
        found = {}
        for name, values in self.values.items():
            known = values[np.isfinite(values)]
            found[name] = float(known.std()) if len(known) else 0.0
        return found


def measured(pixels: Pixels) -> Mapping[str, float]:
    """Measures of colour, light and outlines of ``uint8 [3, h, w]``; none of a blank picture."""
    seen = Seen()
    try:
        picture = Picture(np.ascontiguousarray(pixels.transpose(1, 2, 0)))
    except Unappraisable:
        return {}
    for look in LOOKS:
        look(picture, seen)
    return seen.measures
