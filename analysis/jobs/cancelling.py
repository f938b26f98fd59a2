"""A model that was told to stop means a job that was: the one place where the library's word becomes the site's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from artmarket.core.longwork import WorkCancelled


@contextmanager
def cancelling() -> Iterator[None]:
    """Around work that calls ``ml``, or as ``@cancelling()`` below ``@long_work``."""
    from ml.reporter import Cancelled

    try:
        yield
    except Cancelled as stopped:
        raise WorkCancelled from stopped
