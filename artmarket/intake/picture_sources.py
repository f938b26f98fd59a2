"""Where the pictures of a catalogue lie: found by name in a folder or a ZIP."""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from django.utils.translation import gettext as _

from artmarket.core.pictures import PictureRefused
from artmarket.intake.limits import ARCHIVE_LIMITS, ArchiveLimits
from artmarket.intake.refusals import ReadError


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
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
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
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
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
