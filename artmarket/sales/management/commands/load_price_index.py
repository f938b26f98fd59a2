"""Load a price index by month from a statistics office's file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from artmarket.sales.index_files import read_index, save_index
from artmarket.sales.office_files import OfficeFileError


class Command(BaseCommand):
    help = (
        "Load a price index by month: Eurostat's SDMX-CSV or TSV, the US BLS's series files, the UK ONS's time "
        "series, or a table of two columns, month and level."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the index is called, e.g. “US CPI-U”")
        parser.add_argument("file", type=Path)
        parser.add_argument("--currency", required=True, help="whose prices it measures, e.g. USD")
        parser.add_argument("--source", default="", help="who published it; known for the offices' own formats")
        parser.add_argument(
            "--where", action="append", default=[], metavar="COLUMN=VALUE", help="chooses a series, e.g. geo=EA20"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        where = dict(pair_of(text) for text in options["where"])
        try:
            found = read_index(options["file"], where=where)
            source = options["source"] or found.office
            if not source:
                raise CommandError("This format does not say who published it: give --source.")
            with transaction.atomic():
                count = save_index(
                    name=options["name"], currency=options["currency"], levels=found.levels, source=source, replace=True
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except (OSError, OfficeFileError) as error:
            raise CommandError(str(error)) from error
        gaps = f"; no level of {', '.join(f'{month:%Y-%m}' for month in found.gaps[:12])}" if found.gaps else ""
        first, last = min(found.levels), max(found.levels)
        self.stdout.write(f"{count} months of {options['name']} loaded, {first:%Y-%m} to {last:%Y-%m}{gaps}.")


def pair_of(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise CommandError(f"“{text}” is not COLUMN=VALUE.")
    return name, value
