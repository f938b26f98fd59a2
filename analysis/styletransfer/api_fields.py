"""How restyled pictures look in JSON, and how they are asked for."""

from __future__ import annotations

import base64
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analysis.similarity.models import Selection
from analysis.styletransfer import masks, sources
from analysis.styletransfer.models import ContentPicture, StyledImage
from analysis.styletransfer.sources import MOST_STYLES, ChosenStyle, StylingRefused
from analysis.styletransfer.wishes import SIZES_PX, STEPS, Content, Wish
from artmarket.accounts.models import User
from artmarket.api.fields import ColumnsField
from artmarket.api.inputs import OrganisationField, VisibleRecordField
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.catalogue.models import Artist, Artwork

Method = StyledImage.Method
STATES = ["waiting", "running", "done", "failed", "cancelled"]
STYLE = {
    "type": "object",
    "required": ["image", "title", "weight"],
    "properties": {
        "image": {"type": "integer", "nullable": True},
        "title": {"type": "string"},
        "weight": {"type": "integer"},
    },
}


@extend_schema_field({"type": "array", "items": STYLE})
class StylesField(ColumnsField):
    """The pictures whose manner was taken; ``image`` is null where it left the catalogue."""

    def to_representation(self, value: StyledImage) -> list[dict[str, Any]]:
        return [{"image": use.image_id, "title": use.title, "weight": use.weight} for use in value.styles.all()]


@extend_schema_field({"type": "string", "nullable": True, "description": "The address for those signed in."})
class SharedField(ColumnsField):
    def to_representation(self, value: StyledImage) -> str | None:
        return reverse("styletransfer:shared", args=[value.share_token]) if value.share_token else None


