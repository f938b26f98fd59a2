"""The studio's JSON."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analysis.generation import asking
from analysis.generation.models import GeneratedImage, StudioModel
from analysis.generation.trained import Architecture
from artmarket.accounts.ownership import Visibility
from artmarket.api.inputs import VisibleRecordField, VisibleRecordsField
from artmarket.api.serializers import LinksField, ReadSerializer

NEAREST = {
    "type": "object",
    "required": ["image", "likeness", "distance"],
    "properties": {
        "image": {"type": "integer", "nullable": True},
        "likeness": {"type": "number", "nullable": True},
        "distance": {"type": "number", "nullable": True},
    },
}


class StudioModelSerializer(ReadSerializer):
    """A generator that pictures are bred with."""

    id = serializers.IntegerField()
    links = LinksField(self="api:studio-model-detail", page="generation:model-detail")
    name = serializers.CharField()
    architecture = serializers.ChoiceField(Architecture.choices)
    side_px = serializers.IntegerField()
    layers = serializers.IntegerField()
    works = serializers.IntegerField(help_text="How many works it learned from.")
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    visibility = serializers.ChoiceField(Visibility.choices)
    is_invented = serializers.BooleanField()
    model_version = serializers.IntegerField(source="version_id")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DirectionSerializer(ReadSerializer):
    """A way through the model's latent space."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()


class StudioModelDetailSerializer(StudioModelSerializer):
    """A generator with its figures and directions."""

    figures = serializers.JSONField(source="version.figures", help_text="As on its model card.")
    directions = DirectionSerializer(many=True)


@extend_schema_field({"type": "array", "items": {"type": "integer"}})
class ParentsField(serializers.Field[Any, Any, Any, Any]):
    """Keys of the parents, in their order; those that were deleted are left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: GeneratedImage) -> list[int]:
        return [link.parent_id for link in value.parenthoods.all()]


@extend_schema_field({"type": "array", "items": NEAREST})
class NearestField(serializers.Field[Any, Any, Any, Any]):
    """The nearest training works; ``image`` is the catalogue's picture, where there is one that the asker may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: GeneratedImage) -> list[dict[str, Any]]:
        seen = self.context.get("seen_images", ())
        return [
            {
                "image": each.get("image") if each.get("image") in seen else None,
                "likeness": each.get("likeness"),
                "distance": each.get("distance"),
            }
            for each in value.nearest
        ]


@extend_schema_field({"type": "string"})
class NoteField(serializers.Field[Any, Any, Any, Any]):
    """What its people wrote down; empty for everyone else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: GeneratedImage) -> str:
        return value.note if self.context.get("is_own") else ""


class GeneratedImageSerializer(ReadSerializer):
    """A picture that a model made. A copy of a training work is never published."""

    id = serializers.IntegerField()
    links = LinksField(self="api:generated-image-detail", png="api:generated-image-png", page="generation:picture")
    model = serializers.IntegerField(source="model_id")
    generation = serializers.IntegerField(source="brood_id", allow_null=True)
    kind = serializers.ChoiceField(GeneratedImage.Kind.choices)
    seed = serializers.IntegerField()
    depth = serializers.IntegerField(help_text="0 for a picture from noise, 1 for its children, and so on.")
    parents = ParentsField()
    verdict = serializers.ChoiceField(GeneratedImage.Verdict.choices)
    is_favourite = serializers.BooleanField()
    published_at = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField(source="picture_sha256", help_text="Of the PNG.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class GeneratedImageDetailSerializer(GeneratedImageSerializer):
    """A generated picture with its recipe and the nearest training works."""

    recipe = serializers.JSONField(help_text="With the style it makes the picture again.")
    nearest = NearestField()
    note = NoteField()


class LayersSerializer(serializers.Serializer[Any]):
    """For `layers`: which of the parents (by place, from 0) gives each part."""

    coarse = serializers.IntegerField(min_value=0, max_value=asking.MOST_PARENTS - 1, required=False)
    middle = serializers.IntegerField(min_value=0, max_value=asking.MOST_PARENTS - 1, required=False)
    colour = serializers.IntegerField(min_value=0, max_value=asking.MOST_PARENTS - 1, required=False)


class BreedSerializer(serializers.Serializer[Any]):
    """What to make: pictures from noise, or of parents."""

    model = VisibleRecordField(StudioModel)
    how = serializers.ChoiceField(list(asking.WAYS))
    parents = VisibleRecordsField(GeneratedImage, required=False, help_text="Pictures of the same model.")
    weights = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1000),
        required=False,
        help_text="For `cross`, one a parent.",
    )
    by_layer = LayersSerializer(required=False)
    truncation = serializers.FloatField(min_value=0, max_value=1.5, default=0.8, help_text="How far from the usual.")
    strength = serializers.FloatField(min_value=0, max_value=3, default=0.5, help_text="How much changes.")
    direction = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, help_text="For `move`.")
    seed = serializers.IntegerField(min_value=0, max_value=asking.SEEDS, required=False, help_text="Else drawn.")
    count = serializers.IntegerField(min_value=1, max_value=asking.MOST_PICTURES, default=asking.USUAL)


class ChangeSerializer(serializers.Serializer[Any]):
    """A mark or a note on a picture that is yours."""

    is_favourite = serializers.BooleanField(required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class BreedingSerializer(serializers.Serializer[Any]):
    """A worker has it: ask the job, then what ``result`` names."""

    state = serializers.CharField(help_text="`waiting`")
    generation = serializers.IntegerField()
    job = serializers.UUIDField()
    links = serializers.DictField(child=serializers.CharField())
