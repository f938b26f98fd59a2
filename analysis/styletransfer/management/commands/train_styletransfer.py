"""``manage.py train_styletransfer``: learn to restyle here and now, without a worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.styletransfer.training import TooFewToLearn, train_restyler


class Command(BaseCommand):
    help = "Train the network that restyles on the catalogue's public pictures that may be used."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--steps", type=int, help="How long to learn; by default as long as is usual.")

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.reporter import StreamReporter

        try:
            version = train_restyler(reporter=StreamReporter(), steps=options["steps"])
        except TooFewToLearn as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{version}: " + ", ".join(f"{name} {value:.3g}" for name, value in version.figures.items()))