class StyledSerializer(ReadSerializer):
    """A restyled picture, or how far it is. The losses are relative: 0 is as the content, as the styles."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(STATES)
    links = LinksField(self="api:styled-image-detail", png="api:styled-image-png", page="styletransfer:detail")
    shared = SharedField()
    job = serializers.UUIDField(source="job_id", allow_null=True)
    made_by = serializers.CharField(source="made_by.username")
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    content_image = serializers.IntegerField(source="content_image_id", allow_null=True)
    content_picture = serializers.UUIDField(source="content_picture_id", allow_null=True)
    styles = StylesField()
    artist = serializers.IntegerField(source="style_artist_id", allow_null=True)
    selection = serializers.UUIDField(source="style_selection_id", allow_null=True)
    method = serializers.ChoiceField(Method.choices)
    strength = serializers.IntegerField()
    keep_colours = serializers.BooleanField()
    longest_px = serializers.IntegerField()
    steps = serializers.IntegerField(allow_null=True)
    model = serializers.IntegerField(source="model_version_id", allow_null=True)
    network = serializers.CharField()
    width_px = serializers.IntegerField(allow_null=True)
    height_px = serializers.IntegerField(allow_null=True)
    content_loss = serializers.FloatField(allow_null=True)
    style_loss = serializers.FloatField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True)
    result_sha256 = serializers.CharField()
    is_kept = serializers.BooleanField()
    note = serializers.CharField()
    inputs_sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ContentSerializer(ReadSerializer):
    """A picture to restyle, as it is kept."""

    id = serializers.UUIDField()
    width_px = serializers.IntegerField()
    height_px = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of the file that was sent.")
    created_at = serializers.DateTimeField()


class ContentInput(serializers.Serializer[Any]):
    """One of the two: a work that you see, or a picture that you sent."""

    artwork = VisibleRecordField(Artwork, required=False)
    picture = VisibleRecordField(ContentPicture, required=False, pk_field=serializers.UUIDField())

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Give one of the two: artwork or picture."), code="one_of")
        return attrs


class StyleInput(serializers.Serializer[Any]):
    """A work whose manner is taken."""

    artwork = VisibleRecordField(Artwork)
    weight = serializers.IntegerField(min_value=1, max_value=100, default=100)


class PartInput(serializers.Serializer[Any]):
    """A part of the picture in per cent, from its left upper corner."""

    left = serializers.FloatField(min_value=0, max_value=100)
    top = serializers.FloatField(min_value=0, max_value=100)
    width = serializers.FloatField(min_value=0, max_value=100)
    height = serializers.FloatField(min_value=0, max_value=100)


class KeepInput(serializers.Serializer[Any]):
    """Whether it is kept for its organisation, and something to remember."""

    is_kept = serializers.BooleanField(required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class WishInput(serializers.Serializer[Any]):
    """What to restyle, in whose manner, and how. Styles: works, or an artist, or one of your selections."""

    content = ContentInput()
    styles = serializers.ListField(child=StyleInput(), required=False, max_length=MOST_STYLES)
    artist = VisibleRecordField(Artist, required=False)
    selection = VisibleRecordField(Selection, required=False, pk_field=serializers.UUIDField())
    method = serializers.ChoiceField(Method.choices, default=Method.FEED_FORWARD)
    strength = serializers.IntegerField(min_value=5, max_value=100, default=100)
    keep_colours = serializers.BooleanField(default=False)
    longest_px = serializers.ChoiceField(sorted({size for each in SIZES_PX.values() for size in each}), default=512)
    quality = serializers.ChoiceField(list(STEPS), default="usual", help_text="Of an optimisation: how many steps.")
    part = PartInput(required=False, help_text="Only this part is restyled.")
    mask = serializers.CharField(
        required=False, max_length=900_000, help_text="PNG in base64, white where it is restyled; instead of `part`."
    )
    organisation = OrganisationField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(bool(attrs.get(name)) for name in ("styles", "artist", "selection")) != 1:
            raise serializers.ValidationError(
                {"styles": [serializers.ErrorDetail(_("Give one of: styles, artist, selection."), "one_of")]}
            )
        if attrs["longest_px"] > max(SIZES_PX[Method(attrs["method"])]):
            detail = serializers.ErrorDetail(_("Too large for this method."), "too_large")
            raise serializers.ValidationError({"longest_px": [detail]})
        return attrs


def wish_of(user: User, said: dict[str, Any]) -> Wish:
    """The wish of a checked body. Raises ``StylingRefused``."""
    content = content_of(user, said["content"])
    return Wish(
        content=content,
        styles=styles_of(user, said),
        method=said["method"],
        strength=said["strength"],
        keep_colours=said["keep_colours"],
        longest_px=said["longest_px"],
        steps=STEPS[said["quality"]],
        mask=mask_of(said, content),
        organisation=said["organisation"],
        artist=said.get("artist"),
        selection=said.get("selection"),
    )


def content_of(user: User, said: dict[str, Any]) -> Content:
    if "picture" in said:
        sent: ContentPicture = said["picture"]
        return sent
    return picture_of(user, said["artwork"])


def picture_of(user: User, work: Artwork) -> Any:
    image = sources.primary_of(user, [work.pk]).get(work.pk)
    if image is None:
        raise StylingRefused("no_picture", _("“%(work)s” has no picture.") % {"work": work})
    return image


def styles_of(user: User, said: dict[str, Any]) -> list[ChosenStyle]:
    if said.get("artist") is not None:
        found = sources.of_artist(user, said["artist"])
    elif said.get("selection") is not None:
        found = sources.of_selection(user, said["selection"])
    else:
        return [ChosenStyle(picture_of(user, each["artwork"]), each["weight"]) for each in said["styles"]]
    if not found:
        raise StylingRefused("no_style", _("None of these pictures may be used, or there are none."))
    return [ChosenStyle(image) for image in found]


def mask_of(said: dict[str, Any], content: Content) -> bytes | None:
    if text := said.get("mask"):
        try:
            return masks.checked(base64.b64decode(text, validate=True))
        except ValueError as error:
            raise error if isinstance(error, StylingRefused) else masks.refused() from error
    if part := said.get("part"):
        return masks.from_rectangle(masks.Rectangle(**part), content.width_px, content.height_px)
    return None
