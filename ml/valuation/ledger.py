"""By how much a house's estimates are off, and how sure that is: nested random effects, shrunk group by group.

log(price / middle of the estimate) of a lot is the house's effect, plus its department's, plus its artist's, plus its
sale's, plus chance; each effect is drawn around zero with a variance of its own level (Searle, Casella, McCulloch,
*Variance Components*, 1992). Given the variances, the groups' biases are best linear unbiased predictions (Robinson 1991,
"That BLUP is a good thing"), found exactly by passing messages up and down the tree; the variances by EM (Dempster,
Laird, Rubin 1977). What several lots of one sale share is the sale's luck, and does not count as evidence many times over.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Path = tuple[Hashable, ...]

ROUNDS, SETTLED = 1000, 1e-5
SMALLEST_VARIANCE = 1e-8
Z_95 = 1.959964


@dataclass(frozen=True)
class Bias:
    """A group's bias in log price over middle: mean of its lots as they are, the shrunk ``bias``, its standard ``error``."""

    lots: int
    mean: float
    bias: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.bias - Z_95 * self.error

    @property
    def high(self) -> float:
        return self.bias + Z_95 * self.error

    @property
    def is_off(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Ledger:
    """Biases by path: ``(house,)``, ``(house, department)``, ``(house, department, artist)``.

    ``variances`` by level, the last two those of sales and of chance, all of log ratios.
    """

    biases: Mapping[Path, Bias]
    variances: tuple[float, ...]

    def of(self, path: Path) -> Bias | None:
        """The bias to expect of a group: its own, else of the narrowest known group around it, less sure by the variances
        of the levels between. None where not even the first is known.
        """
        for depth in range(len(path), 0, -1):
            found = self.biases.get(path[:depth])
            if found is not None:
                unknown = sum(self.variances[depth : len(path)])
                return Bias(
                    found.lots if depth == len(path) else 0,
                    found.mean,
                    found.bias,
                    math.hypot(found.error, unknown**0.5),
                )
        return None


@dataclass(frozen=True)
class Tree:
    """Groups by level: ``parents[level][group]`` is its place on the level above; the last level's are the lots' groups."""

    names: list[list[Path]]
    parents: list[NDArray[np.int64]]
    leaves: NDArray[np.int64]

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Tree:
        names, parents = [], []
        places: dict[Path, int] = {}
        depth = len(paths[0])
        for level in range(1, depth + 1):
            found = {path[:level]: None for path in paths}
            above, places = places, {name: place for place, name in enumerate(found)}
            names.append(list(found))
            parents.append(np.array([above[name[:-1]] if level > 1 else 0 for name in found], dtype=np.int64))
        return cls(names, parents, np.array([places[path] for path in paths], dtype=np.int64))


def fit(ratios: Sequence[float], paths: Sequence[Path]) -> Ledger:
    """The ledger of lots: log ratios [n], and each lot's path, all of the same length, the last step its sale.

    Raises ``ValueError`` below two lots or where paths differ in length.
    """
    if len(ratios) < 2 or len({len(path) for path in paths}) != 1 or len(ratios) != len(paths):
        raise ValueError("a ledger takes two lots or more, with paths of one length")
    values, tree = np.asarray(ratios, dtype=np.float64), Tree.of(paths)
    variances = np.full(len(tree.names) + 1, max(float(values.var()), SMALLEST_VARIANCE) / (len(tree.names) + 1))
    for _round in range(ROUNDS):
        before = variances
        variances = Pass.of(values, tree, variances).better_variances(values, tree)
        if np.allclose(np.sqrt(before), np.sqrt(variances), atol=SETTLED, rtol=0):
            break
    done = Pass.of(values, tree, variances)
    return Ledger(biases_of(values, tree, done), tuple(float(each) for each in variances))


@dataclass(frozen=True)
class Pass:
    """One passing of messages: by level, what lies below a group says of it (``means``, ``precisions``), what the group is
    in the end (``centres``, ``spreads``), and how it stands to the group above (``steps``: expected squares).
    """

    variances: Numbers
    means: list[Numbers]
    precisions: list[Numbers]
    centres: list[Numbers]
    spreads: list[Numbers]
    steps: list[Numbers]

    @classmethod
    def of(cls, values: Numbers, tree: Tree, variances: Numbers) -> Pass:
        means, precisions = upward(values, tree, variances)
        return cls(variances, means, precisions, *downward(tree, variances, means, precisions))

    def better_variances(self, values: Numbers, tree: Tree) -> Numbers:
        """One step of EM; the mean above the first level is integrated out, as in REML."""
        found = [float(step.mean()) for step in self.steps]
        away = values - self.centres[-1][tree.leaves]
        chance = float(np.mean(away**2 + self.spreads[-1][tree.leaves]))
        return np.asarray(np.maximum(np.array([*found, chance]), SMALLEST_VARIANCE))


def upward(values: Numbers, tree: Tree, variances: Numbers) -> tuple[list[Numbers], list[Numbers]]:
    """By level: mean and precision that the lots below give each group."""
    count = np.bincount(tree.leaves).astype(np.float64)
    means = [np.bincount(tree.leaves, weights=values) / count]
    precisions = [count / variances[-1]]
    for level in range(len(tree.names) - 1, 0, -1):
        carried = 1 / (1 / precisions[0] + variances[level])
        total = np.bincount(tree.parents[level], weights=carried)
        means.insert(0, np.bincount(tree.parents[level], weights=carried * means[0]) / total)
        precisions.insert(0, total)
    return means, precisions


def downward(
    tree: Tree, variances: Numbers, means: list[Numbers], precisions: list[Numbers]
) -> tuple[list[Numbers], list[Numbers], list[Numbers]]:
    """By level: each group's mean and variance given all lots, and the expected square of its step from the group above."""
    carried = 1 / (1 / precisions[0] + variances[0])
    above = np.array([carried @ means[0] / carried.sum()])
    above_precision = np.array([carried.sum()])
    centres, spreads, steps = [], [], []
    for level, parent in enumerate(tree.parents):
        variance = variances[level]
        carried = 1 / (1 / precisions[level] + variance)
        # What the group above is without what this very group said of it.
        rest = np.maximum(above_precision[parent] - carried, 1e-12)
        without = (above_precision[parent] * above[parent] - carried * means[level]) / rest
        prior = 1 / (1 / rest + variance)
        precision = prior + precisions[level]
        centres.append((prior * without + precisions[level] * means[level]) / precision)
        spreads.append(1 / precision)
        total = 1 / rest + variance + 1 / precisions[level]
        expected = variance / total * (means[level] - without)
        steps.append(expected**2 + variance - variance**2 / total)
        above, above_precision = centres[-1], precision
    return centres, spreads, steps


def biases_of(values: Numbers, tree: Tree, done: Pass) -> dict[Path, Bias]:
    """Of all levels but the sales'."""
    found: dict[Path, Bias] = {}
    count: Numbers = np.bincount(tree.leaves).astype(np.float64)
    total: Numbers = np.bincount(tree.leaves, weights=values).astype(np.float64)
    for level in range(len(tree.names) - 1, -1, -1):
        if level < len(tree.names) - 1:
            parent = tree.parents[level + 1]
            count = np.bincount(parent, weights=count).astype(np.float64)
            total = np.bincount(parent, weights=total).astype(np.float64)
            for place, name in enumerate(tree.names[level]):
                bias, error = float(done.centres[level][place]), float(done.spreads[level][place]) ** 0.5
                found[name] = Bias(int(count[place]), float(total[place] / count[place]), bias, error)
    return found


def persistence(
    ratios: Sequence[float], groups: Sequence[Hashable], years: Sequence[int], *, fewest: int = 5
) -> dict[str, float]:
    """Whether a group that was off in one year is off in the next: the correlation of its means, less each year's own mean.

    ``pairs`` of a group's successive years with at least ``fewest`` lots in both; ``correlation`` is NaN below three.
    """
    values, year_of = np.asarray(ratios, dtype=np.float64), np.asarray(years)
    centred = values.copy()
    for year in set(years):
        centred[year_of == year] -= values[year_of == year].mean()
    cells: dict[tuple[Hashable, int], list[float]] = {}
    for value, group, year in zip(centred, groups, years, strict=True):
        cells.setdefault((group, year), []).append(float(value))
    means = {key: sum(found) / len(found) for key, found in cells.items() if len(found) >= fewest}
    pairs = [(mean, means[group, year + 1]) for (group, year), mean in means.items() if (group, year + 1) in means]
    first, second = (np.array(side) for side in zip(*pairs, strict=True)) if pairs else (np.zeros(0), np.zeros(0))
    known = len(pairs) > 2 and first.std() > 0 and second.std() > 0
    return {"pairs": float(len(pairs)), "correlation": float(np.corrcoef(first, second)[0, 1]) if known else math.nan}
