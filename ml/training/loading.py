"""Pictures for a training, decoded and varied by threads ahead of the device."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from ml.devices import cores
from ml.images import Pixels, UnreadablePicture, load_ahead
from ml.training import processes

Load = Callable[[int, np.random.Generator], Pixels]
BATCHES_AHEAD = 3


class Feed:
    """Endless batches of ``count`` pictures, each shown once before any is shown again.

    ``load(index, random)`` gives one as ``uint8 [3, h, w]``, varied as it likes by ``random``; it runs in threads. What is
    drawn depends on the seed and on how many pictures came before, on nothing else: so a run that begins at its 600th
    picture sees what one that came there saw, and two processes see the halves of what one would. A picture that cannot
    be read (``UnreadablePicture``) is replaced by the next of its batch; a batch of none raises that error.
    """

    def __init__(
        self, count: int, load: Load, *, batch: int, seed: int = 1, threads: int | None = None, ahead: int = 0
    ) -> None:
        if count < 1:
            raise ValueError("There are no pictures to learn from.")
        self.count, self.load, self.batch, self.seed = count, load, batch, seed
        self.threads = threads or max(1, min(16, cores()))
        self.ahead = ahead or BATCHES_AHEAD * batch

    def batches(self, start: int) -> Iterator[tuple[Tensor, Tensor]]:
        """``(indices int64 [batch], pictures uint8 [batch, 3, h, w])`` from this process's ``start``-th batch on."""
        places = itertools.chain.from_iterable(self.places(number) for number in itertools.count(start))
        loaded = load_ahead(places, self.load_place, threads=self.threads, ahead=self.ahead)
        while True:
            yield self.collected([next(loaded) for _picture in range(self.batch)])

    def places(self, number: int) -> range:
        """Places in the stream of all processes' pictures that this process's batch ``number`` covers."""
        first = (number * processes.count() + processes.rank()) * self.batch
        return range(first, first + self.batch)

    def index(self, place: int) -> int:
        """Which picture stands at a place of the stream."""
        turn, position = divmod(place, self.count)
        return int(order(self.count, self.seed, turn)[position])

    def load_place(self, place: int) -> Pixels | None:
        try:
            return self.load(self.index(place), np.random.default_rng((self.seed, place)))
        except UnreadablePicture:
            return None

    def collected(self, loaded: list[tuple[int, Pixels | None]]) -> tuple[Tensor, Tensor]:
        read = [(self.index(place), pixels) for place, pixels in loaded if pixels is not None]
        if not read:
            raise UnreadablePicture("Not one picture of a whole batch can be read.")
        full = list(itertools.islice(itertools.cycle(read), self.batch))
        pictures = torch.from_numpy(np.stack([pixels for _index, pixels in full]))
        return torch.tensor([index for index, _pixels in full]), pictures


@lru_cache(maxsize=4)
def order(count: int, seed: int, turn: int) -> np.ndarray:
    """The order in which the pictures are shown for the ``turn``-th time."""
    return np.random.default_rng((seed, 7919, turn)).permutation(count)
