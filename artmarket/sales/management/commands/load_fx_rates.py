"""Load exchange rates from a file of the ECB, then bring the lots' dollar prices up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from artmarket.sales.fx import refresh_usd
from artmarket.sales.fx_files import ecb_rates, load
from artmarket.sales.models import Lot
from artmarket.sales.office_files import OfficeFileError


class Command(BaseCommand):
    help = "Load the ECB's eurofxref-hist.csv, or its data portal's CSV, and refresh all prices in dollars."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                count = load(ecb_rates(options["file"]), replace=True)
                lots = refresh_usd(Lot.objects.all())
        except (OSError, OfficeFileError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} rates loaded, {lots} prices refreshed.")
