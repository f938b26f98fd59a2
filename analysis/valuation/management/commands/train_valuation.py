"""``manage.py train_valuation``: train the price models here and now."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.valuation.training import TrainedScope, scopes_named, train_scopes


class Command(BaseCommand):
    help = "Train the price models of a scope (market:CURRENCY), or of all that have enough sold lots."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scope", default="all", help="market:CURRENCY, e.g. auction:USD; default: all")
        parser.add_argument(
            "--before",
            type=dt.date.fromisoformat,
            help="learn only from what was before this date, to answer for later dates without hindsight; the active "
            "version stays",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.reporter import SilentReporter
        from ml.valuation.training import TooFewPrices

        try:
            wanted = scopes_named(options["scope"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not wanted:
            self.stdout.write("No market has enough sold lots to learn prices from yet.")
        try:
            done = train_scopes(wanted, reporter=SilentReporter(), before=options["before"])
        except TooFewPrices as error:
            raise CommandError(str(error)) from error
        for name, trained in done.trained.items():
            self.report(name, trained)
        for name, reason in done.refused.items():
            self.stdout.write(f"{name}: {reason}")

    def report(self, name: str, trained: TrainedScope) -> None:
        for part, figures in trained.figures.items():
            told = in_words(figures) if part in trained.version.parameters["regimes"] else in_figures(figures)
            self.stdout.write(f"{name} {part}: {told}")
        if trained.left_out:
            self.stdout.write(f"{name}: left out: {dict(trained.left_out)}")


def in_words(figures: dict[str, Any]) -> str:
    """What was measured; a figure that could not be is left out."""
    parts = [
        f"R² {figures['r2_log']:.3f}" if "r2_log" in figures else "",
        f"median error {figures['median_ape']:.1%}",
        f"{figures['coverage']:.1%} within the 80 % interval",
        f"{figures['width']:.1f} times wide",
        "with pictures" if figures["uses_pictures"] else "",
    ]
    return f"on {figures['n']:.0f} held-out sales {', '.join(part for part in parts if part)}"


def in_figures(figures: dict[str, Any]) -> str:
    """What else was measured, by its names: of the chance of sale, for one."""
    return ", ".join(
        f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}" for key, value in figures.items()
    )
