"""Teaching the network, and the command that does it without the site."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ml.images import Pixels
from ml.reporter import Cancelled, SilentReporter
from ml.styletransfer import Eye, Restyler
from ml.styletransfer.__main__ import main
from ml.styletransfer.feedforward import PACKAGED
from ml.styletransfer.finding import find_eye
from ml.styletransfer.judging import Trial, judge
from ml.styletransfer.lesson import LEAST_PICTURES, Lesson, TooFewPictures, lesson_of, read_lesson
from ml.styletransfer.strokes import learn_strokes
from ml.styletransfer.training import train
from ml.training import Schedule
from tests.ml import styling
from tests.ml.styling import TINY, picture

SHORT = Schedule(
    steps=6, batch=2, learning_rate=2e-3, clip_norm=1.0, ema=0.9, save_every=3, check_every=3, device="cpu"
)


@pytest.fixture(autouse=True)
def _one_thread():
    """Sums in one order, so that equal means equal."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return lesson_of([picture(painter, work) for painter in range(4) for work in range(5)])


def learn(
    lesson: Lesson, schedule: Schedule, folder: Path | None = None, reporter: SilentReporter | None = None, **more
):
    given = {"network": TINY, "window_px": 32, "folder": folder, **more}
    return train(lesson, styling.eye(), reporter or SilentReporter(), schedule=schedule, **given)


class StopAfter(SilentReporter):
    def __init__(self, steps: int) -> None:
        self.left = steps

    def should_stop(self) -> bool:
        self.left -= 1
        return self.left < 0


def weights(restyler: Restyler) -> Sequence[torch.Tensor]:
    return list(restyler.network.state_dict().values())


def test_it_learns_to_restyle(lesson: Lesson) -> None:
    shown: list[tuple[int, int]] = []
    schedule = Schedule(steps=40, batch=2, learning_rate=4e-3, clip_norm=1.0, check_every=20, device="cpu")
    trained = learn(lesson, schedule, on_grid=lambda grid: shown.append(grid.size))
    assert trained.figures["style_loss"] < 0.7 * trained.figures["style_loss_untouched"]
    assert trained.warnings == ()
    assert shown == [(64, 96), (64, 96)]


def test_three_steps_and_three_more_are_six(lesson: Lesson, tmp_path: Path) -> None:
    whole = learn(lesson, SHORT, tmp_path / "whole").restyler
    with pytest.raises(Cancelled):
        learn(lesson, SHORT, tmp_path / "halves", StopAfter(3))
    halves = learn(lesson, SHORT, tmp_path / "halves").restyler
    assert all(torch.equal(one, other) for one, other in zip(weights(whole), weights(halves), strict=True))


def test_a_training_stopped_after_its_last_step_has_figures_that_are_numbers(lesson: Lesson, tmp_path: Path) -> None:
    first = learn(lesson, SHORT, tmp_path)
    again = learn(lesson, SHORT, tmp_path)
    assert first.figures["pictures_per_second"] > 0
    assert np.isfinite(list(again.figures.values())).all()
    assert again.figures["style_loss"] == first.figures["style_loss"]


@pytest.mark.parametrize("count", [0, 5], ids=["none", "five"])
def test_too_few_pictures_are_refused_before_anything_is_learned(count: int) -> None:
    with pytest.raises(TooFewPictures, match=f"There are {count} pictures .* {LEAST_PICTURES} are needed"):
        lesson_of([picture(1, work) for work in range(count)])


def save(pixels: Pixels, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.transpose(1, 2, 0)).save(file)
    return file


def test_files_that_are_no_use_are_left_out_and_said(tmp_path: Path) -> None:
    good = [save(picture(1, work, wide=60 + work), tmp_path / f"{work}.png") for work in range(LEAST_PICTURES)]
    broken, plain, small = tmp_path / "broken.jpg", tmp_path / "plain.png", tmp_path / "small.png"
    broken.write_bytes(b"\xff\xd8 no picture")
    save(np.full((3, 64, 64), 7, np.uint8), plain)
    save(picture(1, high=8, wide=8), small)
    found = read_lesson([*good, broken, plain, small, tmp_path / "missing.png"], SilentReporter())
    assert len(found.pictures) + len(found.held) == LEAST_PICTURES
    assert set(found.skipped) == {"broken.jpg", "plain.png", "small.png", "missing.png"}
    assert found.skipped["plain.png"] == "of one colour"
    assert "8 × 8" in found.skipped["small.png"]
    with pytest.raises(TooFewPictures, match=r"2 could not be used .*plain.png: of one colour"):
        read_lesson([*good[:5], plain, small], SilentReporter())


