"""How imports look in JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.intake.models import ImportRow, ImportSession
from artmarket.intake.problems import message


class ImportSerializer(ReadSerializer):
    """One file's way in. ``states`` counts its rows by what became of them."""

    id = serializers.UUIDField()
    links = LinksField(self="api:import-detail", rows="api:import-rows", page="intake:import-detail")
    file_name = serializers.CharField()
    file_sha256 = serializers.CharField()
    house = serializers.IntegerField(source="house_id")
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    policy = serializers.ChoiceField(ImportSession.Policy.choices)
    state = serializers.ChoiceField(ImportSession.State.choices)
    error = serializers.CharField()
    rows = serializers.SerializerMethodField()
    states = serializers.SerializerMethodField()
    job = serializers.UUIDField(source="job_id", allow_null=True)
    created_at = serializers.DateTimeField()
    committed_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()

    def get_rows(self, session: ImportSession) -> int | None:
        found: int | None = session.report.get("rows")
        return found

    def get_states(self, session: ImportSession) -> dict[str, int]:
        return dict(session.report.get("states", {}))


class ImportDetailSerializer(ImportSerializer):
    """An import with its column map and all that was found."""

    column_map = serializers.JSONField(source="spec")
    columns = serializers.SerializerMethodField()
    issues = serializers.SerializerMethodField(help_text="Findings by field and code, with counts and examples.")
    undo = serializers.SerializerMethodField(help_text="What an undo deleted, restored and kept.")

    def get_columns(self, session: ImportSession) -> list[str]:
        return list(session.report.get("columns", []))

    def get_issues(self, session: ImportSession) -> list[dict[str, Any]]:
        return [{**issue, "message": message(issue["code"])} for issue in session.report.get("issues", [])]

    def get_undo(self, session: ImportSession) -> dict[str, Any] | None:
        found: dict[str, Any] | None = session.report.get("undo")
        return found


class ImportRowSerializer(ReadSerializer):
    """One row: as read, what is wrong with it, what it became."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(ImportRow.State.choices)
    raw = serializers.ListField(child=serializers.CharField())
    findings = serializers.JSONField(source="errors")
    candidates = serializers.JSONField(help_text="Known artists to choose from, for a doubtful row.")
    artist = serializers.IntegerField(source="artist_id", allow_null=True)
    artwork = serializers.IntegerField(source="artwork_id", allow_null=True)
    lot = serializers.IntegerField(source="lot_id", allow_null=True)


class ImportRowsSerializer(serializers.Serializer[Any]):
    """A page of rows; ask on with ``after`` while ``next_after`` is a number."""

    results = ImportRowSerializer(many=True)
    next_after = serializers.IntegerField(allow_null=True)


class ImportStartSerializer(serializers.Serializer[Any]):
    """A file and whose it is. Without ``column_map`` the house's own map, a shipped one or a guess is used."""

    file = serializers.FileField()
    pictures = serializers.FileField(required=False, help_text="A ZIP of the pictures that the rows name.")
    house = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    organisation = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    visibility = serializers.ChoiceField(["private", "public"], default="private")
    policy = serializers.ChoiceField(ImportSession.Policy.choices, default=ImportSession.Policy.SKIP_BAD)
    column_map = serializers.CharField(required=False, help_text="The name of a shipped map, or a map as JSON.")


class CommitSerializer(serializers.Serializer[Any]):
    policy = serializers.ChoiceField(ImportSession.Policy.choices, required=False)
