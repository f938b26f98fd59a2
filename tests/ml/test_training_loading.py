"""What a training is fed: every picture once a round, the same from any point on, and the wait for it measured."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
import torch

from ml.images import Pixels, UnreadablePicture
from ml.reporter import SilentReporter
from ml.training import Schedule, Turn, run
from ml.training.loading import Feed
from tests.ml.lessons import lesson, network, picture


def take(feed: Feed, start: int, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    batches = list(itertools.islice(feed.batches(start), count))
    return torch.cat([indices for indices, _pictures in batches]), torch.cat([shown for _indices, shown in batches])


def test_each_picture_is_shown_once_before_any_is_shown_again() -> None:
    indices, pictures = take(Feed(10, picture, batch=4), 0, 5)
    assert sorted(indices[:10].tolist()) == sorted(indices[10:].tolist()) == list(range(10))
    assert indices[:10].tolist() != indices[10:].tolist()
    assert pictures.shape == (20, 3, 8, 8)
    assert pictures.dtype == torch.uint8


def test_a_run_that_begins_later_sees_what_one_that_came_there_saw() -> None:
    feed = Feed(10, picture, batch=3)
    for whole, later in zip(take(feed, 0, 9), take(feed, 5, 4), strict=True):
        assert torch.equal(whole[15:], later)


def test_another_seed_shows_other_variations_in_another_order() -> None:
    one, other = take(Feed(30, picture, batch=30), 0, 1), take(Feed(30, picture, batch=30, seed=2), 0, 1)
    assert one[0].tolist() != other[0].tolist()
    assert not torch.equal(one[1], other[1])


def broken_at(*broken: int):  # type: ignore[no-untyped-def]
    def load(index: int, random: np.random.Generator) -> Pixels:
        if index in broken:
            raise UnreadablePicture("no picture")
        return picture(index, random)

    return load


def test_a_broken_picture_is_replaced_and_nothing_but_broken_ones_is_an_error() -> None:
    indices, pictures = take(Feed(6, broken_at(2, 4), batch=6), 0, 1)
    assert len(pictures) == 6
    assert set(indices.tolist()) == {0, 1, 3, 5}
    with pytest.raises(UnreadablePicture):
        take(Feed(2, broken_at(0, 1), batch=2), 0, 1)


def test_nothing_to_learn_from_is_an_error() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        Feed(0, picture, batch=4)


def test_the_share_of_waiting_is_that_of_a_slow_disk_and_none_of_a_quick_one() -> None:
    def slow(index: int, random: np.random.Generator) -> Pixels:
        time.sleep(0.02)
        return picture(index, random)

    def shares(load, pause: float) -> float:  # type: ignore[no-untyped-def]
        model = network()
        turn = lesson(model)

        def loss(batch: tuple[torch.Tensor, torch.Tensor], random: torch.Generator) -> torch.Tensor:
            time.sleep(pause)
            return turn.loss(batch, random)

        feed = Feed(30, load, batch=4, threads=1)
        schedule = Schedule(steps=10, batch=4, device="cpu")
        return run([Turn("model", model, loss)], feed, schedule, SilentReporter()).waiting_share

    assert shares(slow, 0.0) > 0.6
    assert shares(picture, 0.05) < 0.2
