"""``manage.py make_demo``: the atelier that paints, and its market."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from artmarket.demo import loading

WORKS, SEED = 640, 7


class Command(BaseCommand):
    help = "Paint the demo atelier and its invented market. Run again, it adds only what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--works", type=int, default=WORKS)
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--remove", action="store_true", help="delete the demo's works, artists, sales and houses")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["works"] < 1:
            raise CommandError("--works must be at least 1.")
        if options["remove"]:
            self.stdout.write(f"{loading.remove()} works removed.")
            return
        loading.load(works=options["works"], seed=options["seed"], say=self.say)

    def say(self, message: str) -> None:
        self.stdout.write(f"  {message}")
        self.stdout.flush()
