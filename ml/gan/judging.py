"""A model's pictures judged beside what real works, copies and repeated pictures score in the same run.

Kernel and Fréchet distance reward copies (a mirrored training set beats other real works), and precision does not see that
ten pictures are repeated: no figure is shown without those three rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.backbone import Backbone
from ml.gan.copying import Copying, unlike
from ml.gan.distances import Scale, fid, kid
from ml.gan.manifolds import different_pictures, distances, manifold, radii
from ml.gan.neighbours import BY_SENSE, Neighbours, Senses, nearer_by_sense
from ml.gan.originality import originality, to_training
from ml.gan.seeing import Seen, mirrored, see, shown_px
from ml.images import Pixels
from ml.reporter import Reporter

MODEL, REAL, COPIES, REPEATS = ROWS = ("model", "real", "copies", "repeats")
TITLES = {MODEL: "model", REAL: "real against real", COPIES: "mirrored copies", REPEATS: "ten repeated"}
FIGURES = (
    "kid", "kid_error", "fid", "precision", "recall", "density", "coverage", "diversity",
    "originality", "nearer", "copying_z", "close", "memorisation", "authentic", "copied",
)  # fmt: skip
REPEATED = 10
LEAST, FEW, MOST = 10, 100, 2_000


class TooFewToJudge(ValueError):
    """Too few pictures on one side for any figure to mean something; the message says how many are needed."""


@dataclass(frozen=True)
class Row:
    """Figures by name (``FIGURES`` and ``BY_SENSE``) of one set of pictures; what each means stands in ``docs/originality.md``."""

    name: str
    figures: Mapping[str, float]


@dataclass(frozen=True)
class Judgement:
    """Rows in the order of ``ROWS``, each of ``count`` pictures, by the network ``network``.

    ``is_copy [n]`` tells of every sample that was given, ``nearest [n]`` which training work it is most like line by line,
    ``neighbours`` of the first ``count``, which it is most like by each sense. ``warnings`` say in words what limits the figures.
    """

    rows: tuple[Row, ...]
    count: int
    network: str
    is_copy: npt.NDArray[np.bool_]
    nearest: npt.NDArray[np.int64]
    neighbours: Mapping[str, Neighbours]
    warnings: tuple[str, ...] = ()

    @property
    def model(self) -> Mapping[str, float]:
        return self.rows[0].figures

    def table(self) -> str:
        """Lines for people, one a row: all figures, then which sense finds the pictures near to training works."""
        said = [*self.lines(FIGURES), *self.lines(BY_SENSE)]
        return "\n".join([*said, f"{self.count} pictures a row, features of {self.network}", *self.warnings])

    def lines(self, names: Sequence[str]) -> list[str]:
        heads = "".join(f"{name.replace('_', ' '):>{width(name)}}" for name in names)
        return [" " * 18 + heads] + [
            f"{TITLES[row.name]:18}" + "".join(f"{row.figures[name]:>{width(name)}.4f}" for name in names)
            for row in self.rows
        ]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON for a model card; each sample's own flag is left out."""
        rows = [{"name": row.name, "figures": dict(row.figures)} for row in self.rows]
        flagged = int(self.is_copy.sum())
        return {
            "rows": rows, "count": self.count, "network": self.network, "samples": len(self.is_copy),
            "copies": flagged, "warnings": list(self.warnings),
        }  # fmt: skip


