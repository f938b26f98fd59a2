"""The sentences of an appraisal, in English, by id; ``%(name)s`` and ``%(name)d`` are filled from a sentence's values.

This library knows no gettext. The site keeps the same ids with translated texts and fills them with the same values;
``VOCABULARY`` has, by the name of a value, the table of words whose key it is (``COLOUR_NAMES``, ``ZONES``), so that they are
translated as well.
"""

from __future__ import annotations

from ml.appraisal.colour_names import COLOUR_NAMES

PALETTE = {
    "palette_1": "Nearly all of the picture is %(first)s.",
    "palette_2": "Two colours carry the picture: %(first)s (%(first_share)d %%) and %(second)s (%(second_share)d %%).",
    "palette_more": "Its main colours are %(first)s (%(first_share)d %%), %(second)s (%(second_share)d %%) and "
    "%(third)s (%(third_share)d %%), of %(count)d that can be told apart.",
    "accent": "A small accent of %(colour)s, %(share)d %% of the picture, stands against the rest.",
    "grey": "The picture is in black, white and greys; nothing is said of its colour.",
    "toned": "One tint lies over the whole picture, as over a toned photograph; its colours may not be the work's.",
}
COLOUR = {
    "warm": "The colour is warm: reds, oranges and yellows outweigh blues and greens.",
    "cool": "The colour is cool: blues and greens outweigh reds and oranges.",
    "warm_and_cool": "Warm and cool colours hold each other in balance: %(warm)d %% of the coloured area is warm.",
    "colour_slight": "The colour is restrained, close to grey.",
    "colour_moderate": "The colour is moderate in strength.",
    "colour_strong": "The colour is strong and varied.",
    "harmony_i": "The hues keep to one family.",
    "harmony_V": "The hues are neighbours on the colour wheel.",
    "harmony_L": "One group of hues is joined by another a quarter of the wheel away.",
    "harmony_I": "Two hues from opposite sides of the wheel, complementaries, face each other.",
    "harmony_T": "The hues come from one half of the wheel.",
    "harmony_Y": "A range of neighbouring hues is set off by a complementary one.",
    "harmony_X": "Two ranges of hues from opposite sides of the wheel face each other.",
    "harmony_none": "The hues come from all round the wheel and keep to no simple scheme.",
}
LIGHT = {
    "key_low": "The picture is in a low key: %(dark)d %% of it lies in deep shadow.",
    "key_high": "The picture is in a high key: light tones prevail.",
    "key_middle": "Middle tones prevail.",
    "chiaroscuro": "Bright lights break out of the dark: strong chiaroscuro.",
    "contrast_strong": "Light and dark stand far apart.",
    "contrast_soft": "The tones lie close together; the contrast is soft.",
    "two_camps": "The tones fall clearly into two camps, a light and a dark one.",
}
COMPOSITION = {
    "motif_centre": "What draws the eye first lies near the middle.",
    "motif_thirds": "What draws the eye first lies near a crossing of the lines of thirds.",
    "motif_golden": "What draws the eye first lies near a crossing of golden sections.",
    "motif_at": "What draws the eye first lies %(zone)s.",
    "weight_left": "The visual weight lies to the left.",
    "weight_right": "The visual weight lies to the right.",
    "balanced": "The visual weight is balanced about the middle.",
    "symmetric": "Left and right mirror each other closely.",
    "opposed": "Left and right are opposites in light and dark.",
    "level": "Level lines prevail, which makes for calm.",
    "upright": "Upright lines prevail, which makes for firmness.",
    "slanting": "Slanting lines prevail, which makes for movement.",
    "perspective": "Straight lines run together towards one point and lead into depth.",
    "horizon": "A level line divides the picture at %(height)d %% of its height.",
    "aerial": "It grows paler, softer and bluer upwards, as distance does in the open air.",
    "figure_clear": "The main motif stands out clearly from its ground by its colour.",
    "figure_merged": "The main motif is of much the same colours as its ground.",
    "busy": "The picture is full of outlines.",
    "sparse": "The picture is sparing of outlines.",
}
BRUSHWORK = {
    "marks_level": "The marks run mostly level.",
    "marks_upright": "The marks run mostly upright.",
    "marks_rising": "The marks run mostly aslant, rising to the right.",
    "marks_falling": "The marks run mostly aslant, falling to the right.",
    "marks_all_ways": "The marks run all ways.",
    "marks_even": "Side by side, marks and contours run the same way: the touch is even.",
    "marks_broken": "Side by side, marks run different ways: the touch is broken.",
    "small_picture": "The picture is too small for its brush-work to be judged.",
}

# A measure's place: what is said where it stands high, and where it stands low.
COMPARATIVES: dict[str, tuple[str, str]] = {
    "lightness": ("lighter", "darker"),
    "colourfulness": ("more colourful", "less colourful"),
    "temperature": ("warmer in colour", "cooler in colour"),
    "hue_variety": ("richer in different hues", "poorer in different hues"),
    "harmony": ("closer to one scheme of hues", "freer in its hues"),
    "contrast": ("stronger in contrast", "softer in contrast"),
    "chiaroscuro": ("stronger in chiaroscuro", "weaker in chiaroscuro"),
    "balance": ("better balanced about its middle", "more one-sided"),
    "symmetry": ("more symmetrical", "less symmetrical"),
    "diagonals": ("richer in slanting lines", "poorer in slanting lines"),
    "straightness": ("richer in straight lines", "poorer in straight lines"),
    "saliency_focus": ("more gathered on one place", "more spread out"),
    "figure_ground": ("clearer in motif against ground", "more merged in motif and ground"),
    "edge_density": ("busier", "plainer"),
    "aerial": ("stronger in aerial perspective", "weaker in aerial perspective"),
    "coherence": ("more even in its touch", "more broken in its touch"),
    "stroke_scale": ("broader in handling", "finer in handling"),
    "spectrum_slope": ("richer in fine detail", "smoother in fine detail"),
}
PLACES = {
    f"place_{name}_{end}": f"It is {words[number]} than %(percent)d %% of %(group)s (%(works)d works)."
    for name, words in COMPARATIVES.items()
    for number, end in enumerate(("high", "low"))
} | {"place_usual": "In what was measured it is usual among %(group)s (%(works)d works)."}

TEMPLATES: dict[str, str] = PALETTE | COLOUR | LIGHT | COMPOSITION | BRUSHWORK | PLACES
ZONES: dict[str, str] = {
    "upper_left": "at the upper left",
    "upper_middle": "above the middle",
    "upper_right": "at the upper right",
    "middle_left": "at the left",
    "middle_middle": "not far from the middle",
    "middle_right": "at the right",
    "lower_left": "at the lower left",
    "lower_middle": "below the middle",
    "lower_right": "at the lower right",
}
VOCABULARY: dict[str, dict[str, str]] = {
    **dict.fromkeys(("first", "second", "third", "colour"), COLOUR_NAMES),
    "zone": ZONES,
}
