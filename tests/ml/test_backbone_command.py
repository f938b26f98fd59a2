"""The command line of backbones: train, embed, describe, and one sentence for what is broken."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.backbone.__main__ import main


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    files = []
    for number, colour in enumerate(["crimson", "navy", "gold", "teal"]):
        file = tmp_path / f"{number}.png"
        Image.new("RGB", (60, 40), colour).save(file)
        files.append(str(file))
    return files


def test_a_network_is_trained_and_asked_without_the_site(
    pictures: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "network")
    assert main(["train", folder, "--steps", "2", *pictures]) == 0
    assert json.loads(capsys.readouterr().out)["pictures"] == 4
    assert main(["embed", folder, *pictures[:2]]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines] == pictures[:2]
    assert [float(np.linalg.norm(line["vector"])) for line in lines] == pytest.approx([1, 1], abs=1e-3)
    assert main(["describe", folder]) == 0
    assert json.loads(capsys.readouterr().out)["provenance"] == {"source": "trained", "origin": "4"}


def test_a_broken_picture_or_network_is_named(
    pictures: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    assert main(["train", str(tmp_path / "network"), str(broken)]) == 1
    assert "broken.jpg" in capsys.readouterr().err
    assert main(["embed", str(tmp_path / "nowhere"), *pictures]) == 1
    assert "backbone.json" in capsys.readouterr().err
