"""The networks of a run together: what they learn with, and what they are judged and kept by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from torch import Tensor

from ml.training.turns import Mover, copied


@dataclass(frozen=True)
class Crew:
    movers: Sequence[Mover]

    def train_mode(self) -> None:
        for mover in self.movers:
            mover.turn.model.train()

    def settle(self) -> None:
        """Make the running statistics of all processes one."""
        for mover in self.movers:
            mover.settle()

    def put_in(self) -> None:
        """Put what is kept into the networks: the averaged weights, where there are; ready for use."""
        self.settle()
        for mover in self.movers:
            if mover.average:
                mover.turn.model.load_state_dict(mover.average)
            mover.turn.model.eval()

    @contextmanager
    def as_kept(self) -> Iterator[None]:
        """The networks as they would be kept, for a while; then they learn on with their own weights."""
        own = [copied(mover.turn.model) if mover.average else {} for mover in self.movers]
        self.put_in()
        try:
            yield
        finally:
            for mover, weights in zip(self.movers, own, strict=True):
                if weights:
                    mover.turn.model.load_state_dict(weights)
            self.train_mode()

    def end_with(self, best: Mapping[str, Tensor]) -> None:
        """Leave the ``best`` weights (by turn and name) in the networks; what is kept now where there are none."""
        self.put_in()
        for mover in self.movers:
            prefix = f"{mover.turn.name}."
            own = {key.removeprefix(prefix): value for key, value in best.items() if key.startswith(prefix)}
            if own:
                mover.turn.model.load_state_dict(own)
