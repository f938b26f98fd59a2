"""Walks between pictures: styles on the way, and the film of them as an animated file that any browser shows."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from ml.gan.breeding import blend
from ml.gan.model import Gan
from ml.images import Pixels
from ml.reporter import Cancelled, Reporter, SilentReporter

Styles = npt.NDArray[np.float32]
WEBP, APNG = FORMATS = ("webp", "apng")
MOST_FRAMES = 2_000


def walk(styles: Styles, frames: int, *, centre: Styles | None = None, loop: bool = False) -> Styles:
    """From stop to stop of ``styles [s, layers, width]``: ``[f, layers, width]`` with ``frames`` steps between two stops.

    Every stop is met exactly: (s − 1) · frames + 1 pictures, or s · frames with ``loop``, which goes back to the first. Steps
    are short near stops and long between (a sine), so that the eye may rest. With ``centre`` the way keeps the stops' distance
    from it (``breeding.blend``), which noise wants; without, it is straight. Raises ``ValueError``.
    """
    if len(styles) < 2 or frames < 1:
        raise ValueError("A walk takes two stops or more, and a frame or more between them.")
    stops = np.concatenate([styles, styles[:1]]) if loop else styles
    if (len(stops) - 1) * frames + 1 > MOST_FRAMES:
        raise ValueError(f"A walk has at most {MOST_FRAMES} pictures.")
    ways = (1 - np.cos(np.pi * np.arange(frames) / frames)) / 2
    found = [between(stops[place : place + 2], float(way), centre) for place in range(len(stops) - 1) for way in ways]
    return np.stack(found if loop else [*found, stops[-1]]).astype(np.float32)


def between(pair: Styles, way: float, centre: Styles | None) -> Styles:
    if centre is None:
        return np.asarray((1 - way) * pair[0] + way * pair[1], np.float32)
    return blend(pair, (1 - way, way), centre)


def film(
    gan: Gan, styles: Styles, *, frames_per_second: int = 12, form: str = WEBP, reporter: Reporter | None = None
) -> bytes:
    """Paint a walk's ``styles [f, layers, width]`` as a film that repeats; ``form`` is ``webp`` or ``apng`` (without loss)."""
    told, painted = reporter or SilentReporter(), []
    for at in range(0, len(styles), 16):
        if told.should_stop():
            raise Cancelled
        painted.append(gan.paint(styles[at : at + 16]))
        told.progress(min(at + 16, len(styles)), len(styles), phase="painting")
    return animated(np.concatenate(painted), frames_per_second=frames_per_second, form=form)


def animated(pixels: Pixels, *, frames_per_second: int = 12, form: str = WEBP) -> bytes:
    """Pictures ``uint8 [f, 3, h, w]`` as one moving file. Raises ``ValueError`` for none, or another form."""
    if form not in FORMATS or len(pixels) == 0 or not 1 <= frames_per_second <= 60:
        raise ValueError("A film is webp or apng, has pictures, and shows 1 to 60 of them a second.")
    first, *rest = (Image.fromarray(np.ascontiguousarray(each.transpose(1, 2, 0))) for each in pixels)
    out, length = io.BytesIO(), round(1000 / frames_per_second)
    told: dict[str, object] = {"quality": 90, "method": 2} if form == WEBP else {}
    first.save(
        out, "WEBP" if form == WEBP else "PNG", save_all=True, append_images=rest, duration=length, loop=0, **told
    )
    return out.getvalue()
