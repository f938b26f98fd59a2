"""Do pictures tell prices? ``python -m benchmarks.valuation_pictures OFFERS VECTORS --from 2018-01-01 --to 2020-02-01``.

Both files are of ``manage.py export_offers --vectors``. Each year is estimated by what was before it: by facts alone, with
pictures fitted to the residuals, with the residuals of the 20 sales that look most alike, and with 12 principal components
of the pictures as further columns of the trees. Differences carry 95 % intervals of a paired bootstrap, on all lots and by
stratum.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import lightgbm
import numpy as np
from numpy.typing import NDArray

from ml.reporter import SilentReporter
from ml.valuation import figures
from ml.valuation.backtesting import years
from ml.valuation.bootstrap import difference
from ml.valuation.correcting import Correction, Walked, learn, looks_of, trust_of
from ml.valuation.features import FeatureTable, build
from ml.valuation.looks import commonest_shape
from ml.valuation.model import REGIMES, STRATA, Settings, booster_parameters, dataset, first_guess, names_of, strata
from ml.valuation.offers import Offer
from ml.valuation.tidy import read_offers
from ml.valuation.training import Window, Work, blank_model, calibrations_of, fitted, sold_window, walked
from ml.valuation.vectors import with_vectors

Numbers = NDArray[np.float64]
COMPONENTS = 12
NEAREST, NEAREST_PRIOR = 20, 20
WAYS = ("facts alone", "on residuals", "look-alikes", "as columns")


def components(past: Sequence[Offer], asked: Sequence[Offer]) -> tuple[Numbers, Numbers]:
    """Principal components of the past's pictures, of both [n, k]; NaN where there is none."""
    shape = commonest_shape(past)
    vectors = [
        np.stack([o.vector if o.vector is not None and o.vector.shape == shape else np.full(shape or 1, np.nan) for o in part])
        for part in (past, asked)
    ]  # fmt: skip
    known = vectors[0][~np.isnan(vectors[0][:, 0])].astype(np.float64)
    axes = np.linalg.svd(known - known.mean(axis=0), full_matrices=False)[2][:COMPONENTS].T
    return tuple((part - known.mean(axis=0)) @ axes for part in vectors)  # type: ignore[return-value]


def as_columns(past: Window, asked: Window, regime: str, settings: Settings, trust: float) -> Numbers:
    """Log prices [n] by trees that have the pictures' components among their columns, trusted as those without."""
    blank = blank_model(past, regime, settings)
    looks = components(past.offers, asked.offers)
    values = [
        np.hstack([blank.matrix(part.table, part.offers), each])
        for part, each in zip((past, asked), looks, strict=True)
    ]
    columns = (*blank.columns, *(f"component_{place}" for place in range(COMPONENTS)))
    data = dataset(values[0], past.true - first_guess(past.table, blank.guess), columns)
    middles = [name for name in names_of(regime, settings) if name not in ("low", "high")]
    said = [
        np.asarray(lightgbm.train(booster_parameters(settings, name, regime), data, settings.rounds).predict(values[1]))
        for name in middles
    ]
    return np.asarray(first_guess(asked.table, blank.guess) + trust * np.mean(said, axis=0))


def of_look_alikes(parts: Sequence[Walked], trust: float, asked: Sequence[Offer]) -> Numbers:
    """What is left of the prices of the sales that look most alike [n], shrunk towards nothing; by cosine."""
    offers = [offer for part in parts for offer in part.offers]
    left = np.concatenate([part.true - part.corrected(Correction(trust))[:, 1] for part in parts])
    shape = commonest_shape(offers)
    known = [row for row, offer in enumerate(offers) if offer.vector is not None and offer.vector.shape == shape]
    vectors, left = unit(np.stack([offers[row].vector for row in known])), left[known] - left[known].mean()
    found = np.zeros(len(asked))
    for row, offer in enumerate(asked):
        if offer.vector is not None and offer.vector.shape == shape:
            nearest = np.argsort(-(vectors @ unit(offer.vector[None, :])[0]))[:NEAREST]
            found[row] = left[nearest].sum() / (len(nearest) + NEAREST_PRIOR)
    return found


