"""``manage.py house_ledger``: by how much each house's estimates are off, kept and printed."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analysis.trackrecord.ledgers import TooFewLots, check, keep_ledger
from analysis.trackrecord.models import HouseLedger, LedgerEntry
from analysis.valuation.training import scopes_named


class Command(BaseCommand):
    help = "Reckon each house's persistent over- or under-estimation from results before a day, and keep it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scope", default="all", help="market:CURRENCY; default: all")
        parser.add_argument("--before", type=dt.date.fromisoformat, help="only results before this day; default: today")
        parser.add_argument(
            "--check-to", type=dt.date.fromisoformat, help="also say how the lots sold after --before, to this day, did"
        )
        parser.add_argument("--most", type=int, default=10, help="rows to print of each level")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            wanted = scopes_named(options["scope"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not wanted:
            self.stdout.write("No market has enough sold lots yet.")
        for scope in wanted:
            try:
                ledger = keep_ledger(scope=scope, before=options["before"] or timezone.localdate())
            except TooFewLots as error:
                self.stdout.write(f"{scope}: {error}")
                continue
            self.report(ledger, options["most"] if options["verbosity"] else None)
            if options["check_to"]:
                self.say_how_it_did(ledger, options["check_to"])

    def say_how_it_did(self, ledger: HouseLedger, until: dt.date) -> None:
        found = check(ledger, until)
        if found is None:
            self.stdout.write(f"  too few lots were sold from {ledger.before} to {until} to check it")
            return
        words = {"low": "flagged as estimated too low", "none": "not flagged", "high": "flagged as estimated too high"}
        self.stdout.write(f"  {found.lots} lots sold from {ledger.before} to before {until}, price over middle:")
        for flag, (lots, mean) in found.means.items():
            self.stdout.write(f"    {100 * math.expm1(mean):+6.1f} %  {lots:>5}  {words[flag]}")
        self.stdout.write(f"    correlation {found.correlation:.2f}; squared error saved {found.saved:.1%}")

    def report(self, ledger: HouseLedger, most: int | None) -> None:
        """What it stands on, then ``most`` rows of each level; None: no rows."""
        self.stdout.write(f"{ledger.scope}: {ledger.lots} lots before {ledger.before}, prices {ledger.conversions}")
        if most is None:
            return
        self.stdout.write(f"  spreads by level {ledger.variances}; persistence {ledger.persistence}")
        for level in LedgerEntry.Level.values:
            rows = ledger.entries.filter(level=level).select_related("house", "artist")
            off = rows.filter(is_off=True)
            self.stdout.write(f"  {level}: {rows.count()}, of them off: {off.count()}")
            for row in (rows if level == "house" else off).order_by("-lots")[:most]:
                name = " / ".join(str(part) for part in (row.house, row.department, row.artist) if part)
                self.stdout.write(
                    f"    {row.percent:+6.1f} % [{row.percent_low:+.1f}, {row.percent_high:+.1f}] {row.lots:>5}  {name}"
                )
