"""``manage.py freeze_forecasts``: an estimate of every coming lot, frozen before its sale."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.trackrecord.freezing import NobodyToAsk, freeze_forecasts


class Command(BaseCommand):
    help = "Freeze an estimate of every coming public lot; one whose inputs did not change is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.reporter import SilentReporter

        try:
            found = freeze_forecasts(reporter=SilentReporter())
        except NobodyToAsk as error:
            raise CommandError(str(error)) from error
        refused = ", ".join(f"{code} {count}" for code, count in found.refused.items()) or "none"
        self.stdout.write(f"frozen {found.made}, unchanged {found.unchanged}, refused: {refused}")
