"""The embedding job's pictures per second over the bare model's on the same pictures, in the same run.

``python -m benchmarks.embedding [--pictures 600] [--networks squeezenet1_0 compact] [--rounds 3]``; an untrained
network costs the same as a trained one. Bare: ready arrays in memory, no decoding, no senses, no database. The two take turns; the
best round of each counts. Decoding alone, by all threads and no model, tells what
is possible where both share the cores: 1 / (1/bare + 1/decoding).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.database import prepare

if TYPE_CHECKING:
    from ml.backbone import Backbone
    from ml.images import Pixels
    from ml.similarity.senses import Senses


def paint(count: int) -> None:
    """As many works with a noisy picture each, stored as an upload would be."""
    from PIL import Image

    from artmarket.catalogue.models import Artwork, ArtworkImage
    from artmarket.catalogue.renditions import encode_renditions, missing_sizes, write_renditions

    Artwork.objects.all().delete()
    random = np.random.default_rng(3)
    works = Artwork.objects.bulk_create([Artwork(title=f"work {n}", visibility="public") for n in range(count)])
    facts = {"mime_type": "image/webp", "width_px": 800, "height_px": 600, "size_bytes": 1, "is_primary": True}
    for number, work in enumerate(works):
        sha256 = f"{number:064x}"
        ArtworkImage.objects.create(artwork=work, sha256=sha256, **facts)
        coarse = Image.fromarray(random.integers(0, 255, (72, 96, 3), np.uint8))
        if missing_sizes(sha256):
            write_renditions(sha256, encode_renditions(coarse.resize((800, 600), Image.Resampling.BICUBIC)))


def untrained(network: str, sample: Pixels) -> Senses:
    from ml.backbone import load
    from ml.backbone.interface import Provenance, build
    from ml.backbone.networks import trunk
    from ml.similarity import senses

    with TemporaryDirectory() as folder:
        senses.fit(build(network, trunk(network), Provenance("untrained")), sample).save(Path(folder))
        return senses.load(Path(folder), load(Path(folder), for_bulk=True))


def bare_rate(backbone: Backbone, pixels: Pixels) -> float:
    """Pictures per second of the network alone: one pass, no sense of its features."""
    size, start = backbone.plan.batch_size, time.perf_counter()
    for at in range(0, len(pixels), size):
        backbone.raw(pixels[at : at + size])
    return len(pixels) / (time.perf_counter() - start)


def decode_rate(backbone: Backbone, count: int) -> float:
    """Pictures per second of reading and decoding alone."""
    from analysis.similarity.embedding import sample_pixels

    start = time.perf_counter()
    sample_pixels(count, backbone.input_px)
    return count / (time.perf_counter() - start)


def job_rate(senses: Senses) -> float:
    """Pictures per second of the job's own function into new spaces, one a sense, rows written."""
    from analysis.registry.models import ModelVersion
    from analysis.similarity.embedding import embed_missing
    from analysis.similarity.models import EmbeddingSpace
    from ml.reporter import SilentReporter

    version = ModelVersion.objects.create(kind="backbone", name="benchmark", parameters={"source": "untrained"})
    spaces = {
        name: EmbeddingSpace.objects.create(name=f"benchmark {name}", model_version=version, dimensions=size)
        for name, size in senses.dimensions.items()
    }
    tally = embed_missing(spaces, senses, SilentReporter())
    for space in spaces.values():
        space.delete()
    version.delete()
    return tally.per_second


def compare(network: str, pictures: int, rounds: int) -> str:
    from analysis.similarity.embedding import sample_pixels
    from ml.backbone import RECIPES

    pixels = sample_pixels(pictures, RECIPES[network].input_px)
    if pixels is None:
        raise SystemExit("No pictures.")
    senses = untrained(network, pixels[:64])
    backbone = senses.backbone
    bare_rate(backbone, pixels[: 2 * backbone.plan.batch_size])
    turns = [(bare_rate(backbone, pixels), job_rate(senses)) for _round in range(rounds)]
    bare, job = (max(rates) for rates in zip(*turns, strict=True))
    decoding = decode_rate(backbone, pictures)
    form = f"{backbone.plan.device} {backbone.plan.dtype}".replace("torch.", "")
    shared = 1 / (1 / bare + 1 / decoding) if backbone.plan.device == "cpu" else min(bare, decoding)
    return (
        f"{network} ({form}): bare {bare:.1f}/s, decoding alone {decoding:.1f}/s, job {job:.1f}/s, "
        f"ratio {job / bare:.2f}, of what shared cores allow ({shared:.1f}/s) {job / shared:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--networks", nargs="+", default=["squeezenet1_0", "mobilenet_v3_large", "compact"])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    prepare("artmarket_bench_embedding")
    paint(asked.pictures)
    for network in asked.networks:
        print(compare(network, asked.pictures, asked.rounds), flush=True)


if __name__ == "__main__":
    main()
