"""Load the small tables that are shipped with the code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from artmarket.sales.fx_files import load, seed_rates
from artmarket.sales.index_files import load_shipped


class Command(BaseCommand):
    help = "Load the shipped exchange rates (yearly averages) and price indices (months); what is there is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        count, months = load(seed_rates(), replace=False), load_shipped()
        if options["verbosity"] > 1:
            self.stdout.write(f"{count} exchange rates and {months} months of price indices are there.")
