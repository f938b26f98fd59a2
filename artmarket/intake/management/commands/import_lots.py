"""``manage.py import_lots FILE --house NAME``: the page's import, in this process, its report printed."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from artmarket.accounts.models import Organisation, User
from artmarket.intake import exports, mapping, running, services
from artmarket.intake.models import ImportSession
from artmarket.intake.picture_sources import FolderSource
from artmarket.intake.problems import message
from artmarket.intake.readers import ReadError
from artmarket.intake.spec import Spec, SpecError, shipped_maps


class Command(BaseCommand):
    help = "Import a catalogue of lots (CSV, XLSX or JSON Lines)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--house", required=True, help="name of the house; made where unknown")
        parser.add_argument("--images", type=Path, metavar="DIR", help="folder of the pictures that rows name")
        parser.add_argument("--map", help="a JSON file, or one of: " + ", ".join(shipped_maps()))
        parser.add_argument("--policy", choices=ImportSession.Policy.values, default=ImportSession.Policy.SKIP_BAD)
        parser.add_argument("--organisation", metavar="SLUG", help="owner of the records; without it they are public")
        parser.add_argument("--public", action="store_true", help="visible to everyone signed in")
        parser.add_argument(
            "--doubtful",
            choices=["leave", "new"],
            default="leave",
            help="doubtful artists: leave their rows for the review page, or take them as new artists",
        )
        parser.add_argument("--currency", help="of a new house, and of amounts that name none")
        parser.add_argument("--market", help="of a new house: auction or dealer")
        parser.add_argument("--user", help="who imports; needed for private records")
        parser.add_argument("--dry-run", action="store_true", help="check and report, write nothing")
        parser.add_argument("--errors", type=Path, metavar="OUT.csv", help="write the findings as CSV")
        parser.add_argument("--yes", action="store_true", help="write without asking")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.run(options)
        except (ReadError, SpecError, services.IntakeError, OSError) as error:
            raise CommandError(str(error)) from error

    def run(self, options: dict[str, Any]) -> None:
        session = self.start(options)
        services.move(session, to="validating", allowed=("uploaded",))
        running.validate(session.pk)
        session.refresh_from_db()
        if options["doubtful"] == "new":
            services.accept_all_as_new(actor=self.actor(options), session=session)
        self.report(session)
        if options["errors"]:
            self.write_errors(session, options["errors"])
        if options["dry_run"]:
            services.discard(actor=self.actor(options), session=session)
            self.stdout.write("Nothing was written.")
        elif options["yes"] or input("Write these rows? [y/N] ").strip().lower() in {"y", "yes"}:
            self.commit(session, options)

    def start(self, options: dict[str, Any]) -> ImportSession:
        spec: Spec | None = mapping.named_map(options["map"]) if options["map"] else None
        if spec is not None and options["currency"]:
            spec = services.with_options(spec, currency=options["currency"])
        facts = dict(spec.house) if spec else {}
        facts |= {name: options[name] for name in ("currency", "market") if options[name]}
        organisation = self.organisation(options["organisation"])
        with options["file"].open("rb") as file, transaction.atomic():  # a refused file leaves no new house behind
            return services.start_session(
                actor=self.actor(options),
                file=file,
                file_name=options["file"].name,
                house=services.find_or_create_house(name=options["house"], facts=facts),
                organisation=organisation,
                visibility="public" if options["public"] or organisation is None else "private",
                spec=spec,
                policy=options["policy"],
            )

    def organisation(self, slug: str | None) -> Organisation | None:
        if not slug:
            return None
        found = Organisation.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"No organisation has the short name {slug}.")
        return found

    def actor(self, options: dict[str, Any]) -> User:
        """The named person, else the first of the platform's staff: who reaches the command line is staff."""
        if name := options["user"]:
            person = User.objects.filter(username=name).first()
            if person is None:
                raise CommandError(f"No person is called {name}.")
            return person
        staff = User.objects.filter(is_superuser=True).order_by("pk").first()
        if staff is None:
            raise CommandError("There is no staff yet; make some with createsuperuser, or name a person with --user.")
        return staff

    def commit(self, session: ImportSession, options: dict[str, Any]) -> None:
        services.check_policy(session, session.policy)
        services.move(session, to="committing", allowed=("review",))
        running.commit(session.pk, source=FolderSource(options["images"]) if options["images"] else None)
        session.refresh_from_db()
        self.report(session)

    def report(self, session: ImportSession) -> None:
        report = session.report
        self.stdout.write(f"{session.file_name}: {report['rows']} rows ({report['kind']} {report['encoding']})")
        states = session.rows.values_list("state", flat=True)
        counts = {state: list(states).count(state) for state in sorted(set(states))}
        self.stdout.write("  " + ", ".join(f"{state} {count}" for state, count in counts.items()))
        for issue in report["issues"]:
            examples = ", ".join(f"row {item['row']} “{item['value'][:40]}”" for item in issue["examples"][:3])
            name = issue["column"] or issue["field"]
            self.stdout.write(f"  {issue['level']} {name}: {message(issue['code'])} × {issue['count']} ({examples})")
        if found := report.get("pictures"):
            self.stdout.write("  pictures: " + ", ".join(f"{name} {count}" for name, count in found.items()))

    def write_errors(self, session: ImportSession, path: Path) -> None:
        with path.open("w", newline="", encoding="utf-8-sig") as out:
            csv.writer(out).writerows(exports.error_rows(session))
