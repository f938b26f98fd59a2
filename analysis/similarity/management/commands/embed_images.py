"""``manage.py embed_images``: embed pictures here and now, without a worker.

What follows from new pictures (duplicates, maps) is left to a worker.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.similarity import services
from analysis.similarity.backbones import NoPictures


class Command(BaseCommand):
    help = "Embeds the pictures that lack a vector. --all builds a new space for all of them and switches to it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="Build a new space, with its network made anew.")

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.artefacts import BadArtefact
        from ml.reporter import StreamReporter

        work = services.rebuild if options["all"] else services.embed_catalogue
        try:
            tally = work(reporter=StreamReporter())
        except (NoPictures, BadArtefact, OSError) as error:
            raise CommandError(str(error)) from error
        if tally.embedded:
            services.start_settling()
        self.stdout.write(
            f"{tally.embedded} pictures embedded, {tally.unreadable} unreadable, {tally.per_second:.0f} per second"
        )
