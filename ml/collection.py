"""A collection on disk: a ``metadata.csv`` beside its pictures, or folders named by artist."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.images import Pixels, UnreadablePicture, load_square

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"})
UNKNOWN = frozenset({"", "unknown", "anonymous", "unidentified"})


class BadCollection(ValueError):
    """A folder or its ``metadata.csv`` cannot be used; the message says why."""


@dataclass(frozen=True)
class Picture:
    """A row: the file, and what its source says; "" and None where it says nothing.

    ``artist`` is the maker only where no ``qualifier`` weakens it (``Attributed to``, ``Follower of``); the name that
    follows a qualifier is ``named_artist``.
    """

    file: Path
    artist: str
    named_artist: str = ""
    qualifier: str = ""
    title: str = ""
    year: int | None = None
    style: str = ""
    genre: str = ""
    medium: str = ""
    source: str = ""

    @property
    def is_named(self) -> bool:
        """Whether an artist is named at all, be it by a qualifier only."""
        return self.named_artist.casefold() not in UNKNOWN

    @property
    def is_known(self) -> bool:
        """Whether the work is plainly given to a named artist."""
        return not self.qualifier and self.artist.casefold() not in UNKNOWN


def read_collection(path: Path) -> list[Picture]:
    """The pictures of a ``metadata.csv`` (UTF-8, a column ``file`` relative to it), or of a folder.

    A folder without the file is read as ``ARTIST/picture.jpg``. Raises ``BadCollection`` where there is nothing to read.
    """
    table = path if path.is_file() else path / "metadata.csv"
    pictures = list(of_table(table)) if table.is_file() else list(of_folders(path))
    if not pictures:
        raise BadCollection(f"There are no pictures in {path}.")
    return pictures


def of_table(table: Path) -> Iterator[Picture]:
    with table.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.DictReader(lines)
        if "file" not in (rows.fieldnames or []):
            raise BadCollection(f"{table} has no column “file”.")
        for row in rows:
            told = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str | None)}
            words = {name: told.get(name, "") for name in ("artist", "qualifier", "title", "style", "genre", "medium")}
            yield Picture(
                table.parent / told["file"],
                **words,
                named_artist=told.get("named_artist", "") or words["artist"],
                year=year_of(told.get("year", "")),
                source=told.get("source", ""),
            )


def of_folders(folder: Path) -> Iterator[Picture]:
    if not folder.is_dir():
        raise BadCollection(f"There is no folder {folder}.")
    for file in sorted(folder.glob("*/*")):
        if file.suffix.lower() in PICTURES:
            yield Picture(file, file.parent.name, named_artist=file.parent.name, source=folder.name)


def year_of(text: str) -> int | None:
    """The first number of four digits; None where there is none."""
    for start in range(len(text) - 3):
        if text[start : start + 4].isdigit():
            return int(text[start : start + 4])
    return None


def load_pixels(pictures: list[Picture], side_px: int) -> Pixels:
    """``uint8 [n, 3, side, side]`` of all pictures. Raises ``UnreadablePicture`` naming the first bad file."""
    found = []
    for picture in pictures:
        try:
            with picture.file.open("rb") as source:
                found.append(load_square(source, side_px))
        except (OSError, UnreadablePicture) as error:
            raise UnreadablePicture(f"{picture.file}: {error}") from error
    return np.stack(found)