class Jury:
    """Everything that one training set's models are judged by, looked at once: several models cost little more than one."""

    def __init__(
        self, training: Pixels, held_out: Pixels, backbone: Backbone, *,
        copying: Copying | None = None, seed: int = 1, reporter: Reporter | None = None,
    ) -> None:  # fmt: skip
        """``training`` and ``held_out``: RGB ``uint8 [n, 3, h, w]``, at least ten each (else ``TooFewToJudge``).

        Held-out works that are another photograph of a training work are no yardstick and left out before they are counted.
        Of more than 2,000 training works as many are drawn by ``seed``. ``copying``: the model's kept rule, else one is fitted.
        """
        given, held_out = held_out, held_out[unlike(training, held_out)]
        if min(len(training), len(held_out)) < LEAST:
            raise TooFewToJudge(
                f"At least {LEAST} training works and {LEAST} held-out works are needed to judge by; "
                f"there are {len(training)} and {len(held_out)}" + told_of(len(given) - len(held_out)) + "."
            )
        self.backbone, self.random, self.reporter = backbone, np.random.default_rng(seed), reporter
        self.copying = copying or Copying.fit(training, given, seed=seed)
        held_out = held_out[self.random.permutation(len(held_out))]
        self.shown = np.sort(self.random.permutation(len(training))[:MOST])
        shown = training[self.shown]
        self.side_px = shown_px(backbone, training.shape[-1])
        self.training = self.see(shown, "looking at the training works")
        self.turned = self.see(mirrored(shown), "looking at them mirrored")
        self.held_out = self.see(held_out, "looking at held-out works")
        self.scale = Scale.of(self.training.features)
        self.works, self.works_turned, self.real = (
            self.scale(each.features) for each in (self.training, self.turned, self.held_out)
        )
        self.real_distance = to_training(self.real, self.works, self.works_turned)[0]
        self.senses = Senses(self.training, self.turned)
        self.real_neighbours = self.senses.nearest(self.held_out)
        self.spacing = radii(distances(self.works, self.works), 1)
        self.real_checked = self.copying.check(held_out)
        self._rows: dict[int, tuple[Row, ...]] = {}

    def see(self, pixels: Pixels, phase: str) -> Seen:
        return see(self.backbone, pixels, self.reporter, side_px=self.side_px, phase=phase)

    def judge(self, samples: Pixels) -> Judgement:
        """Judge RGB ``uint8 [n, 3, h, w]``, ten or more. Every row has as many pictures as the smaller of samples and held-out."""
        if len(samples) < LEAST:
            raise TooFewToJudge(f"At least {LEAST} samples are needed to judge by; there are {len(samples)}.")
        checked = self.copying.check(samples)
        count = min(len(samples), len(self.real), len(self.works))
        seen = self.see(samples[:count], "looking at the samples")
        neighbours = self.senses.nearest(seen)
        row = self.row(MODEL, seen, float(checked.is_copy.mean()), neighbours)
        named = {name: Neighbours(self.shown[each.works], each.likeness) for name, each in neighbours.items()}
        return Judgement(
            rows=(row, *self.floors(count)), count=count, network=self.network, is_copy=checked.is_copy,
            nearest=checked.nearest, neighbours=named, warnings=self.warnings(count),
        )  # fmt: skip

    def floors(self, count: int) -> tuple[Row, ...]:
        """What other real works, mirrored training works, and ten real works over and over score."""
        if count not in self._rows:
            repeated, real = np.arange(count) % REPEATED, self.real_checked
            self._rows[count] = (
                self.row(REAL, self.held_out[:count], self.copying.measured.real_flagged),
                self.row(COPIES, self.turned[self.drawn(count)], 1.0),
                self.row(REPEATS, self.held_out[repeated], float(real.is_copy[repeated].mean())),
            )
        return self._rows[count]

    def row(self, name: str, seen: Seen, copied: float, neighbours: Mapping[str, Neighbours] | None = None) -> Row:
        """All figures of pictures, of which the share ``copied`` is flagged; ``neighbours`` where they are known.

        A network does not know a blurred or badly compressed copy again, so flagged pictures are not original whatever it sees.
        """
        made, works = self.scale(seen.features), self.works[self.drawn(len(seen))]
        distance, error = kid(made, self.works)
        apart, nearest = to_training(made, self.works, self.works_turned)
        figures = {
            "kid": distance,
            "kid_error": error,
            "fid": 100 * fid(made, self.works) / self.works.shape[1],
            **asdict(manifold(works, made)),
            "diversity": different_pictures(made) / different_pictures(works),
            **asdict(originality(apart, self.real_distance, nearest, self.spacing)),
            "copied": copied,
            **nearer_by_sense(neighbours or self.senses.nearest(seen), self.real_neighbours),
        }
        figures["originality"] = min(figures["originality"], 1 - copied)
        return Row(name, figures)

    def drawn(self, count: int) -> npt.NDArray[np.int64]:
        """As many training works, always the same: what precision and coverage are measured against."""
        return np.random.default_rng(count).permutation(len(self.works))[:count]

    @property
    def network(self) -> str:
        provenance = self.backbone.provenance
        return " ".join(part for part in (self.backbone.name, provenance.source, provenance.origin) if part)

    def warnings(self, count: int) -> tuple[str, ...]:
        if count >= FEW:
            return ()
        return (f"Only {count} pictures a row: compare rows of this table only, and those by their errors.",)


def width(name: str) -> int:
    return max(13, len(name) + 2)


def told_of(same_work: int) -> str:
    return f", besides {same_work} that show a training work again" if same_work else ""


def judge(
    samples: Pixels, training: Pixels, held_out: Pixels, backbone: Backbone, *,
    copying: Copying | None = None, seed: int = 1, reporter: Reporter | None = None,
) -> Judgement:  # fmt: skip
    """One model's samples; several models of one training set are quicker by ``Jury``. Raises ``TooFewToJudge``."""
    return Jury(training, held_out, backbone, copying=copying, seed=seed, reporter=reporter).judge(samples)
