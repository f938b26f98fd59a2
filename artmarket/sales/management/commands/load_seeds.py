"""Load the small tables that are shipped with the code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from artmarket.sales import fx_files
from artmarket.sales.index_files import load_shipped


class Command(BaseCommand):
    help = "Load the shipped exchange rates (month ends) and price indices (months); what is there is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        (rates, prices), months = fx_files.load_seeds(), load_shipped()
        if options["verbosity"] > 1:
            self.stdout.write(
                f"{rates} exchange rates and {months} months of price indices are there, {prices} prices refreshed."
            )
