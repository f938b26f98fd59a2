"""Optimistic locking: an ``ETag`` names a record's version, ``If-Match`` says which version a change was meant for."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from artmarket.api.problems import Problem


def of(record: Any) -> str:
    """The record's version: changes with each save."""
    changed = getattr(record, "updated_at", None) or getattr(record, "created_at", "")
    return f'"{sha256(f"{record._meta.label}:{record.pk}:{changed}".encode()).hexdigest()[:20]}"'


def require_match(request: Request, record: Any) -> None:
    """412 where ``If-Match`` names another version. Call it with the row locked."""
    asked = request.headers.get("If-Match")
    if asked is None or asked.strip() == "*":
        return
    if of(record) not in {part.strip() for part in asked.split(",")}:
        detail = _("The record was changed since you read it; read it again and decide.")
        raise Problem(412, "changed_meanwhile", detail=detail, headers={"ETag": of(record)})
