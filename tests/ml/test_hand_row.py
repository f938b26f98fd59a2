"""The sense *hand* in the table of ``ml.similarity evaluate``: learned by folds, better than the features it stands on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.collection import Picture, load_pixels, read_collection
from ml.reporter import SilentReporter
from ml.similarity.__main__ import main
from ml.similarity.evaluating import retrieval
from ml.similarity.hand import TooFewHands, hand_likenesses
from ml.similarity.tables import evaluate
from tests.ml.painters import eyes, paint

PAINTERS, WORKS = 4, 6


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("works")
    for painter in range(PAINTERS):
        (folder / f"painter {painter}").mkdir()
        for work in range(WORKS):
            Image.fromarray(paint(painter, work)).save(folder / f"painter {painter}" / f"{work}.png")
    return folder


def test_works_find_their_painter_in_a_space_that_did_not_know_them(studio: Path) -> None:
    pictures = read_collection(studio)
    works = np.arange(len(pictures))
    found = hand_likenesses(eyes(), pictures, works, SilentReporter())
    assert found.shape == (24, 24)
    assert np.allclose(np.diag(found), 1, atol=1e-4)
    assert not np.allclose(found, found.T, atol=1e-3)  # each fold has a space of its own
    assert retrieval(found, [each.artist for each in pictures], works=works).mean_average_precision > 0.6


def test_names_that_say_nothing_teach_nothing(studio: Path) -> None:
    """With the artists' names dealt out by chance the works asked about find "theirs" no better than by chance: had any been
    learned from, it would lie beside its false companions."""
    pictures = read_collection(studio)
    names = np.random.default_rng(5).permutation([each.artist for each in pictures])
    shuffled = [Picture(each.file, str(name), str(name)) for each, name in zip(pictures, names, strict=True)]
    found = hand_likenesses(eyes(), shuffled, np.arange(len(pictures)), SilentReporter())
    assert retrieval(found, names.tolist(), works=np.arange(len(pictures))).mean_average_precision < 0.45


def test_two_artists_with_five_works_are_needed(studio: Path) -> None:
    few = [each for each in read_collection(studio) if each.file.stem in {"0", "1"}]
    with pytest.raises(TooFewHands, match="0 artists have 5 works"):
        hand_likenesses(eyes(), few, np.arange(len(few)), SilentReporter())


def test_a_bad_model_of_hands_is_one_line(studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(studio), "--hand", str(tmp_path)]) == 1
    assert "attribution.json" in capsys.readouterr().err


def test_the_row_stands_in_the_table_or_is_said_to_be_missing(studio: Path) -> None:
    pictures, told = read_collection(studio), []
    pixels = load_pixels(pictures, eyes().input_px)
    evaluate(eyes(), pictures, pixels, told.append)
    assert any("hand is left out" in line for line in told)
    same = np.equal.outer(*[[each.artist for each in pictures]] * 2).astype(np.float32)
    figures = evaluate(eyes(), pictures, pixels, told.append, hand=lambda _works: same)
    assert figures["hand, learned by folds", "artist"].mean_average_precision == 1
