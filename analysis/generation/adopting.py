"""Taking a trained generator in as a model of the studio: a folder that lies here already, or what a training made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from analysis.generation.models import StudioModel, TrainingPicture
from analysis.registry.artefacts import checksum
from analysis.registry.models import ModelVersion
from analysis.registry.services import register_version
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import ArtworkImage

KIND = "gan"
PARTS = ("figures", "card")
DIRECTIONS = "directions.json"
GRID = 36


def adopt(
    *,
    folder: Path,
    name: str,
    visibility: str = Visibility.PUBLIC,
    organisation: Organisation | None = None,
    made_by: User | None = None,
    figures: Mapping[str, Any] | None = None,
    card: Mapping[str, Any] | None = None,
    images: Mapping[str, ArtworkImage] | None = None,
    data_fingerprint: str = "",
    is_invented: bool = False,
) -> StudioModel:
    """Take in a folder of a trained generator as a model that people may breed with; the same folder is taken in once.

    ``images``: the catalogue's pictures by the names under which the folder's files know the training works. ``figures`` and
    ``card``: else what ``figures.json`` and ``card.json`` in the folder say. Raises ``ml.artefacts.BadArtefact``.
    """
    digest = checksum(folder)
    known = StudioModel.objects.filter(version__kind=KIND, version__sha256=digest).first()
    if known is not None:
        return known
    facts = facts_of(folder)
    with transaction.atomic():
        version = register_version(
            kind=KIND,
            scope=f"adopted-{digest[:12]}",
            name=name,
            folder=folder,
            parameters=facts["settings"],
            figures=figures if figures is not None else facts["figures"],
            card=card if card is not None else facts["card"],
            data_fingerprint=data_fingerprint or str(facts["fingerprint"]),
            code_version=str(facts["code_version"]),
            make_active=True,
            visibility=visibility,
            organisation_id=organisation.pk if organisation else None,
            made_by=made_by,
        )
        model = enter(
            version=version,
            name=name,
            shape=facts,
            visibility=visibility,
            organisation_id=organisation.pk if organisation else None,
            made_by=made_by,
            images=images or {},
            is_invented=is_invented,
        )
        keep_directions(model, folder)
        return model


def keep_directions(model: StudioModel, folder: Path) -> None:
    """The directions that lie in the folder, where there are any."""
    if not (folder / DIRECTIONS).is_file():
        return
    from analysis.generation import finding
    from ml.gan.directions import load_directions

    finding.keep(model, load_directions(folder))


def facts_of(folder: Path) -> dict[str, Any]:
    """What a folder says of its generator: its shape, settings, figures, card, and a grid of samples as WebP."""
    from analysis.generation.painting import grid_webp
    from ml.artefacts import load_json
    from ml.gan.model import Gan

    gan = Gan.load(folder, device="cpu")
    said = {part: load_json(folder / f"{part}.json") if (folder / f"{part}.json").is_file() else {} for part in PARTS}
    return {
        "layers": gan.layers,
        "width": gan.width,
        "side_px": gan.side_px,
        "architecture": gan.settings.architecture,
        "settings": gan.settings.to_json() if hasattr(gan.settings, "to_json") else vars(gan.settings),
        "works": int(said["card"].get("data", {}).get("works", 0) or 0),
        "fingerprint": said["card"].get("data", {}).get("fingerprint", ""),
        "code_version": said["card"].get("code_version", ""),
        "grid": grid_webp(gan.paint(gan.styles(range(GRID), truncation=0.8))),
        **said,
    }


def enter(
    *,
    version: ModelVersion,
    name: str,
    shape: Mapping[str, Any],
    visibility: str,
    organisation_id: int | None,
    made_by: User | None,
    images: Mapping[str, ArtworkImage | None],
    is_invented: bool = False,
    run_id: Any = None,
) -> StudioModel:
    """Make a registered version a model of the studio."""
    model = StudioModel(
        version=version,
        run_id=run_id,
        name=name,
        made_by=made_by,
        organisation_id=organisation_id,
        visibility=visibility,
        architecture=shape["architecture"],
        side_px=shape["side_px"],
        layers=shape["layers"],
        width=shape["width"],
        works=shape.get("works") or len(images),
        grid=shape["grid"],
        is_invented=is_invented,
    )
    model.full_clean()
    model.save()
    TrainingPicture.objects.bulk_create(
        TrainingPicture(model=model, image=image, name=key) for key, image in images.items()
    )
    return model
