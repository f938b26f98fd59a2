"""``manage.py compute_indices``: define the usual indices and compute all, here and now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.indices.defaults import define_defaults
from analysis.indices.models import IndexDefinition, IndexVintage, Method
from analysis.indices.services import compute
from analysis.valuation.training import scopes_named


class Command(BaseCommand):
    help = "Define the usual indices of a scope (market:CURRENCY), or of all with enough sold lots, and compute them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scope", default="all", help="market:CURRENCY, e.g. auction:USD; default: all")
        parser.add_argument("--index", type=int, help="compute only the index of this number")
        parser.add_argument("--points", action="store_true", help="print every point of the nominal hybrid index")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = self.wanted(options)
        made = [self.compute(definition, options) for definition in wanted]
        if not options["verbosity"]:
            self.stdout.write(f"{len(wanted)} indices, {sum(made)} new vintages")

    def wanted(self, options: dict[str, Any]) -> list[IndexDefinition]:
        known = IndexDefinition.objects.select_related("artist")
        if options["index"] is not None:
            found = list(known.filter(pk=options["index"]))
            if not found:
                raise CommandError(f"there is no index {options['index']}")
            return found
        try:
            asked = scopes_named(options["scope"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not asked:
            self.stdout.write("No market has enough sold lots for an index yet.")
        define_defaults(asked)
        named = {(scope.market, scope.currency) for scope in asked}
        return [each for each in known.order_by("pk") if (each.market, each.currency) in named]

    def compute(self, definition: IndexDefinition, options: dict[str, Any]) -> int:
        """Compute one index and, unless told to be quiet, say what came; returns how many vintages are new."""
        from ml.reporter import SilentReporter

        made = compute(definition=definition, reporter=SilentReporter())
        if options["verbosity"]:
            self.report(definition, made, with_points=options["points"])
        return len(made)

    def report(self, definition: IndexDefinition, made: Sequence[IndexVintage], *, with_points: bool) -> None:
        self.stdout.write(f"{definition.pk} {definition.scope} {definition}: {len(made)} new vintages")
        for vintage in made:
            self.stdout.write(f"  {vintage.method}{' real' if vintage.is_real else ''}: {in_words(vintage)}")
            if with_points and vintage.method == Method.HYBRID and not vintage.is_real:
                for point in vintage.points:
                    self.stdout.write(f"    {as_line(point)}")


def in_words(vintage: IndexVintage) -> str:
    if vintage.refused:
        return vintage.reason
    last = vintage.shown[-1]
    return (
        f"{len(vintage.shown)} of {len(vintage.points)} periods, {vintage.figures['sales']:.0f} sales, "
        f"{vintage.figures['pairs']:.0f} pairs; {vintage.base} = 100, {last['period']} = {last['level']:.1f} "
        f"({last['low']:.1f}–{last['high']:.1f}); left out: {vintage.left_out or 'none'}"
    )


def as_line(point: dict[str, Any]) -> str:
    if point["level"] is None:
        return f"{point['period']:<8} – ({point['sales']} sales, {point['why']})"
    return f"{point['period']:<8}{point['level']:8.1f}{point['low']:8.1f}{point['high']:8.1f}{point['sales']:7}"
