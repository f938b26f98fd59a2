"""Which encoding a file of text is in: marks first, then what decodes, then what reads most like a language."""

from __future__ import annotations

import codecs
import unicodedata
from typing import BinaryIO

CHUNK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
EIGHT_BIT = ("cp1252", "mac_roman", "latin-1", "gb18030")
LETTERS = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝ")
PUNCTUATION = frozenset("’‘“”«»–—…ºª°£€½¼¾×")


def detect_encoding(source: BinaryIO) -> str:
    """A Python codec's name. Reads the file through and rewinds it."""
    source.seek(0)
    head = source.read(CHUNK)
    source.seek(0)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if wide := unmarked_utf16(head):
        return wide
    if decodes(source, "utf-8"):
        return "utf-8"
    return likeliest(source)


def unmarked_utf16(head: bytes) -> str:
    """UTF-16 without a mark shows in zero bytes on one side of nearly every pair."""
    pairs = max(1, len(head) // 2)
    low, high = head[1::2].count(0) > 0.4 * pairs, head[0::2].count(0) > 0.4 * pairs
    if low == high:
        return ""
    return "utf-16-le" if low else "utf-16-be"


def decodes(source: BinaryIO, encoding: str) -> bool:
    """Whether the whole file is valid in the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    source.seek(0)
    try:
        while chunk := source.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        source.seek(0)
    return True


def likeliest(source: BinaryIO) -> str:
    """The eight-bit (or Chinese) encoding whose characters read most like words."""
    source.seek(0)
    sample = source.read(8 * CHUNK)
    source.seek(0)
    able = [name for name in EIGHT_BIT if decodes(source, name)]
    return max(able, key=lambda name: plausibility(sample.decode(name, "ignore")))


def plausibility(text: str) -> float:
    """Higher for accented letters within words and runs of Chinese; lower for controls and lone symbols."""
    score, previous = 0.0, " "
    for character in text:
        if character > "\x7f":
            score += weight(character, previous)
        previous = character
    return score


def weight(character: str, previous: str) -> float:
    if character in LETTERS:
        return 1.0 if previous.isalpha() or character.isupper() else 0.8
    if "\u4e00" <= character <= "\u9fff":
        return 2.0 if "\u4e00" <= previous <= "\u9fff" else -1.0
    if character in PUNCTUATION:
        return 0.3
    return -2.0 if unicodedata.category(character) == "Cc" else -0.5
