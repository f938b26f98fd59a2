"""The embedding job's pictures per second over the bare model's on the same pictures.

``python -m benchmarks.embedding [--pictures 600] [--network squeezenet1_0]``; an untrained network costs the same.
"""

from __future__ import annotations

import argparse
import io
import time
from pathlib import Path

import numpy as np

from benchmarks.database import prepare


def paint(count: int) -> None:
    """As many works with a noisy card rendition each."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage
    from PIL import Image

    from artmarket.catalogue.models import Artwork, ArtworkImage
    from artmarket.catalogue.renditions import rendition_path

    Artwork.objects.all().delete()
    random = np.random.default_rng(3)
    works = Artwork.objects.bulk_create([Artwork(title=f"work {n}", visibility="public") for n in range(count)])
    for number, work in enumerate(works):
        sha256 = f"{number:064x}"
        ArtworkImage.objects.create(
            artwork=work,
            sha256=sha256,
            mime_type="image/webp",
            width_px=384,
            height_px=288,
            size_bytes=1,
            is_primary=True,
        )
        path = rendition_path(sha256, "card")
        if not default_storage.exists(path):
            coarse = Image.fromarray(random.integers(0, 255, (72, 96, 3), np.uint8))
            out = io.BytesIO()
            coarse.resize((384, 288), Image.Resampling.BICUBIC).save(out, "WEBP", quality=82)
            default_storage.save(path, ContentFile(out.getvalue()))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--network", default="squeezenet1_0")
    asked = parser.parse_args()
    prepare()
    from tempfile import TemporaryDirectory

    from analysis.registry.models import ModelVersion
    from analysis.similarity.embedding import embed_missing, sample_pixels
    from analysis.similarity.models import EmbeddingSpace
    from ml.backbone import load
    from ml.backbone.interface import Provenance, build
    from ml.backbone.networks import trunk
    from ml.reporter import SilentReporter

    paint(asked.pictures)
    with TemporaryDirectory() as folder:
        untrained = build(asked.network, trunk(asked.network), Provenance("untrained"))
        untrained.save(Path(folder))
        backbone = load(Path(folder), for_bulk=True)
    pixels = sample_pixels(asked.pictures, backbone.input_px)
    if pixels is None:
        raise SystemExit("No pictures.")
    size = backbone.plan.batch_size
    backbone.embed(pixels[:size])
    start = time.perf_counter()
    for at in range(0, len(pixels), size):
        backbone.embed(pixels[at : at + size])
    bare = len(pixels) / (time.perf_counter() - start)
    version = ModelVersion.objects.create(kind="backbone", name="benchmark", parameters={"source": "untrained"})
    space = EmbeddingSpace.objects.create(name="benchmark", model_version=version, dimensions=backbone.dimensions)
    tally = embed_missing(space, backbone, SilentReporter())
    space.delete()
    ratio = tally.per_second / bare
    print(f"{asked.network} {backbone.plan}: bare {bare:.1f}/s, job {tally.per_second:.1f}/s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
