"""``manage.py backtest --from 2015-01-01 --to 2018-01-01``: how well the past would have been estimated."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.valuation.backtest import backtest
from analysis.valuation.records import Scope
from analysis.valuation.training import scopes

COLUMNS = {
    "n": ("n", "5.0f"),
    "r2_log": ("R²", "6.3f"),
    "median_ape": ("median error", "6.1%"),
    "coverage": ("coverage", "6.1%"),
    "width": ("width", "5.1f"),
}


class Command(BaseCommand):
    help = "Walk forward year by year, training only on what was before, and print how good the estimates were."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="start", type=dt.date.fromisoformat, required=True)
        parser.add_argument("--to", dest="end", type=dt.date.fromisoformat, required=True, help="excluded")
        parser.add_argument("--scope", help="market:CURRENCY; default: the one with most sold lots")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.reporter import SilentReporter

        if options["start"] >= options["end"]:
            raise CommandError("--from must lie before --to.")
        try:
            scope = Scope.parse(options["scope"]) if options["scope"] else next(iter(scopes()), None)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if scope is None:
            raise CommandError("No market has enough sold lots to learn prices from yet.")
        found = backtest(scope, start=options["start"], end=options["end"], reporter=SilentReporter())
        if options["json"]:
            self.stdout.write(json.dumps(found, default=str, indent=1))
        else:
            self.print_table(found)

    def print_table(self, found: dict[str, Any]) -> None:
        self.stdout.write(f"{found['scope']}, prices {found['price_basis']}; left out: {found['left_out'] or 'none'}")
        for fold in found["folds"]:
            if fold["skipped"]:
                self.stdout.write(f"{fold['start']}: {fold['skipped']}")
            for regime, figures in fold["regimes"].items():
                self.stdout.write(f"{fold['start']} {regime:<10} {in_words(figures)}")
            if fold["house"]:
                self.stdout.write(f"{fold['start']} house      {in_words(fold['house'])}")


def in_words(figures: dict[str, float | None]) -> str:
    """The figures in columns; a dash for one that so few sales do not give."""
    parts = []
    for name, (label, form) in COLUMNS.items():
        if name in figures:
            value = figures[name]
            parts.append(f"{label} {'–' if value is None else format(value, form)}")
    return "  ".join(parts)
