"""``python -m ml.gan breed|evaluate``: families grow from files, figures stand in a table, what is bad is said in a line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.gan import Gan, GanSettings, fresh
from ml.gan.__main__ import main
from ml.gan.breeding import Recipe, grow
from ml.gan.copying import Copying
from ml.gan.directions import Direction, save_directions
from ml.gan.provenance import read
from tests.ml.canvases import canvas, canvases
from tests.ml.painters import eyes


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gan")
    gan = fresh(GanSettings(side_px=16, latent=12, width=16, capacity=64, least_maps=8), 3, device="cpu")
    gan.save(folder, half=False)
    save_directions([Direction("lighter", np.ones((gan.layers, gan.width), np.float32), "lightness")], folder)
    Copying.fit(canvases(25, side=16), canvases(25, first=100, side=16)).save(folder)
    return folder


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_family_grows_from_files(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["breed", str(model), str(tmp_path / "first"), "--count", "3", "--seed", "5"]) == 0
    assert told(capsys) == {"pictures": 3, "kind": "sample", "out": str(tmp_path / "first"), "copies": []}
    parents = [str(tmp_path / "first" / f"00{place}.png") for place in (0, 2)]
    assert main(["breed", str(model), str(tmp_path / "second"), "--parents", *parents, "--weights", "2", "1"]) == 0
    facts = read((tmp_path / "second" / "000.png").read_bytes())
    assert facts["parents"] == parents
    gan = Gan.load(model, device="cpu")
    child = gan.paint(grow(gan, Recipe.from_json(facts["recipe"]), gan.styles([5, 7]))[None])[0]
    with Image.open(tmp_path / "second" / "000.png") as shown:
        assert np.array_equal(np.asarray(shown), child.transpose(1, 2, 0))


@pytest.mark.parametrize(
    ("words", "kind", "pictures"),
    [
        (["--parents", "4", "--count", "2"], "mutate", 2),
        (["--parents", "4", "--direction", "lighter", "--strength", "-1"], "move", 1),
        (["--parents", "4", "9", "1"], "cross", 1),
    ],
    ids=["one parent", "a direction", "several parents"],
)
def test_the_kind_follows_from_what_is_given(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], kind: str, pictures: int
) -> None:
    assert main(["breed", str(model), str(tmp_path), *words]) == 0
    found = told(capsys)
    assert (found["kind"], found["pictures"]) == (kind, pictures)
    assert len(list(tmp_path.glob("*.png"))) == pictures


def test_a_film_and_a_projection_are_written(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["breed", str(model), str(tmp_path / "walk.webp"), "--parents", "1", "2", "--film", "6"]) == 0
    with Image.open(io.BytesIO((tmp_path / "walk.webp").read_bytes())) as shown:
        assert shown.is_animated
    canvas(3).save(tmp_path / "given.jpg")
    given = str(tmp_path / "given.jpg")
    assert main(["breed", str(model), str(tmp_path / "found"), "--project", given, "--steps", "3"]) == 0
    assert float(told(capsys)["distance"]) > 0
    assert read((tmp_path / "found" / "000.png").read_bytes())["recipe"] == {"kind": "project"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--parents", "1", "--direction", "bluer"], "directions are: lighter"),
        (["--count", "0"], "at least 1"),
        (["--kind", "cross", "--parents", "1"], "two parents"),
        (["--parents", "nowhere.png"], "nowhere.png"),
        (["--parents", "1", "2", "--weights", "1", "2", "3"], "3 weights for 2"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_what_is_bad_is_said_in_a_line(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    assert main(["breed", str(model), str(tmp_path / "out"), *words]) == 1
    assert why in capsys.readouterr().err


def test_a_picture_of_nobody_is_no_parent(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    canvas(1).save(tmp_path / "plain.png")
    assert main(["breed", str(model), str(tmp_path / "out"), "--parents", str(tmp_path / "plain.png")]) == 1
    assert "does not say of which styles" in capsys.readouterr().err


def test_figures_stand_in_a_table_beside_their_floors(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, first in (("works", 0), ("others", 500)):
        for seed in range(24):
            file = tmp_path / name / "painter" / f"{seed}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            canvas(first + seed).save(file)
    eyes().save(tmp_path / "network")
    words = ["evaluate", str(model), str(tmp_path / "works"), "--held-out", str(tmp_path / "others"), "--samples", "20"]
    out = tmp_path / "figures.json"
    assert main([*words, "--backbone", str(tmp_path / "network"), "--out", str(out), "--device", "cpu"]) == 0
    printed = capsys.readouterr().out
    assert all(
        name in printed for name in ("model", "real against real", "mirrored copies", "ten repeated", "originality")
    )
    assert main([*words, "--network", "resnet18"]) == 1
    assert "weights of resnet18" in capsys.readouterr().err
    found = json.loads(out.read_text())[str(model)]
    assert [row["name"] for row in found["rows"]] == ["model", "real", "copies", "repeats"]
    assert [each["seed"] for each in found["nearest"]] == list(range(3_000_000, 3_000_020))
    name, likeness = max((each["subject"][0] for each in found["nearest"]), key=lambda one: one[1])
    assert f"to {name} ({likeness})" in printed
    assert len(Copying.load(model).names) == 24
