"""``manage.py train_attribution``: learn to tell hands apart here and now, without a worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.attribution import queries, services
from analysis.attribution.opining import opine_on_works
from analysis.attribution.training import TooFewWorks, train_attributor
from artmarket.catalogue.models import ArtworkImage

QUICK = {"perturbed": 60, "imitations": 24}


class Command(BaseCommand):
    help = "Train the model that tells hands apart. --opine: then look at every public work whose hand is open."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--quick", action="store_true", help="With fewer changed copies and imitations to learn from."
        )
        parser.add_argument(
            "--restyled",
            type=int,
            default=0,
            metavar="N",
            help="With N imitations by the restyling network as well: about a second each on one core.",
        )
        parser.add_argument(
            "--if-possible",
            action="store_true",
            help="Say what is missing, and do not fail, where there is too little.",
        )
        parser.add_argument("--opine", action="store_true", help="Then give opinions on works whose hand is open.")

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.attribution import Settings
        from ml.reporter import StreamReporter

        reporter = StreamReporter()
        try:
            lesson = Settings(**(QUICK if options["quick"] else {}), restyled=options["restyled"])
            version = train_attributor(reporter=reporter, lesson=lesson)
        except TooFewWorks as error:
            if options["if_possible"]:
                self.stdout.write(str(error))
                return
            raise CommandError(str(error)) from error
        figures = {name: value for name, value in version.figures.items() if isinstance(value, int | float)}
        self.stdout.write(f"{version}: " + ", ".join(f"{name} {value:.3g}" for name, value in figures.items()))
        if options["opine"]:
            works = queries.open_public_works().values_list("pk", flat=True)
            images: list[ArtworkImage] = services.images_to_see(None, list(works), version)
            told = opine_on_works(images, version, reporter)
            self.stdout.write(f"{told['opinions']} opinions, {told['abstained']} abstentions")
