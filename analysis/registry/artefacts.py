"""Models' files under the models directory: written beside and then renamed, told from others by a checksum."""

from __future__ import annotations

import re
import shutil
import time
import uuid
from collections.abc import Set
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

CHUNK_BYTES = 1024 * 1024
ORPHAN_SECONDS = 24 * 3600


class ArtefactError(ValueError):
    """A model's files are missing or not what they were; the message says which."""


@dataclass(frozen=True)
class Kept:
    """Where files lie (relative to the models directory) and the checksum over them."""

    path: str
    sha256: str


def keep(folder: Path, *, kind: str, scope: str) -> Kept:
    """Copy a folder's files into the models directory. The copy appears under its name complete or not at all."""
    if not folder.is_dir() or not any(part.is_file() for part in folder.rglob("*")):
        raise ArtefactError(_("There are no model files in {folder}.").format(folder=folder))
    room = Path(settings.MODELS_DIR) / plain(kind)
    room.mkdir(parents=True, exist_ok=True)
    name = f"{plain(scope) + '-' if scope else ''}{uuid.uuid4().hex[:12]}"
    beside = room / f".{name}.writing"
    try:
        shutil.copytree(folder, beside)
        digest = checksum(beside)
        beside.rename(room / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Kept(f"{room.name}/{name}", digest)


def plain(text: str) -> str:
    """A name that is safe as a folder's."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "model"


def checksum(folder: Path) -> str:
    """SHA-256 over every file's relative name, size and bytes, in the names' order."""
    digest = sha256()
    for file in sorted(part for part in folder.rglob("*") if part.is_file()):
        digest.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
    return digest.hexdigest()


def locate(relative: str) -> Path:
    """The folder of a stored path; ``ArtefactError`` for one that leads out of the models directory."""
    root = Path(settings.MODELS_DIR).resolve()
    folder = (root / relative).resolve()
    if not relative or root not in folder.parents:
        raise ArtefactError(_("The model's files are not in the models directory."))
    return folder


def sweep(kind: str, known: Set[str]) -> None:
    """Delete a kind's folders that no version names and that are older than a day (left by a crash or a rollback)."""
    room = Path(settings.MODELS_DIR) / plain(kind)
    if not room.is_dir():
        return
    for folder in room.iterdir():
        is_old = time.time() - folder.stat().st_mtime > ORPHAN_SECONDS
        if is_old and f"{room.name}/{folder.name}" not in known:
            shutil.rmtree(folder, ignore_errors=True)
