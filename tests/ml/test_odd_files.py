"""What ``python -m ml.attribution opine`` and ``python -m ml.classification predict`` make of every kind of file: an answer, a
reason to say nothing, or one line about a file that cannot be read; never a traceback, never a guess about a blank."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ml.attribution import Settings, train
from ml.attribution.__main__ import main as attribution
from ml.classification.__main__ import main as classification
from ml.classification.gathering import gather, look
from ml.classification.probing import fit
from ml.reporter import SilentReporter
from tests.ml.atelier import make_collection
from tests.ml.atelier import paint as paint_in_style
from tests.ml.odd_files import ABSTAINED, READABLE, UNREADABLE
from tests.ml.painters import eyes, paint, works_of

Ask = Callable[..., int]
LESSON = Settings(min_works=4, axes=20, kept=8, folds=2, perturbed=8, imitations=0)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of hands and one of styles, as small as they come."""
    folder, backbone = tmp_path_factory.mktemp("kept"), eyes()
    works = [each for painter in range(3) for each in works_of(painter, 6)]
    train(works, backbone, SilentReporter(), settings=LESSON).save(folder / "hands")
    gathered = gather(make_collection(folder / "works", 48), backbone.input_px, SilentReporter(), only=["style"])
    features = look(backbone, gathered, SilentReporter())
    fit(backbone, features, gathered.asked, gathered.groups, SilentReporter()).save(folder / "styles")
    return folder


def opine(kept: Path, *files: Path) -> int:
    return attribution(["opine", str(kept / "hands"), *map(str, files), "--is", "painter 1", "--device", "cpu"])


def predict(kept: Path, *files: Path) -> int:
    return classification(["predict", str(kept / "styles"), *map(str, files), "--device", "cpu"])


PAINTED = {opine: lambda: Image.fromarray(paint(1, 3)), predict: lambda: paint_in_style("Green", "Oil on canvas", 7)}
BOTH = pytest.mark.parametrize("ask", [opine, predict], ids=["opine", "predict"])


def told_of(folder: Path, made: dict[str, bytes], capsys: pytest.CaptureFixture[str], kept: Path, ask: Ask) -> Any:
    for name, data in made.items():
        (folder / name).write_bytes(data)
    status = ask(kept, *(folder / name for name in made))
    out, err = capsys.readouterr()
    return status, {Path(line["file"]).name: line for line in map(json.loads, out.splitlines())}, err.splitlines()


@BOTH
def test_every_kind_of_picture_is_read(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ask: Ask
) -> None:
    """In another number of bits or inks it is the same picture; of a moving one the first is looked at."""
    shown = PAINTED[ask]()
    made = {name: make(shown) for name, make in READABLE.items()}
    status, told, errors = told_of(tmp_path, made, capsys, kept, ask)
    assert (status, errors, list(told)) == (0, [], list(made))
    plain = first_answer(told["plain.jpg"])
    for name in ("cmyk.tif", "moving.webp", "moving.gif", "see-through.png"):
        assert first_answer(told[name]) == plain, name
    for line in told.values():
        assert line["abstained"] in {"", "unlike_training"}
        assert bool(line["why"]) == bool(line["abstained"])


def first_answer(line: dict[str, Any]) -> str:
    return str(line["candidates"][0]["artist"] if "candidates" in line else line["answers"]["style"][0]["answer"])


@BOTH
def test_nothing_is_said_of_what_shows_nothing_and_why(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ask: Ask
) -> None:
    shown = PAINTED[ask]()
    made = {name: make(shown) for name, (make, _reason) in ABSTAINED.items()}
    status, told, errors = told_of(tmp_path, made, capsys, kept, ask)
    assert (status, errors) == (0, [])
    assert {name: line["abstained"] for name, line in told.items()} == {
        name: reason for name, (_make, reason) in ABSTAINED.items()
    }
    for line in told.values():
        assert line["why"].startswith("The picture ")
        assert not line.get("candidates")
        assert not line.get("answers")
        assert "verification" not in line


@BOTH
def test_files_that_cannot_be_read_are_named_and_the_others_are_told(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ask: Ask
) -> None:
    shown = PAINTED[ask]()
    made = {name: make(shown) for name, make in UNREADABLE.items()} | {"last.png": READABLE["16-bit.png"](shown)}
    status, told, errors = told_of(tmp_path, made, capsys, kept, ask)
    assert (status, list(told)) == (1, ["last.png"])
    assert len(errors) == len(UNREADABLE)
    for name, line in zip(UNREADABLE, errors, strict=True):
        assert name in line
