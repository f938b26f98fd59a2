"""What bodies are made of: the same shapes as in answers, with every part optional."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from artmarket.accounts.models import Organisation, User
from artmarket.accounts.queries import editable_organisation_ids, organisation_ids


class FuzzyDateInput(serializers.Serializer[Any]):
    """A date as written; the span is read from the text unless ``earliest`` and ``latest`` are given."""

    text = serializers.CharField(required=False, allow_blank=True, max_length=100)
    earliest = serializers.DateField(required=False, allow_null=True)
    latest = serializers.DateField(required=False, allow_null=True)

    def __init__(self, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        super().__init__(source="*", required=False, **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        return {f"{self.prefix}_{name}": value for name, value in super().to_internal_value(data).items()}


class CircaDateInput(FuzzyDateInput):
    """A date that may be marked as about."""

    circa = serializers.BooleanField(required=False)


class DimensionsInput(serializers.Serializer[Any]):
    """The size as written; centimetres are read from the text unless given."""

    text = serializers.CharField(source="dimensions_text", required=False, allow_blank=True, max_length=500)
    height_cm = serializers.DecimalField(9, 2, required=False, allow_null=True)
    width_cm = serializers.DecimalField(9, 2, required=False, allow_null=True)
    depth_cm = serializers.DecimalField(9, 2, required=False, allow_null=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", required=False, **kwargs)


class VisibleRecordField(serializers.PrimaryKeyRelatedField[Any]):
    """The id of a record that the asker may see; others do not exist."""

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        super().__init__(queryset=model._default_manager.all(), **kwargs)

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.context["request"].user)


class VisibleRecordsField(serializers.ListField):
    """Ids of records that the asker may see, in order; read by one query."""

    default_error_messages = {"does_not_exist": gettext_lazy("There is no record with the id {pk}.")}

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=500, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        ids = super().to_internal_value(data)
        rows: Any = self.model._default_manager.all()
        found = rows.visible_to(self.context["request"].user).in_bulk(ids)
        for pk in ids:
            if pk not in found:
                self.fail("does_not_exist", pk=pk)
        return [found[pk] for pk in ids]


class OrganisationField(serializers.PrimaryKeyRelatedField[Any]):
    """The id of an organisation that the asker works for."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Owner; by default the key's organisation, or the only one that you edit for.")
        super().__init__(queryset=Organisation.objects.all(), required=False, **kwargs)

    def get_queryset(self) -> Any:
        user = self.context["request"].user
        rows: Any = super().get_queryset()
        return rows if user.is_superuser else rows.filter(pk__in=organisation_ids(user))


def home_organisation(user: User) -> Organisation | None:
    """Whose a new record is when nobody says; None where the user edits for none.

    Raises ``ValidationError`` where there are several to choose from.
    """
    ids = editable_organisation_ids(user)
    if len(ids) > 1:
        raise ValidationError({"organisation": ValidationError(_("Say for which organisation."), code="required")})
    return Organisation.objects.filter(pk__in=ids).first()
