"""Works with real pictures, and pictures as a worker would have restyled them."""

from __future__ import annotations

import io
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from analysis.registry.models import ModelVersion
from analysis.registry.services import register_version
from analysis.styletransfer import forgetting, services
from analysis.styletransfer.models import StyledImage
from analysis.styletransfer.sources import ChosenStyle
from analysis.styletransfer.wishes import Wish
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.catalogue.services import add_image
from tests.factories import ArtistFactory, ArtworkFactory
from tests.pictures import encoded, painting


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def pictured(seed: int = 1, *, picture: Image.Image | None = None, rights: str = "owned", **fields: Any) -> Artwork:
    """A work with a picture that can be read."""
    work = ArtworkFactory(**fields)
    image = picture or painting(160, 120, seed=seed)
    add_image(actor=None, artwork=work, source=io.BytesIO(encoded(image, "PNG")), rights=rights)
    return work


def image_of(work: Artwork) -> ArtworkImage:
    image: ArtworkImage = ArtworkImage.objects.select_related("artwork__artist").get(artwork=work, is_primary=True)
    return image


def wish(content: Artwork, *styles: Artwork, **more: Any) -> Wish:
    chosen = [ChosenStyle(image_of(work)) for work in styles]
    return Wish(content=image_of(content), styles=chosen, **({"longest_px": 256} | more))


def finish(styled: StyledImage, *, seed: int = 9) -> StyledImage:
    """As a worker leaves it."""
    picture = painting(128, 96, seed=seed)
    data = encoded(picture, "PNG")
    styled.result.save(sha256(data).hexdigest()[:16], ContentFile(data), save=False)
    for size in forgetting.SIZES:
        default_storage.save(forgetting.size_path(styled, size), ContentFile(encoded(picture, "WEBP")))
    styled.result_sha256, styled.width_px, styled.height_px = sha256(data).hexdigest(), 128, 96
    styled.content_loss, styled.style_loss, styled.seconds, styled.network = 0.4, 0.2, 0.7, "packaged network"
    styled.save()
    return styled


@pytest.fixture
def content(db: None) -> Artwork:
    return pictured(1, title="Harbour before rain")


@pytest.fixture
def style(db: None) -> Artwork:
    return pictured(2, title="The red sail", artist=ArtistFactory(name="Ilse Marwand"))


@pytest.fixture
def restyled(content: Artwork, style: Artwork) -> Callable[..., StyledImage]:
    """``restyled(user, is_kept=…)``: a finished picture that the user made."""

    def make(user: User, *, is_done: bool = True, is_kept: bool = False, **more: Any) -> StyledImage:
        styled = services.restyle(actor=user, wish=wish(more.pop("content", content), style, **more))
        if is_done:
            finish(styled)
        if is_kept:
            services.keep(styled=styled)
        return styled

    return make


def living(**fields: Any) -> Artist:
    return ArtistFactory(birth_text="1961", birth_earliest="1961-01-01", birth_latest="1961-12-31", **fields)


def upload(image: Image.Image | None = None, *, kind: str = "JPEG", name: str = "mine.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, encoded(image or painting(200, 150, seed=4), kind), "image/jpeg")


@pytest.fixture
def network(db: None, settings: Any, tmp_path: Path) -> ModelVersion:
    """A tiny network that has learned nothing, on record as the one that answers."""
    from ml.backbone.interface import Provenance
    from ml.styletransfer import Eye, NetworkSettings
    from ml.styletransfer.feedforward import fresh
    from ml.styletransfer.strokes import STROKES, strokes

    settings.MODELS_DIR = tmp_path / "models"
    eye = Eye(STROKES, strokes(), Provenance("trained", "tests"), device="cpu")
    folder = tmp_path / "fresh"
    folder.mkdir()
    fresh(eye, NetworkSettings(width=8, widest=16)).save(folder)
    return register_version(kind="styletransfer", name="Tiny", folder=folder, make_active=True)
