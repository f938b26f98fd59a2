"""Judging: real works, copies and repeated pictures get the figures that expose them, beside the model's in one table."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image, ImageFilter

from ml.backbone import Backbone
from ml.gan.judging import COPIES, FIGURES, MODEL, REAL, REPEATS, Jury, TooFewToJudge, judge
from ml.gan.neighbours import BY_SENSE
from ml.gan.originality import nearer_share
from ml.images import Pixels
from ml.reporter import Cancelled, SilentReporter
from tests.ml.canvases import canvases
from tests.ml.painters import eyes


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return eyes()


@pytest.fixture(scope="module")
def training() -> Pixels:
    return canvases(60)


@pytest.fixture(scope="module")
def jury(training: Pixels, backbone: Backbone) -> Jury:
    return Jury(training, canvases(50, first=1000), backbone)


def test_new_pictures_of_the_kind_are_judged_as_real_works_are(jury: Jury) -> None:
    found = jury.judge(canvases(50, first=2000))
    model, real, copies, repeats = (row.figures for row in found.rows)
    assert abs(model["kid"] - real["kid"]) < 4 * (model["kid_error"] + real["kid_error"])
    assert model["fid"] == pytest.approx(real["fid"], rel=0.4)
    assert 0.3 < model["nearer"] < 0.7
    assert model["copied"] < 0.1
    assert [row.name for row in found.rows] == [MODEL, REAL, COPIES, REPEATS]
    assert not found.is_copy.all()
    assert copies["kid"] < real["kid"]
    assert repeats["fid"] > real["fid"]


def test_copies_are_the_nearest_of_all_and_originality_alone_says_so(jury: Jury, training: Pixels) -> None:
    found = jury.judge(training[:50])
    assert found.model["kid"] < found.rows[1].figures["kid"]
    assert found.model["precision"] > 0.9
    assert found.model["originality"] == 0
    assert found.model["memorisation"] == pytest.approx(1, abs=0.01)
    assert found.model["copying_z"] < -5
    assert found.is_copy.all()
    assert found.nearest.tolist() == list(range(50))
    copies = found.rows[2].figures
    assert (copies["precision"], copies["originality"], copies["copied"], copies["close"]) == (1, 0, 1, 1)


def test_blurred_copies_that_a_network_does_not_know_again_are_known_by_their_lines(
    jury: Jury, training: Pixels
) -> None:
    blurred = np.stack([
        np.asarray(Image.fromarray(work.transpose(1, 2, 0)).filter(ImageFilter.GaussianBlur(2))).transpose(2, 0, 1)
        for work in training[:50]
    ])  # fmt: skip
    found = jury.judge(blurred).model
    assert found["originality"] < 0.1
    assert found["copied"] > 0.9


def test_ten_pictures_over_and_over_show_in_recall_and_diversity(jury: Jury) -> None:
    found = jury.judge(np.tile(canvases(10, first=2000), (5, 1, 1, 1)))
    assert found.model["recall"] == 0
    assert found.model["diversity"] < 0.5
    assert found.rows[3].figures["recall"] == 0
    assert found.rows[3].figures["precision"] > 0.1


def test_noise_is_far_from_everything(jury: Jury) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (50, 3, 48, 48), np.uint8)
    found = jury.judge(noise)
    assert found.model["kid"] > 10 * abs(found.rows[1].figures["kid"])
    assert found.model["precision"] == 0
    assert found.model["originality"] > 0.95


def test_the_table_has_every_figure_in_every_row(jury: Jury) -> None:
    found = jury.judge(canvases(20, first=2000))
    lines = found.table().splitlines()
    for block, names in ((lines[1:5], FIGURES), (lines[6:10], BY_SENSE)):
        assert [line[:18].strip() for line in block] == [
            "model",
            "real against real",
            "mirrored copies",
            "ten repeated",
        ]
        assert all(len(line[18:].split()) == len(names) for line in block)
    assert lines[5].split()[:2] == ["nearer", "style"]
    assert "20 pictures a row, features of compact untrained" in found.table()
    assert "compare rows of this table only" in found.warnings[0]
    assert json.loads(json.dumps(found.as_json()))["rows"][0]["figures"] == pytest.approx(found.model)


def test_judging_again_gives_the_same_figures(jury: Jury, training: Pixels, backbone: Backbone) -> None:
    samples = canvases(20, first=2000)
    again = judge(samples, training, canvases(50, first=1000), backbone)
    assert again.model == pytest.approx(jury.judge(samples).model)


def test_too_few_pictures_are_refused_with_their_number(jury: Jury, training: Pixels, backbone: Backbone) -> None:
    with pytest.raises(TooFewToJudge, match="there are 9"):
        jury.judge(canvases(9))
    with pytest.raises(TooFewToJudge, match="there are 60 and 5"):
        Jury(training, canvases(5, first=1000), backbone)


def test_another_photograph_of_a_training_work_is_no_yardstick(
    jury: Jury, training: Pixels, backbone: Backbone
) -> None:
    spoilt = Jury(training, np.concatenate([canvases(50, first=1000), training[:20]]), backbone)
    assert len(spoilt.real) == 50
    assert spoilt.real_distance.min() > 0
    assert sorted(spoilt.real_distance) == pytest.approx(sorted(jury.real_distance))
    assert spoilt.copying.measured.same_work == 20
    with pytest.raises(TooFewToJudge, match="there are 60 and 9, besides 20 that show a training work again"):
        Jury(training, np.concatenate([canvases(9, first=1000), training[:20]]), backbone)


def test_judging_stops_when_told(training: Pixels, backbone: Backbone) -> None:
    class Stopping(SilentReporter):
        def should_stop(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        judge(canvases(20), training, canvases(20, first=1000), backbone, reporter=Stopping())


def test_the_chance_to_be_nearer_counts_pairs() -> None:
    random = np.random.default_rng(2)
    samples, held_out = random.integers(0, 9, 30).astype(float), random.integers(2, 11, 20).astype(float)
    pairs = [1.0 if one < other else 0.5 if one == other else 0.0 for one in samples for other in held_out]
    share, standard = nearer_share(samples, held_out)
    assert share == pytest.approx(np.mean(pairs))
    assert standard < 0
    assert nearer_share(held_out, held_out) == pytest.approx((0.5, 0))


def test_each_sense_finds_the_work_that_a_picture_was(jury: Jury, training: Pixels) -> None:
    shown = np.concatenate([training[5:8], training[8:10, :, :, ::-1], canvases(5, first=2000)])
    found = jury.judge(shown)
    assert set(found.neighbours) == {"style", "subject", "colour", "composition", "pixels"}
    for name, neighbours in found.neighbours.items():
        assert neighbours.works.shape == (10, 3), name
        assert neighbours.works[:5, 0].tolist() == [5, 6, 7, 8, 9], name
        assert neighbours.likeness[:5, 0] == pytest.approx(np.ones(5), abs=1e-3), name
        assert (np.diff(neighbours.likeness, axis=1) <= 0).all(), name
        assert (neighbours.likeness[5:, 0] < 0.999).all(), name


def test_copies_are_nearer_by_every_sense_and_real_works_by_none(jury: Jury) -> None:
    rows = {row.name: row.figures for row in jury.judge(canvases(50, first=2000)).rows}
    for name in BY_SENSE:
        assert rows["copies"][name] == 1, name
        assert rows["real"][name] == 0.5, name
        assert 0.3 < rows["model"][name] < 0.7, name


def test_of_many_works_those_that_were_drawn_are_named(
    training: Pixels, backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml.gan.judging.MOST", 40)
    jury = Jury(training, canvases(12, first=1000), backbone)
    shown = jury.shown[-10:]
    assert shown.max() > 40
    assert jury.judge(training[shown]).neighbours["subject"].works[:, 0].tolist() == shown.tolist()
