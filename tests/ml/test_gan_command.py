"""``python -m ml.gan train|sample`` from a folder of pictures to a sheet, and what it says where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.gan import Gan
from ml.gan.__main__ import main
from ml.gan.pictures import LEAST
from ml.gan.sheets import sheet
from ml.training import checkpoints
from tests.ml.playing import easy

SMALL = ["--side", "16", "--capacity", "64", "--most-maps", "8", "--latent", "8", "--batch", "4", "--device", "cpu"]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for place, pixels in enumerate(easy(LEAST)):
        Image.fromarray(pixels.transpose(1, 2, 0)).save(folder / f"{place:03d}.png")
    return folder


def train(folder: Path, data: Path, *more: str) -> int:
    return main(["train", str(folder), str(data), *SMALL, "--save-every", "1", "--check-every", "2", *more])


def test_a_folder_of_pictures_becomes_a_model_that_paints(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "model"
    assert train(out, pictures, "--steps", "2") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["steps"], told["pictures"]) == (2, LEAST)
    assert {"weights.safetensors", "gan.json", "grid.png"} <= {path.name for path in out.iterdir()}
    assert [path.name for path in (out / "grids").iterdir()] == ["step-00000002.png"]
    assert (
        main(["sample", str(out), str(tmp_path / "sheet.png"), "--count", "5", "--seed", "3", "--device", "cpu"]) == 0
    )
    with Image.open(tmp_path / "sheet.png") as shown:
        assert shown.size == (48, 32)
    assert main(["sample", str(out), str(tmp_path / "each"), "--count", "2", "--device", "cpu"]) == 0
    gan = Gan.load(out, device="cpu")
    with Image.open(tmp_path / "each" / "00000001.png") as painted:
        assert np.array_equal(np.asarray(painted).transpose(2, 0, 1), gan.paint(gan.styles([0, 1]))[1])


def test_the_same_command_goes_on_and_back_and_finishes(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    assert train(out, pictures, "--steps", "2") == 0
    assert train(out, pictures, "--steps", "4") == 0
    assert checkpoints.steps(out / "run") == [1, 2, 3, 4]
    assert train(out, pictures, "--finish", "--from-step", "3") == 0
    assert Gan.load(out, device="cpu").facts["steps"] == 3
    assert train(out, pictures, "--steps", "3", "--from-step", "2") == 0
    assert checkpoints.steps(out / "run") == [1, 2, 3]


def test_the_articles_pair_is_trained_by_its_name(pictures: Path, tmp_path: Path) -> None:
    assert train(tmp_path / "model", pictures, "--steps", "1", "--architecture", "mlp") == 0
    assert Gan.load(tmp_path / "model", device="cpu").layers == 1


@pytest.mark.parametrize(
    ("data", "more", "said"),
    [
        ("nowhere", [], "no folder"),
        ("empty", [], "no pictures"),
        ("pictures", ["--side", "100"], "power of two"),
        ("pictures", ["--device", "tpu"], "no device"),
        ("pictures", ["--from-step", "9"], "No state of step 9"),
        ("pictures", ["--finish"], "cannot be read"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    data: str, more: list[str], said: str, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert train(tmp_path / "model", tmp_path / data, "--steps", "1", *more) == 1
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert said in error
    assert not (tmp_path / "model" / "gan.json").exists()


def test_five_pictures_are_refused_by_name(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in sorted(pictures.iterdir())[5:]:
        path.write_bytes(b"broken")
    assert train(tmp_path / "model", pictures, "--steps", "1") == 1
    assert "Only 5 pictures" in capsys.readouterr().err


def test_a_model_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", str(tmp_path), str(tmp_path / "sheet.png")]) == 1
    assert "gan.json" in capsys.readouterr().err


def test_a_sheet_fills_its_last_row_with_nothing() -> None:
    shown = np.asarray(sheet(easy(5), columns=3))
    assert shown.shape == (32, 48, 3)
    assert np.array_equal(shown[:16, 16:32].transpose(2, 0, 1), easy(5)[1])
    assert shown[16:, 32:].max() == 0
    apart = np.asarray(sheet(easy(5), columns=3, gap_px=2))
    assert apart.shape == (34, 52, 3)
    assert np.array_equal(apart[18:, 18:34].transpose(2, 0, 1), easy(5)[4])
    assert apart[16:18].max() == apart[:, 16:18].max() == 0
