"""``python -m ml.valuation train|estimate|search|backtest``: price models from a tidy file of offers, without the site.

``manage.py export_offers`` writes such a file; its form stands in ``ml/valuation/tidy.py``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from ml.reporter import StreamReporter
from ml.valuation.backtesting import walk_forward
from ml.valuation.features import build
from ml.valuation.model import BANDS, REGIMES, PriceModel, Settings, settings_as_json
from ml.valuation.offers import Offer
from ml.valuation.search import search
from ml.valuation.tidy import read_offers
from ml.valuation.training import TooFewPrices, train
from ml.valuation.vectors import with_vectors
from ml.valuation.versions import code_version, fingerprint


def offers_of(options: argparse.Namespace) -> list[Offer]:
    """The file's offers, with their pictures' vectors where a file of those is named."""
    offers = read_offers(options.offers)
    return with_vectors(offers, options.vectors) if options.vectors else offers


def run_train(options: argparse.Namespace) -> None:
    """Train each regime that has enough, and write models and a card into the folder."""
    offers = offers_of(options)
    settings, table = replace(Settings(), seed=options.seed), build(offers)
    card: dict[str, Any] = {"settings": settings_as_json(settings), "data": fingerprint(offers), "code": code_version()}
    for regime in REGIMES:
        try:
            trained = train(offers, regime=regime, settings=settings, table=table, reporter=StreamReporter())
        except TooFewPrices as error:
            if regime == "walk_in":
                raise
            card[regime] = {"refused": str(error)}
            continue
        trained.model.save(options.folder / regime)
        card[regime] = {"figures": trained.figures}
    (options.folder / "card.json").write_text(json.dumps(card, indent=1))
    print(json.dumps(card))


def run_estimate(options: argparse.Namespace) -> None:
    """A line of JSON for each offer without a result: the seven amounts, each from what the file knows before its date."""
    offers = offers_of(options)
    rows = [row for row, offer in enumerate(offers) if not offer.price and offer.sold is None]
    model = PriceModel.load(options.folder / options.regime)
    asked, table = [offers[row] for row in rows], build(offers).rows(rows)
    bands = np.exp(model.bands(table, asked)) if asked else np.empty((0, len(BANDS)))
    for offer, amounts, known in zip(asked, bands, table.has_estimate, strict=True):
        if options.regime == "estimated" and not known:
            print(json.dumps({"key": offer.key, "refused": "there is no estimate"}))
            continue
        said = {name: round(float(amount), 2) for name, amount in zip(BANDS, amounts, strict=True) if amount == amount}
        print(json.dumps({"key": offer.key, **said}))


def run_search(options: argparse.Namespace) -> None:
    """A line of JSON for each trial, the best first."""
    found = search(
        read_offers(options.offers),
        regime=options.regime,
        years=options.years,
        count=options.trials,
        settings=replace(Settings(), seed=options.seed),
        reporter=StreamReporter(),
    )
    for trial in found:
        print(json.dumps(asdict(trial)))


def run_backtest(options: argparse.Namespace) -> None:
    """The report of a walk forward as one line of JSON: each calendar year estimated by models of what was before it."""
    settings = replace(Settings(), seed=options.seed)
    offers = offers_of(options)
    found = walk_forward(offers, options.start, options.end, StreamReporter(), settings=settings)
    print(json.dumps({**found.as_json(), "data": fingerprint(offers), "code": code_version()}))


COMMANDS: Mapping[str, Callable[[argparse.Namespace], None]] = {
    "train": run_train,
    "estimate": run_estimate,
    "search": run_search,
    "backtest": run_backtest,
}


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m ml.valuation")
    commands = found.add_subparsers(dest="command", required=True)
    for name, do in COMMANDS.items():
        command = commands.add_parser(name, help=(do.__doc__ or "").split(":")[0])
        command.add_argument("offers", type=Path, help="CSV or JSON Lines, see manage.py export_offers")
        if name in {"train", "estimate"}:
            command.add_argument("folder", type=Path, help="where the models are, or are to be, kept")
        if name != "search":
            command.add_argument("--vectors", type=Path, help="the pictures' vectors, see manage.py export_offers")
        if name in {"estimate", "search"}:
            command.add_argument("--regime", choices=list(REGIMES), default="walk_in")
        if name != "estimate":
            command.add_argument("--seed", type=int, default=Settings().seed)
        if name == "search":
            command.add_argument("--years", type=int, nargs="+", required=True, help="tuning years, never the test's")
            command.add_argument("--trials", type=int, default=12)
        if name == "backtest":
            for end in ("start", "end"):
                option = "--from" if end == "start" else "--to"
                command.add_argument(option, dest=end, type=dt.date.fromisoformat, required=True, metavar="DATE")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1, with one line on stderr, where something given is bad."""
    options = parser().parse_args(arguments)
    try:
        COMMANDS[options.command](options)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
