"""``manage.py backtest --from 2015-01-01 --to 2018-01-01``: how well the past would have been estimated."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.trackrecord.models import BacktestRun
from analysis.trackrecord.rows import lot_rows
from analysis.trackrecord.services import run_backtest
from analysis.trackrecord.wording import in_words
from analysis.valuation.records import Scope
from analysis.valuation.training import scopes


class Command(BaseCommand):
    help = (
        "Walk forward year by year, training only on what was before, and keep what was found: it becomes the track "
        "record that everyone can read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="start", type=dt.date.fromisoformat, required=True)
        parser.add_argument("--to", dest="end", type=dt.date.fromisoformat, required=True, help="excluded")
        parser.add_argument("--scope", help="market:CURRENCY; default: the one with most sold lots")
        parser.add_argument("--json", action="store_true", help="print the whole report instead of a table")
        parser.add_argument("--out", type=Path, metavar="DIR", help="also write report.json and lots.csv there")

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.reporter import SilentReporter, StreamReporter

        if options["start"] >= options["end"]:
            raise CommandError("--from must lie before --to.")
        try:
            scope = Scope.parse(options["scope"]) if options["scope"] else next(iter(scopes()), None)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if scope is None:
            raise CommandError("No market has enough sold lots to learn prices from yet.")
        reporter = StreamReporter() if options["verbosity"] > 1 else SilentReporter()
        run = run_backtest(scope=scope, start=options["start"], end=options["end"], reporter=reporter)
        if options["out"]:
            self.write(run, options["out"])
        if options["json"]:
            self.stdout.write(json.dumps(run.as_json(), indent=1))
        else:
            self.print_table(run)

    def write(self, run: BacktestRun, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "report.json").write_text(json.dumps(run.as_json(), indent=1))
            with (folder / "lots.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(lot_rows(run.lots))
        except OSError as error:
            raise CommandError(f"{folder}: {error.strerror}") from error

    def print_table(self, run: BacktestRun) -> None:
        self.stdout.write(f"{run.scope}, prices {run.price_basis}; left out: {run.left_out or 'none'}")
        self.stdout.write(f"Kept as backtest {run.pk}: {run.get_absolute_url()}")
        for fold in run.report["folds"]:
            if fold["skipped"]:
                self.stdout.write(f"{fold['start']}: {fold['skipped']}")
            self.print_cells(fold["start"], fold["cells"])
        if len(run.report["folds"]) > 1:
            self.print_cells("all years ", run.report["cells"])

    def print_cells(self, when: str, cells: dict[str, Any]) -> None:
        for regime, cuts in cells.items():
            whole = cuts["all"]["all"]
            self.stdout.write(f"{when} {regime:<10} {in_words(whole['model'])}")
            for name, cell in cuts["artist"].items():
                self.stdout.write(f"{'':>10}   {name:<8} {in_words(cell['model'])}")
            if whole["beside"]:
                self.stdout.write(f"{'':>10} house      {in_words(whole['beside']['house'])}")
