"""The quiz's pictures as they are shown: real and generated ones by the same road, so that only what they show differs."""

from __future__ import annotations

import io

from PIL import Image

from analysis.generation.models import QuizAnswer
from analysis.generation.workplace import size_for
from artmarket.catalogue.renditions import rendition_bytes
from ml.images import load_square

SHOWN_PX = 384


def shown_png(answer: QuizAnswer) -> bytes:
    """A square PNG of ``SHOWN_PX``, without metadata; for both kinds reduced to the model's own pixels and enlarged again.

    A training work is squeezed into the square as it was when the model learned from it. Raises ``FileNotFoundError`` where
    the picture is there no more, ``OSError`` or ``ValueError`` where it cannot be read.
    """
    if answer.generated is not None:
        source = bytes(answer.generated.picture)
    elif answer.real is not None:
        source = rendition_bytes(answer.real, size_for(answer.round.model.side_px))
    else:
        raise FileNotFoundError(answer.pk)
    pixels = load_square(io.BytesIO(source), answer.round.model.side_px)
    shown = Image.fromarray(pixels.transpose(1, 2, 0)).resize((SHOWN_PX, SHOWN_PX), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    shown.save(out, "PNG")
    return out.getvalue()
