"""Print who may sign in to the demo."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from artmarket.accounts.models import User
from artmarket.demo import people


class Command(BaseCommand):
    help = "Print the demo's logins."

    def handle(self, *args: Any, **options: Any) -> None:
        names = [person.username for person in people.PEOPLE]
        known = User.objects.filter(username__in=names).values_list("username", flat=True)
        for person in people.PEOPLE:
            if person.username in known:
                self.stdout.write(f"  {person.username:<10} {people.PASSWORD}   {person.about}")
