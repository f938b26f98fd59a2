"""``manage.py train_ratings``: learn how experts rate, here and now, and print what was measured."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.appraisal.predicting import predict_missing
from analysis.appraisal.training import KIND, TooFewRated, train_ratings
from analysis.registry.queries import active_version

COLUMNS = ("works", "mae", "mae_mean", "skill", "spearman", "coverage", "width")


class Command(BaseCommand):
    help = "Learn from experts' ratings, foretell those of all measured works, and print the error on unseen artists."

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.reporter import StreamReporter

        try:
            done = train_ratings(reporter=StreamReporter())
        except TooFewRated as error:
            raise CommandError(str(error)) from error
        made = predict_missing(StreamReporter())
        version = active_version(KIND)
        for criterion, figures in (version.figures if version else {}).items():
            self.stdout.write(f"{criterion:<14}" + "  ".join(f"{name} {figures[name]:.2f}" for name in COLUMNS))
        self.stdout.write(f"{'nothing new' if 'unchanged' in done else 'trained'}; {made} ratings foretold")
