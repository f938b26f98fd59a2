"""What every parser of the trade's texts needs: an error with a code, and one plain form of a text."""

from __future__ import annotations

import re
import unicodedata

from django.utils.functional import Promise

_DASHES = re.compile("[‐‑‒–—―−﹣－]")
_SPACES = re.compile(r"[\s\u200b\ufeff]+")


class CodedError(ValueError):
    """A text that cannot be understood: a stable ``code`` for machines, a sentence for people."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(str(message))
        self.code = code


def plain(text: str) -> str:
    """The text with compatibility forms, dashes and spaces made one, and no space around it."""
    folded = unicodedata.normalize("NFKC", text)
    return _SPACES.sub(" ", _DASHES.sub("-", folded)).strip()


def fold(text: str) -> str:
    """``plain`` without case or accents, for looking words up."""
    stripped = "".join(mark for mark in unicodedata.normalize("NFKD", plain(text)) if not unicodedata.combining(mark))
    return unicodedata.normalize("NFKC", stripped).casefold()


def excerpt(text: str, length: int = 60) -> str:
    """The text's beginning, for an error message."""
    shown = plain(text)
    return shown if len(shown) <= length else f"{shown[: length - 1]}…"
