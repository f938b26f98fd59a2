"""Which code reckoned: a hash of the models' own sources, the same in a checkout and in a wheel."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

DIGITS = 16


@cache
def code_version(package: str = "ml.valuation") -> str:
    """The first digits of the SHA-256 over all modules of a package, by name and text."""
    spec = find_spec(package)
    digest = hashlib.sha256()
    for folder in (spec.submodule_search_locations if spec else None) or []:
        for path in sorted(Path(folder).rglob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:DIGITS]
