"""The table of endpoints that the authorisation matrix, the query counts and the paging tests go through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from artmarket.accounts.models import Organisation
from artmarket.catalogue.models import ArtworkImage
from tests.factories import ArtistFactory, ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory


@dataclass(frozen=True)
class Endpoint:
    """A list under ``/api/v1/`` with a maker of its private records. ``private`` is False for common knowledge."""

    name: str
    make: Callable[[Organisation], Any]
    private: bool = True
    body: Callable[[Organisation], dict[str, Any]] | None = None
    change: dict[str, Any] | None = None

    @property
    def path(self) -> str:
        return f"/api/v1/{self.name}/"

    def one(self, record: Any) -> str:
        return f"{self.path}{record.pk}/"

    def __str__(self) -> str:
        return self.name


def owned(organisation: Organisation) -> dict[str, Any]:
    return {"organisation": organisation, "visibility": "private"}


def make_image(organisation: Organisation) -> ArtworkImage:
    number = ArtworkImage.objects.count()
    return ArtworkImage.objects.create(
        artwork=ArtworkFactory(**owned(organisation)),
        file="originals/00/none.jpg",
        sha256=f"{number:064x}",
        phash=number,
        mime_type="image/jpeg",
        width_px=640,
        height_px=480,
        size_bytes=1000,
        is_primary=True,
    )


def make_artwork(organisation: Organisation) -> Any:
    return make_image(organisation).artwork


def make_lot(organisation: Organisation) -> Any:
    return LotFactory(sale=SaleFactory(**owned(organisation)))


ENDPOINTS = [
    Endpoint(
        "artists",
        lambda organisation: ArtistFactory(**owned(organisation)),
        body=lambda organisation: {"name": "Ada Brush", "birth": {"text": "1890"}},
        change={"nationality": "Portuguese"},
    ),
    Endpoint("artworks", make_artwork, body=lambda organisation: {"title": "Tide"}, change={"title": "Ebb"}),
    Endpoint("images", make_image, change={"credit": "The estate"}),
    Endpoint("houses", lambda organisation: AuctionHouseFactory(), private=False),
    Endpoint(
        "sales",
        lambda organisation: SaleFactory(**owned(organisation)),
        body=lambda organisation: {"house": AuctionHouseFactory().pk, "title": "Spring", "date": "2026-05-01"},
        change={"title": "Spring and summer"},
    ),
    Endpoint(
        "lots",
        make_lot,
        body=lambda organisation: {"sale": SaleFactory(**owned(organisation)).pk, "number": "12A"},
        change={"description": "A harbour at dusk"},
    ),
]
