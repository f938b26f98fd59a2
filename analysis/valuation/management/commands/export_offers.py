"""``manage.py export_offers --scope auction:USD FILE``: a market's public offers for ``python -m ml.valuation``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.valuation.records import Scope, gather


class Command(BaseCommand):
    help = "Write the public single-work offers of a scope as CSV, or as JSON Lines where the name ends in .jsonl."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--scope", required=True, help="market:CURRENCY, e.g. auction:USD")
        parser.add_argument("--vectors", type=Path, help="write the pictures' vectors as well, as safetensors")
        parser.add_argument("--before", type=dt.date.fromisoformat, help="only what was before this date")

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.valuation.tidy import write_offers
        from ml.valuation.vectors import write_vectors

        try:
            gathered = gather(Scope.parse(options["scope"]), before=options["before"])
            count = write_offers(gathered.offers, options["file"])
            pictured = write_vectors(gathered.offers, options["vectors"]) if options["vectors"] else None
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        left = f"; left out: {dict(gathered.left_out)}" if gathered.left_out else ""
        self.stdout.write(f"{count} offers of {options['scope']}, prices {gathered.basis}{left}")
        if pictured is not None:
            self.stdout.write(f"{pictured} vectors" if pictured else "no offer has a vector: embed_images makes them")
