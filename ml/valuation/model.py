"""Quantile gradient boosting on what is not yet said by a plain first guess, with calibrated intervals."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from ml.valuation import intervals
from ml.valuation.correcting import Correction
from ml.valuation.earlier import EARLIER
from ml.valuation.features import (
    ABOVE_EARLIER,
    ABOVE_USUAL,
    CATALOGUE,
    CATEGORICAL,
    FACTS,
    HISTORY,
    HOUSE,
    USUAL,
    FeatureTable,
)
from ml.valuation.looks import Looks
from ml.valuation.offers import Offer
from ml.valuation.provenance import PROVENANCE
from ml.valuation.wording import WORDING
from ml.valuation.words import WORDS

PUBLIC = FACTS + HISTORY + WORDS + EARLIER + WORDING + PROVENANCE + ABOVE_USUAL
# Numbers that are the same for all lots of a day name the sale: trained on the morrow of an evening sale, a model that has
# no other word for it takes all that follows for one (New York, May 2014: five times too high).
OF_THE_DAY = ("year", "market_mean", "market_mean_per_area", "market_sell_through")
ANY_DAY = tuple(name for name in PUBLIC if name not in OF_THE_DAY)
REGIMES = {
    "walk_in": ANY_DAY,
    "catalogued": (*ANY_DAY, "house_mean", *CATALOGUE),
    "estimated": ANY_DAY + HOUSE + CATALOGUE + ABOVE_EARLIER,
}
USUALLY = (USUAL, "sized_prior", "market_mean")
GUESSES = {"walk_in": USUALLY, "catalogued": USUALLY, "estimated": ("log_estimate", *USUALLY)}
FIRST_GUESSES = {
    "walk_in": ("hand_mean", "market_mean"),
    "estimated": ("log_estimate", "hand_mean", "market_mean"),
}
FEW_SALES = math.log1p(5)
ENDS = ("low", "high")
LEVELS = (0.5, 0.8, 0.95)
BANDS = ("low_95", "low_80", "low_50", "middle", "high_50", "high_80", "high_95")
SHOWN = tuple(BANDS.index(name) for name in ("low_80", "middle", "high_80"))
STRATA = ("cold", "few", "warm")
LOOK = "look_price"
MANIFEST = ("regime", "columns", "guess", "trust", "widening", "stretches", "factors", "level", "opening_is_least")


# What each regime's middle is the mean of, each trained with several seeds. Beside an estimate, whose errors have long
# tails, the quantile alone is best; a little under the half, where the walk forward's median ratio was nearest to 1.
MIDDLES = {"walk_in": ("mean", "middle"), "catalogued": ("mean", "middle"), "estimated": ("middle",)}
CENTRES = {"walk_in": 0.5, "catalogued": 0.5, "estimated": 0.45}


@dataclass(frozen=True)
class Settings:
    """How a model is trained. ``level`` is what the boosters of the ends look for; ``seeds`` is how many boosters of each
    kind make the middle; ``windows`` is how many parts of ``calibrate_share``, the latest of the sold offers in order of
    date, calibrate the ends. ``rounds`` is fixed: stopping early on one window wants hardly any tree where prices turned
    in it, while walking forward 200 to 800 do alike (docs/valuation.md).
    """

    level: float = 0.8
    seed: int = 7
    seeds: int = 2
    rounds: int = 400
    learning_rate: float = 0.05
    leaves: int = 16
    least_in_leaf: int = 15
    feature_share: float = 0.35
    lambda_l2: float = 5.0
    calibrate_share: float = 0.4
    windows: int = 3
    threads: int = 1

    def alpha(self, name: str, regime: str) -> float | None:
        """The quantile that the booster of this name looks for; None for a mean's."""
        ends = {"low": (1 - self.level) / 2, "high": (1 + self.level) / 2, "middle": CENTRES[regime]}
        return ends.get(kind_of(name))


def kind_of(name: str) -> str:
    """A booster's name without its number: ``mean_1`` is a ``mean``."""
    return name.partition("_")[0]


