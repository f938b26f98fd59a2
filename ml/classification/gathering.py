"""A collection on disk made ready: pictures, works, questions, features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.artefacts import file_sha256
from ml.backbone import Backbone
from ml.classification.features import Features, cached, features_of_all
from ml.classification.labels import LEAST_WORKS, Question, questions, said_of
from ml.collection import BadCollection, Picture, read_collection
from ml.devices import cores
from ml.images import Pixels, UnreadablePicture, load_ahead, load_square
from ml.reporter import Reporter
from ml.splits import same_work_groups


@dataclass(frozen=True)
class Gathered:
    """``pixels`` ``uint8 [n, 3, side, side]`` of the rows that could be read, the works they show, what is asked of them.

    ``fingerprint`` is over the files' bytes and all that is said of them.
    """

    rows: list[Picture]
    pixels: Pixels
    groups: npt.NDArray[np.int64]
    asked: list[Question]
    fingerprint: str


def gather(
    folder: Path, side_px: int, reporter: Reporter, *, only: Sequence[str] = (), least: int = LEAST_WORKS
) -> Gathered:
    """Read a collection; pictures that cannot be read are left out, each with a line.

    ``only`` these questions. Raises ``ml.collection.BadCollection`` where nothing is left.
    """
    rows, found = [], []
    loaded = load_ahead(
        read_collection(folder), lambda row: pixels_of(row, side_px, reporter), threads=cores(), ahead=64
    )
    for row, pixels in loaded:
        if pixels is not None:
            rows.append(row)
            found.append(pixels)
    if not rows:
        raise BadCollection(f"No picture in {folder} can be read.")
    pixels = np.stack(found)
    groups = same_work_groups(pixels)
    said = {name: words for name, words in said_of(rows).items() if not only or name in only}
    return Gathered(rows, pixels, groups, questions(said, groups, least=least), fingerprint(rows))


def pixels_of(row: Picture, side_px: int, reporter: Reporter) -> Pixels | None:
    try:
        with row.file.open("rb") as source:
            return load_square(source, side_px)
    except (OSError, UnreadablePicture) as error:
        reporter.log(f"{row.file} is left out: {error}")
        return None


def fingerprint(rows: Sequence[Picture]) -> str:
    digest = sha256()
    for row in rows:
        said = {name: value for name, value in vars(row).items() if name != "file"}
        digest.update(f"{file_sha256(row.file)}{said}".encode())
    return digest.hexdigest()


def look(
    backbone: Backbone, gathered: Gathered, reporter: Reporter, *, cache: Path | None = None, phase: str = ""
) -> Features:
    """The pictures' features by a backbone; kept in the folder ``cache``, so that a second run need not look again."""
    size, pixels = backbone.plan.batch_size, gathered.pixels

    def make() -> Features:
        batches = (pixels[at : at + size] for at in range(0, len(pixels), size))
        return features_of_all(backbone, batches, len(pixels), reporter, phase=phase)

    key = f"{gathered.fingerprint}{backbone.name}{backbone.provenance}{weights_key(backbone)}"
    return cached(cache, sha256(key.encode()).hexdigest(), make)


def weights_key(backbone: Backbone) -> str:
    """What a backbone makes of one fixed picture: other weights make something else of it."""
    shown = np.random.default_rng(1).integers(0, 256, (1, 3, backbone.input_px, backbone.input_px), np.uint8)
    return np.array2string(backbone.raw(shown).cpu().numpy().round(4)[0, :64])
