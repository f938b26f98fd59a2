"""An appraisal in sentences that a teacher could read out: ids of ``sentences.TEMPLATES`` with their values.

Where a sentence begins to be said, the bounds are our own, set by looking at paintings; they are named here, in one place.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ml.appraisal.appraisal import Appraisal
from ml.appraisal.oklab import BY_EYE
from ml.appraisal.places import Place
from ml.appraisal.seen import Swatch
from ml.appraisal.sentences import COMPARATIVES, TEMPLATES, VOCABULARY

NEARLY_ALL = 0.85
ACCENT_MOST, ACCENT_CHROMA, ACCENT_APART = 0.08, 0.08, 0.2
WARM = 0.35
SLIGHT, STRONG = 33.0, 59.0  # "moderately" and "quite colourful" of Hasler & Süsstrunk's scale
HARMONIOUS = 0.8
LOW_KEY, HIGH_KEY = -0.35, 0.35
CHIAROSCURO, TWO_CAMPS = 0.25, 0.8
HARD, SOFT = 0.22, 0.12
NEAR, CENTRAL = 0.08, 0.8
ONE_SIDED, BALANCED = 0.12, 0.95
MIRRORED = 0.7
PREVAILS = 0.5
MEETS, DIVIDES, AIRY = 0.35, 0.3, 0.55
CLEAR, MERGED = 0.85, 0.5
BUSY, SPARSE = 0.24, 0.08
AIMED, EVEN, BROKEN = 0.15, 0.7, 0.5
TELLING = 80.0


@dataclass(frozen=True)
class Sentence:
    """``template`` is a key of ``TEMPLATES``; ``values`` fill it. Values named in ``VOCABULARY`` are keys of its table."""

    template: str
    group: str
    values: Mapping[str, float | str] = field(default_factory=dict)

    def text(self) -> str:
        """In English."""
        told: dict[str, Any] = dict(self.values)
        for name in VOCABULARY.keys() & told.keys():
            told[name] = VOCABULARY[name][str(told[name])]
        return TEMPLATES[self.template] % told

    def as_json(self) -> dict[str, Any]:
        return {"template": self.template, "group": self.group, "values": dict(self.values)}


def sentences(appraisal: Appraisal, places: Mapping[str, Place] | None = None) -> list[Sentence]:
    """What is worth saying of a picture, group by group, in the order in which it is read out.

    ``places`` (``places.places``) add where it stands out among other works, the farthest out first.
    """
    told = [
        *(Sentence(template, "colour", values) for template, values in of_colour(appraisal)),
        *(Sentence(template, "light", values) for template, values in of_light(appraisal.measures)),
        *(Sentence(template, "composition", values) for template, values in of_composition(appraisal)),
        *(Sentence(template, "brushwork", values) for template, values in of_brushwork(appraisal)),
    ]
    return told + list(of_places(places)) if places else told


Told = Iterator[tuple[str, dict[str, float | str]]]


def of_colour(appraisal: Appraisal) -> Told:
    measures = appraisal.measures
    yield of_palette(appraisal.palette)
    if "greyscale" in appraisal.warnings:
        yield "grey", {}
        return
    if "toned" in appraisal.warnings:
        yield "toned", {}
        return
    if accent := accent_of(appraisal.palette):
        yield "accent", {"colour": accent.name, "share": max(1, round(100 * accent.share))}
    if measures["colourfulness"] < SLIGHT:
        yield "colour_slight", {}
    else:
        yield ("colour_strong" if measures["colourfulness"] > STRONG else "colour_moderate"), {}
    warmth = measures["temperature"]
    if abs(warmth) >= WARM:
        yield ("warm" if warmth > 0 else "cool"), {}
    elif "warm_share" in measures:
        yield "warm_and_cool", {"warm": round(100 * measures["warm_share"])}
    if measures["harmony"] < HARMONIOUS:
        yield "harmony_none", {}
    else:
        yield f"harmony_{appraisal.overlays['harmony'].facts['template']}", {}


def of_palette(palette: tuple[Swatch, ...]) -> tuple[str, dict[str, float | str]]:
    """Swatches of one name are told as one."""
    shares: dict[str, float] = {}
    for swatch in palette:
        shares[swatch.name] = shares.get(swatch.name, 0.0) + swatch.share
    ranked = sorted(shares.items(), key=lambda part: -part[1])
    values: dict[str, float | str] = {}
    for place, (name, share) in zip(("first", "second", "third"), ranked, strict=False):
        values |= {place: name, f"{place}_share": round(100 * share)}
    if len(ranked) == 1 or ranked[0][1] >= NEARLY_ALL:
        return "palette_1", {"first": ranked[0][0]}
    return ("palette_2", values) if len(ranked) == 2 else ("palette_more", values | {"count": len(palette)})


def accent_of(palette: tuple[Swatch, ...]) -> Swatch | None:
    """A small, strong colour far from all larger ones; the strongest of them."""
    places = np.array([swatch.oklab for swatch in palette]) * BY_EYE
    found = []
    for number, swatch in enumerate(palette):
        chroma = float(np.hypot(*swatch.oklab[1:]))
        if number and swatch.share <= ACCENT_MOST and chroma >= ACCENT_CHROMA:
            away = np.linalg.norm(places[:number] - places[number], axis=1).min()
            if away >= ACCENT_APART:
                found.append((chroma, swatch))
    return max(found, key=lambda part: part[0])[1] if found else None


def of_light(measures: Mapping[str, float]) -> Told:
    if measures["key"] <= LOW_KEY:
        yield "key_low", {"dark": round(100 * measures["deep_shadow"])}
    else:
        yield ("key_high" if measures["key"] >= HIGH_KEY else "key_middle"), {}
    if measures["chiaroscuro"] >= CHIAROSCURO:
        yield "chiaroscuro", {}
    elif measures["contrast"] >= HARD:
        yield "contrast_strong", {}
    elif measures["contrast"] <= SOFT:
        yield "contrast_soft", {}
    if measures["bimodality"] >= TWO_CAMPS and measures["contrast"] > SOFT:
        yield "two_camps", {}


def of_composition(appraisal: Appraisal) -> Told:
    measures = appraisal.measures
    if "thirds" in measures:
        yield motif_place(appraisal)
        if measures["figure_ground"] >= CLEAR:
            yield "figure_clear", {}
        elif measures["figure_ground"] <= MERGED:
            yield "figure_merged", {}
    if abs(measures["weight_right"]) >= ONE_SIDED:
        yield ("weight_right" if measures["weight_right"] > 0 else "weight_left"), {}
    elif measures["balance"] >= BALANCED:
        yield "balanced", {}
    if abs(measures["symmetry"]) >= MIRRORED:
        yield ("symmetric" if measures["symmetry"] > 0 else "opposed"), {}
    ways = {"level": "horizontals", "upright": "verticals", "slanting": "diagonals"}
    yield from ((template, {}) for template, name in ways.items() if measures.get(name, 0) >= PREVAILS)
    yield from of_depth(measures)
    if measures["edge_density"] >= BUSY:
        yield "busy", {}
    elif measures["edge_density"] <= SPARSE:
        yield "sparse", {}


def motif_place(appraisal: Appraisal) -> tuple[str, dict[str, float | str]]:
    """Near the middle, on a usual crossing (within 8 % of the picture's sides), or in which part of the picture."""
    if appraisal.measures["centrality"] >= CENTRAL:
        return "motif_centre", {}
    away = {}
    for name in ("thirds", "golden"):
        middle, crossing = appraisal.overlays[name].points
        away[name] = math.dist((middle.x, middle.y), (crossing.x, crossing.y))
    nearest = min(away, key=lambda name: away[name])
    if away[nearest] <= NEAR:
        return f"motif_{nearest}", {}
    middle = appraisal.overlays["saliency"].points[0]
    row, column = (("upper", "middle", "lower")[int(middle.y * 3)], ("left", "middle", "right")[int(middle.x * 3)])
    return "motif_at", {"zone": f"{row}_{column}"}


def of_depth(measures: Mapping[str, float]) -> Told:
    if measures.get("perspective", 0) >= MEETS:
        yield "perspective", {}
    if "horizon_height" in measures and measures["horizon"] >= DIVIDES:
        yield "horizon", {"height": round(100 * measures["horizon_height"])}
    if measures["aerial"] >= AIRY:
        yield "aerial", {}


def of_brushwork(appraisal: Appraisal) -> Told:
    measures = appraisal.measures
    if "coherence" not in measures:
        yield "small_picture", {}
        return
    if measures["alignment"] >= AIMED and "direction" in measures:
        ways = ("marks_level", "marks_rising", "marks_upright", "marks_falling")
        yield ways[round(measures["direction"] / 45) % 4], {}
    else:
        yield "marks_all_ways", {}
    if measures["coherence"] >= EVEN:
        yield "marks_even", {}
    elif measures["coherence"] <= BROKEN:
        yield "marks_broken", {}


def of_places(places: Mapping[str, Place]) -> Iterator[Sentence]:
    """Where a picture stands out: higher or lower than four fifths of the others; else that it is usual."""
    known = [place for name, place in places.items() if name in COMPARATIVES]
    for place in sorted(known, key=lambda place: -abs(place.percentile - 50)):
        is_high = place.percentile >= 50
        percent = place.percentile if is_high else 100 - place.percentile
        if percent >= TELLING:
            values: dict[str, float | str] = {"percent": int(percent), "group": place.group, "works": place.works}
            yield Sentence(f"place_{place.measure}_{'high' if is_high else 'low'}", "places", values)
    if known and all(100 - TELLING < place.percentile < TELLING for place in known):
        first = known[0]
        yield Sentence("place_usual", "places", {"group": first.group, "works": first.works})
