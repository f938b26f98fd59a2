"""The sentences of an appraisal, by the ids of ``ml.appraisal.sentences``, in the reader's language.

A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analysis.appraisal.colour_words import COLOURS

SENTENCES = {
    "palette_1": _("Nearly all of the picture is %(first)s."),
    "palette_2": _(
        "Two colours carry the picture: %(first)s (%(first_share)d %%) and %(second)s (%(second_share)d %%)."
    ),
    "palette_more": _(
        "Its main colours are %(first)s (%(first_share)d %%), %(second)s (%(second_share)d %%) and "
        "%(third)s (%(third_share)d %%), of %(count)d that can be told apart."
    ),
    "accent": _("A small accent of %(colour)s, %(share)d %% of the picture, stands against the rest."),
    "grey": _("The picture is in black, white and greys; nothing is said of its colour."),
    "toned": _("One tint lies over the whole picture, as over a toned photograph; its colours may not be the work's."),
    "warm": _("The colour is warm: reds, oranges and yellows outweigh blues and greens."),
    "cool": _("The colour is cool: blues and greens outweigh reds and oranges."),
    "warm_and_cool": _("Warm and cool colours hold each other in balance: %(warm)d %% of the coloured area is warm."),
    "colour_slight": _("The colour is restrained, close to grey."),
    "colour_moderate": _("The colour is moderate in strength."),
    "colour_strong": _("The colour is strong and varied."),
    "harmony_i": _("The hues keep to one family."),
    "harmony_V": _("The hues are neighbours on the colour wheel."),
    "harmony_L": _("One group of hues is joined by another a quarter of the wheel away."),
    "harmony_I": _("Two hues from opposite sides of the wheel, complementaries, face each other."),
    "harmony_T": _("The hues come from one half of the wheel."),
    "harmony_Y": _("A range of neighbouring hues is set off by a complementary one."),
    "harmony_X": _("Two ranges of hues from opposite sides of the wheel face each other."),
    "harmony_none": _("The hues come from all round the wheel and keep to no simple scheme."),
    "key_low": _("The picture is in a low key: %(dark)d %% of it lies in deep shadow."),
    "key_high": _("The picture is in a high key: light tones prevail."),
    "key_middle": _("Middle tones prevail."),
    "chiaroscuro": _("Bright lights break out of the dark: strong chiaroscuro."),
    "contrast_strong": _("Light and dark stand far apart."),
    "contrast_soft": _("The tones lie close together; the contrast is soft."),
    "two_camps": _("The tones fall clearly into two camps, a light and a dark one."),
    "motif_centre": _("What draws the eye first lies near the middle."),
    "motif_thirds": _("What draws the eye first lies near a crossing of the lines of thirds."),
    "motif_golden": _("What draws the eye first lies near a crossing of golden sections."),
    "motif_at": _("What draws the eye first lies %(zone)s."),
    "weight_left": _("The visual weight lies to the left."),
    "weight_right": _("The visual weight lies to the right."),
    "balanced": _("The visual weight is balanced about the middle."),
    "symmetric": _("Left and right mirror each other closely."),
    "opposed": _("Left and right are opposites in light and dark."),
    "level": _("Level lines prevail, which makes for calm."),
    "upright": _("Upright lines prevail, which makes for firmness."),
    "slanting": _("Slanting lines prevail, which makes for movement."),
    "perspective": _("Straight lines run together towards one point and lead into depth."),
    "horizon": _("A level line divides the picture at %(height)d %% of its height."),
    "aerial": _("It grows paler, softer and bluer upwards, as distance does in the open air."),
    "figure_clear": _("The main motif stands out clearly from its ground by its colour."),
    "figure_merged": _("The main motif is of much the same colours as its ground."),
    "busy": _("The picture is full of outlines."),
    "sparse": _("The picture is sparing of outlines."),
    "marks_level": _("The marks run mostly level."),
    "marks_upright": _("The marks run mostly upright."),
    "marks_rising": _("The marks run mostly aslant, rising to the right."),
    "marks_falling": _("The marks run mostly aslant, falling to the right."),
    "marks_all_ways": _("The marks run all ways."),
    "marks_even": _("Side by side, marks and contours run the same way: the touch is even."),
    "marks_broken": _("Side by side, marks run different ways: the touch is broken."),
    "small_picture": _("The picture is too small for its brush-work to be judged."),
}
ZONES = {
    "upper_left": _("at the upper left"),
    "upper_middle": _("above the middle"),
    "upper_right": _("at the upper right"),
    "middle_left": _("at the left"),
    "middle_middle": _("not far from the middle"),
    "middle_right": _("at the right"),
    "lower_left": _("at the lower left"),
    "lower_middle": _("below the middle"),
    "lower_right": _("at the lower right"),
}
VOCABULARY: dict[str, Mapping[str, Any]] = {
    **dict.fromkeys(("first", "second", "third", "colour"), COLOURS),
    "zone": ZONES,
}
COMPARATIVES = {
    "lightness": (_("lighter"), _("darker")),
    "colourfulness": (_("more colourful"), _("less colourful")),
    "temperature": (_("warmer in colour"), _("cooler in colour")),
    "hue_variety": (_("richer in different hues"), _("poorer in different hues")),
    "harmony": (_("closer to one scheme of hues"), _("freer in its hues")),
    "contrast": (_("stronger in contrast"), _("softer in contrast")),
    "chiaroscuro": (_("stronger in chiaroscuro"), _("weaker in chiaroscuro")),
    "balance": (_("better balanced about its middle"), _("more one-sided")),
    "symmetry": (_("more symmetrical"), _("less symmetrical")),
    "diagonals": (_("richer in slanting lines"), _("poorer in slanting lines")),
    "straightness": (_("richer in straight lines"), _("poorer in straight lines")),
    "saliency_focus": (_("more gathered on one place"), _("more spread out")),
    "figure_ground": (_("clearer in motif against ground"), _("more merged in motif and ground")),
    "edge_density": (_("busier"), _("plainer")),
    "aerial": (_("stronger in aerial perspective"), _("weaker in aerial perspective")),
    "coherence": (_("more even in its touch"), _("more broken in its touch")),
    "stroke_scale": (_("broader in handling"), _("finer in handling")),
    "spectrum_slope": (_("richer in fine detail"), _("smoother in fine detail")),
}


def text_of(template: str, values: Mapping[str, Any]) -> str:
    """A sentence in the reader's language: ``template`` is an id, values named in ``VOCABULARY`` are keys of its tables."""
    told = dict(values)
    for name in VOCABULARY.keys() & told.keys():
        told[name] = VOCABULARY[name].get(str(told[name]), told[name])
    if template in SENTENCES:
        return str(SENTENCES[template] % told)
    if template == "place_usual":
        return gettext("In what was measured it is usual among %(works)d %(group)s.") % told
    measure, _mark, end = template.removeprefix("place_").rpartition("_")
    if measure not in COMPARATIVES:
        return in_english(template, values)
    told["comparative"] = COMPARATIVES[measure][0 if end == "high" else 1]
    if told["percent"] == 100:
        return gettext("It is %(comparative)s than all %(works)d %(group)s.") % told
    return gettext("It is %(comparative)s than %(percent)d %% of %(works)d %(group)s.") % told


def in_english(template: str, values: Mapping[str, Any]) -> str:
    """As the library says it: for a sentence that is newer than our words."""
    from ml.appraisal.wording import Sentence

    return Sentence(template, "", values).text()
