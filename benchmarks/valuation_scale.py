"""How features, training and a warm estimate grow: ``python -m benchmarks.valuation_scale [--lots 10000 100000 1000000]``.

Pure ``ml``, invented offers; one artist for 100 lots, two words in each title. Training is one walk-in model
with its calibration; above ``--train-most`` lots only features and estimates are timed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import time

import numpy as np

from ml.valuation.comparables import PastSales, nearest_sales
from ml.valuation.features import ask, build, remember
from ml.valuation.offers import Offer
from ml.valuation.training import train

WORDS = (
    "harbour study nude still life field winter bridge portrait river night garden door sun rain rose lake wood wave"
)
FIRST = dt.date(2000, 1, 1)


def offers_of(count: int) -> list[Offer]:
    """Sold four times of five; artist, size and noise make the price; sales of 100 lots."""
    random = np.random.default_rng(7)
    words, artists = WORDS.split(), max(count // 100, 10)
    fame = random.normal(8, 1.2, artists)
    found = []
    for key in range(1, count + 1):
        artist, side = int(random.integers(artists)), float(random.uniform(20, 200))
        log_price = fame[artist] + 0.5 * np.log(side * side / 5000) + 0.6 * random.normal()
        sold = bool(random.random() < 0.8)
        found.append(
            Offer(
                key=key,
                date=FIRST + dt.timedelta(days=key * 6000 // count // 7 * 7),
                artist=artist,
                medium=("oil", "print", "ink")[artist % 3],
                height_cm=side,
                width_cm=side,
                made_year=1950 + artist % 50,
                title=" ".join(random.choice(words, 2)),
                medium_text="oil on canvas",
                house=1 + key % 3,
                estimate_low=float(np.exp(log_price - 0.3)),
                price=float(np.exp(log_price)) if sold else None,
                sold=sold,
            )
        )
    return found


def measure(count: int, train_most: int) -> None:
    """Prints each figure as soon as it is known: a million lots take their time."""
    offers = offers_of(count)
    begun = time.perf_counter()
    table = build(offers)
    features, trained = time.perf_counter() - begun, float("nan")
    print(f"{count:>9,}{features:>12.1f}{1e6 * features / count:>10.0f}", end="", flush=True)
    if count <= train_most:
        begun = time.perf_counter()
        train(offers, table=table)
        trained = time.perf_counter() - begun
    print(f"{trained:>12.1f}", end="", flush=True)
    small = offers[: min(count, 10_000)]
    model = train(small, table=table.rows(range(len(small)))).model
    memory, past = remember(offers), PastSales.of(offers)
    later, times = offers[-1].date + dt.timedelta(days=30), []
    for number in range(60):
        asked = Offer(
            **{**vars(offers[-1 - number]), "key": count + number + 1, "date": later, "price": None, "sold": None}
        )
        begun = time.perf_counter()
        row = ask(asked, memory)
        model.bands(row, [asked])
        model.contributions(row, [asked])
        nearest_sales(asked, past)
        times.append(1000 * (time.perf_counter() - begun))
    print(f"{statistics.median(times[10:]):>12.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lots", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--train-most", type=int, default=100_000)
    options = parser.parse_args()
    print(f"{'lots':>9}{'features s':>12}{'µs a lot':>10}{'training s':>12}{'warm ms':>12}", flush=True)
    for count in options.lots:
        measure(count, options.train_most)


if __name__ == "__main__":
    main()
