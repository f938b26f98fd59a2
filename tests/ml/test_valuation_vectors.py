"""Pictures' vectors beside a file of offers."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from ml.valuation.__main__ import main
from ml.valuation.offers import Offer
from ml.valuation.tidy import write_offers
from ml.valuation.vectors import BadVectors, with_vectors, write_vectors
from ml.valuation.versions import fingerprint
from tests.ml.test_valuation_model import market


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    bare = Offer(key=900, date=dt.date(2030, 1, 1))
    odd = replace(bare, key=901, vector=np.ones(7, np.float32))
    offers = [*market(20, looks=True), bare, odd]
    assert write_vectors(offers, tmp_path / "v.safetensors") == 20, "the commonest space alone"
    again = with_vectors([replace(each, vector=None) for each in offers], tmp_path / "v.safetensors")
    assert again[-2:] == [bare, replace(odd, vector=None)]
    for before, after in zip(offers[:20], again[:20], strict=True):
        np.testing.assert_array_equal(before.vector, after.vector)


def test_without_pictures_no_file_is_written(tmp_path: Path) -> None:
    assert write_vectors(market(5), tmp_path / "v.safetensors") == 0
    assert not (tmp_path / "v.safetensors").exists()


KEYS, VECTORS = np.array([1, 2]), np.ones((2, 3), np.float32)


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        ({"keys": KEYS}, "holds keys, not keys and vectors"),
        ({"keys": KEYS, "vectors": VECTORS, "more": KEYS}, "holds keys, more, vectors"),
        ({"keys": KEYS[:1], "vectors": VECTORS}, r"keys \(1,\) do not name vectors \(2, 3\)"),
        ({"keys": np.ones(2, np.float32), "vectors": VECTORS}, "do not name"),
        ({"keys": np.array([1, 1]), "vectors": VECTORS}, "names a key twice"),
        ({"keys": KEYS, "vectors": VECTORS * np.nan}, "not finite"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(tmp_path: Path, held: dict[str, np.ndarray], reason: str) -> None:
    save_file(held, tmp_path / "v.safetensors")
    with pytest.raises(BadVectors, match=reason):
        with_vectors([], tmp_path / "v.safetensors")


def test_a_file_of_something_else_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offers, vectors = tmp_path / "offers.csv", tmp_path / "v.safetensors"
    write_offers(market(5), offers)
    vectors.write_bytes(b"\x80\x04pickle")
    assert main(["train", str(offers), str(tmp_path / "model"), "--vectors", str(vectors)]) == 1
    assert capsys.readouterr().err.startswith("v.safetensors is no file of vectors")


def test_a_model_learns_from_offers_and_vectors_and_estimates_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offers = market(1500, looks=True)
    bare = Offer(key=9000, date=dt.date(2010, 1, 1), artist=3, medium="oil", height_cm=50.0, width_cm=50.0)
    angles = {9000: -1.2, 9001: 1.2}
    asked = [
        replace(bare, key=key, vector=np.array([np.sin(angle), np.cos(angle), 0, 0], np.float32))
        for key, angle in angles.items()
    ]
    file, vectors, folder = tmp_path / "offers.csv", tmp_path / "v.safetensors", tmp_path / "model"
    write_offers([*offers, *asked], file)
    write_vectors([*offers, *asked], vectors)
    assert main(["train", str(file), str(folder), "--vectors", str(vectors)]) == 0
    card = json.loads((folder / "card.json").read_text())
    capsys.readouterr()
    assert main(["estimate", str(file), str(folder), "--vectors", str(vectors)]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()[-2:]]
    assert said[1]["middle"] > 2 * said[0]["middle"], "prices of this market grow with the picture's angle"
    assert card["data"] == fingerprint([*offers, *asked]), "the card knows the pictures too"
