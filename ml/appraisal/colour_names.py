"""Names of colours, nearest in OKLab. The keys are for the program; ``COLOUR_NAMES`` has their English words."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ml.appraisal.oklab import BY_EYE, from_hex

# Basic colour terms (Berlin & Kay 1969) with the steps of light, dark and grey that the ISCC–NBS method distinguishes, and the
# painters' words for earths; the places are our own.
TABLE: dict[str, tuple[str, str]] = {
    "black": ("#0d0d0d", "black"),
    "charcoal": ("#2e2e2f", "charcoal grey"),
    "dark_grey": ("#525252", "dark grey"),
    "grey": ("#808080", "grey"),
    "light_grey": ("#b4b4b4", "light grey"),
    "white": ("#f7f7f5", "white"),
    "ivory": ("#efe6cf", "ivory"),
    "cream": ("#f1e0a6", "cream"),
    "warm_grey": ("#8d8478", "warm grey"),
    "cool_grey": ("#78838d", "cool grey"),
    "stone": ("#b9ae9b", "stone"),
    "brown_black": ("#241a14", "brownish black"),
    "blue_black": ("#141b26", "bluish black"),
    "green_black": ("#16211a", "greenish black"),
    "dark_umber": ("#3d2c20", "dark umber"),
    "umber": ("#5c4630", "umber"),
    "brown": ("#7a4e2d", "brown"),
    "sienna": ("#9c5a32", "sienna"),
    "red_brown": ("#6b2f22", "reddish brown"),
    "taupe": ("#6b5d52", "taupe"),
    "olive_brown": ("#57502f", "olive brown"),
    "ochre": ("#b98636", "ochre"),
    "tan": ("#c19a6b", "tan"),
    "sand": ("#d9c39a", "sand"),
    "flesh": ("#e3b795", "flesh"),
    "terracotta": ("#bf6847", "terracotta"),
    "maroon": ("#4f1a1c", "maroon"),
    "deep_red": ("#8c1c1f", "deep red"),
    "red": ("#d3242a", "red"),
    "vermilion": ("#e8502f", "vermilion"),
    "coral": ("#ea8a75", "coral"),
    "pink": ("#eab4bb", "pink"),
    "rose": ("#c4697d", "rose"),
    "magenta": ("#c22d8c", "magenta"),
    "orange": ("#ee8a25", "orange"),
    "amber": ("#e3aa3c", "amber"),
    "yellow": ("#f3dc2e", "yellow"),
    "pale_yellow": ("#f2eb9b", "pale yellow"),
    "mustard": ("#9c8a32", "mustard"),
    "olive": ("#6f7136", "olive green"),
    "dark_green": ("#24452c", "dark green"),
    "green": ("#3c8a41", "green"),
    "bright_green": ("#4cc83c", "bright green"),
    "yellow_green": ("#a3bd45", "yellowish green"),
    "sage": ("#8f9f82", "sage green"),
    "pale_green": ("#bcd6b2", "pale green"),
    "grey_green": ("#56665a", "greyish green"),
    "emerald": ("#15996f", "emerald"),
    "teal": ("#1f6d70", "teal"),
    "turquoise": ("#3fb5b0", "turquoise"),
    "pale_blue": ("#b6d3e3", "pale blue"),
    "sky_blue": ("#6fb1dd", "sky blue"),
    "blue": ("#2c6cc0", "blue"),
    "ultramarine": ("#2434b4", "ultramarine"),
    "navy": ("#1b2650", "navy"),
    "slate_blue": ("#4d6280", "slate blue"),
    "grey_blue": ("#8fa3b5", "greyish blue"),
    "lavender": ("#b8aed8", "lavender"),
    "violet": ("#6e3fa6", "violet"),
    "dark_violet": ("#3a2352", "dark violet"),
    "mauve": ("#93708f", "mauve"),
    "plum": ("#5d2f4c", "plum"),
}
COLOUR_NAMES: dict[str, str] = {key: name for key, (_place, name) in TABLE.items()}


@cache
def places() -> NDArray[np.float32]:
    return np.stack([from_hex(place) for place, _name in TABLE.values()])


def name_of(lab: NDArray[np.floating]) -> str:
    """The key of the nearest named colour to an OKLab colour ``[3]``."""
    away = np.linalg.norm((places() - np.asarray(lab, np.float32)) * BY_EYE, axis=1)
    return list(TABLE)[int(away.argmin())]
