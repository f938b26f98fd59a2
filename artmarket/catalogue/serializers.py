"""How artists, works and pictures look in JSON."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from artmarket.accounts.ownership import Visibility
from artmarket.api.fields import ColumnsField, DimensionsField, FuzzyDateField
from artmarket.api.serializers import LinksField, ReadSerializer, address
from artmarket.catalogue.models import ArtworkImage, ExternalId, Medium
from artmarket.core.attribution import Attribution

SIZES = ("thumb", "card", "large", "full")
RENDITION = {"type": "string", "format": "uri-reference"}


class ExternalIdSerializer(ReadSerializer):
    """What an authority or a source calls the record."""

    scheme = serializers.ChoiceField(ExternalId.Scheme.choices)
    namespace = serializers.CharField()
    value = serializers.CharField()


class ArtistRefSerializer(ReadSerializer):
    """An artist, in short."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    links = LinksField(self="api:artist-detail")


class ArtistSerializer(ReadSerializer):
    """A maker of works. Life dates are spans: ``earliest`` to ``latest`` is what the source's text allows."""

    id = serializers.IntegerField()
    links = LinksField(self="api:artist-detail", page="catalogue:artist-detail")
    name = serializers.CharField()
    sort_name = serializers.CharField()
    other_names = serializers.ListField(child=serializers.CharField())
    birth = FuzzyDateField("birth")
    death = FuzzyDateField("death")
    nationality = serializers.CharField()
    movement = serializers.CharField()
    is_invented = serializers.BooleanField()
    merged_into = serializers.IntegerField(source="merged_into_id", allow_null=True)
    external_ids = ExternalIdSerializer(many=True)
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    visibility = serializers.ChoiceField(Visibility.choices)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ArtistDetailSerializer(ArtistSerializer):
    """An artist with the biography."""

    biography = serializers.CharField()


@extend_schema_field({"type": "object", "required": list(SIZES), "properties": dict.fromkeys(SIZES, RENDITION)})
class RenditionsField(ColumnsField):
    """Addresses of the picture's WebP renditions; the original is never served."""

    def to_representation(self, value: ArtworkImage) -> dict[str, str]:
        return {size: address("catalogue:picture", value.pk, size) for size in SIZES}


class ImageRefSerializer(ReadSerializer):
    """A picture, in short."""

    id = serializers.IntegerField()
    width_px = serializers.IntegerField()
    height_px = serializers.IntegerField()
    renditions = RenditionsField()


class ImageSerializer(ImageRefSerializer):
    """A picture of a work. ``sha256`` is the uploaded file's."""

    links = LinksField(self="api:image-detail")
    artwork = serializers.IntegerField(source="artwork_id")
    sha256 = serializers.CharField()
    mime_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    caption = serializers.CharField()
    rights = serializers.ChoiceField(ArtworkImage.Rights.choices)
    credit = serializers.CharField()
    is_primary = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


@extend_schema_field(
    {
        "type": "object",
        "required": ["text", "family", "support"],
        "properties": {
            "text": {"type": "string", "description": "As the source has it."},
            "family": {"type": "string", "enum": ["", *Medium.values]},
            "support": {"type": "string"},
        },
    }
)
class MediumField(ColumnsField):
    """The medium as written, and the family and support read from it."""

    def to_representation(self, value: Any) -> dict[str, str]:
        return {"text": value.medium_text, "family": value.medium, "support": value.support}


class ArtworkSerializer(ReadSerializer):
    """A work. What the source wrote stands beside what was read from it."""

    id = serializers.IntegerField()
    links = LinksField(self="api:artwork-detail", page="catalogue:artwork-detail")
    title = serializers.CharField()
    artist = ArtistRefSerializer(allow_null=True)
    attribution = serializers.ChoiceField(Attribution.choices)
    attribution_text = serializers.CharField()
    date = FuzzyDateField("date")
    dimensions = DimensionsField()
    medium = MediumField()
    style = serializers.CharField()  # type: ignore[assignment]
    genre = serializers.CharField()
    subjects = serializers.ListField(child=serializers.CharField())
    inventory_number = serializers.CharField()
    is_invented = serializers.BooleanField()
    images = ImageRefSerializer(many=True, source="shown_images")
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    visibility = serializers.ChoiceField(Visibility.choices)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ArtworkDetailSerializer(ArtworkSerializer):
    """A work with all its texts, ids and pictures."""

    signature = serializers.CharField()
    edition = serializers.CharField()
    provenance = serializers.CharField()
    exhibitions = serializers.CharField()
    literature = serializers.CharField()
    notes = serializers.CharField()
    external_ids = ExternalIdSerializer(many=True)
    images = ImageSerializer(many=True, source="shown_images")


class AddedImageSerializer(ReadSerializer):
    """A picture that was taken, and others that look like it."""

    created = serializers.BooleanField(help_text="False where the work had this very file already.")
    image = ImageSerializer()
    same_file = ImageSerializer(many=True, help_text="The same file, at other works.")
    near_duplicates = ImageSerializer(many=True, help_text="Nearly the same picture.")
