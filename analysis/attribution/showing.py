"""Opinions as pages show them: bars, words for likelihood ratios, parts and heat over the picture."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.attribution.models import AttributionOpinion, Verification
from analysis.attribution.naming import Named

MOST_BARS, SERIES = 5, 6
PANEL_BARS = 3
DRAWN_PX = 1000
HEAT_EDGE_PX = 320
HEAT_COLOURS = {"for": (214, 96, 0), "against": (74, 58, 167)}
STRONGEST = 205  # of 255: the picture stays visible under the warmest place
PART_NAMES = {
    "whole": gettext_lazy("whole picture"),
    "detail": gettext_lazy("detail"),
    "patch": gettext_lazy("patch of brush-work"),
}
# Verbal scale of the ENFSI Guideline for Evaluative Reporting in Forensic Science (2015), read in both directions.
SCALE = (
    (2.0, gettext_lazy("says nothing either way")),
    (10.0, gettext_lazy("weakly")),
    (100.0, gettext_lazy("moderately")),
    (1_000.0, gettext_lazy("rather strongly")),
    (10_000.0, gettext_lazy("strongly")),
    (float("inf"), gettext_lazy("very strongly")),
)


@dataclass(frozen=True)
class Bar:
    """One line of the ranking: a name, its probability [0, 1], and the colour of its votes (0: none)."""

    name: str
    probability: float
    series: int = 0
    artist_id: int | None = None
    url: str = ""


def bars(opinion: AttributionOpinion, names: Mapping[str, Named], *, most: int = MOST_BARS) -> list[Bar]:
    """The first candidates, all others together, and "none of those known"; they add up to 1."""
    shown = []
    for place, each in enumerate(opinion.candidates[:most], 1):
        name = names[each["artist"]]
        url = name.artist.get_absolute_url() if name.artist else ""
        shown.append(Bar(str(name), each["probability"], min(place, SERIES), name.hand.artist_id, url))
    rest = opinion.candidates[most:]
    if rest:
        count = len(rest)
        shown.append(
            Bar(_("one of %(count)d other hands") % {"count": count}, sum(each["probability"] for each in rest))
        )
    return [*shown, Bar(_("none of those known"), opinion.unknown)]


@dataclass(frozen=True)
class Vote:
    """A part's vote: its place on the picture (in the drawing's units), the name that it favours, and how surely."""

    number: int
    kind: str
    name: str
    probability: float
    unknown: float
    series: int
    box: tuple[float, float, float, float]
    is_whole: bool


def drawing_size(width_px: int, height_px: int) -> tuple[int, int]:
    """The drawing's units over the picture: the longer side is ``DRAWN_PX``."""
    longest = max(width_px, height_px, 1)
    return max(1, round(DRAWN_PX * width_px / longest)), max(1, round(DRAWN_PX * height_px / longest))


def votes(opinion: AttributionOpinion, names: Mapping[str, Named], size: tuple[int, int]) -> list[Vote]:
    """What each part says alone, coloured as the ranking's candidates."""
    series = {each["artist"]: place for place, each in enumerate(opinion.candidates[:SERIES], 1)}
    found = []
    for number, part in enumerate(opinion.parts, 1):
        first = part["candidates"][0] if part["candidates"] else None
        leads = first is not None and first["probability"] > part["unknown"]
        name = str(names[first["artist"]]) if first is not None and leads else _("none of those known")
        x, y, width, height = part["box"]
        found.append(
            Vote(
                number=number,
                kind=str(PART_NAMES.get(part["name"], part["name"])),
                name=name,
                probability=first["probability"] if first is not None and leads else part["unknown"],
                unknown=part["unknown"],
                series=series.get(first["artist"], 0) if first is not None and leads else 0,
                box=tuple(round(side * unit, 1) for side, unit in zip((x, y, width, height), size * 2, strict=True)),  # type: ignore[arg-type]
                is_whole=part["name"] == "whole",
            )
        )
    return found


def spoken_for(found: Sequence[Vote]) -> list[tuple[str, int]]:
    """How many parts favour each name, most first."""
    counts: dict[str, int] = {}
    for vote in found:
        counts[vote.name] = counts.get(vote.name, 0) + 1
    return sorted(counts.items(), key=lambda each: -each[1])


@dataclass(frozen=True)
class Tested:
    """A name that was put to the test, in words and numbers."""

    verification: Verification
    words: str
    ratio: str


def tested(verification: Verification) -> Tested:
    ratio = verification.likelihood_ratio
    return Tested(verification, ratio_words(ratio, str(verification.artist)), ratio_figure(ratio))


def ratio_words(ratio: float, artist: str) -> str:
    """What a likelihood ratio says, by the verbal scale that forensic reports use."""
    strength = max(ratio, 1 / ratio if ratio > 0 else float("inf"))
    word = next(str(word) for limit, word in SCALE if strength < limit or limit == float("inf"))
    if strength < SCALE[0][0]:
        return _("The picture says nothing either way about %(artist)s.") % {"artist": artist}
    if ratio >= 1:
        return _("The picture speaks %(strength)s for the hand of %(artist)s.") % {"strength": word, "artist": artist}
    return _("The picture speaks %(strength)s for another hand than that of %(artist)s.") % {
        "strength": word,
        "artist": artist,
    }


def ratio_figure(ratio: float) -> str:
    """``38 : 1`` or ``1 : 12``, to two significant digits."""
    number = ratio if ratio >= 1 else 1 / ratio if ratio > 0 else float("inf")
    text = "∞" if number == float("inf") else f"{float(f'{number:.2g}'):,.10g}"
    return f"{text} : 1" if ratio >= 1 else f"1 : {text}"


def heat_png(verification: Verification, side: str) -> bytes:
    """What spoke ``for`` or ``against`` the name, as a PNG whose transparency is the strength; smoothly enlarged."""
    from PIL import Image

    kept: dict[str, Any] = verification.heat_map
    rows, columns = max(1, int(kept.get("rows", 1))), max(1, int(kept.get("columns", 1)))
    sign = 1 if side == "for" else -1
    values = [max(0, min(100, sign * int(value))) * STRONGEST // 100 for value in kept.get("values", [0])]
    alpha = Image.frombytes("L", (columns, rows), bytes(values[: rows * columns]).ljust(rows * columns, b"\0"))
    scale = HEAT_EDGE_PX / max(rows, columns)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    picture = Image.new("RGBA", size, (*HEAT_COLOURS[side], 0))
    picture.putalpha(alpha.resize(size, Image.Resampling.BICUBIC))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def picture_address(opinion: AttributionOpinion) -> str:
    """Where the picture lies that the opinion is on."""
    if opinion.image_id is not None:
        return reverse("catalogue:picture", args=[opinion.image_id, "large"])
    return reverse("attribution:sent-picture", args=[opinion.asked_picture_id])
