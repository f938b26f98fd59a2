"""Reads of indices: the latest vintages, and how a new one revised an old one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from analysis.indices.models import IndexDefinition, IndexVintage, Method
from artmarket.accounts.models import User
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artist


@dataclass(frozen=True)
class Revision:
    """A period's level in the newer and the older vintage, both at 100 in the newer one's base; None: not shown."""

    period: str
    now: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        """Newer over older level, less 1."""
        return None if self.now is None or self.before is None else self.now / self.before - 1

    @property
    def percent(self) -> float | None:
        return None if self.change is None else 100 * self.change


def indices_for(user: Actor) -> QuerySet[IndexDefinition]:
    return IndexDefinition.objects.visible_to(user).select_related("artist")


def with_latest(definitions: QuerySet[IndexDefinition]) -> QuerySet[IndexDefinition]:
    """Definitions with their latest nominal vintages as ``latest``, one a method."""
    newest = IndexVintage.objects.filter(is_real=False).order_by("definition_id", "method", "-pk")
    return definitions.prefetch_related(
        Prefetch("vintages", newest.distinct("definition_id", "method"), to_attr="latest")
    )


def headline(vintages: Iterable[IndexVintage]) -> IndexVintage | None:
    """The vintage to show first: the first method, in the order of ``Method``, that has points."""
    by_method = {each.method: each for each in vintages if each.points}
    return next((by_method[method] for method in Method.values if method in by_method), None)


def latest_by_method(definition: IndexDefinition, *, is_real: bool) -> dict[str, IndexVintage]:
    """Each method's latest vintage, in the order of ``Method``."""
    rows = definition.vintages.filter(is_real=is_real).order_by("method", "-pk").distinct("method")
    found = {each.method: each for each in rows}
    return {method: found[method] for method in Method.values if method in found}


def vintages_of(definition: IndexDefinition, *, method: str, is_real: bool) -> QuerySet[IndexVintage]:
    """The newest first."""
    return definition.vintages.filter(method=method, is_real=is_real).order_by("-pk")


def revisions(newer: IndexVintage, older: IndexVintage) -> list[Revision]:
    """How each period's level moved from one vintage to the next, rebased to the newer one's base where it is shown."""
    now, before = levels(newer), levels(older)
    base = before.get(newer.base)
    factor = 100 / base if base else 1.0
    rebased = {period: None if level is None else level * factor for period, level in before.items()}
    return [Revision(period, now.get(period), rebased.get(period)) for period in sorted({*now, *before})]


def levels(vintage: IndexVintage) -> Mapping[str, float | None]:
    return {point["period"]: point["level"] for point in vintage.points}


def largest_change(found: Iterable[Revision]) -> Revision | None:
    changed = [each for each in found if each.change is not None]
    return max(changed, key=lambda each: abs(each.change or 0.0), default=None)


def of_artist(user: User, artist: Artist) -> list[IndexDefinition]:
    return list(with_latest(indices_for(user).filter(artist=artist)).order_by("market", "currency", "period", "pk"))


def as_rows(vintage: IndexVintage) -> Iterable[list[Any]]:
    """The vintage as lines of a file, its head first."""
    names = ["period", "start", "level", "low", "high", "sales", "pairs", "why"]
    yield names
    for point in vintage.points:
        yield ["" if point[name] is None else point[name] for name in names]
