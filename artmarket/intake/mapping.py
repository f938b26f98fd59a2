"""Which column map a file gets: the one asked for, the house's own, a shipped one, or a guess."""

from __future__ import annotations

import json
from pathlib import Path

from artmarket.intake.columns import Layout, guess, read_layout
from artmarket.intake.models import ColumnMap, ImportSession
from artmarket.intake.readers import ReadError, Table
from artmarket.intake.spec import Spec, SpecError, missing_columns, shipped_maps, spec_from_json


def named_map(name: str) -> Spec:
    """A shipped map by its name, or one in a JSON file. Raises ``SpecError``."""
    if name in shipped_maps():
        return shipped_maps()[name]
    try:
        return spec_from_json(json.loads(Path(name).read_text()))
    except OSError as error:
        raise SpecError(f"{name}: {', '.join(shipped_maps())}") from error
    except json.JSONDecodeError as error:
        raise SpecError(f"{name}: {error}") from error


def spec_for(session: ImportSession, table: Table) -> tuple[Spec, ColumnMap | None]:
    """The map that this house used for such a file before, else a shipped one that fits, else a guess."""
    layout = read_layout(table)
    for remembered in house_maps(session):
        spec = spec_from_json(remembered.spec)
        if remembered.header_fingerprint == layout.fingerprint and fits(spec, table):
            return spec, remembered
    guessed = guess(layout, currency=session.house.currency)
    for spec in shipped_maps().values():
        if spec.header and layout.header and fits(spec, table) and not spec.columns and named_alike(spec, layout):
            return spec, None
    return guessed, None


def house_maps(session: ImportSession) -> list[ColumnMap]:
    """Maps of this house that the session's organisation keeps, the newest first."""
    maps = ColumnMap.objects.filter(house_id=session.house_id, organisation_id=session.organisation_id)  # type: ignore[misc]
    return list(maps.order_by("-updated_at")[:50])


def fits(spec: Spec, table: Table) -> bool:
    """Whether the file has every column that the map names."""
    try:
        layout = read_layout(table, spec)
    except ReadError:
        return False
    return layout.header == (spec.header if spec.header is not None else layout.header) and not missing_columns(
        spec, layout.columns
    )


def named_alike(spec: Spec, layout: Layout) -> bool:
    """A shipped map is taken only for a file whose headings are mostly those that it names."""
    named = {*spec.fields.values()}
    return len(named & set(layout.columns)) >= 0.6 * len(layout.columns) or len(named) >= 8


def remember(session: ImportSession, layout: Layout) -> ColumnMap:
    """Keep the session's map for the next file of this house with the same headings."""
    name = f"{session.house.name} · {layout.fingerprint[:8]}"[:100]
    kept, _made = ColumnMap.objects.update_or_create(  # type: ignore[misc]
        organisation_id=session.organisation_id,
        name=name,
        defaults={
            "house": session.house,
            "spec": session.spec,
            "header_fingerprint": layout.fingerprint,
            "visibility": session.visibility,
        },
    )
    return kept
