"""What a GAN is and by what it learns: a frozen record, written beside its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ml.artefacts import BadArtefact

ARCHITECTURES = ("small", "mlp")
LOSSES = ("relativistic", "nonsaturating")
PENALTIES = ("sampled", "exact")
AUGMENTATIONS = ("none", "differentiable", "adaptive")


@dataclass(frozen=True)
class GanSettings:
    """``small`` is the small-data pair of this house, ``mlp`` the article's fully connected one.

    A resolution of r pixels has ``capacity`` / r feature maps, at least ``least_maps`` and at most ``most_maps``.
    ``r1`` and ``r2`` weigh the zero-centred gradient penalties on real and on painted pictures (``nonsaturating`` takes
    r1 alone); they are measured on ``penalty_share`` of each batch, ``exact`` by second derivatives or ``sampled`` by
    noise. ``mixing`` is the share of pictures that get two latents, one for the coarse layers and one for the fine.
    ``strength`` is the chance of each variation; ``adaptive`` ones begin without any and aim at ``target``, a share of
    pairs told apart. Raises ``ValueError``.
    """

    architecture: str = "small"
    side_px: int = 64
    latent: int = 128
    width: int = 128
    capacity: int = 1024
    least_maps: int = 32
    most_maps: int = 128
    loss: str = "relativistic"
    r1: float = 0.3
    r2: float = 0.3
    penalty: str = "sampled"
    penalty_share: float = 0.125
    augment: str = "adaptive"
    strength: float = 0.5
    target: float = 0.6
    mirror: bool = True
    mixing: float = 0.3
    judge_rate: float = 1.0

    def __post_init__(self) -> None:
        if self.architecture not in ARCHITECTURES or self.loss not in LOSSES or self.augment not in AUGMENTATIONS:
            raise ValueError(
                f"architecture is one of {', '.join(ARCHITECTURES)}, loss of {', '.join(LOSSES)}, "
                f"augment of {', '.join(AUGMENTATIONS)}."
            )
        if self.penalty not in PENALTIES:
            raise ValueError(f"penalty is one of {', '.join(PENALTIES)}.")
        if self.side_px < 8 or self.side_px & (self.side_px - 1):
            raise ValueError("side_px is a power of two: 64, 128, 256 or 512.")
        if min(self.latent, self.width, self.least_maps, self.most_maps, self.capacity) < 1:
            raise ValueError("latent, width, capacity, least_maps and most_maps are at least 1.")
        if min(self.r1, self.r2) < 0 or not 0 < self.penalty_share <= 1 or not 0 <= self.mixing <= 1:
            raise ValueError("r1 and r2 are not negative, penalty_share and mixing are shares.")

    def maps(self, resolution: int) -> int:
        """Feature maps at a resolution."""
        return max(self.least_maps, min(self.most_maps, self.capacity // resolution))

    def resolutions(self) -> list[int]:
        """Sides of the maps, in pixels: 4, 8, … up to half the picture's side."""
        return [4 << step for step in range((self.side_px // 8).bit_length())]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> GanSettings:
        """Raises ``BadArtefact`` for what is no such record; a setting that came later has its default."""
        known = {field.name for field in fields(cls)}
        try:
            return cls(**{name: value for name, value in facts.items() if name in known})
        except (TypeError, ValueError) as error:
            raise BadArtefact(f"These are no settings of a GAN: {error}") from error


def of_article(side_px: int = 64, latent: int = 100) -> GanSettings:
    """The article's pair as it is printed there: fully connected, binary cross-entropy, nothing against overfitting."""
    return GanSettings(
        "mlp", side_px, latent, latent, loss="nonsaturating", r1=0.0, r2=0.0, augment="none", mirror=False, mixing=0.0
    )


def settings_for(architecture: str, side_px: int = 64) -> GanSettings:
    """How a pair of this architecture is best taught. Raises ``ValueError`` for one that is not there."""
    return of_article(side_px) if architecture == "mlp" else GanSettings(architecture, side_px)
