"""Which network sees for this site, and its senses: made from the settings or trained here, kept in the register, loaded once."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from analysis.registry import queries as registry
from analysis.registry.models import ModelVersion
from analysis.registry.services import register_version
from analysis.similarity.embedding import sample_pixels
from analysis.similarity.pictures import load_pixels
from ml.similarity.names import LAYOUT

if TYPE_CHECKING:
    from uuid import UUID

    from torch import nn

    from artmarket.catalogue.models import ArtworkImage
    from ml.backbone.interface import Provenance
    from ml.reporter import Reporter
    from ml.similarity.senses import Senses

KIND = "backbone"
DEFAULT_NAME = "mobilenet_v3_large"
SAMPLE = 2_000
_lock = threading.Lock()
_loaded: dict[tuple[int, bool], Senses] = {}


class NoPictures(RuntimeError):
    """There is nothing to learn to see from yet."""


def load_senses(version: ModelVersion, *, for_bulk: bool = False) -> Senses:
    """The version's network and senses, kept in this process; the files are checked against their checksum.

    ``for_bulk`` runs it in the quickest form for many pictures, else exactly as it was trained.
    """
    from ml.backbone import load
    from ml.similarity import senses

    with _lock:
        key = (version.pk, for_bulk)
        if key not in _loaded:
            for old in [each for each in _loaded if each[1] == for_bulk]:
                del _loaded[old]
            folder = registry.artefact_path(version)
            backbone = load(folder, device=settings.ML_DEVICE, for_bulk=for_bulk)
            _loaded[key] = senses.load(folder, backbone)
        return _loaded[key]


def unlike_known() -> Callable[[ArtworkImage], bool]:
    """Tells of a picture whether it looks like none of those that the active network was fitted on: it may be no artwork. It
    touches files alone, so that threads may share it; where there is no such network, or it cannot be read, it tells nothing.
    """
    version = registry.active_version(KIND)
    try:
        senses = load_senses(version) if version else None
    except (OSError, ValueError):
        senses = None

    def tell(image: ArtworkImage) -> bool:
        if senses is None or senses.surfaces is None:
            return False
        pixels = load_pixels(image, senses.input_px)
        return pixels is not None and senses.is_unlike(pixels)

    return tell


def wanted(version: ModelVersion | None) -> bool:
    """Whether the settings ask for another network than ``version``, or its senses are not those of this code."""
    if version is None or version.parameters.get("senses") != LAYOUT:
        return True
    asked = dict(asked_source())
    return any(version.parameters.get(name) != value for name, value in asked.items())


def asked_source() -> Mapping[str, str]:
    """What the settings say: a weights file and the network it fills, a network, or nothing."""
    if settings.BACKBONE_WEIGHTS:
        from ml.artefacts import file_sha256

        path = Path(settings.BACKBONE_WEIGHTS)
        return {"source": "file", "weights_sha256": file_sha256(path)}
    return {"network": settings.BACKBONE_NAME} if settings.BACKBONE_NAME else {}


def make_version(reporter: Reporter, *, job_id: UUID | None = None) -> ModelVersion:
    """Make and register a network: from the settings' file, else downloaded, else trained on the pictures here.

    Raises ``NoPictures`` where the last is needed and there are fewer than two, and ``ml.artefacts.BadArtefact``
    for a bad weights file.
    """
    from ml.backbone import RECIPES, build
    from ml.similarity.senses import fit

    name, network, provenance, figures = obtain(reporter)
    sample = sample_pixels(SAMPLE, RECIPES[name].input_px)
    senses = fit(build(name, network, provenance, device=settings.ML_DEVICE), sample)
    parameters = {"network": name, "source": provenance.source, "origin": provenance.origin, "senses": LAYOUT}
    with tempfile.TemporaryDirectory() as folder:
        senses.save(Path(folder))
        return register_version(
            kind=KIND,
            name=name,
            folder=Path(folder),
            parameters=parameters | dict(asked_source() if provenance.source == "file" else {}),
            figures=figures | {"fitted_on": 0 if sample is None else len(sample)} | numbers_of(senses),
            card={"purpose": _("Turns a picture into a vector, so that pictures that look alike lie close together.")},
            job_id=job_id,
        )


def numbers_of(senses: Senses) -> dict[str, int]:
    """How many numbers a vector of each sense has, for the model's page."""
    return {f"dimensions of {name}": size for name, size in senses.dimensions.items()}


def obtain(reporter: Reporter) -> tuple[str, nn.Sequential, Provenance, dict[str, float]]:
    """A filled trunk by the first way that works, and what its training measured."""
    from ml.backbone import COMPACT, NoWeights
    from ml.backbone.interface import Provenance
    from ml.backbone.weights import download, from_file, name_of_file

    if settings.BACKBONE_WEIGHTS:
        path = Path(settings.BACKBONE_WEIGHTS)
        name = settings.BACKBONE_NAME or name_of_file(path)
        return name, from_file(name, path), Provenance("file", path.name), {}
    name = settings.BACKBONE_NAME or DEFAULT_NAME
    if name != COMPACT:
        try:
            return name, download(name, reporter), Provenance("download", "torchvision"), {}
        except NoWeights as error:
            reporter.log(_("{reason}. A compact network is trained on the pictures here instead.").format(reason=error))
    return train_here(reporter)


def train_here(reporter: Reporter) -> tuple[str, nn.Sequential, Provenance, dict[str, float]]:
    from ml.backbone import COMPACT, RECIPES
    from ml.backbone.compact import train_compact
    from ml.backbone.interface import Provenance

    pictures = sample_pixels(SAMPLE, RECIPES[COMPACT].input_px)
    if pictures is None or len(pictures) < 2:
        raise NoPictures(_("There are no pictures yet to learn to see from."))
    network, losses = train_compact(pictures, reporter, phase=_("learning to see"))
    figures = {"first_loss": losses[0], "last_loss": losses[-1]} if losses else {}
    return COMPACT, network, Provenance("trained", str(len(pictures))), figures
