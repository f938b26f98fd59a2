"""Pictures that come with a catalogue: found by name in a folder or a ZIP, added to the works of written rows."""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Protocol

import pghistory
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from artmarket.catalogue import services as catalogue
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.pictures import PictureRefused
from artmarket.intake.limits import ARCHIVE_LIMITS, ArchiveLimits
from artmarket.intake.models import ImportedRecord, ImportRow, ImportSession
from artmarket.intake.problems import WARNING, Issue
from artmarket.intake.progress import Progress
from artmarket.intake.readers import ReadError
from artmarket.intake.runs import writing

CHUNK = 200
MISSING = Issue("image", "picture_missing", level=WARNING).tag
REFUSED = Issue("image", "picture_refused", level=WARNING).tag


class PictureSource(Protocol):
    """Where the pictures of a catalogue lie."""

    def fetch(self, name: str, folder: Path) -> Path | None:
        """The file that a row names, by its path or else by its bare name; None where there is none.

        A source that has no files of its own writes into ``folder``. Raises ``PictureRefused``.
        """


def plain_name(name: str) -> str:
    """A path as rows write it: forward slashes, no case, no leading dots."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return "/".join(parts).casefold()


class Names:
    """Finds a member by its path, else by its bare file name where only one member has it."""

    def __init__(self, members: list[str]) -> None:
        self.by_path = {plain_name(name): name for name in members}
        bare = Counter(PurePosixPath(path).name for path in self.by_path)
        self.by_name = {
            PurePosixPath(path).name: name for path, name in self.by_path.items() if bare[PurePosixPath(path).name] == 1
        }

    def find(self, wanted: str) -> str | None:
        path = plain_name(wanted)
        return self.by_path.get(path) or self.by_name.get(PurePosixPath(path).name)


class FolderSource:
    """Pictures in a folder. Nothing outside it is ever opened, whatever a row or a link says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        files = (path for path in self.folder.rglob("*") if path.is_file())
        self.names = Names([str(path.relative_to(self.folder)) for path in files])

    def fetch(self, name: str, folder: Path) -> Path | None:
        found = self.names.find(name)
        if found is None:
            return None
        path = (self.folder / found).resolve()
        return path if path.is_relative_to(self.folder) else None


class ZipSource:
    """Pictures in a ZIP. Members are written under numbers of our own, so that no name can lead out of the folder."""

    def __init__(self, file: IO[bytes], *, limits: ArchiveLimits = ARCHIVE_LIMITS) -> None:
        try:
            self.archive = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            raise ReadError("broken_zip", _("The ZIP of pictures is damaged.")) from error
        members = [member for member in self.archive.infolist() if not member.is_dir()]
        if len(members) > limits.members or sum(member.file_size for member in members) > limits.total_bytes:
            raise ReadError("bomb", _("The ZIP of pictures holds too many files or too many bytes."))
        self.limits = limits
        self.names = Names([member.filename for member in members])
        self.written = 0

    def fetch(self, name: str, folder: Path) -> Path | None:
        found = self.names.find(name)
        if found is None:
            return None
        try:
            with self.archive.open(found) as member:
                content = member.read(self.limits.member_bytes + 1)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError) as error:
            raise PictureRefused("damaged", str(error)) from error
        if len(content) > self.limits.member_bytes:
            raise PictureRefused("too_large", _("The picture has too many bytes."))
        self.written += 1
        path = folder / f"{self.written}{safe_suffix(found)}"
        path.write_bytes(content)
        return path


def safe_suffix(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) < 8 else ""


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
