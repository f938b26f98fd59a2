"""``manage.py score_forecasts``: how the frozen estimates did, where the result is known."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from analysis.trackrecord.scoring import score_forecasts


class Command(BaseCommand):
    help = "Score every lot's last frozen estimate before its sale, as the results stand now."

    def handle(self, *args: Any, **options: Any) -> None:
        found = score_forecasts()
        self.stdout.write(
            ", ".join(f"{name} {count}" for name, count in sorted(found.items())) or "No estimate is frozen yet."
        )
