"""Pictures that come with a catalogue: found by name in a folder or a ZIP, added to the works of written rows."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Protocol

import pghistory
from django.utils import timezone
from django.utils.translation import gettext as _

from artmarket.accounts.models import User
from artmarket.catalogue import services as catalogue
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.pictures import PictureRefused
from artmarket.intake.limits import ARCHIVE_LIMITS, ArchiveLimits
from artmarket.intake.models import ImportedRecord, ImportRow, ImportSession
from artmarket.intake.problems import WARNING, Issue
from artmarket.intake.progress import Progress
from artmarket.intake.readers import ReadError

CHUNK = 200


class PictureSource(Protocol):
    """Where the pictures of a catalogue lie."""

    def open(self, name: str) -> BinaryIO | None:
        """The picture that a row names, by its path or else by its file name; None where there is none."""


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

    def open(self, name: str) -> BinaryIO | None:
        found = self.names.find(name)
        if found is None:
            return None
        path = (self.folder / found).resolve()
        return path.open("rb") if path.is_relative_to(self.folder) else None


class ZipSource:
    """Pictures in a ZIP, read member by member and never unpacked to disk, so that no name can lead out of it."""

    def __init__(self, file: BinaryIO, *, limits: ArchiveLimits = ARCHIVE_LIMITS) -> None:
        try:
            self.archive = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            raise ReadError("broken_zip", _("The ZIP of pictures is damaged.")) from error
        members = [member for member in self.archive.infolist() if not member.is_dir()]
        if len(members) > limits.members or sum(member.file_size for member in members) > limits.total_bytes:
            raise ReadError("bomb", _("The ZIP of pictures holds too many files or too many bytes."))
        self.limits = limits
        self.names = Names([member.filename for member in members])

    def open(self, name: str) -> BinaryIO | None:
        found = self.names.find(name)
        if found is None:
            return None
        try:
            with self.archive.open(found) as member:
                content = member.read(self.limits.member_bytes + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
            raise PictureRefused("broken", str(error)) from error
        if len(content) > self.limits.member_bytes:
            raise PictureRefused("too_large", _("The picture has too many bytes."))
        return io.BytesIO(content)


def add_pictures(session: ImportSession, source: PictureSource, progress: Progress) -> dict[str, int]:
    """Add the pictures of written rows; a refused picture is noted on its row, the row itself stays written.

    Safe to call again: a picture that a work has already is not added twice.
    """
    counts: Counter[str] = Counter()
    rows = rows_with_pictures(session)
    total, done = rows.count(), 0
    with pghistory.context(user=session.created_by_id, import_session=str(session.pk)):
        for row in by_chunks(rows):
            progress.step(done, total, phase="pictures", metrics={key: float(n) for key, n in counts.items()})
            counts[add_picture(session, row, source)] += 1
            done += 1
    return dict(counts)


def rows_with_pictures(session: ImportSession) -> Any:
    written = ImportRow.objects.filter(session=session, state=ImportRow.State.COMMITTED, artwork__isnull=False)
    return written.exclude(parsed__image="").select_related("artwork").order_by("number")


def by_chunks(rows: Any) -> Iterator[ImportRow]:
    """Rows in order, read a few hundred at a time, none held open between."""
    last = -1
    while chunk := list(rows.filter(number__gt=last)[:CHUNK]):
        yield from chunk
        last = chunk[-1].number


def add_picture(session: ImportSession, row: ImportRow, source: PictureSource) -> str:
    """One row's picture; returns what became of it: added, known, missing or refused."""
    name = row.parsed["image"]
    try:
        file = source.open(name)
        if file is None:
            note(row, Issue("image", "picture_missing", name, WARNING))
            return "missing"
        with file:
            actor = session.created_by or User(is_superuser=True)
            added = catalogue.add_image(actor=actor, artwork=row.artwork, source=file)
    except PictureRefused as refused:
        note(row, Issue("image", "picture_refused", name, WARNING, str(refused)))
        return "refused"
    if added.created:
        table = ArtworkImage._meta.db_table
        ImportedRecord.objects.get_or_create(
            session=session, table=table, object_id=added.image.pk, defaults={"written_at": timezone.now()}
        )
    return "added" if added.created else "known"


def note(row: ImportRow, issue: Issue) -> None:
    """Write the finding on the row, once."""
    if issue.tag not in row.error_codes:
        row.errors = [*row.errors, issue.as_json()]
        row.error_codes = [*row.error_codes, issue.tag]
        row.save(update_fields=["errors", "error_codes"])
