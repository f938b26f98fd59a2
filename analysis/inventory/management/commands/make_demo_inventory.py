"""``manage.py make_demo_inventory``: a store and a dossier for the demo's dealer. Run again it adds nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from analysis.inventory.demo import WORKS, make_one_dossier, make_store
from artmarket.accounts.models import Organisation, User


class Command(BaseCommand):
    help = "Fill the inventory of the demo's dealer, value it, and make one dossier."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--works", type=int, default=WORKS)

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(username="dealer").first()
        organisation = Organisation.objects.filter(slug="demo").first()
        if actor is None or organisation is None:
            self.stdout.write("There is no demo here.")
            return
        items = make_store(actor=actor, organisation=organisation, works=options["works"])
        dossier = make_one_dossier(actor=actor, organisation=organisation)
        self.stdout.write(f"{len(items)} works added, {1 if dossier else 0} dossier made.")
