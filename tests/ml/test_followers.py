"""Followers told from masters: the figure against answers known by construction."""

from __future__ import annotations

import numpy as np
import pytest

from ml.attribution.crossfitting import HeldOut
from ml.attribution.followers import told_from_masters
from ml.attribution.gathering import TrainingPicture
from ml.attribution.typicality import Typicality

HANDS = ("Ada", "Bo")
NOBODY = np.zeros((0, 0, 3), np.uint8)


def work(artist: str, qualifier: str = "") -> TrainingPicture:
    return TrainingPicture(f"{artist}{qualifier}", artist, qualifier, "", 0, lambda: NOBODY)


def asked(
    rows: list[tuple[TrainingPicture, float, float]], *, known: bool = True
) -> tuple[HeldOut, np.ndarray, list, Typicality]:
    """Each work with the open-set probabilities of Ada and of Bo."""
    opened = np.array([chances for _work, *chances in rows])
    judged = np.log(np.maximum(opened, 1e-9))[None].copy()
    if not known:
        judged[:, :, 0] = -np.inf
    zeros = np.zeros(len(rows))
    truth = np.array([HANDS.index(each.artist) if not each.qualifier else -1 for each, *_chances in rows])
    pictures = [each for each, *_chances in rows]
    farness = np.array([[4.0 if each.qualifier == "after" else 1.0, 9.0] for each in pictures])
    typicality = Typicality({"Ada": (0.5, 0.8, 1.0)})
    return HeldOut(HANDS, judged, truth, np.arange(len(rows)), zeros, zeros, farness), opened, pictures, typicality


ROWS = [
    (work("Ada"), 0.9, 0.05),
    (work("Ada"), 0.3, 0.1),  # none of those is likelier
    (work("Ada"), 0.7, 0.2),
    (work("Bo"), 0.9, 0.05),  # has no followers
    (work("Ada", "follower_of"), 0.6, 0.1),  # taken for her own
    (work("Ada", "follower_of"), 0.2, 0.1),
    (work("Ada", "after"), 0.1, 0.8),
    (work("Ada", "Attributed to"), 0.9, 0.0),
]


def test_shares_and_the_score_are_counted_over_masters_who_have_followers() -> None:
    found = told_from_masters(*asked(ROWS))
    assert (found["works"], found["own_works"]) == (3, 3)
    assert found["not_given"] == pytest.approx(2 / 3)
    assert found["own_given"] == pytest.approx(2 / 3)
    assert found["auroc"] == pytest.approx(8 / 9)  # of nine pairs only (0.3 own, 0.6 follower) stands the wrong way
    assert found["by_qualifier"] == {
        "after": {"works": 1, "not_given": 1.0, "typicality_auroc": 1.0},  # farther than all of her own
        "follower_of": {"works": 2, "not_given": 0.5, "typicality_auroc": 0.0},  # as near, and counted with one more
    }
    assert found["typicality_auroc"] == pytest.approx(1 / 3)


def test_folds_that_did_not_know_the_master_and_imitations_say_nothing() -> None:
    assert told_from_masters(*asked(ROWS, known=False)) == {}
    held, opened, pictures, typicality = asked(ROWS)
    assert told_from_masters(held, opened, pictures[:4], typicality) == {}


def test_without_followers_there_is_no_figure() -> None:
    assert told_from_masters(*asked(ROWS[:4])) == {}
