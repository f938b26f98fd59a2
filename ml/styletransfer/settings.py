"""What a restyling by optimisation is told, and what a network for it is made of: frozen records."""

from __future__ import annotations

from dataclasses import dataclass

OPTIMISERS = ("lbfgs", "adam")
BEGINNINGS = ("content", "noise")
LEAST_PX = 32


@dataclass(frozen=True)
class OptimisationSettings:
    """``content_weight`` L_content + ``style_weight`` L_style + ``place_weight`` L_place + ``smoothness`` total variation.

    All four losses are relative: 0 is a perfect match, 1 as far off as nothing at all. L_style compares Gram matrices of the
    whole picture; L_place asks for the means and deviations that attention finds in the style for each place, so that a sky
    takes its manner from a sky. ``steps`` are dealt over ``scales`` sizes, each half of the next, coarse to fine; the finest has
    at most ``longest_px`` on its longer edge. ``show_every``: steps between two progress pictures. Raises ``ValueError``.
    """

    content_weight: float = 1.0
    style_weight: float = 4.0
    place_weight: float = 1.0
    smoothness: float = 0.02
    optimiser: str = "lbfgs"
    learning_rate: float = 0.01
    steps: int = 150
    scales: int = 3
    longest_px: int = 512
    begin: str = "content"
    keep_colours: bool = False
    show_every: int = 25
    seed: int = 1

    def __post_init__(self) -> None:
        if min(self.content_weight, self.style_weight, self.place_weight, self.smoothness) < 0:
            raise ValueError("The weights of the losses are not negative.")
        if self.content_weight + self.style_weight + self.place_weight <= 0:
            raise ValueError("Give content or style a weight above 0: nothing is asked for.")
        if self.optimiser not in OPTIMISERS or self.begin not in BEGINNINGS:
            raise ValueError("optimiser is lbfgs or adam, and begin is content or noise.")
        if min(self.steps, self.scales, self.show_every) < 1 or self.learning_rate <= 0:
            raise ValueError("steps, scales and show_every are at least 1, and the learning rate is above 0.")
        if self.longest_px < 2 * LEAST_PX:
            raise ValueError(f"longest_px is at least {2 * LEAST_PX}.")


@dataclass(frozen=True)
class NetworkSettings:
    """Shape of the feed-forward network: ``width`` channels of its decoder at full size, doubling up to ``widest`` as it goes
    down; queries of ``query`` numbers; about ``memory`` places of a style kept at each depth that is attended to.
    """

    width: int = 24
    widest: int = 128
    query: int = 48
    memory: int = 1024

    def __post_init__(self) -> None:
        if min(self.width, self.query) < 1 or self.widest < self.width or self.memory < 16:
            raise ValueError("width and query are at least 1, widest at least width, memory at least 16.")


@dataclass(frozen=True)
class LossSettings:
    """Weights of what the feed-forward network learns by; all losses are relative to their target's energy."""

    content: float = 1.0
    moments: float = 2.0
    texture: float = 2.0
    place: float = 0.5
    identity: float = 2.0
    smoothness: float = 0.02
