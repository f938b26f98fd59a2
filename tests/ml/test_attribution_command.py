"""``python -m ml.attribution``: learn from a folder, say how good it is, and opine on a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from ml.attribution.__main__ import main
from tests.ml.painters import eyes, paint


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of four painters, six works each, and the eyes to see it with."""
    folder = tmp_path_factory.mktemp("studio")
    for painter in range(4):
        (folder / "works" / f"painter {painter}").mkdir(parents=True)
        for work in range(6):
            Image.fromarray(paint(painter, work)).save(folder / "works" / f"painter {painter}" / f"{work}.png")
    eyes().save(folder / "eyes")
    return folder


@pytest.mark.slow
def test_a_trained_model_opines_on_a_file(studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["train", str(studio / "works"), str(tmp_path), "--weights", str(studio / "eyes"), "--device", "cpu"]) == 0
    )
    assert json.loads(capsys.readouterr().out)["hands"] == 4
    file = tmp_path / "new.png"
    Image.fromarray(paint(2, 50)).save(file)
    assert main(["opine", str(tmp_path), str(file), "--is", "painter 2", "--device", "cpu"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["candidates"][0]["artist"] == "painter 2"
    assert said["verification"]["artist"] == "painter 2"
    assert main(["opine", str(tmp_path), str(file), "--is", "nobody", "--device", "cpu"]) == 1
    assert "nobody" in capsys.readouterr().err


@pytest.mark.slow
def test_evaluation_prints_the_model_beside_its_controls(
    studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        "evaluate",
        str(studio / "works"),
        "--weights",
        str(studio / "eyes"),
        "--min-works",
        "4",
        "--device",
        "cpu",
    ]
    assert main([*asked, "--changes", "4", "--restyled", "4", "--keep", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    for word in (
        "top1",
        "ece",
        "eer",
        "mAP",
        "linear probe",
        "colour histogram",
        "hand with most works",
        "black and white",
        "imitations, matched",
        "imitations, restyled",
        "imitations, restyled, none shown in training",
        "given_to_master",
        "untouched_given",
    ):
        assert word in told


@pytest.mark.slow
def test_one_collection_may_be_learned_and_another_asked_about(
    studio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    works = str(studio / "works")
    assert (
        main(["evaluate", "--train", works, "--test", works, "--weights", str(studio / "eyes"), "--device", "cpu"]) == 0
    )
    assert "top1" in capsys.readouterr().out


def test_bad_input_is_one_line(studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(tmp_path / "gone"), str(tmp_path), "--weights", str(studio / "eyes")]) == 1
    assert "gone" in capsys.readouterr().err
    assert main(["evaluate", "--train", str(studio), "--weights", str(studio / "eyes")]) == 1
    assert main(["opine", str(tmp_path), "x.png"]) == 1
