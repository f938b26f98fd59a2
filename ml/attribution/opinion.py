"""What a connoisseur's machine answers: a ranking of hands, what spoke for each, and whether one name holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Box = tuple[float, float, float, float]
Strength = Literal["strong", "moderate", "weak"]
PartName = Literal["whole", "detail", "patch"]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
STRONG, MODERATE = 0.85, 0.5


@dataclass(frozen=True)
class Candidate:
    """A hand that the model knows, by the name it was trained under, and its calibrated probability, 0 to 1."""

    artist: str
    probability: float


@dataclass(frozen=True)
class PartOpinion:
    """Which hand one view of the picture favours. ``box``: x, y, width, height as shares of the picture.

    ``unknown`` is 0 where the parts rank the known hands alone and "none of those" is asked of the whole picture.
    """

    name: PartName
    box: Box
    candidates: tuple[Candidate, ...]
    unknown: float


@dataclass(frozen=True)
class Opinion:
    """Whose hand it may be.

    ``candidates`` are ranked; with ``unknown``, the probability of "none of those known", they add up to 1.
    ``disagreement`` of the parts is 0 (one voice) to 1: their Jensen–Shannon divergence over its bound.
    ``right_share`` says how often opinions of this ``strength`` named the right hand on ``right_count`` held-out works;
    None where there were too few. ``abstained`` is "" or the reason why nothing is said: ``blank``, ``too_small``,
    ``too_long`` or ``unlike_training``; then ``candidates`` and ``parts`` are empty.
    """

    candidates: tuple[Candidate, ...]
    unknown: float
    parts: tuple[PartOpinion, ...]
    disagreement: float
    strength: Strength
    right_share: float | None
    right_count: int
    abstained: str = ""


@dataclass(frozen=True)
class Verification:
    """“Is this by X?”: how much likelier the picture is if it is than if it is by another.

    ``accepted``: the likelihood ratio reaches ``threshold``, at which ``false_accept`` of others' works were taken for the
    artist's and ``false_reject`` of the artist's own were not, among ``compared_with`` held-out works. ``typicality``: the
    share of the artist's own works that lie as far from the others as the picture does, above 0 to 1; a follower is nearer
    to him than to anybody, and yet unlike his own works. None where the artist has too few.
    """

    artist: str
    likelihood_ratio: float
    threshold: float
    false_accept: float
    false_reject: float
    accepted: bool
    compared_with: int
    typicality: float | None = None


def strength_of(probability: float) -> Strength:
    """``strong`` from 0.85 on, ``moderate`` from 0.5 on, else ``weak``."""
    return "strong" if probability >= STRONG else "moderate" if probability >= MODERATE else "weak"
