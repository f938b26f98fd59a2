"""``manage.py train_valuation``: train the price models here and now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.valuation.records import Scope
from analysis.valuation.training import scopes, train_scope


class Command(BaseCommand):
    help = "Train the price models of a scope (market:CURRENCY), or of all that have enough sold lots."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scope", default="all", help="market:CURRENCY, e.g. auction:USD; default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.reporter import SilentReporter
        from ml.valuation.training import TooFewPrices

        try:
            wanted = scopes() if options["scope"] == "all" else [Scope.parse(options["scope"])]
            if not wanted:
                self.stdout.write("No market has enough sold lots to learn prices from yet.")
            for scope in wanted:
                self.report(scope, train_scope(scope, reporter=SilentReporter()))
        except (ValueError, TooFewPrices) as error:
            raise CommandError(str(error)) from error

    def report(self, scope: Scope, trained: Any) -> None:
        for regime, figures in trained.figures.items():
            self.stdout.write(
                f"{scope} {regime}: on {figures['n']:.0f} held-out sales R² {figures['r2_log']:.3f}, "
                f"median error {figures['median_ape']:.1%}, {figures['coverage']:.1%} within the 80 % interval, "
                f"{figures['width']:.1f} times wide{', with pictures' if figures['uses_pictures'] else ''}"
            )
        if trained.left_out:
            self.stdout.write(f"{scope}: left out: {trained.left_out}")
