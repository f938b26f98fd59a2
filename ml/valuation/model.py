"""Quantile gradient boosting on what is not yet said by a plain first guess, with calibrated intervals."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from ml.valuation import intervals
from ml.valuation.features import CATEGORICAL, FACTS, HISTORY, HOUSE, FeatureTable
from ml.valuation.looks import Looks
from ml.valuation.offers import Offer

REGIMES = {"walk_in": FACTS + HISTORY, "estimated": FACTS + HISTORY + HOUSE}
QUANTILES = ("low", "middle", "high")


@dataclass(frozen=True)
class Settings:
    """How a model is trained. ``level`` is the interval's; shares are of the offers in order of date."""

    level: float = 0.8
    seed: int = 7
    rounds: int = 600
    patience: int = 40
    learning_rate: float = 0.05
    leaves: int = 24
    least_in_leaf: int = 15
    looks: int = 12
    tune_share: float = 0.15
    calibrate_share: float = 0.2

    @property
    def alphas(self) -> tuple[float, float, float]:
        return (1 - self.level) / 2, 0.5, (1 + self.level) / 2


def first_guess(table: FeatureTable, regime: str) -> NDArray[np.float64]:
    """A plain guess of log price [n]: the house's estimate, else what this hand's size has fetched, else the market."""
    named = {name: table.values[:, table.names.index(name)] for name in table.names}
    guess = np.where(np.isnan(named["hand_mean"]), named["market_mean"], named["hand_mean"])
    if regime == "estimated":
        guess = np.where(np.isnan(named["log_estimate"]), guess, named["log_estimate"])
    return np.where(np.isnan(guess), 0.0, guess)


@dataclass(frozen=True)
class PriceModel:
    """A trained model of one regime. ``boosters`` are low, middle, high; ``widening`` calibrates the ends.

    ``opening_is_least`` where no sold lot that it learned from went below its opening bid: then no low end does.
    """

    regime: str
    columns: tuple[str, ...]
    boosters: tuple[lightgbm.Booster, ...]
    widening: float
    level: float
    looks: Looks | None
    opening_is_least: bool = False

    def matrix(self, table: FeatureTable, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """The model's own columns [n, k], looks last."""
        values = table.columns(REGIMES[self.regime])
        return np.hstack([values, self.looks.project(offers)]) if self.looks else values

    def predict(self, table: FeatureTable, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """Calibrated low, middle, high log prices [n, 3], never crossing."""
        values, guess = self.matrix(table, offers), first_guess(table, self.regime)
        raw = np.column_stack([booster.predict(values, num_threads=1) for booster in self.boosters])
        calibrated = intervals.widened(intervals.ordered(raw + guess[:, None]), self.widening)
        return raised_to_opening(calibrated, offers) if self.opening_is_least else calibrated

    def contributions(self, table: FeatureTable, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """TreeSHAP of the middle, in log price [n, k + 1]; the last column is first guess plus base value.

        Rows add up to the middle (Lundberg et al. 2020, as LightGBM's ``pred_contrib``).
        """
        values = np.array(self.boosters[1].predict(self.matrix(table, offers), pred_contrib=True, num_threads=1))
        values[:, -1] += first_guess(table, self.regime)
        return values

    def save(self, folder: Path) -> None:
        """Write LightGBM's own text, a JSON manifest and, for looks, safetensors. No pickle."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, booster in zip(QUANTILES, self.boosters, strict=True):
            booster.save_model(folder / f"{name}.txt")
        manifest = {key: getattr(self, key) for key in ("regime", "columns", "widening", "level", "opening_is_least")}
        (folder / "model.json").write_text(json.dumps(manifest, indent=1))
        if self.looks:
            from safetensors.numpy import save_file

            save_file({"mean": self.looks.mean, "axes": self.looks.axes}, folder / "looks.safetensors")

    @classmethod
    def load(cls, folder: Path) -> PriceModel:
        """Read what ``save`` wrote. Raises ``OSError`` or ``ValueError`` where it is not that."""
        manifest = json.loads((folder / "model.json").read_text())
        boosters = tuple(lightgbm.Booster(model_file=folder / f"{name}.txt") for name in QUANTILES)
        looks = None
        if (folder / "looks.safetensors").exists():
            from safetensors.numpy import load_file

            looks = Looks(**load_file(folder / "looks.safetensors"))
        return cls(boosters=boosters, looks=looks, **{**manifest, "columns": tuple(manifest["columns"])})


def raised_to_opening(ends: NDArray[np.float64], offers: Sequence[Offer]) -> NDArray[np.float64]:
    """Low ends no lower than the opening bid, nor higher than their middle; [n, 3]."""
    opening = np.array([math.log(offer.opening_bid) if offer.opening_bid else -np.inf for offer in offers])
    raised = ends.copy()
    raised[:, 0] = np.maximum(raised[:, 0], np.minimum(opening, raised[:, 1]))
    return raised


def booster_parameters(settings: Settings, alpha: float) -> dict[str, Any]:
    return {
        "objective": "quantile",
        "alpha": alpha,
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least_in_leaf,
        "feature_fraction": 0.8,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 1.0,
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 2,
        "verbosity": -1,
    }


def dataset(values: NDArray[np.float64], target: NDArray[np.float64], columns: Sequence[str]) -> lightgbm.Dataset:
    categorical = [name for name in CATEGORICAL if name in columns]
    return lightgbm.Dataset(
        values, target, feature_name=list(columns), categorical_feature=categorical, free_raw_data=False
    )


def settings_as_json(settings: Settings) -> dict[str, Any]:
    """The settings, for a manifest or a model card."""
    return asdict(settings)
