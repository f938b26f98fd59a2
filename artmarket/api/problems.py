"""Every refusal as problem details (RFC 9457), whoever raised it: a view, a service, Django, or the database."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.core.signals import got_request_exception
from django.db import DataError, IntegrityError
from django.db.models import ProtectedError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from artmarket.api import violations

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:artmarket:problem:"
Errors = Sequence[Mapping[str, str]]


class Problem(exceptions.APIException):
    """Raise to answer with a problem.

    ``code`` is for machines and never changes; ``title`` names the kind and ``detail`` this case, both for people.
    ``errors`` lists ``{"pointer"|"parameter", "code", "detail"}``; ``more`` are further members of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        title: str = "",
        detail: str = "",
        *,
        errors: Errors = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail or title, code)
        self.status_code = status
        self.code = code
        self.title = title or status_title(status)
        self.text = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.more = more

    def as_dict(self) -> dict[str, Any]:
        body = {"type": TYPE_PREFIX + self.code, "title": self.title, "status": self.status_code, "code": self.code}
        if self.text:
            body["detail"] = self.text
        if self.errors:
            body["errors"] = self.errors
        return {**body, **self.more}


def problem_response(exc: Exception, context: Mapping[str, Any]) -> Response:
    """REST framework's exception handler."""
    rows = getattr(context.get("view"), "queryset", None)
    problem = as_problem(exc, rows.model if rows is not None else None)
    if problem is None:
        logger.exception("unforeseen", exc_info=exc)
        got_request_exception.send(sender=None, request=context.get("request"))
        problem = Problem(500, "internal_error", detail=_("Something broke on our side; it was written to the log."))
    set_rollback()
    return Response(problem.as_dict(), status=problem.status_code, headers=problem.headers, content_type=CONTENT_TYPE)


def as_problem(exc: Exception, model: violations.ModelClass = None) -> Problem | None:
    """The problem that an exception means; None for one that nobody foresaw. ``model`` is the table being asked."""
    match exc:
        case Problem():
            return exc
        case ValidationError() | exceptions.ValidationError():
            return invalid(exc, model)
        case Http404() | ObjectDoesNotExist():
            return Problem(404, "not_found", detail=_("There is no such record, or it is not yours to see."))
        case PermissionDenied():
            return Problem(403, "permission_denied", detail=str(exc) or _("You may not do this."))
        case RequestDataTooBig():
            return Problem(413, "too_large", detail=_("The body is too large."))
        case SuspiciousOperation():
            return Problem(400, "malformed", detail=_("The request cannot be read."))
        case exceptions.APIException():
            return from_framework(exc)
        case ProtectedError():
            return Problem(409, "in_use", detail=_("Other records still refer to this one."))
        case IntegrityError():
            return from_database(exc)
        case DataError():
            return Problem(422, "invalid", detail=_("A value is out of the range that can be kept."))
    return None


def from_framework(exc: exceptions.APIException) -> Problem:
    codes = exc.get_codes()
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header  # type: ignore[attr-defined]
    if getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(exc.wait))  # type: ignore[attr-defined]
    code = codes if isinstance(codes, str) else exc.default_code
    return Problem(exc.status_code, code, detail=str(exc.detail), headers=headers)


def from_database(exc: IntegrityError) -> Problem | None:
    """A constraint that the database guarded, e.g. when two requests wrote the same at once."""
    violation = violations.by_name(violations.constraint_name(exc))
    return from_violation(violation) if violation else None


def from_violation(violation: violations.Violation) -> Problem:
    errors = [{"pointer": "", "code": violation.code, "detail": violation.message}]
    if violation.is_duplicate:
        return Problem(409, "duplicate", detail=violation.message, errors=errors)
    return Problem(422, "invalid", detail=violation.message, errors=errors)


def invalid(exc: ValidationError | exceptions.ValidationError, model: violations.ModelClass = None) -> Problem:
    """422 with one error a field; 409 where all that is wrong is that the record exists already."""
    errors = violations.errors_of(exc, model)
    if errors and all(violations.is_duplicate(error["code"]) for error in errors):
        return Problem(409, "duplicate", detail=errors[0]["detail"], errors=errors)
    return Problem(422, "invalid", detail=_("Some values were refused; see “errors”."), errors=errors)


def status_title(status: int) -> str:
    return HTTPStatus(status).phrase


def bad_header(name: str, detail: str) -> Problem:
    """A 400 that names the header."""
    return Problem(400, "bad_header", detail=f"{name}: {detail}")
