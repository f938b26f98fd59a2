"""Read, check and match every row of a file into ``ImportRow``; nothing else is written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

import orjson

from artmarket.intake.artists import ArtistResolver, Resolution
from artmarket.intake.columns import Layout, read_layout
from artmarket.intake.copying import copy_rows
from artmarket.intake.identity import is_ours, known_sales, last_written, sale_key
from artmarket.intake.models import ImportRow, ImportSession
from artmarket.intake.problems import NOTE, Issue
from artmarket.intake.progress import Progress
from artmarket.intake.readers import SourceRow, Table, open_table
from artmarket.intake.reporting import Findings
from artmarket.intake.runs import writing
from artmarket.intake.spec import Spec, SpecError, missing_columns, spec_from_json
from artmarket.intake.validation import Checked, Validator, natural_key
from artmarket.sales.fx import RateTable

BATCH = 2_000
COLUMNS = (
    "session_id",
    "number",
    "raw",
    "parsed",
    "errors",
    "error_codes",
    "state",
    "natural_key",
    "candidates",
    "artist_id",
)
State = ImportRow.State


@dataclass
class Staged:
    """A checked row with what the database knows of it."""

    checked: Checked
    key: str = ""
    state: str = State.VALID
    artist_id: int | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)


def open_session(session: ImportSession, source: BinaryIO) -> tuple[Table, Layout, Spec]:
    """The session's file by its map. Raises ``ReadError`` and ``SpecError``."""
    spec = spec_from_json(session.spec)
    table = open_table(source, encoding=spec.encoding, delimiter=spec.delimiter)
    return table, read_layout(table, spec), spec


def stage(session: ImportSession, progress: Progress) -> dict[str, Any]:
    """Validate the whole file; returns the report. Rows of an earlier validation give way."""
    started = time.monotonic()
    with writing(session):
        ImportRow.objects.filter(session=session).delete()
    with session.file.open("rb") as source:
        table, layout, spec = open_session(session, cast(BinaryIO, source))
        if missing := missing_columns(spec, layout.columns):
            raise SpecError(", ".join(missing))
        validator = Validator(spec, layout.columns, currency=session.house.currency, rates=RateTable.load())
        staging = Staging(session, validator)
        for batch in batches(body(table, layout), staging):
            progress.step(staging.rows, None, phase="reading")
            with writing(session):
                staging.take(batch)
    report = {
        "columns": list(layout.columns),
        "kind": table.kind,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "header": layout.header,
        "rows": staging.rows,
        "blank": staging.blank,
        "states": staging.states,
        "issues": staging.findings.as_json(),
        "seconds": round(time.monotonic() - started, 2),
    }
    return report


def body(table: Table, layout: Layout) -> Iterator[SourceRow]:
    rows = table.rows()
    if layout.header:
        next(rows, None)
    return rows


def batches(rows: Iterator[SourceRow], staging: Staging) -> Iterator[list[Checked]]:
    batch: list[Checked] = []
    for row in rows:
        if not row.problem and not any(cell and not cell.isspace() for cell in row.cells):
            staging.blank += 1
            continue
        staging.rows += 1
        batch.append(staging.validator.check(row))
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class Staging:
    """Carries what must be known across batches: lots seen in this file, artists resolved, counts."""

    def __init__(self, session: ImportSession, validator: Validator) -> None:
        self.session, self.validator = session, validator
        self.resolver = ArtistResolver(session)
        self.seen: dict[str, tuple[int, int]] = {}
        self.findings = Findings()
        self.states: dict[str, int] = {}
        self.rows = self.blank = 0

    def take(self, batch: list[Checked]) -> None:
        staged = [self.placed(checked) for checked in batch]
        self.compare([row for row in staged if row.state == State.VALID])
        for row in staged:
            if row.state == State.VALID:
                self.match(row)
        for row in staged:
            self.findings.add(row.checked.number, row.checked.issues)
            self.states[row.state] = self.states.get(row.state, 0) + 1
        copy_rows(ImportRow._meta.db_table, COLUMNS, map(self.as_columns, staged))

    def placed(self, checked: Checked) -> Staged:
        """Refused, left out, standing twice, or good so far."""
        if checked.left_out:
            return Staged(checked, state=State.SKIPPED)
        if checked.refused:
            return Staged(checked, state=State.INVALID)
        key = natural_key(self.session.house_id, checked.parsed)
        content = hash(orjson.dumps(checked.parsed))
        if key in self.seen:
            number, earlier = self.seen[key]
            code = "duplicate" if earlier == content else "duplicate_differs"
            checked.issues.append(Issue("lot_number", code, str(number), NOTE))
            return Staged(checked, key=key, state=State.SKIPPED)
        self.seen[key] = (checked.number, content)
        return Staged(checked, key=key)

    def compare(self, rows: list[Staged]) -> None:
        """Tell rows already written with the same values, and sales that belong to others."""
        written = last_written([row.key for row in rows])
        sales = known_sales(self.session, {sale_key(row.checked.parsed) for row in rows})
        for row in rows:
            sale = sales.get(sale_key(row.checked.parsed))
            if sale is not None and not is_ours(sale, self.session):
                row.state = State.INVALID
                row.checked.issues.append(Issue("sale_number", "other_owner", sale.title or sale.number))
            elif written.get(row.key) == row.checked.parsed:
                row.state = State.UNCHANGED

    def match(self, row: Staged) -> None:
        found: Resolution = self.resolver.resolve(row.checked.parsed["artist"])
        row.artist_id = found.artist_id
        if found.candidates:
            row.candidates = found.candidates
            row.state = State.DOUBTFUL
            name = row.checked.parsed["artist"]["name"]
            row.checked.issues.append(Issue("artist", "artist_doubtful", name, NOTE))

    def as_columns(self, row: Staged) -> tuple[Any, ...]:
        checked = row.checked
        issues = orjson.dumps([issue.as_json() for issue in checked.issues]).decode()
        return (
            self.session.pk,
            checked.number,
            orjson.dumps(checked.raw).decode(),
            orjson.dumps(checked.parsed).decode(),
            issues,
            list(dict.fromkeys(issue.tag for issue in checked.issues)),
            str(row.state),
            row.key,
            orjson.dumps(row.candidates).decode(),
            row.artist_id,
        )
