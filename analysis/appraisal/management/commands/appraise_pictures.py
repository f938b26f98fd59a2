"""``manage.py appraise_pictures``: measure pictures here and now, without a worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from analysis.appraisal.appraising import appraise_missing


class Command(BaseCommand):
    help = "Measures colour, light, composition and brush-work of the pictures that lack an appraisal."

    def handle(self, *args: Any, **options: Any) -> None:
        from ml.reporter import StreamReporter

        tally = appraise_missing(StreamReporter())
        done = tally.as_result()
        self.stdout.write(
            f"{tally.measured} pictures measured, {tally.refused} refused, {tally.left} not reached, "
            f"{done['per_second']} per second"
        )
