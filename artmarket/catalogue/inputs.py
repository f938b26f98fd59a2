"""What may be written of artists, works and pictures. The rules are the services'."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from artmarket.accounts.ownership import Visibility
from artmarket.api.inputs import CircaDateInput, DimensionsInput, FuzzyDateInput, OrganisationField, VisibleRecordField
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage, ExternalId, Medium
from artmarket.core.attribution import Attribution


def text(most: int | None = None) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=most)


def texts(most: int) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=most), required=False, max_length=200)


class ExternalIdInput(serializers.Serializer[Any]):
    """What an authority or a source calls the record."""

    scheme = serializers.ChoiceField(ExternalId.Scheme.choices)
    namespace = serializers.CharField(max_length=100, allow_blank=True, default="")
    value = serializers.CharField(max_length=200)


class ArtistInput(serializers.Serializer[Any]):
    """What may be said of an artist. ``external_ids`` replace those that were there."""

    name = serializers.CharField(max_length=300)
    sort_name = text(300)
    other_names = texts(300)
    birth = FuzzyDateInput("birth")
    death = FuzzyDateInput("death")
    nationality = text(100)
    movement = text(100)
    biography = text()
    external_ids = ExternalIdInput(many=True, required=False)
    organisation = OrganisationField()
    visibility = serializers.ChoiceField(Visibility.choices, required=False)


class MediumInput(serializers.Serializer[Any]):
    """The medium as written; family and support are read from the text unless given."""

    text = serializers.CharField(source="medium_text", required=False, allow_blank=True, max_length=1000)
    family = serializers.ChoiceField(Medium.choices, source="medium", required=False, allow_blank=True)
    support = serializers.CharField(required=False, allow_blank=True, max_length=100)


class ArtworkInput(serializers.Serializer[Any]):
    """What may be said of a work. ``artist`` is an id; ``external_ids`` replace those that were there."""

    title = text(500)
    artist = VisibleRecordField(Artist, required=False, allow_null=True)
    attribution = serializers.ChoiceField(Attribution.choices, required=False)
    attribution_text = text(500)
    date = CircaDateInput("date")
    dimensions = DimensionsInput()
    medium = MediumInput(source="*", required=False)
    signature = text(500)
    edition = text(200)
    style = text(100)  # type: ignore[assignment]
    genre = text(100)
    subjects = texts(100)
    provenance = text()
    exhibitions = text()
    literature = text()
    notes = text()
    inventory_number = text(100)
    external_ids = ExternalIdInput(many=True, required=False)
    organisation = OrganisationField()
    visibility = serializers.ChoiceField(Visibility.choices, required=False)


class OptionalBoolean(serializers.BooleanField):
    """Absent from a form means absent, not false."""

    default_empty_html = empty


class ImageInput(serializers.Serializer[Any]):
    """What may be said of a picture."""

    rights = serializers.ChoiceField(ArtworkImage.Rights.choices, required=False)
    credit = text(300)
    caption = text(300)
    make_primary = OptionalBoolean(required=False, help_text="Show this picture first.")


class ImageUploadInput(ImageInput):
    """A picture for a work: JPEG, PNG, WebP or TIFF."""

    file = serializers.FileField(allow_empty_file=True)
    artwork = VisibleRecordField(Artwork)
