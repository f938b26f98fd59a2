"""The painter that is kept: the same child by the same seed, and files that say when they are not what was meant."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.artefacts import BadArtefact
from ml.gan import Gan, GanSettings, fresh
from ml.gan.model import noise_of
from ml.gan.settings import of_article
from tests.ml.playing import TINY

ARTICLE = of_article(16)
BOTH = pytest.mark.parametrize("settings", [TINY, ARTICLE], ids=["small", "mlp"])


def painter(settings: GanSettings = TINY) -> Gan:
    return fresh(settings, seed=3, device="cpu")


@BOTH
def test_a_seed_gives_the_same_child_alone_and_among_others(settings: GanSettings) -> None:
    gan = painter(settings)
    alone, among = gan.styles([7]), gan.styles([5, 6, 7, 8])
    assert np.array_equal(alone[0], among[2])
    assert np.abs(gan.paint(alone).astype(int)[0] - gan.paint(among)[2]).max() <= 1
    assert not np.array_equal(among[0], among[1])


def test_a_seeds_noise_is_the_same_on_every_machine() -> None:
    assert noise_of(7, 3).tolist() == pytest.approx([-0.1000841031, 0.2541996307, -1.1552521722], abs=1e-9)


@BOTH
def test_its_shapes_are_those_that_the_rooms_rely_on(settings: GanSettings) -> None:
    gan = painter(settings)
    styles = gan.styles(range(3))
    assert styles.shape == (3, gan.layers, gan.width)
    assert styles.dtype == np.float32
    assert gan.mean_style().shape == (gan.layers, gan.width)
    assert gan.paint(styles).shape == (3, 3, 16, 16)
    assert gan.paint(styles).dtype == np.uint8
    assert gan.styles([]).shape == (0, gan.layers, gan.width)
    assert gan.paint(gan.styles([])).shape == (0, 3, 16, 16)


def test_the_articles_pair_has_one_layer_and_ours_one_at_four_pixels_and_two_at_each_side_above() -> None:
    assert painter(ARTICLE).layers == 1
    assert fresh(GanSettings(side_px=64), device="cpu").layers == 9
    assert fresh(GanSettings(side_px=128), device="cpu").layers == 11


def test_truncation_draws_towards_the_mean_and_nothing_of_it_leaves_only_the_mean() -> None:
    gan = painter()
    whole, half, none = (gan.styles([4, 5], truncation) for truncation in (1.0, 0.5, 0.0))
    assert np.allclose(half, (whole + gan.mean_style()) / 2, atol=1e-6)
    assert np.allclose(none, gan.mean_style(), atol=1e-6)


def test_coarse_layers_say_more_of_where_things_stand_than_fine_ones() -> None:
    gan = painter(replace(TINY, side_px=64, most_maps=32))
    one, other = gan.styles(range(8)), gan.styles(range(8, 16))
    moved = []
    for layers in (slice(0, 2), slice(gan.layers - 2, gan.layers)):
        crossed = one.copy()
        crossed[:, layers] = other[:, layers]
        change = (gan.paint(crossed).astype(float) - gan.paint(one)).reshape(8, 3, 8, 8, 8, 8).mean((3, 5))
        moved.append(np.abs(change - change.mean((2, 3), keepdims=True)).mean())
    assert moved[0] > moved[1] > 0


@BOTH
def test_painting_is_differentiable_within_minus_one_and_one(settings: GanSettings) -> None:
    gan = painter(settings)
    styles = torch.from_numpy(gan.styles([1, 2])).requires_grad_()
    painted = gan.paint_tensor(styles)
    assert float(painted.detach().abs().max()) <= 1
    painted.square().mean().backward()
    assert styles.grad is not None
    assert float(styles.grad.abs().sum()) > 0


@BOTH
def test_what_was_saved_paints_the_same(settings: GanSettings, tmp_path: Path) -> None:
    gan = painter(settings)
    gan.facts = {"steps": 5}
    gan.save(tmp_path)
    again = Gan.load(tmp_path, device="cpu")
    assert again.settings == settings
    assert again.facts == {"steps": 5}
    assert np.abs(again.paint(again.styles([1, 2])).astype(int) - gan.paint(gan.styles([1, 2]))).max() <= 2
    again.save(tmp_path / "again")
    twice = Gan.load(tmp_path / "again", device="cpu")
    assert np.array_equal(twice.styles([1, 2]), again.styles([1, 2]))


def test_files_that_are_not_what_was_meant_are_refused(tmp_path: Path) -> None:
    painter().save(tmp_path)
    whole = (tmp_path / "weights.safetensors").read_bytes()
    (tmp_path / "weights.safetensors").write_bytes(whole[:-8] + b"tampered")
    with pytest.raises(BadArtefact, match="checksum"):
        Gan.load(tmp_path)
    (tmp_path / "weights.safetensors").unlink()
    with pytest.raises(BadArtefact, match="no weights file"):
        Gan.load(tmp_path)
    with pytest.raises(BadArtefact, match="cannot be read"):
        Gan.load(tmp_path / "nowhere")


def test_settings_of_another_network_are_refused(tmp_path: Path) -> None:
    painter().save(tmp_path)
    facts = json.loads((tmp_path / "gan.json").read_text())
    facts["settings"]["most_maps"] = 4
    (tmp_path / "gan.json").write_text(json.dumps(facts))
    with pytest.raises(BadArtefact, match="not those of the GAN"):
        Gan.load(tmp_path)
    facts["settings"] = {"architecture": "diffusion"}
    (tmp_path / "gan.json").write_text(json.dumps(facts))
    with pytest.raises(BadArtefact, match="no settings of a GAN"):
        Gan.load(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"side_px": 100},
        {"architecture": "vae"},
        {"loss": "hinge"},
        {"augment": "much"},
        {"r1": -1.0},
        {"penalty": "guessed"},
    ],
)
def test_impossible_settings_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        replace(TINY, **change)  # type: ignore[arg-type]
