"""From held-out answers to probabilities that hold: the pool, the stranger's line, likelihood ratios, shares right."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.attribution import figures
from ml.attribution.calibrating import Line, Pool, fit_line, fit_pool, log_odds, signs_of_strangeness
from ml.attribution.crossfitting import HeldOut
from ml.attribution.opinion import MODERATE, STRONG, Strength

Floats = npt.NDArray[np.float64]
FEWEST_RIGHT = 10
FEWEST_OWN = 20


@dataclass(frozen=True)
class Question:
    """ "Is this by X?": the line from a hand's log-odds to a log likelihood ratio, the ratio from which on the answer is yes,
    and the errors at it among held-out ``trials``."""

    line: Line
    threshold: float
    false_accept: float
    false_reject: float
    trials: int

    def ratio(self, probability: Floats) -> Floats:
        """How much likelier the picture is if it is by the hand than if not, of the hand's open-set probability."""
        return np.exp(self.line.log_odds(log_odds(probability)[..., None]))


@dataclass(frozen=True)
class Trust:
    """All that turns judges' words into calibrated answers; JSON-able by ``as_json`` and ``from_json``.

    ``question`` is asked of any hand, ``by_hand`` of those with enough held-out works of their own.
    """

    pool: Pool
    strange: Line
    question: Question
    by_hand: dict[str, Question]
    right: dict[str, tuple[float, int]]

    def closed(self, judged: npt.ArrayLike) -> Floats:
        """Probabilities among the known hands ``[n, hands]``."""
        return self.pool(np.asarray(judged, np.float64))

    def unknown(self, closed: Floats, nearness: npt.ArrayLike, strangeness: npt.ArrayLike) -> Floats:
        """Probability of "none of those known" ``[n]``, as if half of all pictures that are asked about were strangers'."""
        signs = signs_of_strangeness(closed, np.asarray(nearness, np.float64), np.asarray(strangeness, np.float64))
        return self.strange(signs)

    def share_right(self, strength: Strength) -> tuple[float | None, int]:
        share, count = self.right.get(strength, (0.0, 0))
        return (share, count) if count >= FEWEST_RIGHT else (None, count)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Trust:
        return cls(
            Pool(tuple(value["pool"]["weights"])),
            line_of(value["strange"]),
            question_of(value["question"]),
            {hand: question_of(told) for hand, told in value["by_hand"].items()},
            {name: (share, count) for name, (share, count) in value["right"].items()},
        )


def line_of(value: dict[str, Any]) -> Line:
    return Line(tuple(value["weights"]), value["bias"])


def question_of(value: dict[str, Any]) -> Question:
    return Question(**{**value, "line": line_of(value["line"])})


def learn_trust(held: HeldOut) -> tuple[Trust, Floats, Floats]:
    """The trust that held-out answers earn; with it their closed and open probabilities ``[n, hands]``."""
    is_known = ~held.is_stranger
    pool = fit_pool(held.judged[:, is_known], held.truth[is_known])
    closed = pool(held.judged)
    signs = signs_of_strangeness(closed, held.nearness, held.strangeness)
    strange = fit_line(signs, held.is_stranger, balanced=True)
    opened = closed * (1 - strange(signs))[:, None]
    question, by_hand = learn_questions(held, opened)
    right = shares_right(held, opened, 1 - opened.sum(1))
    return Trust(pool, strange, question, by_hand, right), closed, opened


def learn_questions(held: HeldOut, opened: Floats) -> tuple[Question, dict[str, Question]]:
    """The question for any hand, by all trials (a held-out picture, a hand that its fold knew), and for hands with enough
    works of their own."""
    rows, columns = np.nonzero(np.isfinite(held.judged[0]))
    chances, is_own = opened[rows, columns], held.truth[rows] == columns
    by_hand = {
        hand: learn_question(chances[columns == place], is_own[columns == place])
        for place, hand in enumerate(held.hands)
        if is_own[columns == place].sum() >= FEWEST_OWN
    }
    return learn_question(chances, is_own), by_hand


def learn_question(chances: Floats, is_own: npt.NDArray[np.bool_]) -> Question:
    """The line by both kinds of trials weighing the same, and the threshold at which both errors are equal."""
    scores = log_odds(chances)
    line = fit_line(scores[:, None], is_own, balanced=True)
    ratios = np.exp(line.log_odds(scores[:, None]))
    _rate, threshold = figures.equal_errors(ratios, is_own)
    threshold = threshold if np.isfinite(threshold) else 1.0
    accepted = ratios >= threshold
    others, own = accepted[~is_own], accepted[is_own]
    return Question(
        line,
        float(threshold),
        float(others.mean()) if len(others) else 0.0,
        float((~own).mean()) if len(own) else 0.0,
        len(accepted),
    )


def shares_right(held: HeldOut, opened: Floats, unknown: Floats) -> dict[str, tuple[float, int]]:
    """By strength of the leading answer ("none of those" is one): the share right and the number of held-out works."""
    leading = np.maximum(opened.max(1), unknown)
    named = np.where(unknown > opened.max(1), -1, opened.argmax(1))
    is_right = named == held.truth
    parts = {
        "strong": leading >= STRONG,
        "moderate": (leading < STRONG) & (leading >= MODERATE),
        "weak": leading < MODERATE,
    }
    return {
        name: (float(is_right[part].mean()) if part.any() else 0.0, int(part.sum())) for name, part in parts.items()
    }
