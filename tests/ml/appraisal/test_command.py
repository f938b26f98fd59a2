"""``python -m ml.appraisal``: figures, sentences, overlays, a whole collection, and bad pictures named."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.appraisal import MEASURES
from ml.appraisal.__main__ import main
from ml.appraisal.evaluating import evaluate
from ml.reporter import SilentReporter
from tests.ml.appraisal.scenes import disc, noise


@pytest.fixture
def picture(tmp_path: Path) -> str:
    file = tmp_path / "disc.png"
    Image.fromarray(disc(0.3, 0.4)).save(file)
    return str(file)


def test_figures_of_a_picture(picture, capsys):
    assert main(["appraise", picture]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == picture
    assert set(told["measures"]) | set(told["abstained"]) == set(MEASURES)
    assert "overlays" not in told


def test_sentences_of_a_picture(picture, capsys):
    assert main(["appraise", "--words", picture]) == 0
    assert "Nearly all of the picture is" in capsys.readouterr().out


def test_an_overlay_is_drawn_into_a_file(picture, tmp_path):
    out = tmp_path / "drawn.png"
    assert main(["appraise", picture, "--overlay", "thirds", "--out", str(out)]) == 0
    assert Image.open(out).size == (384, 288)
    with pytest.raises(SystemExit):
        main(["appraise", picture, "--overlay", "thirds"])


def test_a_bad_picture_is_named_and_the_others_are_told(picture, tmp_path, capsys):
    bad, blank = tmp_path / "bad.jpg", tmp_path / "blank.png"
    bad.write_bytes(b"no picture")
    Image.new("RGB", (200, 200), "white").save(blank)
    assert main(["appraise", str(bad), picture, str(blank), str(tmp_path / "nowhere.jpg")]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["file"] == picture
    assert all(name in told.err for name in ("bad.jpg", "blank.png", "nowhere.jpg"))
    assert "blank, one tone all over: neither composition" in told.err


def test_the_measures_are_described(capsys):
    assert main(["describe"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in MEASURES)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """Two painters, six works each, one dark and one light; and a file that is broken."""
    with (tmp_path / "metadata.csv").open("w", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(["file", "artist"])
        for number in range(6):
            for artist, ground in (("Dark", 25), ("Light", 190)):
                file = f"{artist}{number}.png"
                grains = noise(-2, size=(200, 160), seed=number).astype(int) // 4
                Image.fromarray(np.clip(grains + ground, 0, 255).astype(np.uint8)).save(tmp_path / file)
                rows.writerow([file, artist])
        (tmp_path / "broken.png").write_bytes(b"no picture")
        rows.writerow(["broken.png", "Dark"])
    return tmp_path


def test_a_collection_is_compared_by_artist(collection, capsys):
    found = evaluate(collection, SilentReporter(), fewest=6, perturbed=4)
    assert (found.works, found.refused, found.counts) == (12, {"unreadable": 1}, {"Dark": 6, "Light": 6})
    assert found.medians["Dark"]["lightness"] < found.medians["Light"]["lightness"]
    assert found.apart["lightness"] > 0.6
    assert found.steady["jpeg60"]["lightness"].moved < 0.2
    assert found.naming is not None
    assert (found.naming.accuracy, found.naming.majority) == (1, 0.5)
    assert main(["evaluate", str(collection), "--fewest", "6", "--perturbed", "0"]) == 0
    assert "12 pictures measured" in capsys.readouterr().out
    assert main(["evaluate", str(collection), "--fewest", "6", "--perturbed", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"Dark": 6, "Light": 6}


def test_an_empty_folder_is_named(tmp_path, capsys):
    assert main(["evaluate", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err


@pytest.mark.data
def test_on_real_paintings_measures_say_what_one_sees(data_dir):
    """Caravaggio's chiaroscuro above Monet's, Monet lighter, looser in touch and paler towards the distance."""
    found = evaluate(data_dir / "images", SilentReporter(), fewest=5, most=90, perturbed=0)
    monet, caravaggio = found.medians["Claude Monet"], found.medians["Caravaggio"]
    assert caravaggio["chiaroscuro"] > 3 * monet["chiaroscuro"]
    assert monet["lightness"] > caravaggio["lightness"] + 0.15
    assert monet["coherence"] < caravaggio["coherence"]
    assert monet["aerial"] > caravaggio["aerial"]
    assert monet["hue_variety"] > caravaggio["hue_variety"]