def names_of(regime: str, settings: Settings) -> list[str]:
    """The names of a regime's boosters."""
    middles = [f"{kind}_{number}" for kind in MIDDLES[regime] for number in range(settings.seeds)]
    return [ENDS[0], *middles, ENDS[1]]


def first_guess(table: FeatureTable, chain: Sequence[str]) -> NDArray[np.float64]:
    """A plain guess of log price [n]: the first of the named columns that is known, else 0."""
    guess = np.full(len(table.values), np.nan)
    for name in chain:
        guess = np.where(np.isnan(guess), table.columns([name])[:, 0], guess)
    return np.where(np.isnan(guess), 0.0, guess)


def strata(table: FeatureTable) -> NDArray[np.int64]:
    """0 where the artist was never offered before, 1 below five offers, else 2; [n]."""
    offers = table.columns(["artist_offers"])[:, 0]
    return np.where(offers <= 0, 0, np.where(offers < FEW_SALES, 1, 2)).astype(np.int64)


@dataclass(frozen=True)
class PriceModel:
    """A trained model of one regime: ``boosters`` by name (low, high, and what the middle is the mean of).

    ``factors`` by stratum and level say how many of its reaches (``intervals.reaches``) an interval goes from the middle.
    A model kept before there were levels has none: its ends move out by ``widening``, and by the stratum's part of their
    own distance (``stretches``). No low end goes below the opening bid where no sold lot that it learned from did
    (``opening_is_least``). The boosters' middle beyond the first guess counts by ``trust`` (``ml.valuation.correcting``).
    """

    regime: str
    columns: tuple[str, ...]
    boosters: Mapping[str, lightgbm.Booster]
    level: float
    looks: Looks | None
    guess: tuple[str, ...]
    widening: float = 0.0
    stretches: tuple[float, ...] = (0.0, 0.0, 0.0)
    factors: tuple[tuple[float, ...], ...] = ()
    opening_is_least: bool = False
    trust: float = 1.0

    @property
    def names(self) -> tuple[str, ...]:
        """What contributions are told of: the boosters' columns, and the picture where it counts."""
        return (*self.columns, LOOK) if self.looks else self.columns

    @property
    def correction(self) -> Correction:
        return Correction(self.trust, self.looks)

    @property
    def middles(self) -> list[lightgbm.Booster]:
        return [booster for name, booster in self.boosters.items() if name not in ENDS]

    def matrix(self, table: FeatureTable, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """The boosters' columns [n, k]. One that is no feature any more (pictures, once) is unknown: NaN."""
        found = np.full((len(table.values), len(self.columns)), np.nan)
        known = [place for place, name in enumerate(self.columns) if name in table.names]
        found[:, known] = table.columns([self.columns[place] for place in known])
        return found

    def predict(self, table: FeatureTable, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """Low, middle, high log prices of the 80 % interval [n, 3], never crossing."""
        return self.bands(table, offers)[:, SHOWN]

    def bands(self, table: FeatureTable, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """Log prices in the order of ``BANDS`` [n, 7], never crossing; NaN where a level could not be calibrated."""
        raw, places = self.raw(table, offers), strata(table)
        if self.factors:
            found = intervals.banded(raw, np.array(self.factors)[places])
        else:
            found = np.full((len(raw), len(BANDS)), np.nan)
            stretched = intervals.stretched(raw, np.array(self.stretches)[places])
            found[:, SHOWN] = intervals.widened(stretched, self.widening)
        return raised_to_opening(found, offers) if self.opening_is_least else found

    def raw(self, table: FeatureTable, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """Low, middle, high log prices before they are calibrated [n, 3], in order."""
        beyond = self.beyond_guess(table, offers)
        shift = self.correction.shift(beyond[:, 1], offers)
        return beyond + (first_guess(table, self.guess) + shift)[:, None]

    def beyond_guess(self, table: FeatureTable, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """What the boosters say beyond the first guess [n, 3], put in order."""
        values = self.matrix(table, offers)
        low, high = (np.asarray(self.boosters[name].predict(values, num_threads=1)) for name in ENDS)
        return intervals.ordered(np.column_stack([low, self.middle_beyond_guess(values), high]))

    def middle_beyond_guess(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the boosters of the middle say of rows of ``matrix`` [n]."""
        return np.asarray(np.mean([booster.predict(values, num_threads=1) for booster in self.middles], axis=0))

    def middle(self, table: FeatureTable, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """The middle of ``predict`` alone [n], without asking for its ends."""
        beyond = self.middle_beyond_guess(self.matrix(table, offers))
        return first_guess(table, self.guess) + beyond + self.correction.shift(beyond, offers)

    def contributions(self, table: FeatureTable, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """TreeSHAP of the middle by ``names``, in log price [n, k + 1]; the last column is first guess plus base value.

        Rows add up to the middle (Lundberg et al. 2020, as LightGBM's ``pred_contrib``).
        """
        matrix = self.matrix(table, offers)
        told = [booster.predict(matrix, pred_contrib=True, num_threads=1) for booster in self.middles]
        values = self.trust * np.mean(told, axis=0)
        values[:, -1] += first_guess(table, self.guess)
        return np.insert(values, -1, self.looks.pull(offers), axis=1) if self.looks else np.asarray(values)

    def save(self, folder: Path) -> None:
        """Write LightGBM's own text, a JSON manifest and, for looks, safetensors. No pickle."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, booster in self.boosters.items():
            booster.save_model(folder / f"{name}.txt")
        manifest = {key: getattr(self, key) for key in MANIFEST} | {"boosters": list(self.boosters)}
        (folder / "model.json").write_text(json.dumps(manifest, indent=1))
        if self.looks:
            from safetensors.numpy import save_file

            save_file({"mean": self.looks.mean, "direction": self.looks.direction}, folder / "looks.safetensors")

    @classmethod
    def load(cls, folder: Path) -> PriceModel:
        """Read what ``save`` wrote, also before there were several boosters for the middle, which answer as they did.

        Of a model whose boosters looked at pictures themselves, pictures are not read: it answers as where there is none.
        Raises ``OSError`` or ``ValueError`` where it is not that.
        """
        manifest = json.loads((folder / "model.json").read_text())
        names = manifest.pop("boosters", ["low", "middle", "high"])
        boosters = {name: lightgbm.Booster(model_file=folder / f"{name}.txt") for name in names}
        looks = None
        if (folder / "looks.safetensors").exists():
            from safetensors.numpy import load_file

            stored = load_file(folder / "looks.safetensors")
            looks = Looks(**stored) if "direction" in stored else None
        manifest.setdefault("guess", FIRST_GUESSES.get(manifest["regime"], ()))
        several = {key: tuple(manifest[key]) for key in ("columns", "guess", "stretches") if key in manifest}
        several["factors"] = tuple(map(tuple, manifest.get("factors", ())))
        return cls(boosters=boosters, looks=looks, **{**manifest, **several})


def raised_to_opening(ends: NDArray[np.float64], offers: Sequence[Offer]) -> NDArray[np.float64]:
    """Low ends no lower than the opening bid, nor higher than their middle; in the order of ``BANDS`` [n, 7]."""
    opening = np.array([math.log(offer.opening_bid) if offer.opening_bid else -np.inf for offer in offers])
    middle = BANDS.index("middle")
    raised = ends.copy()
    raised[:, :middle] = np.maximum(raised[:, :middle], np.minimum(opening, raised[:, middle])[:, None])
    return raised


def booster_parameters(settings: Settings, name: str, regime: str) -> dict[str, Any]:
    """LightGBM's parameters of the booster of this name: a quantile's, or a mean's; its number moves the seed."""
    alpha, number = settings.alpha(name, regime), int(name.partition("_")[2] or 0)
    return {
        **({"objective": "l2"} if alpha is None else {"objective": "quantile", "alpha": alpha}),
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least_in_leaf,
        "feature_fraction": settings.feature_share,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": settings.lambda_l2,
        "seed": settings.seed + 1000 * number,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": settings.threads,
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
