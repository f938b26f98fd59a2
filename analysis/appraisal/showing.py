"""What pages show of an appraisal: swatches, overlays, strips, and sentences to read out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from analysis.appraisal.colour_words import COLOURS
from analysis.appraisal.models import Appraisal
from analysis.appraisal.places import BARS, Place
from analysis.appraisal.sentence_words import COMPARATIVES, text_of
from analysis.appraisal.words import ABSTENTIONS, GROUPS, MEASURES, OVERLAYS

if TYPE_CHECKING:
    from ml.appraisal import Appraisal as Found

STRIP_WIDTH, STRIP_HEIGHT = 240, 36
MOST_COMPARISONS = 5  # the farthest out come first; nobody listens to twenty
HEADLINES = (
    "lightness", "contrast", "chiaroscuro", "colourfulness", "temperature", "harmony", "balance", "symmetry", "diagonals",
    "edge_density", "coherence", "stroke_scale",
)  # fmt: skip
Words = str | Promise


@dataclass(frozen=True)
class Swatch:
    """A main colour as drawn: from ``x``, ``width`` wide, in per cent of the bar."""

    hex: str
    name: Words
    percent: float
    x: float


@dataclass(frozen=True)
class Layer:
    """An overlay to be switched on over the picture."""

    name: str
    label: Words
    explains: Words
    svg: SafeString


@dataclass(frozen=True)
class Strip:
    """The others as bars and this work as a mark, in a box of 240 × 36."""

    bars: str
    mark: float


@dataclass(frozen=True)
class Row:
    """A measure with its value and places; ``missing`` says why there is no value."""

    name: str
    label: Words
    value: str
    places: Sequence[Place]
    strip: Strip | None
    said: str
    also: Sequence[str]
    missing: Words
    source: str


def as_found(appraisal: Appraisal) -> Found:
    """The row as the library knows it."""
    from ml.appraisal import Appraisal as Found

    names = ("measures", "palette", "overlays", "abstained", "warnings", "code_version")
    return Found.from_json({name: getattr(appraisal, name) for name in names})


def swatches(appraisal: Appraisal) -> list[Swatch]:
    """The largest first."""
    shown, x = [], 0.0
    for swatch in appraisal.palette:
        percent = 100 * swatch["share"]
        shown.append(Swatch(swatch["hex"], COLOURS.get(swatch["name"], swatch["name"]), percent, round(x, 3)))
        x += percent
    return shown


def layers(found: Found, aspect: float) -> list[Layer]:
    """Every overlay as SVG for a box of 1000 × 1000 / ``aspect``."""
    from ml.appraisal.overlays import as_svg

    known = [name for name in OVERLAYS if name in found.overlays]
    # The library escapes all text; the rest are its own numbers.
    return [
        Layer(name, *OVERLAYS[name], mark_safe(as_svg(name, found.overlays[name], aspect=aspect)))  # noqa: S308
        for name in known
    ]


def spoken(found: Found, places: Mapping[str, Sequence[Place]]) -> list[tuple[Words, list[str]]]:
    """The sentences by group, in the order in which they are read out."""
    from ml.appraisal.wording import sentences

    told = {name: each[0].as_told() for name, each in places.items() if each}
    groups: dict[str, list[str]] = {}
    for sentence in sentences(found, told):
        groups.setdefault(sentence.group, []).append(text_of(sentence.template, sentence.values))
    groups |= {name: groups[name][:MOST_COMPARISONS] for name in groups.keys() - GROUPS.keys()}
    return [(GROUPS.get(name, _("Among other works")), texts) for name, texts in groups.items()]


def rows(
    appraisal: Appraisal, places: Mapping[str, Sequence[Place]], names: Sequence[str] | None = None
) -> list[tuple[Words, list[Row]]]:
    """Measures by group: those named, or all."""
    from ml.appraisal import MEASURES as DEFINED

    groups: dict[str, list[Row]] = {name: [] for name in GROUPS}
    for name, measure in DEFINED.items():
        if names is None or name in names:
            groups[measure.group].append(row(appraisal, name, places.get(name, ()), measure))
    return [(GROUPS[name], each) for name, each in groups.items() if each]


def row(appraisal: Appraisal, name: str, places: Sequence[Place], measure: Any) -> Row:
    value = appraisal.measures.get(name)
    why = appraisal.abstained.get(name, "")
    return Row(
        name=name,
        label=MEASURES.get(name, name),
        value="" if value is None else figure(value, measure.unit),
        places=places,
        strip=strip(places[0]) if places else None,
        said=in_words(places[0]) if places else "",
        also=[in_words(place) for place in places[1:]],
        missing=ABSTENTIONS.get(why, _("not measured")) if value is None else "",
        source=measure.source,
    )


def figure(value: float, unit: str) -> str:
    """Two places after the point; whole degrees and colours."""
    if unit == "degrees":
        return f"{number_format(round(value))}°"
    if unit == "colours":
        return str(number_format(round(value)))
    return str(number_format(round(value, 2) + 0.0, 2)).replace("-", "−")


def strip(place: Place) -> Strip:
    """Bars as one path, each as high as its share of the highest."""
    highest, step = max(place.bars), STRIP_WIDTH / BARS
    parts = []
    for number, count in enumerate(place.bars):
        if count:
            high = max(1.5, (STRIP_HEIGHT - 8) * count / highest)
            parts.append(f"M{number * step + 0.5:.1f} {STRIP_HEIGHT - 2}v-{high:.1f}h{step - 1:.1f}v{high:.1f}z")
    return Strip("".join(parts), round(place.position * STRIP_WIDTH, 1))


def in_words(place: Place) -> str:
    """``darker than 92 % of 34 works by …``: from the side on which the work stands."""
    is_high = place.below >= 0.5
    percent = int(place.percentile if is_high else 100 - place.percentile)
    told = {"percent": percent, "works": place.count, "group": place.crowd.label}
    if place.measure in COMPARATIVES:
        told["comparative"] = COMPARATIVES[place.measure][0 if is_high else 1]
        if percent == 100:
            return _("%(comparative)s than all %(works)d %(group)s") % told
        return _("%(comparative)s than %(percent)d %% of %(works)d %(group)s") % told
    if is_high:
        return _("higher than %(percent)d %% of %(works)d %(group)s") % told
    return _("lower than %(percent)d %% of %(works)d %(group)s") % told
