"""What pictures are said to be: the answers of each question, numbered, where a source gives one often enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.collection import Picture

Targets = npt.NDArray[np.int64]
LEAST_WORKS = 5
MISSING = -1
CENTURY_UNTIL = 1800
FAMILIES = (
    ("tempera", "tempera"),
    ("fresco", "tempera"),
    ("oil", "oil"),
    ("acryl", "acrylic"),
    ("watercolo", "watercolour"),
    ("gouache", "watercolour"),
    ("pastel", "pastel"),
    ("ink", "ink"),
    ("etching", "print"),
    ("engraving", "print"),
    ("lithograph", "print"),
    ("charcoal", "drawing"),
    ("pencil", "drawing"),
    ("chalk", "drawing"),
)
SUPPORTS = (
    ("canvas", "canvas"),
    ("linen", "canvas"),
    ("panel", "panel"),
    ("wood", "panel"),
    ("copper", "copper"),
    ("paper", "paper"),
)


@dataclass(frozen=True)
class Question:
    """One thing to tell of a picture. ``answers`` are its classes; ``targets`` ``[n]`` number them, -1 where not said."""

    name: str
    answers: tuple[str, ...]
    targets: Targets

    @property
    def is_said(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.targets != MISSING)


def question(
    name: str, said: Sequence[str], groups: Sequence[int] | Targets, *, least: int = LEAST_WORKS
) -> Question | None:
    """The answers that ``least`` or more works (groups) were given; None where there are fewer than two of those.

    Rarer answers are no class of their own and no class "other": their pictures do not take part in this question.
    """
    works: dict[str, set[int]] = defaultdict(set)
    for answer, group in zip(said, groups, strict=True):
        works[answer].add(int(group))
    answers = sorted(answer for answer, found in works.items() if answer and len(found) >= least)
    if len(answers) < 2:
        return None
    number = {answer: place for place, answer in enumerate(answers)}
    return Question(name, tuple(answers), np.array([number.get(answer, MISSING) for answer in said], np.int64))


def questions(
    said: Mapping[str, Sequence[str]], groups: Sequence[int] | Targets, *, least: int = LEAST_WORKS
) -> list[Question]:
    """The questions that can be learned from what is said; ``said`` holds a word, or "", a picture by question."""
    found = [question(name, words, groups, least=least) for name, words in said.items()]
    return [each for each in found if each is not None]


def said_of(pictures: Sequence[Picture]) -> dict[str, list[str]]:
    """Style, genre, medium (its family), support, period and artist of a collection's rows.

    Of works under a qualifier ("follower of") the artist is not said: they are learned as what they are elsewhere.
    """
    return {
        "style": [picture.style for picture in pictures],
        "genre": [picture.genre for picture in pictures],
        "medium": [first_of(FAMILIES, picture.medium) for picture in pictures],
        "support": [first_of(SUPPORTS, picture.medium) for picture in pictures],
        "period": [period_of(picture.year) for picture in pictures],
        "artist": [picture.artist if picture.is_known else "" for picture in pictures],
    }


def first_of(words: Sequence[tuple[str, str]], text: str) -> str:
    """The family of the first word that the text contains; "" where it contains none."""
    lowered = text.casefold()
    return next((family for word, family in words if word in lowered), "")


def period_of(year: int | None) -> str:
    """The century up to 1800, the half-century from there on, as years: ``1601–1700``, ``1851–1900``; "" for none."""
    if year is None:
        return ""
    length = 100 if year <= CENTURY_UNTIL else 50
    first = (year - 1) // length * length + 1
    return f"{first}–{first + length - 1}"
