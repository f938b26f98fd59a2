"""A generation's time over the generator's bare forward pass, in the same run: ``python -m benchmarks.breeding``.

``[--model FOLDER] [--side 64] [--children 12] [--works 500] [--rounds 7]``. No database. A generation: recipes, styles grown from
two parents, pictures painted, each compared with the training works, PNG files with their facts. The network is the given
model's or one that has seen nothing, of the usual settings; works are invented. Rounds of both take turns, the best of each
counts. Time is the processor's, of all threads together, so that other work on the machine hardly counts, and by the clock.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from ml.gan import Gan, GanSettings, fresh
from ml.gan.breeding import CROSS, MUTATE, SAMPLE, Recipe, grow
from ml.gan.copying import Copying
from ml.gan.provenance import png
from ml.gan.walking import film, walk
from ml.images import Pixels

LIMIT_S = 1.0
HELD_OUT = 100


def painted(count: int, side: int) -> Pixels:
    random = np.random.default_rng(4)
    coarse = random.integers(0, 256, (count, 9, 9, 3), np.uint8)
    return np.stack([
        np.asarray(Image.fromarray(each).resize((side, side), Image.Resampling.BICUBIC)).transpose(2, 0, 1) for each in coarse
    ])  # fmt: skip


def seconds(do: Callable[[], Any]) -> tuple[float, float]:
    """The processor's and the clock's."""
    begun = time.process_time(), time.perf_counter()
    do()
    return time.process_time() - begun[0], time.perf_counter() - begun[1]


def generation(gan: Gan, copying: Copying, parents: np.ndarray, children: int, first: int) -> list[bytes]:
    """What a worker does once the model is loaded: a third sampled, a third crossed, a third mutated."""
    kinds = (SAMPLE, CROSS, MUTATE)
    recipes = [
        Recipe(
            kinds[place % 3], seed=first + place, truncation=0.8, weights=(place % 5 + 1, 3) if place % 3 == 1 else ()
        )
        for place in range(children)
    ]
    styles = np.stack([grow(gan, recipe, parents) for recipe in recipes])
    pixels = gan.paint(styles)
    checked = copying.check(pixels)
    return [
        png(each, {"model": "bench", "seed": recipe.seed, "recipe": recipe.to_json(), "copy": bool(copy)})
        for each, recipe, copy in zip(pixels, recipes, checked.is_copy, strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path)
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--children", type=int, default=12)
    parser.add_argument("--works", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    gan = Gan.load(asked.model) if asked.model else fresh(GanSettings(side_px=asked.side))
    works = painted(asked.works + HELD_OUT, gan.side_px)
    copying = Copying.fit(works[: asked.works], works[asked.works :])
    parents = gan.styles([1, 2])
    styles = torch.from_numpy(gan.styles(range(asked.children))).to(gan.device)

    @torch.no_grad()
    def bare() -> None:
        gan.generator(styles)
        if gan.device == "cuda":
            torch.cuda.synchronize()

    bare()
    generation(gan, copying, parents, asked.children, 0)
    turns = [
        (seconds(bare), seconds(lambda first=first: generation(gan, copying, parents, asked.children, first)))
        for first in range(100, 100 + asked.rounds)
    ]
    network, whole = (best([turn[side] for turn in turns]) for side in (0, 1))
    check = best([seconds(lambda: copying.check(works[: asked.children])) for _round in range(3)])
    walked = best([seconds(lambda: film(gan, walk(parents, 24))) for _round in range(3)])
    print(
        f"{asked.children} pictures of {gan.side_px} px on {gan.device} ({torch.get_num_threads()} threads), "
        f"{asked.works} training works, milliseconds of the processor (of the clock)"
    )
    for name, (used, lasted) in (("bare network", network), ("generation", whole), ("of it comparing", check)):
        print(f"  {name:<20}{1000 * used:>8.0f} ({1000 * lasted:.0f})")
    print(f"  {'film of 25 pictures':<20}{1000 * walked[0]:>8.0f} ({1000 * walked[1]:.0f})")
    print(
        f"  ratio {whole[0] / network[0]:.2f}; limit {1000 * LIMIT_S:.0f} ms by the clock, of it {whole[1] / LIMIT_S:.2f}"
    )


def best(times: list[tuple[float, float]]) -> tuple[float, float]:
    return min(each[0] for each in times), min(each[1] for each in times)


if __name__ == "__main__":
    main()
