"""What each sense looks at, and how its features are made small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from ml.similarity.colour import colour_features, small_oklab
from ml.similarity.composition import composition_features
from ml.similarity.names import COLOUR, COMPOSITION, STYLE, SUBJECT
from ml.similarity.style import style_features, subject_features


@dataclass(frozen=True)
class Compaction:
    """At most ``most`` principal axes are kept, each divided by its deviation to the power of ``evenness``."""

    most: int
    evenness: float


# Measured on 899 pictures of five sources: an evenness of 0.25 finds the artist at rank 1 as often as full PCA axes do,
# and keeps the mean average precision, which 0.5 lowers by a tenth and 1 by a third.
COMPACTIONS: Mapping[str, Compaction] = {
    STYLE: Compaction(256, 0.25),
    SUBJECT: Compaction(256, 0.25),
    COLOUR: Compaction(64, 0.25),
    COMPOSITION: Compaction(64, 0.25),
}


def features(maps: list[Tensor], unit: Tensor) -> dict[str, Tensor]:
    """Raw features of each sense, ``float32 [n, raw]``, from a network's layers and the picture (RGB in 0..1) itself."""
    lab = small_oklab(unit)
    return {
        STYLE: style_features(maps),
        SUBJECT: subject_features(maps),
        COLOUR: colour_features(lab),
        COMPOSITION: composition_features(lab),
    }
