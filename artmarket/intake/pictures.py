"""Pictures that come with a catalogue, added to the works of written rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pghistory
from django.db.models import QuerySet
from django.utils import timezone

from artmarket.catalogue import services as catalogue
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.pictures import PictureRefused
from artmarket.intake.models import ImportedRecord, ImportRow, ImportSession
from artmarket.intake.picture_sources import PictureSource
from artmarket.intake.problems import WARNING, Issue
from artmarket.intake.progress import Progress
from artmarket.intake.runs import writing

CHUNK = 200
MISSING = Issue("image", "picture_missing", level=WARNING).tag
REFUSED = Issue("image", "picture_refused", level=WARNING).tag


def add_pictures(session: ImportSession, source: PictureSource, progress: Progress) -> dict[str, int]:
    """Add the pictures of written rows; a refused picture is noted on its row, the row itself stays written.

    Safe to call again: a picture that a work has already is not added twice.
    """
    rows = rows_with_pictures(session)
    total, done = rows.count(), 0
    counts: Counter[str] = Counter()
    with pghistory.context(user=session.created_by_id, import_session=str(session.pk)):
        for chunk in by_chunks(rows):
            progress.step(done, total, phase="pictures", metrics={key: float(n) for key, n in counts.items()})
            with TemporaryDirectory() as folder:
                counts.update(add_chunk(session, chunk, source, Path(folder)))
            done += len(chunk)
    return counted(session, total)


def counted(session: ImportSession, named: int) -> dict[str, int]:
    """What became of the pictures that rows name, by what is written: a run that was cut short counts as well."""
    rows = ImportRow.objects.filter(session=session)
    added = ImportedRecord.objects.filter(session=session, table=ArtworkImage._meta.db_table).count()
    missing = rows.filter(error_codes__contains=[MISSING]).count()
    refused = rows.filter(error_codes__contains=[REFUSED]).count()
    known = max(0, named - added - missing - refused)
    return {"added": added, "known": known, "missing": missing, "refused": refused}


def rows_with_pictures(session: ImportSession) -> QuerySet[ImportRow]:
    written = ImportRow.objects.filter(session=session, state=ImportRow.State.COMMITTED, artwork__isnull=False)
    return written.exclude(parsed__image="").select_related("artwork").order_by("number")


def by_chunks(rows: QuerySet[ImportRow]) -> Iterator[list[ImportRow]]:
    """Rows in order, read a few hundred at a time, none held open between."""
    last = -1
    while chunk := list(rows.filter(number__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].number


def add_chunk(session: ImportSession, rows: list[ImportRow], source: PictureSource, folder: Path) -> Counter[str]:
    """A few hundred rows' pictures in one transaction, with the notes by which they can be taken back."""
    counts: Counter[str] = Counter()
    items: dict[Path, ImportRow] = {}
    for row in rows:
        name = row.parsed["image"]
        try:
            path = source.fetch(name, folder)
        except PictureRefused as refused:
            refuse(row, str(refused), counts)
            continue
        if path is None:
            note(row, Issue("image", "picture_missing", name, WARNING))
            counts["missing"] += 1
        else:
            items[path] = row
    with writing(session):
        pairs = [(row.artwork, path) for path, row in items.items() if row.artwork]
        result = catalogue.add_images(actor=session.created_by, items=pairs)
        keep_records(session, [image.pk for image in result.images])
        for refusal in result.refused:
            refuse(items[refusal.path], refusal.message, counts)
    counts.update(added=len(result.images), known=result.known)
    return counts


def refuse(row: ImportRow, reason: str, counts: Counter[str]) -> None:
    note(row, Issue("image", "picture_refused", row.parsed["image"], WARNING, reason))
    counts["refused"] += 1


def keep_records(session: ImportSession, image_ids: list[int]) -> None:
    table, now = ArtworkImage._meta.db_table, timezone.now()
    ImportedRecord.objects.bulk_create(
        [ImportedRecord(session=session, table=table, object_id=pk, written_at=now) for pk in image_ids],
        ignore_conflicts=True,
    )


def note(row: ImportRow, issue: Issue) -> None:
    """Write the finding on the row, once."""
    if issue.tag not in row.error_codes:
        row.errors = [*row.errors, issue.as_json()]
        row.error_codes = [*row.error_codes, issue.tag]
        row.save(update_fields=["errors", "error_codes"])
