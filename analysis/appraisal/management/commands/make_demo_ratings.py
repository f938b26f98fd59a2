"""``manage.py make_demo_ratings``: invented experts rate some of the demo's works. Run again it adds nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from analysis.appraisal.demo import WORKS, make_ratings
from analysis.appraisal.predicting import predict_missing
from analysis.appraisal.training import TooFewRated, train_ratings


class Command(BaseCommand):
    help = "Let invented experts rate works of the demo, and the machine learn from what they say."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--works", type=int, default=WORKS)

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.reporter import SilentReporter

        made = make_ratings(works=options["works"])
        try:
            train_ratings(reporter=SilentReporter())
        except TooFewRated as error:
            self.stdout.write(str(error))
        told = predict_missing(SilentReporter())
        self.stdout.write(f"{made} ratings made, {told} foretold.")
