"""Ways through the space of styles: the ones along which styles differ most, and ones that a measure of the picture names.

One step along any of them is one that styles themselves take: a standard deviation of the styles in that direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.gan.floor import MlpGenerator
from ml.gan.measuring import MEASURED, MeasuredSamples, effects, tried
from ml.gan.model import Gan
from ml.reporter import Reporter, SilentReporter

Styles = npt.NDArray[np.float32]
FACTS, VECTORS = "directions.json", "directions.safetensors"
SAMPLES, TRIED = 400, 32
RIDGE = 0.1
MOVES = 0.75
FIRST_SEED = 1_000_000


@dataclass(frozen=True)
class Direction:
    """``vector`` float32 ``[layers, width]``. ``measure`` names what it was made for; "" where it was found by itself.

    ``figures``: from two steps back to two steps on, of pictures that nothing was fitted on, ``rises`` is the share whose
    measure rises, ``moved`` by how much on average (the measure's own unit), ``moved_deviations`` the same in deviations
    of the model's pictures; ``explained`` the share of the measure's variance that styles foretell (cross-validated). A
    direction found by itself has ``share``, its part of the styles' variance, and ``NAME_deviations`` for each measure.
    """

    name: str
    vector: Styles
    measure: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


def found_directions(
    gan: Gan, *, count: int = 8, samples: int = SAMPLES, seed: int = FIRST_SEED, reporter: Reporter | None = None
) -> list[Direction]:
    """The ``count`` main directions, each with what it does to the measures.

    Principal axes of the styles (Härkönen and others, "GANSpace", 2020). Where the styles are the noise itself, alike in
    all directions, the axes that the first weights stretch most (Shen and Zhou, "Closed-form factorization", 2021).
    """
    styles = gan.styles(range(seed, seed + samples))
    axes, shares = closed_form(gan.generator) if isinstance(gan.generator, MlpGenerator) else principal(styles)
    spread = MeasuredSamples.of(gan, styles[:TRIED], reporter or SilentReporter())
    found = []
    for place, (axis, share) in enumerate(zip(axes[:count], shares, strict=False), start=1):
        vector = np.tile(axis, (gan.layers, 1)) if axis.size == gan.width else axis.reshape(gan.layers, gan.width)
        moved = effects(gan, vector, styles[:TRIED], spread.deviations, reporter or SilentReporter())
        found.append(
            Direction(f"direction {place}", vector.astype(np.float32), figures={"share": float(share), **moved})
        )
    return found


def principal(styles: Styles) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Axes ``[k, …]``, each as long as the styles' deviation along it, and their shares of the variance."""
    flat = rows_of(styles)
    _left, values, axes = np.linalg.svd(flat - flat.mean(0), full_matrices=False)
    deviations = values / np.sqrt(len(flat) - 1)
    return upright(axes * deviations[:, None]), deviations**2 / np.square(deviations).sum()


def closed_form(generator: MlpGenerator) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Right singular vectors of the first weights, of unit length, and their shares of the squared stretch."""
    weight = generator.state_dict()["model.0.weight"].double().cpu().numpy()
    _left, values, axes = np.linalg.svd(weight, full_matrices=False)
    return upright(axes), values**2 / np.square(values).sum()


def upright(axes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each axis turned so that its largest number is positive: the same on every machine."""
    largest = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1)
    return np.asarray(axes * np.where(largest < 0, -1.0, 1.0))


def rows_of(styles: Styles) -> npt.NDArray[np.float64]:
    """``[n, d]``: one layer's numbers where all layers have the same."""
    flat = styles[:, 0] if (styles == styles[:, :1]).all() else styles.reshape(len(styles), -1)
    return np.asarray(flat, np.float64)


def measured_directions(
    gan: Gan, measures: Mapping[str, str] = MEASURED, *, samples: int = SAMPLES, seed: int = FIRST_SEED,
    keep_all: bool = False, reporter: Reporter | None = None,
) -> list[Direction]:  # fmt: skip
    """Directions by name (lighter, warmer …), each for the measure of ``ml.appraisal`` that it raises.

    A ridge regression foretells the measure from the styles; the way that raises the foretold value most for a step of
    a given likelihood is its coefficients times the styles' covariance. Each is then tried on pictures that were not
    fitted: where the measure rises in fewer than three quarters of them the direction is left out, unless ``keep_all``.
    """
    told = reporter or SilentReporter()
    styles = gan.styles(range(seed, seed + samples + TRIED))
    known = MeasuredSamples.of(gan, styles[:samples], told)
    flat, found = rows_of(styles), []
    for name, measure in measures.items():
        values = known.values[measure]
        if not np.isfinite(values).sum() > samples // 2 or known.deviations[measure] <= 0:
            continue
        slope, explained = regression(flat[:samples], values)
        axis = slope if flat.shape[1] == gan.layers * gan.width else np.tile(slope, gan.layers)
        vector = axis.reshape(gan.layers, gan.width).astype(np.float32)
        figures = tried(gan, vector, styles[samples:], measure, known.deviations[measure], told)
        if keep_all or figures["rises"] >= MOVES:
            found.append(Direction(name, vector, measure, {**figures, "explained": explained}))
    return found


def regression(flat: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], float]:
    """The way ``[d]`` of one deviation along which the foretold value rises most, and the variance explained by five folds."""
    known = np.isfinite(values)
    rows, wanted = flat[known], values[known]
    folds = np.arange(len(rows)) % 5
    foretold = np.empty(len(rows))
    for fold in range(5):
        weights = ridge(rows[folds != fold], wanted[folds != fold])
        foretold[folds == fold] = (rows[folds == fold] - rows[folds != fold].mean(0)) @ weights
        foretold[folds == fold] += wanted[folds != fold].mean()
    explained = 1 - np.square(wanted - foretold).sum() / max(np.square(wanted - wanted.mean()).sum(), 1e-12)
    covariance, weights = np.cov(rows.T), ridge(rows, wanted)
    way = np.asarray(np.atleast_2d(covariance) @ weights, np.float64)
    length = np.sqrt(max(float(weights @ way), 0.0))
    return way / max(float(length), 1e-12), float(explained)


def ridge(rows: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    centred = rows - rows.mean(0)
    scatter = centred.T @ centred
    held = RIDGE * np.trace(scatter) / len(scatter)
    return np.asarray(np.linalg.solve(scatter + held * np.eye(len(scatter)), centred.T @ (wanted - wanted.mean())))


def save_directions(directions: Sequence[Direction], folder: Path) -> None:
    """Write ``directions.json`` and ``directions.safetensors``."""
    tensors = {str(place): torch.from_numpy(each.vector) for place, each in enumerate(directions)}
    digest = save_tensors(tensors, folder / VECTORS)
    told = [{"name": each.name, "measure": each.measure, "figures": dict(each.figures)} for each in directions]
    save_json({"sha256": digest, "directions": told}, folder / FACTS)


def load_directions(folder: Path) -> list[Direction]:
    """What ``save_directions`` wrote. Raises ``BadArtefact``."""
    facts = load_json(folder / FACTS)
    try:
        tensors = load_tensors(folder / VECTORS, sha256=str(facts["sha256"]))
        return [
            Direction(
                str(told["name"]), tensors[str(place)].float().numpy(), str(told["measure"]),
                {str(name): float(value) for name, value in told["figures"].items()},
            )
            for place, told in enumerate(facts["directions"])
        ]  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadArtefact(f"{FACTS} holds no directions: {error}") from error
