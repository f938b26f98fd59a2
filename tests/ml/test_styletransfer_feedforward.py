"""The network of one pass: its size, strength, mixtures, tiles, masks, files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from ml.artefacts import BadArtefact
from ml.images import Pixels
from ml.reporter import Cancelled, SilentReporter
from ml.styletransfer import Restyler, Style, UnsuitablePicture, packaged
from ml.styletransfer.losses import moments
from ml.styletransfer.tiling import RAMP, Sheet
from tests.ml import styling
from tests.ml.styling import picture


@pytest.fixture(scope="module")
def restyler() -> Restyler:
    return styling.untaught(styling.eye())


def apart(one: Pixels, other: Pixels) -> np.ndarray:
    return np.abs(one.astype(int) - other)


@pytest.mark.parametrize(("high", "wide"), [(64, 64), (50, 97), (33, 200)], ids=["square", "wide", "narrow"])
def test_a_picture_keeps_its_size(restyler: Restyler, high: int, wide: int) -> None:
    made = restyler.apply(picture(1, high=high, wide=wide), [Style(picture(2))])
    assert made.pixels.shape == (3, high, wide)
    assert made.seconds > 0


def test_without_strength_it_is_the_content(restyler: Restyler) -> None:
    content, styles = picture(1), [Style(picture(2))]
    none, some, all_of_it = (restyler.apply(content, styles, strength=each).pixels for each in (0.0, 0.5, 1.0))
    assert apart(none, content).max() <= 1
    assert apart(none, content).mean() < apart(some, content).mean() < apart(all_of_it, content).mean()


def test_a_style_has_the_moments_that_attention_finds(restyler: Restyler) -> None:
    eye, network = restyler.eye, restyler.network
    maps, style = (eye.maps(torch.from_numpy(picture(each)).float()[None] / 255) for each in (1, 2))
    with torch.no_grad():
        aims = network.restyled(maps, [moments(layer) for layer in maps], [(1.0, network.remember(style))])
    own = moments(maps[0])[1]
    alive = own > 0.05 * own.mean()  # a channel that sees nothing in the content has nothing to be moved
    for mine, wished in zip(moments(aims[0]), moments(style[0]), strict=True):
        assert torch.allclose(mine[alive], wished[alive], rtol=0.03, atol=1e-3)


def test_styles_are_mixed_by_weight(restyler: Restyler) -> None:
    content, first, second = picture(1), picture(2), picture(3)
    alone = restyler.apply(content, [Style(first)]).pixels
    same = restyler.apply(content, [Style(first, 3.0), Style(first, 1.0)]).pixels
    nearly = restyler.apply(content, [Style(first, 1.0), Style(second, 0.0)]).pixels
    mixed = restyler.apply(content, [Style(first), Style(second)]).pixels
    assert apart(alone, same).max() <= 1
    assert apart(alone, nearly).max() <= 1
    assert apart(alone, mixed).mean() > 1


def test_tiles_leave_no_seams(restyler: Restyler) -> None:
    content, styles = picture(1, high=64, wide=190), [Style(picture(2))]
    whole = restyler.apply(content, styles, tile_px=512).pixels
    tiled = restyler.apply(content, styles, tile_px=64).pixels
    assert whole.std() > 20
    assert apart(whole, tiled).max() <= 2
    edges = [end for _start, end in Sheet(64, 190, 64).spans(190)[:-1]]
    assert len(edges) == 2
    steps = np.abs(np.diff(tiled.astype(int), axis=2)).mean(axis=(0, 1))
    near = np.concatenate([steps[edge - RAMP // 2 : edge + RAMP // 2] for edge in edges])
    assert near.mean() < 1.15 * steps.mean()


def test_each_tile_is_said_and_it_stops_when_told(restyler: Restyler) -> None:
    class Counting(SilentReporter):
        said = 0

        def progress(self, *_given: object, **_more: object) -> None:
            self.said += 1

        def should_stop(self) -> bool:
            return self.said == 3

    reporter = Counting()
    with pytest.raises(Cancelled):
        restyler.apply(picture(1, high=64, wide=256), [Style(picture(2))], tile_px=64, reporter=reporter)
    assert reporter.said == 3


def test_masks_say_where(restyler: Restyler) -> None:
    content, mask = picture(1), np.zeros((64, 64), bool)
    mask[:20] = True
    held = restyler.apply(content, [Style(picture(2))], content_mask=mask).pixels
    assert np.array_equal(held[:, 20:], content[:, 20:])
    assert apart(held[:, :20], content[:, :20]).mean() > 1
    upper, lower = Style(picture(2), mask=mask), Style(picture(3), mask=~mask)
    parted = restyler.apply(content, [upper, lower]).pixels
    only = restyler.apply(content, [Style(picture(2))]).pixels
    assert apart(parted, only)[:, :8].mean() < apart(parted, only)[:, 40:].mean()


def test_colours_are_kept_when_asked(restyler: Restyler) -> None:
    content = picture(1)
    content[2] //= 3
    kept = restyler.apply(content, [Style(picture(2))], keep_colours=True).pixels.astype(float)
    light = (kept * np.array([0.299, 0.587, 0.114])[:, None, None]).sum(0)
    own = content - (content * np.array([0.299, 0.587, 0.114])[:, None, None]).sum(0)
    found = kept - light
    assert float((own * found).sum() / np.linalg.norm(own) / np.linalg.norm(found)) > 0.9


def test_it_is_kept_with_its_eye(restyler: Restyler, tmp_path: Path) -> None:
    restyler.save(tmp_path, dtype=torch.float32)
    again = Restyler.load(tmp_path, device="cpu")
    assert again.eye.name == restyler.eye.name
    assert again.network.settings == restyler.network.settings
    content, styles = picture(1), [Style(picture(2))]
    assert apart(again.apply(content, styles).pixels, restyler.apply(content, styles).pixels).mean() < 4
    (tmp_path / "weights.safetensors").write_bytes(b"torn")
    with pytest.raises(BadArtefact, match="checksum"):
        Restyler.load(tmp_path)


@pytest.mark.parametrize("wrong", [{"strength": 1.5}, {"tile_px": 8}], ids=["strength", "tile"])
def test_what_cannot_be_is_refused(restyler: Restyler, wrong: dict[str, float]) -> None:
    with pytest.raises(UnsuitablePicture):
        restyler.apply(picture(1), [Style(picture(2))], **wrong)  # type: ignore[arg-type]


def test_the_packaged_network_takes_the_manner_and_keeps_what_is_shown() -> None:
    down, across = np.mgrid[:96, :96] - 48
    inside, outside = np.array([200, 150, 120], np.uint8), np.array([40, 70, 110], np.uint8)
    content = np.where(down**2 + across**2 < 900, inside[:, None, None], outside[:, None, None])
    restyler, styles = packaged(device="cpu"), [Style(picture(3))]
    made, plain = restyler.apply(content, styles), restyler.apply(content, styles, strength=0.0)
    assert made.style_loss < 0.5 * plain.style_loss
    assert np.corrcoef(made.pixels.mean(axis=0).ravel(), content.mean(axis=0).ravel())[0, 1] > 0.6