def test_our_own_eye_learns_hands() -> None:
    pictures, hands = [picture(work % 2, work) for work in range(8)], ["first", "second"] * 4
    schedule = Schedule(steps=3, batch=4, device="cpu")
    trunk, loss = learn_strokes(pictures, hands, schedule, SilentReporter())
    assert len(trunk) == 8
    assert loss > 0
    with pytest.raises(ValueError, match="two hands"):
        learn_strokes(pictures, ["one"] * 8, schedule, SilentReporter())


def test_a_judge_finds_nothing_wrong_with_the_content_as_content_and_the_style_as_style() -> None:
    eye, trials = styling.eye(), [Trial(picture(1), picture(2)), Trial(picture(3), picture(4))]
    untouched, _made = judge("untouched", lambda trial: (trial.content, 0.0), trials, eye, SilentReporter())
    copied, _made = judge("copied", lambda trial: (trial.style, 0.0), trials, eye, SilentReporter())
    assert untouched.content_loss == untouched.content_distance == 0
    assert copied.style_loss == pytest.approx(0)
    assert copied.frechet == pytest.approx(0, abs=1e-6)
    assert untouched.frechet > 1e-3
    assert untouched.art_fid == pytest.approx(1 + untouched.frechet)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for work in range(LEAST_PICTURES):
        save(picture(work % 4, work), tmp_path / "pictures" / f"{work:02}.png")
    return tmp_path


@pytest.fixture
def small_eye(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.styletransfer.__main__.find_eye", lambda **_given: styling.eye())


@pytest.mark.usefixtures("small_eye")
def test_the_command_trains_runs_and_evaluates(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, files = str(folder / "model"), [str(folder / "pictures" / f"{work:02}.png") for work in range(3)]
    assert main(["train", model, str(folder / "pictures"), "--steps", "2", "--batch", "2", "--window", "32"]) == 0
    assert json.loads(capsys.readouterr().out)["figures"]["steps"] == 2
    assert (folder / "model" / "grid.png").is_file()
    out = folder / "made.png"
    assert main(["run", *files, "--out", str(out), "--model", model, "--style-weights", "2", "1"]) == 0
    assert Image.open(out).size == (64, 64)
    assert main(["run", *files[:2], "--out", str(out), "--optimise", "--steps", "2"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["seconds"] > 0
    assert main(["evaluate", *files[:2], "--model", model, "--quick", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["name"] for row in rows] == ["contents untouched", "attention network"]


def test_the_command_teaches_an_eye_the_hands_that_folders_are_named_after(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for work in range(4):
        save(picture(work % 2, work), tmp_path / "hands" / f"hand {work % 2}" / f"{work}.png")
    asked = [str(tmp_path / "eye"), str(tmp_path / "hands"), "--steps", "2", "--batch", "2", "--device", "cpu"]
    assert main(["train-eye", *asked]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["learned_from"], told["loss"] > 0) == ("4 pictures by 2 hands", True)
    eye, packaged = find_eye(weights=tmp_path / "eye", device="cpu"), Eye.load(PACKAGED, device="cpu")
    assert (eye.name, eye.provenance.origin) == (packaged.name, "4 pictures by 2 hands")
    assert eye.tensors().keys() == packaged.tensors().keys()
    assert main(["train-eye", *asked]) == 0
    assert json.loads(capsys.readouterr().out)["loss"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "missing.png", "missing.png", "--out", "x.png"], "missing.png"),
        (["train", "model", "nothing"], "There are 0 pictures"),
        (["train-eye", "eye", "."], "two hands"),
        (["evaluate", "one.png"], "at least two"),
    ],
    ids=["no file", "an empty folder", "no hands", "one picture"],
)
def test_the_command_says_what_is_wrong(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    error = capsys.readouterr().err.strip()
    assert said in error
    assert "Traceback" not in error
