"""Ask the running demo for look-alikes, generated pictures and an estimate, by its pages and by its API, and print what came."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from artmarket.accounts.models import Membership, User
from artmarket.accounts.services import create_api_key, revoke_api_key
from artmarket.catalogue.models import Artwork
from artmarket.demo import people
from artmarket.demo.asking import Machine, Visitor, WrongAnswer

WHO = "dealer"
STUDIO_SECONDS = 60


class Command(BaseCommand):
    help = "Ask the running demo for look-alikes, generated pictures and an estimate, by page and by API."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        work = (
            Artwork.objects.filter(is_invented=True, images__isnull=False, lots__outcome="sold").order_by("pk").first()
        )
        if work is None:
            raise CommandError("The demo catalogue is not there; run make_demo first.")
        try:
            self.ask_pages(Visitor(options["url"]), work)
            self.ask_api(options["url"], work)
        except WrongAnswer as error:
            raise CommandError(str(error)) from error
        self.stdout.write("All answers are right.")

    def ask_pages(self, visitor: Visitor, work: Artwork) -> None:
        visitor.sign_in(WHO, people.PASSWORD)
        for path in ("/", "/artworks/", "/artists/", "/sales/", "/lots/", f"/artworks/{work.pk}/"):
            page = visitor.get(path)
            if "<main" not in page:
                raise WrongAnswer(f"{path} is no page of this site")
        similar = visitor.get(f"/similar/artworks/{work.pk}/panel/")
        estimate = visitor.get(f"/valuation/artworks/{work.pk}/panel/")
        links = similar.count('href="/artworks/')
        if not links:
            raise WrongAnswer("the page shows no similar work")
        if "EUR" not in estimate:
            raise WrongAnswer("the page shows no estimate")
        self.stdout.write(f"pages: “{work}” has {links} links to similar works and an estimate in EUR")
        for path in ("/studio/", "/studio/game/", "/studio/quiz/"):
            if "<main" not in visitor.get(path):
                raise WrongAnswer(f"{path} is no page of this site")

    def ask_api(self, url: str, work: Artwork) -> None:
        membership = Membership.objects.select_related("organisation").filter(user__username=WHO).first()
        if membership is None:
            raise CommandError(f"The demo's {WHO} belongs to no organisation.")
        user = User.objects.get(username=WHO)
        key, secret = create_api_key(
            actor=user,
            organisation=membership.organisation,
            name="check of the demo",
            scopes=["read", "analyse"],
            expires_at=timezone.now() + timedelta(minutes=10),
        )
        try:
            self.ask_machine(Machine(url, secret), work)
        finally:
            revoke_api_key(actor=user, key=key)

    def ask_machine(self, machine: Machine, work: Artwork) -> None:
        similar = machine.ask(f"/similar/?artwork={work.pk}&limit=5")
        if not similar["results"]:
            raise WrongAnswer("the API gives no similar work")
        for hit in similar["results"]:
            artist = (hit["artist"] or {}).get("name", "?")
            self.stdout.write(f"similar: {hit['score']:.3f} {hit['title']} ({artist})")
        self.ask_studio(machine)
        estimate = machine.ask("/valuations/", {"artwork": work.pk})
        amounts = [estimate[name] for name in ("low", "middle", "high")]
        if not all(amounts):
            raise WrongAnswer(f"the API gives no estimate: {estimate.get('abstained')}")
        low, middle, high = (f"{amount['amount']} {amount['currency']}" for amount in amounts)
        self.stdout.write(f"estimate: {low} – {middle} – {high}, {len(estimate['comparables'])} comparables")

    def ask_studio(self, machine: Machine) -> None:
        """Have the studio's model paint four pictures, as a program would, and wait for them."""
        models = machine.ask("/studio-models/")["results"]
        if not models:
            raise WrongAnswer("the studio has no model")
        asked = machine.ask("/generated-images/", {"model": models[0]["id"], "how": "sample", "count": 4, "seed": 11})
        for _second in range(STUDIO_SECONDS):
            pictures = machine.ask(asked["links"]["result"].removeprefix("/api/v1"))["results"]
            if pictures:
                break
            time.sleep(1)
        else:
            raise WrongAnswer("the studio painted nothing")
        told = ", ".join(f"{each['id']} ({each['verdict']})" for each in pictures)
        self.stdout.write(f"studio: “{models[0]['name']}” painted {told}")
