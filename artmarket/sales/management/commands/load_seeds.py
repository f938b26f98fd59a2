"""Load the small tables that are shipped with the code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from artmarket.sales.fx_files import load, seed_rates


class Command(BaseCommand):
    help = "Load the shipped exchange rates (yearly averages); rates that are there already are kept."

    def handle(self, *args: Any, **options: Any) -> None:
        count = load(seed_rates(), replace=False)
        if options["verbosity"] > 1:
            self.stdout.write(f"{count} exchange rates are there.")
