"""An appraisal's time over merely decoding the same picture, and its parts: ``python -m benchmarks.appraisal``.

``[--pictures 40] [--edge 384] [--rounds 3]``. No database. Pictures are painted here, of many shapes on noise, and kept as
JPEG with the given long edge, so nothing is made smaller first; the best round of each picture counts. Time is the
processor's, of all threads together, so that other work on the machine hardly counts; set ``OPENBLAS_NUM_THREADS=1``.
"""

from __future__ import annotations

import argparse
import io
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from ml.appraisal import appraise
from ml.appraisal.appraisal import LOOKS
from ml.appraisal.picture import Picture
from ml.appraisal.seen import Seen

LIMIT_MS = 120.0


def painted(seed: int, edge: int) -> bytes:
    """A JPEG of quality 90: shapes and strokes on a blurred ground, with grain."""
    random = np.random.default_rng(seed)
    width, height = edge, edge * 3 // 4
    ground = Image.fromarray(random.integers(0, 256, (6, 8, 3), np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    pen = ImageDraw.Draw(ground)
    for _stroke in range(120):
        x, y, across, down = (int(each) for each in random.integers(0, width, 4))
        colour = tuple(int(part) for part in random.integers(0, 256, 3))
        pen.ellipse((x, y, x + across // 8, y + down // 8), fill=colour)
        pen.line((x, y, across, down), fill=colour, width=3)
    grained = np.clip(np.asarray(ground) + random.normal(0, 10, (height, width, 1)), 0, 255).astype(np.uint8)
    written = io.BytesIO()
    Image.fromarray(grained).save(written, "JPEG", quality=90)
    return written.getvalue()


def decode(content: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def best_ms(do: Callable[[], Any], rounds: int) -> float:
    """Milliseconds of the best of some rounds."""
    times = []
    for _round in range(rounds):
        begun = time.process_time()
        do()
        times.append(time.process_time() - begun)
    return 1000 * min(times)


def parts_ms(pixels: Any, rounds: int) -> dict[str, float]:
    """By part, the best of some rounds. What several parts share is counted to the first that asks for it."""
    found: dict[str, float] = defaultdict(lambda: float("inf"))
    for _round in range(rounds):
        begun = time.process_time()
        picture, seen = Picture(pixels), Seen()
        found["size, OKLab, checks"] = min(found["size, OKLab, checks"], 1000 * (time.process_time() - begun))
        for name, look in LOOKS.items():
            begun = time.process_time()
            look(picture, seen)
            found[name] = min(found[name], 1000 * (time.process_time() - begun))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--edge", type=int, default=384)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    files = [painted(seed, asked.edge) for seed in range(asked.pictures)]
    arrays = [decode(file) for file in files]
    appraise(arrays[0])
    decoding = [best_ms(lambda file=file: decode(file), asked.rounds) for file in files]
    whole = [best_ms(lambda array=array: appraise(array), asked.rounds) for array in arrays]
    parts = [parts_ms(array, asked.rounds) for array in arrays]
    print(f"{asked.pictures} pictures of {asked.edge} px; processor time")
    print(
        f"decoding {np.median(decoding):.2f} ms, appraisal {np.median(whole):.1f} ms (slowest {max(whole):.1f} ms),",
        end=" ",
    )
    print(
        f"ratio {np.median(whole) / np.median(decoding):.1f}; limit {LIMIT_MS:.0f} ms, of it {np.median(whole) / LIMIT_MS:.2f}"
    )
    for name in parts[0]:
        print(f"  {name:<20}{np.median([part[name] for part in parts]):>7.2f} ms")


if __name__ == "__main__":
    main()
