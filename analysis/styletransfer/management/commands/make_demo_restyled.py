"""``manage.py make_demo_restyled``: a few restyled pictures for the demo. Run again it adds nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from artmarket.accounts.models import Organisation, User


class Command(BaseCommand):
    help = "Restyle a harbour of the demo after three of its movements, for the atelier's people to see."

    def handle(self, *args: Any, **options: Any) -> None:
        from analysis.styletransfer.demo import make_pictures
        from ml.artefacts import BadArtefact

        actor = User.objects.filter(username="curator").first()
        organisation = Organisation.objects.filter(slug="demo").first()
        if actor is None or organisation is None:
            self.stdout.write("There is no demo here.")
            return
        try:
            made = make_pictures(actor=actor, organisation=organisation)
        except BadArtefact as error:
            self.stdout.write(f"Nothing is restyled: {error}")
            return
        self.stdout.write(f"{len(made)} pictures restyled.")
