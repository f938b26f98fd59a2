"""Endpoints of artists, artworks and images."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from artmarket.api.idempotency import once
from artmarket.api.inputs import home_organisation
from artmarket.api.keyset import Keyset
from artmarket.api.problems import Problem
from artmarket.api.router import Router
from artmarket.api.viewsets import IDEMPOTENCY_KEY, VisibleModelViewSet
from artmarket.catalogue import services
from artmarket.catalogue.filters import ArtistFilter, ArtworkFilter
from artmarket.catalogue.inputs import ArtistInput, ArtworkInput, ImageInput, ImageUploadInput
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.catalogue.serializers import (
    AddedImageSerializer,
    ArtistDetailSerializer,
    ArtistSerializer,
    ArtworkDetailSerializer,
    ArtworkSerializer,
    ImageSerializer,
)
from artmarket.core.pictures import PictureRefused

LONG_TEXTS = ("signature", "edition", "provenance", "exhibitions", "literature", "notes")


class ImageFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Pictures of one work, or the same file wherever it is."""

    artwork = django_filters.NumberFilter(field_name="artwork_id")
    sha256 = django_filters.CharFilter()

    class Meta:
        model = ArtworkImage
        fields: list[str] = []


class CatalogueViewSet(VisibleModelViewSet):
    """What artists and works share: an owner by default, and external ids written with the record."""

    def created_by(self, create: Any, data: dict[str, Any]) -> Any:
        ids = data.pop("external_ids", None)
        if "organisation" not in data:
            data["organisation"] = home_organisation(self.actor)
        return self.with_ids(create(actor=self.actor, **data), ids)

    def with_ids(self, record: Any, ids: list[dict[str, str]] | None) -> Any:
        if ids is not None:
            wanted = [(item["scheme"], item["namespace"], item["value"]) for item in ids]
            services.set_external_ids(actor=self.actor, record=record, ids=wanted)
        return record


class ArtistViewSet(CatalogueViewSet):
    """Artists that you may see. One that was merged into another stays readable and names it."""

    queryset = Artist.objects.defer("search")
    serializer_class = ArtistDetailSerializer
    list_serializer_class = ArtistSerializer
    write_serializer_class = ArtistInput
    filterset_class = ArtistFilter
    orders = {"name": Keyset("sort_name", "id"), "newest": Keyset("-id")}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.action == "list":
            rows = rows.defer("search", "biography")
        return rows.prefetch_related("external_ids")

    def create_record(self, data: dict[str, Any]) -> Artist:
        return cast(Artist, self.created_by(services.create_artist, data))

    def update_record(self, record: Artist, data: dict[str, Any]) -> Artist:
        ids = data.pop("external_ids", None)
        services.update_artist(actor=self.actor, artist=record, **data)
        return cast(Artist, self.with_ids(record, ids))


class ArtworkViewSet(CatalogueViewSet):
    """Works that you may see, with their pictures' addresses."""

    queryset = Artwork.objects.defer("search", "area_cm2")
    serializer_class = ArtworkDetailSerializer
    list_serializer_class = ArtworkSerializer
    write_serializer_class = ArtworkInput
    filterset_class = ArtworkFilter
    orders = {
        "newest": Keyset("-id"),
        "title": Keyset("title", "id"),
        "earliest": Keyset("date_earliest", "id"),
        "latest": Keyset("-date_earliest", "-id"),
    }

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        artists = Artist.objects.visible_to(self.actor).only("id", "name")
        rows = rows.prefetch_related(Prefetch("artist", artists))
        if self.action == "list":
            images = ArtworkImage.objects.filter(is_primary=True).only("id", "artwork_id", "width_px", "height_px")
            rows = rows.defer("search", "area_cm2", *LONG_TEXTS)
            return rows.prefetch_related(Prefetch("images", images, to_attr="shown_images"))
        images = ArtworkImage.objects.order_by("-is_primary", "id")
        return rows.prefetch_related("external_ids", Prefetch("images", images, to_attr="shown_images"))

    def create_record(self, data: dict[str, Any]) -> Artwork:
        return cast(Artwork, self.created_by(services.create_artwork, data))

    def update_record(self, record: Artwork, data: dict[str, Any]) -> Artwork:
        ids = data.pop("external_ids", None)
        services.update_artwork(actor=self.actor, artwork=record, **data)
        return cast(Artwork, self.with_ids(record, ids))


class ImageViewSet(VisibleModelViewSet):
    """Pictures of the works that you may see."""

    queryset = ArtworkImage.objects.all()
    serializer_class = ImageSerializer
    filterset_class = ImageFilter
    orders = {"newest": Keyset("-id"), "oldest": Keyset("id")}

    def get_parsers(self) -> list[BaseParser]:
        return [MultiPartParser()] if self.request and self.request.method == "POST" else super().get_parsers()

    def get_write_serializer_class(self) -> type[ImageInput]:
        return ImageUploadInput if self.action == "create" else ImageInput

    @extend_schema(
        request={"multipart/form-data": ImageUploadInput},
        responses={200: AddedImageSerializer, 201: AddedImageSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a work a picture. 200 where the work had this very file already.

        ``near_duplicates`` and ``same_file`` are pictures that you may see, of any work.
        """
        return once(request, lambda: self.added(self.read_body(request)))

    def added(self, data: dict[str, Any]) -> Response:
        try:
            added = services.add_image(actor=self.actor, source=data.pop("file"), **data)
        except PictureRefused as refused:
            errors = [{"pointer": "/file", "code": refused.code, "detail": str(refused)}]
            raise Problem(422, "picture_refused", _("Picture refused"), str(refused), errors=errors) from refused
        body = AddedImageSerializer(added).data
        return Response(
            body, status=201 if added.created else 200, headers={"Location": body["image"]["links"]["self"]}
        )

    def update_record(self, record: ArtworkImage, data: dict[str, Any]) -> ArtworkImage:
        if data.pop("make_primary", False):
            services.make_primary(actor=self.actor, image=record)
        said = {"rights": record.rights, "credit": record.credit, "caption": record.caption}
        return services.update_image(actor=self.actor, image=record, **{**said, **data})


def register(router: Router) -> None:
    router.register("artists", ArtistViewSet, basename="artist")
    router.register("artworks", ArtworkViewSet, basename="artwork")
    router.register("images", ImageViewSet, basename="image")
