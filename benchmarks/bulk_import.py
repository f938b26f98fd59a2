"""How fast a catalogue goes in: its whole commit with history, and its COPY alone, beside a bare COPY of the same rows.

The whole commit is the job's own function: rows read back and marked, artists and sales found or made, prices brought to
dollars, history, foreign keys, the notes for undoing, statistics, the report.

Run: ``python -m benchmarks.bulk_import [--lots 100000]``. Needs a migrated database (DATABASE_URL); everything that it
writes it deletes again.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
django.setup()

from django.db import connection  # noqa: E402

from artmarket.accounts.models import User  # noqa: E402
from artmarket.intake import commit, copying, running, services  # noqa: E402
from artmarket.intake.models import ImportedRecord, ImportRow, ImportSession  # noqa: E402
from artmarket.intake.spec import Spec, spec_from_json  # noqa: E402

FIELDS = {
    "sale_title": "sale", "sale_date": "date", "lot_number": "lot", "artist": "artist", "title": "title",
    "medium": "medium", "dimensions": "size", "date": "year", "estimate_low": "low", "estimate_high": "high",
    "price": "price",
}  # fmt: skip
MEDIA = ["oil on canvas", "acrylic on canvas", "ink on paper", "bronze", "watercolour on paper, signed"]
Rows = list[tuple[object, ...]]


def spec() -> Spec:
    options = {"date_order": "ymd", "currency": "EUR", "price_basis": "hammer", "not_sold": ["not sold"]}
    return spec_from_json({"header": True, "fields": FIELDS, "options": options})


def write_catalogue(path: Path, lots: int) -> None:
    """Lots in sales of 400, by a thousand artists or as many as a tenth of the lots."""
    artists = max(10, min(1000, lots // 10))
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(FIELDS.values())
        for n in range(lots):
            sale, low = n // 400, 100 * (1 + n * 7919 % 500)
            writer.writerow([
                f"Benchmark sale {sale}", f"{2000 + sale % 20}-{1 + sale % 12:02}-{1 + sale % 28:02}", n % 400 + 1,
                f"{chr(65 + n % artists % 26)}nna Painter{n % artists} ({1850 + n % artists % 60}-{1920 + n % artists % 60})",
                f"View of harbour no. {n}", MEDIA[n % 5], f"{20 + n % 180} x {30 + n % 170} cm", 1900 + n % 100, low, 2 * low,
                "not sold" if n % 4 == 0 else low + n % low,
            ])  # fmt: skip


class Stopwatch:
    """Stands in for the commit's COPY: does the same and keeps the time, and what was copied whereto, but no row."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.columns: dict[str, tuple[str, ...]] = {}

    def __call__(self, table: str, columns: tuple[str, ...], rows: object) -> None:
        ready: Rows = [tuple(row) for row in rows]  # type: ignore[attr-defined]
        self.columns[table] = tuple(columns)
        started = time.perf_counter()
        copying.copy_rows(table, columns, ready)
        self.seconds += time.perf_counter() - started


def written_rows(session: ImportSession, table: str, columns: tuple[str, ...]) -> Rows:
    """What the import wrote into a table, read back."""
    wanted = {
        "intake_importedrecord": "session_id = %(session)s",
        "sales_lotartwork": "lot_id in (select lot_id from intake_importrow where session_id = %(session)s)",
    }.get(
        table,
        'id in (select object_id from intake_importedrecord where session_id = %(session)s and "table" = %(table)s)',
    )
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'select {names} from "{table}" where {wanted} order by id', {"session": session.pk, "table": table}
        )
        return cursor.fetchall()


def bare_copy(session: ImportSession, written: dict[str, tuple[str, ...]]) -> tuple[float, int]:
    """Seconds to COPY the same rows, in batches as large, into like tables, and how many rows: same indexes and checks,
    no triggers."""
    seconds, count = 0.0, 0
    for table, columns in written.items():
        with connection.cursor() as cursor:
            cursor.execute(
                f'drop table if exists "bare_{table}"; create table "bare_{table}" (like "{table}" including all)'
            )
        rows = written_rows(session, table, columns)
        count += len(rows)
        started = time.perf_counter()
        for place in range(0, len(rows), commit.BATCH):
            copying.copy_rows(f"bare_{table}", columns, rows[place : place + commit.BATCH])
        seconds += time.perf_counter() - started
        with connection.cursor() as cursor:
            cursor.execute(f'drop table "bare_{table}"')
    return seconds, count


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lots", type=int, default=100_000)
    lots = parser.parse_args().lots
    actor, _made = User.objects.get_or_create(username="benchmark", defaults={"is_superuser": True})
    house = services.find_or_create_house(name="Benchmark House", facts={"currency": "EUR"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lots.csv"
        write_catalogue(path, lots)
        with path.open("rb") as file:
            session = services.start_session(
                actor=actor, file=file, file_name="lots.csv", house=house, organisation=None, spec=spec()
            )
    try:
        measure(session, lots)
    finally:
        clean(session)


def measure(session: ImportSession, lots: int) -> None:
    started = time.perf_counter()
    services.move(session, to="validating", allowed=("uploaded",))
    running.validate(session.pk)
    checked = time.perf_counter() - started
    session.refresh_from_db()
    print(f"states after checking: {session.report['states']}")
    copies = Stopwatch()
    commit.copy_rows = copies  # type: ignore[assignment]
    started = time.perf_counter()
    services.move(session, to="committing", allowed=("review",))
    running.commit(session.pk)
    written = time.perf_counter() - started
    bare, rows = bare_copy(session, copies.columns)
    print(f"{lots:,} lots, {rows:,} rows in {len(copies.columns)} tables")
    print(f"read, parse, check, match, stage  {checked:7.2f} s  {lots / checked:9,.0f} lots/s")
    print(f"commit, all of it                 {written:7.2f} s  {lots / written:9,.0f} lots/s")
    print(f"  its COPY, history on            {copies.seconds:7.2f} s  {rows / copies.seconds:9,.0f} rows/s")
    print(f"bare COPY, no history             {bare:7.2f} s  {rows / bare:9,.0f} rows/s")
    print(f"ratio COPY with history / bare    {bare / copies.seconds:7.2f}  (aim: at least 0.50)")
    print(f"ratio whole commit / bare         {bare / written:7.2f}")
    print(f"file to records                   {checked + written:7.2f} s  {lots / (checked + written):9,.0f} lots/s")


def clean(session: ImportSession) -> None:
    """Undo the import in bulk and remove the session."""
    ids = ImportedRecord.objects.filter(session=session)
    with connection.cursor() as cursor:
        for table in ("sales_lot", "catalogue_artwork", "catalogue_artist", "sales_sale"):
            wanted = list(ids.filter(table=table).values_list("object_id", flat=True))
            if table == "sales_lot":
                ImportRow.objects.filter(session=session).delete()
                cursor.execute("delete from sales_lotartwork where lot_id = any(%s)", [wanted])
            cursor.execute(f'delete from "{table}" where id = any(%s)', [wanted])
            cursor.execute(f'delete from "{table}event" where id = any(%s)', [wanted])
    ids.delete()
    session.file.delete(save=False)
    session.delete()


if __name__ == "__main__":
    main()
