"""What a model was made from: a fingerprint of the offers, and the version of the code."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ml.valuation.offers import Offer


def fingerprint(offers: Iterable[Offer]) -> str:
    """SHA-256 over all that can be learned from the offers, their pictures included: equal data are known again."""
    digest = hashlib.sha256()
    add_to(digest, offers)
    return digest.hexdigest()


def add_to(digest: hashlib._Hash, offers: Iterable[Offer]) -> None:
    """Take more offers into a fingerprint."""
    for offer in offers:
        facts = {name: value for name, value in vars(offer).items() if name != "vector"}
        digest.update(repr(facts).encode())
        digest.update(b"" if offer.vector is None else offer.vector.tobytes())


@lru_cache(maxsize=1)
def code_version() -> str:
    """The package's version, and where the code lies in a git checkout, the commit: ``0.1.0+g1a2b3c4``; a ``.dirty`` at
    the end says that files were changed since.
    """
    try:
        package = version("artmarket")
    except PackageNotFoundError:
        package = "0"
    here = Path(__file__).parent
    try:
        command = ["git", "-C", str(here), "describe", "--always", "--abbrev=12", "--dirty=.dirty", "--exclude=*"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return package
    return f"{package}+g{said}" if said else package
