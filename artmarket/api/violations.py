"""Validation errors and broken constraints, flattened into ``{"pointer", "code", "detail"}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.db.models import Model, UniqueConstraint
from django.utils.translation import gettext as _
from rest_framework import exceptions

ModelClass = type[Model] | None
DUPLICATE_CODES = {"unique", "unique_together"}
WHOLE_BODY = {NON_FIELD_ERRORS, "non_field_errors", "detail"}


@dataclass(frozen=True)
class Violation:
    """A broken constraint; its name is the code."""

    code: str
    message: str
    is_duplicate: bool


def all_violations(first: ModelClass = None) -> Iterator[Violation]:
    """Every named constraint, with its message in the language of the request; those of the table ``first`` lead."""
    for model in sorted(apps.get_models(), key=lambda model: model is not first):
        for constraint in model._meta.constraints:
            message = constraint.get_violation_error_message()
            yield Violation(constraint.name, str(message), isinstance(constraint, UniqueConstraint))


def by_name(name: str | None) -> Violation | None:
    """The constraint of that name; for the database's own ones (a foreign key, a unique column) a general message."""
    for violation in all_violations():
        if violation.code == name:
            return violation
    if name and "_fk_" in name:
        return Violation("does_not_exist", _("A record that this one refers to does not exist."), False)
    if name and (name.endswith(("_uniq", "_key", "_pkey"))):
        return Violation("unique", _("Such a record exists already."), True)
    return None


def constraint_name(exc: IntegrityError) -> str | None:
    return getattr(getattr(exc.__cause__, "diag", None), "constraint_name", None)


def is_duplicate(code: str) -> bool:
    return code in DUPLICATE_CODES or any(v.code == code and v.is_duplicate for v in all_violations())


def errors_of(exc: ValidationError | exceptions.ValidationError, model: ModelClass = None) -> list[dict[str, str]]:
    """One entry a message. Pointers are JSON pointers into the request's body; the whole body is ``""``."""
    if isinstance(exc, ValidationError):
        return list(from_model(exc, model))
    return list(from_serializer(exc.detail, ()))


def from_model(exc: ValidationError, model: ModelClass) -> Iterator[dict[str, str]]:
    fields = exc.error_dict if hasattr(exc, "error_dict") else {NON_FIELD_ERRORS: exc.error_list}
    for field, errors in fields.items():
        for error in errors:
            detail = " ".join(str(message) for message in error.messages)
            yield {"pointer": pointer((field,)), "code": code_of(error, detail, model), "detail": detail}


def code_of(error: ValidationError, detail: str, model: ModelClass) -> str:
    """The error's code; a constraint's name where the message is that of a constraint."""
    if error.code and error.code != "invalid":
        return str(error.code)
    return next((violation.code for violation in all_violations(model) if violation.message == detail), "invalid")


def from_serializer(detail: Any, path: tuple[str, ...]) -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from from_serializer(inner, (*path, str(name)))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from from_serializer(inner, (*path, str(index)) if nested else path)
    else:
        code = getattr(detail, "code", None) or "invalid"
        yield {"pointer": pointer(path), "code": str(code), "detail": str(detail)}


def pointer(path: tuple[str, ...]) -> str:
    parts = [part.replace("~", "~0").replace("/", "~1") for part in path if part not in WHOLE_BODY]
    return "".join(f"/{part}" for part in parts)
