"""Projection: the style of a picture that the model can paint is found, and of any other the nearest."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ml.gan import Gan, GanSettings, fresh
from ml.gan.projecting import distance_to, project
from ml.reporter import Cancelled, SilentReporter
from tests.ml.canvases import canvases
from tests.ml.painters import eyes


@pytest.fixture(scope="module")
def gan() -> Gan:
    return fresh(GanSettings(side_px=16, latent=12, width=16, capacity=128, least_maps=8), 3, device="cpu")


def test_a_picture_of_the_models_own_is_found_nearly_again(gan: Gan) -> None:
    own = gan.paint(gan.styles([77]))[0]
    begun = project(gan, own, 0)[2]
    styles, painted, distance = project(gan, own, 60)
    assert distance < begun / 2
    assert styles.shape == (gan.layers, gan.width)
    assert np.array_equal(painted, gan.paint(styles[None])[0])
    other = gan.paint(gan.styles([78]))[0].astype(int)
    assert abs(painted.astype(int) - own).mean() < abs(other - own).mean() / 2


def test_steps_bring_any_picture_nearer_and_seeing_by_a_network_too(gan: Gan) -> None:
    picture = canvases(1, side=80)[0]
    for backbone in (None, eyes()):
        begun, ended = (project(gan, picture, steps, backbone=backbone)[2] for steps in (0, 25))
        assert 0 < ended < begun


def test_projecting_again_finds_the_same(gan: Gan) -> None:
    picture = canvases(1)[0]
    assert np.allclose(project(gan, picture, 5)[0], project(gan, picture, 5)[0], atol=1e-5)


def test_the_distance_is_nothing_to_itself_and_about_one_to_another_picture(gan: Gan) -> None:
    pictures = canvases(12, side=16)
    distance = distance_to(pictures[:1], gan, None)
    found = distance(torch.from_numpy(pictures).float() / 127.5 - 1)
    assert float(found[0]) == pytest.approx(0, abs=1e-6)
    assert 0.5 < float(found[1:].median()) < 10
    black = distance_to(np.zeros((1, 3, 16, 16), np.uint8), gan, None)(torch.full((1, 3, 16, 16), -1.0))
    assert float(black) == pytest.approx(0, abs=1e-6)


def test_progress_is_told_and_stopping_heeded(gan: Gan) -> None:
    class Stopping(SilentReporter):
        told: list[float] = []

        def progress(self, done, total=None, *, phase="", metrics=None) -> None:  # type: ignore[no-untyped-def]
            self.told.append(metrics["distance"])

        def should_stop(self) -> bool:
            return len(self.told) == 3

    reporter = Stopping()
    with pytest.raises(Cancelled):
        project(gan, canvases(1)[0], 10, reporter)
    assert len(reporter.told) == 3
