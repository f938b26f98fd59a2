"""Endpoints of artists, artworks and images."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from artmarket.api.keyset import Keyset
from artmarket.api.router import Router
from artmarket.api.viewsets import VisibleReadViewSet
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.catalogue.serializers import (
    ArtistDetailSerializer,
    ArtistSerializer,
    ArtworkDetailSerializer,
    ArtworkSerializer,
    ImageSerializer,
)

LONG_TEXTS = ("signature", "edition", "provenance", "exhibitions", "literature", "notes")


class ArtistViewSet(VisibleReadViewSet):
    """Artists that you may see. One that was merged into another stays readable and names it."""

    queryset = Artist.objects.defer("search")
    serializer_class = ArtistDetailSerializer
    list_serializer_class = ArtistSerializer
    orders = {"name": Keyset("sort_name", "id"), "newest": Keyset("-id")}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.action == "list":
            rows = rows.defer("search", "biography")
        return rows.prefetch_related("external_ids")


class ArtworkViewSet(VisibleReadViewSet):
    """Works that you may see, with their pictures' addresses."""

    queryset = Artwork.objects.defer("search", "area_cm2")
    serializer_class = ArtworkDetailSerializer
    list_serializer_class = ArtworkSerializer
    orders = {
        "newest": Keyset("-id"),
        "title": Keyset("title", "id"),
        "earliest": Keyset("date_earliest", "id"),
        "latest": Keyset("-date_earliest", "-id"),
    }

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        artists = Artist.objects.visible_to(self.request.user).only("id", "name")
        rows = rows.prefetch_related(Prefetch("artist", artists))
        if self.action == "list":
            images = ArtworkImage.objects.filter(is_primary=True).only("id", "artwork_id", "width_px", "height_px")
            rows = rows.defer("search", "area_cm2", *LONG_TEXTS)
            return rows.prefetch_related(Prefetch("images", images, to_attr="shown_images"))
        images = ArtworkImage.objects.order_by("-is_primary", "id")
        return rows.prefetch_related("external_ids", Prefetch("images", images, to_attr="shown_images"))


class ImageViewSet(VisibleReadViewSet):
    """Pictures of the works that you may see."""

    queryset = ArtworkImage.objects.all()
    serializer_class = ImageSerializer
    orders = {"newest": Keyset("-id"), "oldest": Keyset("id")}


def register(router: Router) -> None:
    router.register("artists", ArtistViewSet, basename="artist")
    router.register("artworks", ArtworkViewSet, basename="artwork")
    router.register("images", ImageViewSet, basename="image")
