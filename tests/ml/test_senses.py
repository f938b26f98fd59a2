"""Senses: each sees what it is named for and nothing else, in one pass, and the same again after saving."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFilter

from ml.artefacts import BadArtefact
from ml.backbone import Backbone, build
from ml.backbone.interface import Provenance
from ml.backbone.networks import trunk
from ml.images import Pixels, square
from ml.similarity.colour import colour_features, oklab, small_oklab
from ml.similarity.composition import composition_features
from ml.similarity.senses import fit, load

SIDE = 128


def scene(*, ground: str = "tan", thing: str = "navy", at: tuple[int, int] = (24, 30), grain: int = 0) -> Image.Image:
    """A thing on a ground, perhaps with a grain of strokes that wide."""
    image = Image.new("RGB", (SIDE, SIDE), ground)
    brush = ImageDraw.Draw(image)
    left, top = at
    brush.rectangle([left, top, left + 48, top + 40], fill=thing)
    for row in range(0, SIDE, max(grain, 1) * 2) if grain else ():
        brush.line([(0, row), (SIDE, row + SIDE // 3)], fill="white", width=grain)
    return image.filter(ImageFilter.GaussianBlur(0.7))


def pixels(*images: Image.Image) -> Pixels:
    return np.stack([square(image, SIDE) for image in images])


def unit(*images: Image.Image) -> torch.Tensor:
    return torch.from_numpy(pixels(*images)).float() / 255


def cosines(features: torch.Tensor) -> list[float]:
    """Of the first with each other."""
    vectors = torch.nn.functional.normalize(features)
    return [float(each) for each in vectors[1:] @ vectors[0]]


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    torch.manual_seed(3)
    return build("compact", trunk("compact"), Provenance("untrained"), device="cpu")


@pytest.fixture(scope="module")
def sample() -> Pixels:
    random = np.random.default_rng(5)
    coarse = random.integers(0, 255, (40, 6, 6, 3), np.uint8)
    return pixels(*(Image.fromarray(each).resize((SIDE, SIDE), Image.Resampling.BICUBIC) for each in coarse))


@pytest.mark.parametrize(
    ("colour", "expected"),
    [("#ffffff", (1.0, 0.0, 0.0)), ("#000000", (0.0, 0.0, 0.0)), ("#ff0000", (0.628, 0.225, 0.126))],
    ids=["white", "black", "red"],
)
def test_oklab_has_the_published_values(colour: str, expected: tuple[float, float, float]) -> None:
    lab = oklab(unit(Image.new("RGB", (4, 4), colour)))
    assert lab[0, :, 1, 1].tolist() == pytest.approx(expected, abs=2e-3)


def test_colour_knows_the_palette_wherever_it_lies() -> None:
    moved, other = cosines(colour_features(small_oklab(unit(scene(), scene(at=(60, 70)), scene(thing="firebrick")))))
    assert moved > 0.98
    assert other < moved - 0.05


def test_a_slight_cast_moves_a_palette_less_than_other_colours_do() -> None:
    warmer = Image.blend(scene(), Image.new("RGB", (SIDE, SIDE), "orange"), 0.06)
    cast, other = cosines(colour_features(small_oklab(unit(scene(), warmer, scene(ground="palegreen")))))
    assert cast > 0.8 > other


def test_composition_knows_the_layout_whatever_the_colours() -> None:
    grey = scene().convert("L").convert("RGB")
    darker = Image.fromarray((np.asarray(scene()) * 0.7).astype(np.uint8))
    moved = scene(at=(70, 74))
    found = cosines(composition_features(small_oklab(unit(scene(), grey, darker, moved))))
    assert found[0] > 0.9
    assert found[1] > 0.9
    assert found[2] < 0.5


def test_a_blank_picture_has_a_unit_vector_in_every_sense(backbone: Backbone, sample: Pixels) -> None:
    blank = pixels(Image.new("RGB", (SIDE, SIDE), "white"), Image.new("RGB", (SIDE, SIDE), "black"))
    for senses in (fit(backbone, None), fit(backbone, sample)):
        for name, vectors in senses.look(blank).items():
            assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-4), name


def test_one_look_gives_a_unit_vector_in_every_sense(backbone: Backbone, sample: Pixels) -> None:
    senses = fit(backbone, sample)
    found = senses.look(sample[:3])
    assert set(found) == {"style", "subject", "colour", "composition"}
    for name, vectors in found.items():
        assert vectors.shape == (3, senses.dimensions[name])
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-4)


def test_one_pass_through_the_network_serves_style_and_subject(
    backbone: Backbone, sample: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    senses, passes = fit(backbone, sample), []
    maps = Backbone.maps
    monkeypatch.setattr(Backbone, "maps", lambda self, batch: passes.append(len(batch)) or maps(self, batch))
    senses.look(sample[:5])
    assert passes == [5]


def test_what_a_hand_learned_is_one_more_sense(backbone: Backbone, sample: Pixels) -> None:
    def hand(batch: Pixels) -> np.ndarray:
        return np.tile(np.array([[0.6, 0.8]], np.float32), (len(batch), 1))

    senses = fit(backbone, sample, hand=hand)
    assert senses.dimensions["hand"] == 2
    assert np.array_equal(senses.look(sample[:2])["hand"], hand(sample[:2]))
    assert "hand" in senses.spreads


def test_senses_survive_saving(backbone: Backbone, sample: Pixels, tmp_path: Path) -> None:
    senses = fit(backbone, sample)
    senses.save(tmp_path)
    again = load(tmp_path, backbone)
    assert again.spreads == senses.spreads
    for name, vectors in senses.look(sample[:4]).items():
        assert again.look(sample[:4])[name] == pytest.approx(vectors, abs=1e-5)


def test_a_changed_file_is_refused(backbone: Backbone, sample: Pixels, tmp_path: Path) -> None:
    fit(backbone, sample).save(tmp_path)
    file = tmp_path / "senses.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    with pytest.raises(BadArtefact):
        load(tmp_path, backbone)
