"""``manage.py train_classifier``: learn from the catalogue's words, then look at works that lack them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Train the classifier on the catalogue's public works, and suggest what other works lack."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--read-only", action="store_true", help="do not train; only look at what was not looked at"
        )
        parser.add_argument(
            "--if-possible", action="store_true", help="say what is missing, and do not fail, where there is too little"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from analysis.classification.queries import active
        from analysis.classification.reading import read_missing
        from analysis.classification.training import TooLittle, train
        from analysis.registry.models import ModelVersion
        from ml.reporter import SilentReporter

        try:
            known = active() if options["read_only"] else None
            version = ModelVersion.objects.get(pk=known.pk) if known else train(reporter=SilentReporter())
        except TooLittle as error:
            if options["if_possible"]:
                self.stdout.write(str(error))
                return
            raise CommandError(str(error)) from error
        for name, figures in version.figures.items():
            told = f"{name}: {figures['top_1']:.3f} right on held-out works, ECE {figures['ece']:.3f}"
            self.stdout.write(f"{told}, {figures['n']} works")
        tally = read_missing(version, SilentReporter())
        self.stdout.write(
            f"{tally.read} works looked at, {tally.suggested} suggestions, {tally.abstained} without a word"
        )
