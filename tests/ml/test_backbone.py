"""Backbones: unit vectors, the same after saving, honest about where their weights are from."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.artefacts import BadArtefact, file_sha256, save_tensors
from ml.backbone import NoWeights, build, load
from ml.backbone.choosing import add_eyes, eyes_of, eyes_or_learned, name_of, needed_eyes_of
from ml.backbone.compact import train_compact
from ml.backbone.interface import Provenance
from ml.backbone.networks import trunk
from ml.backbone.weights import download, from_file, name_of_file
from ml.images import load_square
from ml.reporter import Cancelled, SilentReporter
from ml.training import Schedule


def pictures(count: int, side_px: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 255, (count, 3, side_px, side_px), np.uint8)


@pytest.mark.parametrize("name", ["compact", "squeezenet1_0", "mobilenet_v3_large", "resnet18"])
def test_vectors_have_unit_length_and_survive_saving(name: str, tmp_path: Path) -> None:
    torch.manual_seed(1)
    backbone = build(name, trunk(name), Provenance("untrained"), device="cpu")
    batch = pictures(2, backbone.input_px)
    vectors = backbone.embed(batch)
    assert vectors.shape == (2, backbone.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)
    backbone.save(tmp_path)
    again = load(tmp_path, device="cpu")
    assert again.provenance == backbone.provenance
    assert np.allclose(again.embed(batch), vectors, atol=1e-5)


def test_a_changed_weights_file_is_refused(tmp_path: Path) -> None:
    build("compact", trunk("compact"), Provenance("untrained"), device="cpu").save(tmp_path)
    weights = tmp_path / "weights.safetensors"
    digest = file_sha256(weights)
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert file_sha256(weights) != digest
    with pytest.raises(BadArtefact):
        load(tmp_path, device="cpu")


def told(*words: str) -> argparse.Namespace:
    command = argparse.ArgumentParser()
    add_eyes(command)
    return argparse.Namespace(**vars(command.parse_args(words)), device="cpu")


def test_a_command_sees_by_the_file_or_the_folder_that_it_was_told(tmp_path: Path) -> None:
    network, batch = trunk("compact"), pictures(2, 128)
    kept = build("compact", network, Provenance("untrained"), device="cpu")
    kept.save(tmp_path / "kept")
    save_tensors(dict(network.state_dict()), tmp_path / "compact-ours.safetensors")
    for words in (
        ("--weights", str(tmp_path / "compact-ours.safetensors")),
        ("--weights", str(tmp_path / "kept")),
        ("--backbone", str(tmp_path / "kept")),
    ):
        assert name_of(told(*words)) == "compact"
        assert np.allclose(needed_eyes_of(told(*words)).embed(batch), kept.embed(batch), atol=1e-5)


def test_a_command_that_was_told_nothing_learns_to_see_only_where_it_may() -> None:
    assert eyes_of(told()) is None
    with pytest.raises(NoWeights, match="--weights"):
        needed_eyes_of(told())
    with pytest.raises(NoWeights, match="resnet18"):
        eyes_or_learned(told("--network", "resnet18"), pictures(2, 128), SilentReporter())
    assert name_of(told("--network", "resnet18")) == "resnet18"


def test_the_projection_keeps_fewer_directions_of_centred_features() -> None:
    torch.manual_seed(1)
    sample = pictures(40, 128)
    backbone = build("compact", trunk("compact"), Provenance("untrained"), sample=sample, device="cpu")
    assert backbone.dimensions <= 20
    assert abs(backbone.embed(sample).mean()) < 0.1


def test_without_network_the_download_gives_up_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    with pytest.raises(NoWeights, match="no route to host"):
        download("squeezenet1_0", SilentReporter())


def test_training_lowers_the_loss_and_resumes_where_it_was_stopped(tmp_path: Path) -> None:
    class Stopping(SilentReporter):
        left = 3

        def should_stop(self) -> bool:
            self.left -= 1
            return self.left < 0

    shown, schedule = pictures(12, 128), Schedule(steps=6)
    whole, losses = train_compact(shown, SilentReporter(), schedule=schedule)
    with pytest.raises(Cancelled):
        train_compact(shown, Stopping(), schedule=schedule, checkpoint=tmp_path)
    halves, rest = train_compact(shown, SilentReporter(), schedule=schedule, checkpoint=tmp_path)
    assert losses[-1] < losses[0]
    assert rest == pytest.approx(losses[3:], rel=1e-3)
    for one, other in zip(whole.parameters(), halves.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-4)


@pytest.mark.data
@pytest.mark.slow
def test_published_weights_find_the_same_painter_more_often_than_an_untrained_network(data_dir: Path) -> None:
    rows = list(csv.DictReader((data_dir / "images" / "metadata.csv").open()))
    rows = [row for row in rows if row["source"] == "sixpainters"][::2]
    shown = np.stack([load_square((data_dir / "images" / row["file"]).open("rb"), 224) for row in rows])
    painters = np.array([row["artist"] for row in rows])
    file = data_dir / "weights" / "squeezenet1_0-imagenet.safetensors"
    assert name_of_file(file) == "squeezenet1_0"

    def recall(network: torch.nn.Sequential) -> float:
        backbone = build("squeezenet1_0", network, Provenance("file", file.name), sample=shown, device="cpu")
        vectors = np.concatenate([backbone.embed(part) for part in np.array_split(shown, 4)])
        likeness = vectors @ vectors.T
        np.fill_diagonal(likeness, -1)
        return float((painters[likeness.argmax(1)] == painters).mean())

    torch.manual_seed(1)
    published, untrained = recall(from_file("squeezenet1_0", file)), recall(trunk("squeezenet1_0"))
    assert published > untrained + 0.08
    assert published > 0.6
