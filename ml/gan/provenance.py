"""A picture's file says what it is: generated, by which model, of which seed and recipe; in words, in JSON and in XMP.

XMP's ``digitalSourceType`` is the one by which newsrooms, libraries and search engines tell made pictures from taken ones
(IPTC, "Digital Source Type", 2021): ``trainedAlgorithmicMedia``, or ``compositeWithTrainedAlgorithmicMedia`` where the facts'
``kind`` is ``restyled``. Whoever copies the pixels loses it: it informs, it proves nothing.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from PIL import Image, PngImagePlugin

from ml.images import Pixels, UnreadablePicture

CODES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SOURCE_TYPE = f"{CODES}trainedAlgorithmicMedia"
CHANGED_TYPE = f"{CODES}compositeWithTrainedAlgorithmicMedia"  # what a model made of another picture
RESTYLED = "restyled"
SOFTWARE = "artmarket, ml.gan"
WORDS, FACTS, XMP = "Description", "artmarket.generated", "XML:com.adobe.xmp"
MOST_CHARACTERS = 1_000_000


def png(pixels: Pixels, facts: Mapping[str, Any]) -> bytes:
    """A picture ``uint8 [3, h, w]`` as a PNG file that carries ``facts`` (plain JSON: model, seed, recipe …).

    Raises ``ValueError`` for what is no picture, ``TypeError`` for facts that are no JSON.
    """
    if pixels.ndim != 3 or pixels.shape[0] != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"A picture is uint8 [3, h, w], not {pixels.dtype} {list(pixels.shape)}.")
    told = {**facts, "generated": True}
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Software", SOFTWARE)
    chunks.add_itxt(WORDS, words(told), lang="en")
    chunks.add_itxt(FACTS, json.dumps(told, ensure_ascii=False, sort_keys=True, allow_nan=False))
    chunks.add_itxt(XMP, xmp(told))
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0))).save(out, "PNG", pnginfo=chunks)
    return out.getvalue()


def read(content: bytes) -> dict[str, Any] | None:
    """The facts of a file that ``png`` wrote; None for any other picture. Raises ``UnreadablePicture``."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            kept = getattr(picture, "text", {}).get(FACTS)
        if kept is None or len(kept) > MOST_CHARACTERS:
            return None
        found = json.loads(kept)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadablePicture(str(error)) from error
    return found if isinstance(found, dict) and found.get("generated") is True else None


def is_generated(content: bytes) -> bool:
    """Whether a picture's XMP says that an algorithm made it, whoever wrote it. Raises ``UnreadablePicture``."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            told = picture.info.get("xmp") or picture.info.get(XMP, b"")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadablePicture(str(error)) from error
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    return SOURCE_TYPE in text or CHANGED_TYPE in text


def words(facts: Mapping[str, Any]) -> str:
    """One sentence for whoever reads a file's description."""
    model, seed = facts.get("model"), facts.get("seed")
    by = f" by the model “{model}”" if model else ""
    of = f", seed {seed}" if seed is not None else ""
    if facts.get("kind") == RESTYLED:
        return f"Another picture, restyled{by}. A machine painted this; what it shows is not as it was."
    return f"Generated{by}{of}. No person painted this and no camera took it."


def xmp(facts: Mapping[str, Any]) -> str:
    """The XMP packet: kind of source, tool, description."""
    source = CHANGED_TYPE if facts.get("kind") == RESTYLED else SOURCE_TYPE
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f"xmp:CreatorTool={quoteattr(SOFTWARE)} Iptc4xmpExt:DigitalSourceType={quoteattr(source)}>"
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(words(facts))}</rdf:li></rdf:Alt></dc:description>'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
