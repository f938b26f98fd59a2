"""An estimate with its evidence, and a dossier made of it."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from analysis.dossier import services
from analysis.dossier.models import Dossier, Purpose
from analysis.dossier.purposes import Terms
from analysis.registry.models import ModelVersion
from analysis.valuation.models import Valuation
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.catalogue.renditions import encode_renditions, write_renditions
from tests.factories import ArtistFactory, ArtworkFactory, LotFactory, SaleFactory

TITLE = "Harbour before rain 雨前的港口, Łódź"


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def hang(work: Artwork) -> ArtworkImage:
    image, out = Image.linear_gradient("L").convert("RGB").resize((300, 200)), io.BytesIO()
    image.save(out, "PNG")
    sha = f"{work.pk:064x}"
    write_renditions(sha, encode_renditions(image))
    name = default_storage.save(f"originals/00/{sha}.png", ContentFile(out.getvalue()))
    return ArtworkImage.objects.create(
        artwork=work, file=name, sha256=sha, mime_type="image/png", width_px=300, height_px=200,
        size_bytes=len(out.getvalue()), is_primary=True, credit="Photo: the estate",
    )  # fmt: skip


def comparable(price: int) -> dict[str, Any]:
    """A public sale as an estimate stores it."""
    lot = LotFactory(price=Decimal(price), sale=SaleFactory(date=dt.date(2018, 3, 1)))
    return {
        "lot": lot.pk, "artwork": lot.artworks.get().pk, "date": "2018-03-01", "price": f"{price}.00", "currency": "EUR",
        "distance": 0.5, "weight": 1.0, "adjustments": [["size", 0.1, "100.00"], ["date", -0.05, "-50.00"]],
        "adjusted": f"{price + 50}.00",
    }  # fmt: skip


@pytest.fixture
def version(db: None) -> ModelVersion:
    figures = {"walk_in": {"n": 612, "coverage": 0.81, "width": 3.4, "median_ape": 0.29}}
    return ModelVersion.objects.create(
        kind="valuation", scope="auction:EUR", name="LightGBM", is_active=True, card={"last sale": "2018-05-01"},
        figures=figures, sha256="c" * 64,
    )  # fmt: skip


@pytest.fixture
def work(db: None) -> Artwork:
    work = ArtworkFactory(title=TITLE, artist=ArtistFactory(name="Ilse Marwand"), provenance="The artist's estate")
    hang(work)
    return work


@pytest.fixture
def valuation(version: ModelVersion, work: Artwork) -> Valuation:
    """Hammer EUR 800 – 1,500 – 2,600 as of 2019-05-14, with two comparables."""
    return Valuation.objects.create(
        artwork=work, model_version=version, effective_date=dt.date(2019, 5, 14), currency="EUR", price_basis="hammer",
        low=800, middle=1500, high=2600, low_50=1200, high_50=1900, low_95=500, high_95=4000,
        comparables=[comparable(900), comparable(1700)], visibility="public",
        contributions={"start": 7.0, "effects": [["artist", 0.2], ["size", -0.1]], "currency": "EUR"},
        inputs={"regime": "walk_in", "known": {"offers": 3500, "sold": 2900, "until": "2019-05-01", "sha256": "d" * 64}},
        inputs_sha256="a" * 64,
    )  # fmt: skip


@pytest.fixture
def dossier(world: Any, valuation: Valuation) -> Dossier:
    return services.make_dossier(
        actor=world.member,
        valuation=valuation,
        organisation=world.organisation,
        purpose=Purpose.AUCTION,
        terms=Terms(),
        check_at="https://example.org/dossiers/check/",
    )
