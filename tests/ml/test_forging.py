"""Imitations of known hands: what they show, whose manner they have, and how it is said what becomes of them."""

from __future__ import annotations

import numpy as np
import pytest

from ml.attribution.crossfitting import HeldOut
from ml.attribution.forging import MATCHED, RESTYLED, Imitation, imitated, restyled
from ml.attribution.settings import Settings
from ml.attribution.unmasking import unmasked
from ml.images import UnreadablePicture
from tests.ml.painters import paint, works_of

PICTURES = [*works_of(1, 3), *works_of(2, 3)]


def test_as_many_of_each_way_as_are_asked_for_are_nobody_s_and_never_of_the_master_s_own_works() -> None:
    found = imitated(PICTURES, ["painter 1"], Settings(imitations=5, restyled=3))
    assert [each.way for each in found] == [MATCHED] * 5 + [RESTYLED] * 3
    groups = {each.key: each.group for each in PICTURES}
    for each in found:
        assert each.hand == ""
        assert each.master == "painter 1"
        assert each.work.startswith("2/")
        assert each.group == groups[each.work]
    assert len({each.key for each in found}) == 8
    assert [each.key for each in imitated(PICTURES, ["painter 1"], Settings(imitations=5, restyled=0))] == [
        each.key for each in found[:5]
    ]


def test_nobody_is_imitated_where_no_hand_is_known() -> None:
    assert imitated(PICTURES, [], Settings(restyled=3)) == []
    assert imitated(works_of(1, 3), ["painter 1"], Settings(restyled=3)) == []


def test_a_restyled_work_keeps_its_masses_and_takes_the_master_s_colours() -> None:
    work, master = paint(3, 1), paint(4, 1)
    found = restyled(work, master, device="cpu")
    assert found.shape == work.shape
    means = [each.mean((0, 1)) for each in (found, work, master)]
    assert np.abs(means[0] - means[2]).max() < np.abs(means[1] - means[2]).max()
    light = [each.mean(2).ravel() for each in (work, found, master)]
    with_work, with_master = (float(np.corrcoef(light[1], each)[0, 1]) for each in (light[0], light[2]))
    assert with_work > max(0.5, with_master + 0.2)


def test_a_large_work_is_made_smaller_and_one_of_one_colour_cannot_be_a_master() -> None:
    assert restyled(paint(1, 1, side=520), paint(2, 1), device="cpu").shape == (448, 448, 3)
    with pytest.raises(UnreadablePicture, match="one colour"):
        restyled(paint(1, 1), np.full((96, 96, 3), 90, np.uint8), device="cpu")


def test_an_imitation_counts_as_given_to_the_master_where_he_is_the_leading_answer() -> None:
    """Three imitations of two works: two are given to A, one of those by a fold that knew nothing of him and says nothing."""
    pictures = works_of(1, 2)
    forged = [
        Imitation(f"{at}", "", "imitation", "", at, PICTURES[0].load, work=work, master="A", way=way)
        for at, (work, way) in enumerate([("1/0", MATCHED), ("1/1", MATCHED), ("1/1", RESTYLED)])
    ]
    judged = np.zeros((1, 5, 2))
    judged[0, 4, 0] = -np.inf
    opened = np.array([[0.7, 0.1], [0.1, 0.2], [0.6, 0.2], [0.2, 0.1], [0.0, 0.9]])
    held = HeldOut(("A", "B"), judged, np.full(5, -1), np.arange(5), np.zeros(5), np.zeros(5), np.zeros((5, 2)))
    found = unmasked(held, opened, pictures, forged)["imitations_by_way"]
    assert found == {
        MATCHED: {
            "imitations": 2.0,
            "given_to_master": 0.5,
            "called_strange": 0.5,
            "untouched_given": 0.5,
            "untouched_strange": 0.5,
        }
    }
