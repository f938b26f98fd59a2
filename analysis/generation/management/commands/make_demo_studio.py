"""``manage.py make_demo_studio``: the demo's model, pictures and film. Run again it adds nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from analysis.generation.demo import make_studio


class Command(BaseCommand):
    help = "Take in the demo's packaged model and breed pictures with it."

    def handle(self, *args: Any, **options: Any) -> None:
        model = make_studio()
        if model is None:
            self.stdout.write("There is no demo here.")
            return
        shown = model.pictures.exclude(published_at=None).count()
        self.stdout.write(f"{model.pictures.count()} pictures by “{model.name}”, {shown} of them published.")
