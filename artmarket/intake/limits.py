"""How large a catalogue may be. One place, so that page, API and command refuse alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadLimits:
    """Bytes, rows, columns and characters that a file may have; ``unpacked_bytes`` and
    ``spread_cells`` (empty ones too) bound what an XLSX expands to."""

    file_bytes: int = 256 * 1024 * 1024
    unpacked_bytes: int = 1024 * 1024 * 1024
    unpack_ratio: int = 200
    spread_cells: int = 25_000_000
    rows: int = 1_000_000
    columns: int = 200
    cell_characters: int = 20_000


@dataclass(frozen=True)
class ArchiveLimits:
    """What a ZIP of pictures may hold: members, bytes of one, bytes of all unpacked."""

    members: int = 50_000
    member_bytes: int = 60 * 1024 * 1024
    total_bytes: int = 20 * 1024 * 1024 * 1024
    upload_bytes: int = 2 * 1024 * 1024 * 1024


READ_LIMITS = ReadLimits()
ARCHIVE_LIMITS = ArchiveLimits()
