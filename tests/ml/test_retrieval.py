"""Retrieval figures, against answers counted by hand, and second looks at a ranking."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.similarity.__main__ import main, read_mix
from ml.similarity.evaluating import retrieval
from ml.similarity.ranking import local_scaling, reciprocal

SCORES = np.array(
    [[1.0, 0.9, 0.8, 0.1], [0.9, 1.0, 0.2, 0.3], [0.8, 0.2, 1.0, 0.7], [0.1, 0.3, 0.7, 1.0]], dtype=np.float32
)


def test_recall_and_precision_counted_by_hand() -> None:
    figure = retrieval(SCORES, ["a", "b", "a", "b"])
    assert figure.queries == 4
    assert figure.recall == (0.25, 1.0, 1.0)
    assert figure.mean_average_precision == pytest.approx((1 / 2 + 1 / 2 + 1 + 1 / 2) / 4)


def test_a_query_without_a_right_answer_and_pictures_without_a_label_are_left_out() -> None:
    figure = retrieval(SCORES, ["a", "", "a", "b"])
    assert figure.queries == 2
    assert figure.recall[0] == 1.0
    assert math.isnan(retrieval(SCORES, ["a", "b", "c", "d"]).recall[0])


def test_across_sources_the_gallery_is_from_others_only() -> None:
    figure = retrieval(SCORES, ["a", "b", "a", "b"], sources=["x", "x", "y", "x"])
    assert figure.queries == 2
    assert figure.recall[0] == pytest.approx(1.0)


def test_another_photograph_of_the_work_is_no_answer() -> None:
    figure = retrieval(SCORES, ["a", "b", "a", "b"], works=np.array([0, 1, 0, 2]))
    assert figure.queries == 2


def test_local_scaling_takes_a_hub_out_of_the_way() -> None:
    """A picture that is near to everything comes first for nobody but those it is truly near to."""
    scores = np.array(
        [[1, 0.6, 0.7, 0.1], [0.6, 1, 0.7, 0.1], [0.7, 0.7, 1, 0.7], [0.1, 0.1, 0.7, 1]], dtype=np.float32
    )
    assert scores[0].argsort()[-2] == 2
    assert local_scaling(scores, neighbours=3)[0].argsort()[-2] == 1


def test_reciprocal_neighbours_find_their_group_through_a_friend() -> None:
    random = np.random.default_rng(2)
    centres = random.normal(size=(4, 12))
    labels = np.repeat(np.arange(4), 12)
    points = centres[labels] + 0.9 * random.normal(size=(48, 12))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    scores = np.asarray(points @ points.T, np.float32)
    names = [str(label) for label in labels]
    before = retrieval(scores, names).mean_average_precision
    assert retrieval(reciprocal(scores), names).mean_average_precision > before


def test_a_mix_is_read_and_a_bad_one_refused() -> None:
    assert read_mix("style=1, colour=0.5") == {"style": 1.0, "colour": 0.5}
    for bad in ("style", "smell=1", "style=much"):
        with pytest.raises(ValueError, match=r"."):
            read_mix(bad)


def test_the_command_prints_every_space_beside_its_controls(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml.backbone import choosing
    from ml.training import Schedule

    real = choosing.train_compact
    monkeypatch.setattr(choosing, "train_compact", lambda *a, **k: real(*a, schedule=Schedule(steps=2), **k))
    random = np.random.default_rng(1)
    for artist in ("ada", "ben", "cy"):
        (tmp_path / artist).mkdir()
        for number in range(12):
            coarse = Image.fromarray(random.integers(0, 255, (6, 6, 3), np.uint8))
            coarse.resize((96, 80), Image.Resampling.BICUBIC).save(tmp_path / artist / f"{number}.png")
    assert main(["evaluate", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    for space in ("raw features", "style", "subject", "colour", "composition", "mix, reciprocal", "control: untrained"):
        assert space in printed
    assert main(["evaluate", str(tmp_path / "nowhere")]) == 1
