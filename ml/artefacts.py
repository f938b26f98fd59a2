"""A model's files: tensors as safetensors, everything else as JSON, written beside and renamed. Never pickle."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

CHUNK_BYTES = 1024 * 1024


class BadArtefact(ValueError):
    """A model file is missing, broken or not the one that was meant; the message says which."""


def file_sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    digest = sha256()
    with path.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def save_tensors(tensors: Mapping[str, Tensor], path: Path) -> str:
    """Write tensors as safetensors, complete or not at all; returns the file's SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, str(beside))
    digest = file_sha256(beside)
    beside.replace(path)
    return digest


def load_tensors(path: Path, *, sha256: str = "") -> dict[str, Tensor]:
    """Read safetensors; ``BadArtefact`` where the file is missing, broken, or has another checksum than given."""
    if not path.is_file():
        raise BadArtefact(f"There is no weights file at {path}.")
    if sha256 and file_sha256(path) != sha256:
        raise BadArtefact(f"{path.name} is not the file that was kept: its checksum differs.")
    try:
        return load_file(str(path))
    except (SafetensorError, OSError) as error:
        raise BadArtefact(f"{path.name} is not a readable safetensors file: {error}") from error


def save_json(value: Mapping[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(value, indent=1, sort_keys=True))
    beside.replace(path)


def load_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; ``BadArtefact`` where it is missing or broken."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise BadArtefact(f"{path.name} cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise BadArtefact(f"{path.name} holds no JSON object.")
    return value
