"""What a training of the attribution model may be told."""

from __future__ import annotations

from dataclasses import dataclass

CODE_VERSION = "3"


@dataclass(frozen=True)
class Settings:
    """``min_works``: a hand with fewer different works is not ranked; its works teach what a stranger looks like.

    ``axes``/``kept``: dimensions of the features' basis and of the space of hands. ``folds`` of cross-fitting, over works.
    ``perturbed``/``imitations``/``restyled``: pictures that are shown changed, imitated by matched colour and texture, and
    imitated by a restyling network (about a second each on one core) while training. ``patches``: patches of a picture that
    are learned from.
    """

    min_works: int = 5
    axes: int = 300
    kept: int = 64
    folds: int = 5
    seed: int = 1
    perturbed: int = 150
    imitations: int = 60
    restyled: int = 0
    patches: int = 8
    most_of_one_hand: int = 200
