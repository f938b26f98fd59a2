"""Which answers there are to learn: said of enough works, and nothing made of what is not said."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.classification.labels import FAMILIES, SUPPORTS, first_of, period_of, question, questions, said_of
from ml.collection import Picture


@pytest.mark.parametrize(
    ("year", "period"),
    [(1500, "1401–1500"), (1501, "1501–1600"), (1800, "1701–1800"), (1801, "1801–1850"), (1851, "1851–1900"),
     (1900, "1851–1900"), (None, "")],
)  # fmt: skip
def test_a_period_is_a_century_and_after_1800_a_half(year: int | None, period: str) -> None:
    assert period_of(year) == period


@pytest.mark.parametrize(
    ("text", "family", "support"),
    [("Oil on canvas", "oil", "canvas"), ("Tempera and oil on panel", "tempera", "panel"),
     ("Watercolor and pencil on paper", "watercolour", "paper"), ("bronze", "", ""), ("", "", "")],
)  # fmt: skip
def test_a_medium_is_known_by_its_family_and_what_it_lies_on(text: str, family: str, support: str) -> None:
    assert first_of(FAMILIES, text) == family
    assert first_of(SUPPORTS, text) == support


def test_an_answer_needs_enough_works_not_pictures() -> None:
    words = ["oil", "oil", "oil", "ink", "ink", "ink", "", "chalk"]
    works = [1, 2, 3, 4, 4, 4, 5, 6]
    assert question("medium", words, works, least=3) is None
    found = question("medium", words, works, least=1)
    assert found is not None
    assert found.answers == ("chalk", "ink", "oil")
    assert found.targets.tolist() == [2, 2, 2, 1, 1, 1, -1, 0]
    assert found.is_said.sum() == 7


def test_a_qualified_work_says_nothing_of_its_artist() -> None:
    rows = [
        Picture(Path("a"), "Ada Brush", style="Cubism", year=1911),
        Picture(Path("b"), "Ada Brush", qualifier="Follower of", style="Cubism"),
        Picture(Path("c"), "Unknown"),
    ]
    said = said_of(rows)
    assert said["artist"] == ["Ada Brush", "", ""]
    assert said["style"] == ["Cubism", "Cubism", ""]
    assert questions(said, [1, 2, 3]) == []