def unit(vectors: Numbers) -> Numbers:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def one_year(past: Window, asked: Window, regime: str, settings: Settings) -> tuple[dict[str, Numbers], bool]:
    """Log prices [n] by each way, and whether the past's windows would have chosen pictures."""
    work = Work(settings, SilentReporter(), total=settings.windows + 1)
    blank = blank_model(past, regime, settings)
    parts = [walked(blank, past, span, work) for span in calibrations_of(len(past.offers), settings)]
    trust = trust_of(parts, regime)
    plain = replace(fitted(blank, past, work), trust=trust)
    looking = replace(plain, looks=looks_of(parts, trust))
    found = {
        "facts alone": plain.raw(asked.table, asked.offers)[:, 1],
        "on residuals": looking.raw(asked.table, asked.offers)[:, 1],
        "look-alikes": plain.raw(asked.table, asked.offers)[:, 1] + of_look_alikes(parts, trust, asked.offers),
        "as columns": as_columns(past, asked, regime, settings, trust),
    }
    return found, learn(parts, regime).looks is not None


def walk(offers: Sequence[Offer], table: FeatureTable, regime: str, start: dt.date, end: dt.date) -> None:
    window, settings = sold_window(offers, regime, table), Settings()
    days = np.array([offer.date.toordinal() for offer in window.offers])
    true, groups, chosen = [], [], []
    answers: dict[str, list[Numbers]] = {way: [] for way in WAYS}
    for first, last in years(start, end):
        begin, stop = np.searchsorted(days, [first.toordinal(), last.toordinal()]).tolist()
        asked = window.part(begin, stop)
        found, is_chosen = one_year(window.part(0, begin), asked, regime, settings)
        for way in WAYS:
            answers[way].append(found[way])
        true.append(asked.true)
        groups.append(strata(asked.table))
        chosen.append(f"{first.year}: {'with' if is_chosen else 'without'}")
    print(f"\n{regime}; what the windows before would have chosen: {', '.join(chosen)}")
    tell(np.concatenate(true), {way: np.concatenate(each) for way, each in answers.items()}, np.concatenate(groups))


def tell(true: Numbers, answers: dict[str, Numbers], groups: NDArray[np.int64]) -> None:
    cuts = {"all": np.ones(len(true), dtype=bool)} | {name: groups == place for place, name in enumerate(STRATA)}
    print(f"{'':<22}{'lots':>6}{'R²':>8}{'median %':>10}   difference of R² (95 %)    of median error, points")
    for cut, rows in cuts.items():
        fresh, plain = true[rows], answers[WAYS[0]][rows]
        for way in WAYS if len(fresh) > 2 else ():
            said = answers[way][rows]
            r2, error = figures.r_squared(fresh, said), 100 * figures.median_ape(fresh, said)
            line = f"{cut:<8}{way:<14}{len(fresh):>6}{r2:>8.3f}{error:>10.1f}"
            print(line if way == WAYS[0] else line + differences(fresh, plain, said), flush=True)


def differences(true: Numbers, plain: Numbers, said: Numbers) -> str:
    r2 = "{1:+.3f} ({0:+.3f} … {2:+.3f})".format(*difference(true, plain, said, figures.r_squared))
    points = (100 * each for each in difference(true, plain, said, figures.median_ape))
    return f"   {r2}    " + "{1:+.1f} ({0:+.1f} … {2:+.1f})".format(*points)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("offers", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--from", dest="start", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--to", dest="end", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--regimes", nargs="+", default=list(REGIMES), choices=list(REGIMES))
    options = parser.parse_args()
    offers = with_vectors(read_offers(options.offers), options.vectors)
    print(f"{len(offers)} offers, {sum(offer.vector is not None for offer in offers)} with a picture")
    table = build(offers)
    for regime in options.regimes:
        walk(offers, table, regime, options.start, options.end)


if __name__ == "__main__":
    main()
