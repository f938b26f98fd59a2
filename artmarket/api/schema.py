"""OpenAPI: every operation names its scope and every answer it may give, problems included."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from artmarket.api.problems import CONTENT_TYPE

READING = (400, 401, 403, 404, 406, 429)
WRITING = (409, 412, 413, 415, 422)
MEANING = {
    400: "The request cannot be read: broken JSON, an unknown parameter, a bad cursor.",
    401: "No key and no session, or one that is not valid.",
    403: "The key lacks the scope, or the role may not change this record.",
    404: "No such record, or not yours to see.",
    406: "Only JSON is spoken here.",
    409: "The record exists already, or the request is being worked on.",
    412: "The record changed since it was read (`If-Match`).",
    413: "The body is too large.",
    415: "The body's type is not one that this operation reads.",
    422: "The body was read, but values were refused; see `errors`.",
    429: "Too many requests; see `Retry-After`.",
}


class FieldProblemSerializer(serializers.Serializer[Any]):
    """One refused value."""

    pointer = serializers.CharField(required=False, help_text="JSON pointer into the body; empty for the whole of it.")
    parameter = serializers.CharField(required=False, help_text="Name of the query parameter.")
    code = serializers.CharField(help_text="For machines; never changes.")
    detail = serializers.CharField(help_text="For people, in the language asked for.")


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField(help_text="`urn:artmarket:problem:` and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="For machines; never changes.")
    detail = serializers.CharField(required=False, help_text="For people, in the language asked for.")
    errors = FieldProblemSerializer(many=True, required=False)  # type: ignore[assignment]


class ProblemAutoSchema(AutoSchema):
    """Adds the problems that our base classes answer with, so that no view repeats them."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        scope = getattr(self.view, "required_scopes", {}).get(getattr(self.view, "action", None))
        if scope:
            operation["x-required-scope"] = scope
        problem = self.resolve_serializer(ProblemSerializer(), "response").ref
        statuses = READING if self.method == "GET" else READING + WRITING
        for status in statuses:
            operation["responses"].setdefault(str(status), problem_answer(status, problem))
        return operation


def problem_answer(status: int, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": MEANING[status], "content": {CONTENT_TYPE: {"schema": schema}}}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the docs speak of keys."""

    target_class = "artmarket.api.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "`Authorization: Bearer am_…`, made on the keys page.",
        }
