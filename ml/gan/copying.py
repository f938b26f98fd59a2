"""Which samples copy a training work: the rule, its threshold from real works, and how well it catches copies.

A copy is a picture that lies over a training work, or a part of one, mirrored or not, more exactly than real works that the
model never saw lie over it (``ml.gan.aligning``). The rule is kept with the model; it needs no network.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.gan.aligning import PLANE, Aligner, lightness
from ml.gan.seeing import mirrored, resized
from ml.images import Pixels
from ml.perturbing import another_photograph, as_pixels
from ml.planes import Planes
from ml.splits import same_work_groups

FACTS, WORKS = "copying.json", "copying.safetensors"
ALLOWED = 0.01
LOWEST, HIGHEST = 0.7, 0.97
LEAST_HELD_OUT = 20
TRIED = 200
UNFRAMED = (0, 1, 3, 4)
LEVELS = 255


class TooFewWorks(ValueError):
    """There are too few real works to say what a copy is; the message says how many are needed."""


@dataclass(frozen=True)
class Checked:
    """Of ``n`` pictures: ``likeness [n]``, correlation -1 to 1 with the nearest work; which work; whether it is a copy."""

    likeness: npt.NDArray[np.float32]
    nearest: npt.NDArray[np.int64]
    is_copy: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Measured:
    """What the threshold was set on and what it does, shares 0 to 1.

    ``real_flagged``: of real works, each half judged by the other half's threshold; ``copies_caught``: of training works made
    smaller, cut, mirrored and recoloured. ``same_work``: held-out works left out as another photograph of a training work.
    """

    works: int
    held_out: int
    same_work: int
    from_held_out: bool
    real_flagged: float
    copies_caught: float


class Copying:
    """The rule for one model."""

    def __init__(
        self, planes: npt.NDArray[np.float32], names: tuple[str, ...], threshold: float, measured: Measured
    ) -> None:
        self.planes, self.names, self.threshold, self.measured = planes, names, threshold, measured
        self.aligner = Aligner(planes)

    @classmethod
    def fit(cls, training: Pixels, held_out: Pixels, *, names: tuple[str, ...] = (), seed: int = 1) -> Copying:
        """Set the threshold so that of real works at most one in a hundred is flagged, and measure what it then does.

        ``training`` and ``held_out``: RGB ``uint8 [n, 3, h, w]``. With fewer than 20 held-out works each training work
        against all others is the yardstick. ``names`` of the training works (keys of records, files) are kept. Raises
        ``TooFewWorks`` for fewer than two training works.
        """
        if len(training) < 2:
            raise TooFewWorks("To tell copies at least two training works are needed.")
        planes = lightness(training)
        aligner = Aligner(planes)
        others = unlike(training, held_out)
        if is_enough := len(others) >= LEAST_HELD_OUT:
            real = aligner.best(lightness(held_out[others]))[0]
        else:
            real = aligner.best(planes, without=np.arange(len(planes)))[0]
        threshold = threshold_of(real)
        measured = Measured(
            works=len(training), held_out=len(others), same_work=len(held_out) - len(others), from_held_out=is_enough,
            real_flagged=cross_flagged(real, seed), copies_caught=caught(training, aligner, threshold, seed),
        )  # fmt: skip
        return cls(planes, names or tuple(str(number) for number in range(len(training))), threshold, measured)

    def with_works(self, names: tuple[str, ...], planes: Planes) -> Copying:
        """The same rule, which also looks among works that were learned from before; ``planes`` as ``lightness`` makes them."""
        return Copying(np.concatenate([self.planes, planes]), (*self.names, *names), self.threshold, self.measured)

    def check(self, samples: Pixels) -> Checked:
        """Look for each of RGB ``uint8 [n, 3, h, w]`` among the training works: milliseconds a picture."""
        likeness, nearest = self.aligner.best(lightness(samples))
        return Checked(likeness, nearest, likeness > self.threshold)

    def distances(self, pixels: Pixels) -> npt.NDArray[np.float32]:
        """``[n, works]``: root mean square differences of lightness to each work or its mirror image, 0 to 1."""
        made, planes = lightness(pixels), self.aligner.planes
        shown, works = (each.reshape(len(each), -1) / LEVELS for each in (made, planes))
        squares = (shown**2).sum(1)[:, None] + (works**2).sum(1) - 2 * shown @ works.T
        apart = np.sqrt(np.maximum(squares, 0) / shown.shape[1])
        return np.asarray(np.minimum(*np.split(apart, 2, axis=1)), np.float32)

    def save(self, folder: Path) -> None:
        """Write ``copying.json`` and ``copying.safetensors``: the works' lightness at 48 px, nothing else of them."""
        tensors = {"planes": torch.from_numpy(self.planes.round().clip(0, 255).astype(np.uint8))}
        digest = save_tensors(tensors, folder / WORKS)
        facts = {"sha256": digest, "names": list(self.names), "threshold": self.threshold}
        save_json({**facts, "measured": asdict(self.measured)}, folder / FACTS)

    @classmethod
    def load(cls, folder: Path) -> Copying:
        """What ``save`` wrote. Raises ``BadArtefact`` where a file is missing or broken."""
        facts = load_json(folder / FACTS)
        try:
            planes = load_tensors(folder / WORKS, sha256=str(facts["sha256"]))["planes"]
            names, threshold = tuple(str(name) for name in facts["names"]), float(facts["threshold"])
            measured = Measured(**facts["measured"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadArtefact(f"{FACTS} is not a rule for copies: {error}") from error
        if planes.shape != (len(names), PLANE, PLANE):
            raise BadArtefact(f"{FACTS} and {WORKS} do not belong together.")
        return cls(planes.float().numpy(), names, threshold, measured)


def unlike(training: Pixels, held_out: Pixels) -> npt.NDArray[np.int64]:
    """The places of held-out works that are no other photograph of a training work."""
    if len(held_out) == 0:
        return np.zeros(0, np.int64)
    groups = same_work_groups(np.concatenate([resized(each, 64) for each in (training, held_out)]))
    return np.flatnonzero(~np.isin(groups[len(training) :], groups[: len(training)]))


def threshold_of(real: npt.NDArray[np.float32]) -> float:
    """So high that one real work in a hundred lies above; of fewer than a hundred works, above all by a quarter of the rest.

    Never under 0.7, where no eye sees a copy, nor over 0.97, where every eye does.
    """
    place = int(np.floor(ALLOWED * (len(real) + 1)))
    ranked = np.sort(real)
    found = float(ranked[-place] if place else ranked[-1] + 0.25 * (1 - ranked[-1]))
    return float(np.clip(found, LOWEST, HIGHEST))


def cross_flagged(real: npt.NDArray[np.float32], seed: int) -> float:
    """The share of real works above the threshold that the other half of them sets."""
    halves = np.array_split(np.random.default_rng(seed).permutation(real), 2)
    flagged = [(one > threshold_of(other)).sum() for one, other in (halves, halves[::-1]) if len(other)]
    return float(sum(flagged) / len(real))


def caught(training: Pixels, aligner: Aligner, threshold: float, seed: int) -> float:
    """The share of training works that are flagged: made small, cut, recoloured or grey by turns, half of them mirrored.

    Frames are left out: no model paints a whole work smaller inside another picture.
    """
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(training))[:TRIED]
    ways = [UNFRAMED[turn % len(UNFRAMED)] for turn in range(len(chosen))]
    seen_again = [another_photograph(training[place], random, way) for place, way in zip(chosen, ways, strict=True)]
    tried = np.stack([as_pixels(each, training.shape[-1]) for each in seen_again])
    tried[::2] = mirrored(tried[::2])
    return float((aligner.best(lightness(tried))[0] > threshold).mean())
