"""``Idempotency-Key``: a POST sent twice is done once. Answers are kept for a day in the cache, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from artmarket.api.problems import Problem, bad_header
from artmarket.api.renderers import OrjsonRenderer

KEPT_S = 24 * 3600
RUNNING_S = 120
REPLAYED_HEADERS = ("ETag", "Location")


def once(request: Request, do: Callable[[], Response]) -> Response:
    """Do it, or answer as the first time. 409 while the first runs, 422 where the key came with another body.

    What fails is forgotten, so that it may be tried again. Without the header it is simply done.
    """
    name = request.headers.get("Idempotency-Key")
    if name is None:
        return do()
    if not 1 <= len(name) <= 200:
        raise bad_header("Idempotency-Key", _("From 1 to 200 characters."))
    place, body = place_of(request, name), fingerprint(request)
    if not cache.add(place, json.dumps({"body": body, "running": True}), RUNNING_S):
        return replay(cache.get(place), body)
    try:
        answer = do()
    except BaseException:
        cache.delete(place)
        raise
    cache.set(place, kept_form(answer, body), KEPT_S)
    return answer


def replay(kept: str | None, body: str) -> Response:
    first: dict[str, Any] = json.loads(kept) if kept else {"body": body, "running": True}
    if first["body"] != body:
        raise Problem(422, "idempotency_key_reused", detail=_("This Idempotency-Key came with another request before."))
    if first.get("running"):
        raise Problem(409, "still_running", detail=_("The same request is being worked on; ask again in a moment."))
    headers = {**first["headers"], "Idempotent-Replayed": "true"}
    return Response(first["data"], status=first["status"], headers=headers)


def kept_form(answer: Response, body: str) -> str:
    data = json.loads(OrjsonRenderer().render(answer.data))
    headers = {name: answer[name] for name in REPLAYED_HEADERS if name in answer}
    return json.dumps({"body": body, "status": answer.status_code, "headers": headers, "data": data})


def place_of(request: Request, name: str) -> str:
    asker = f"key:{request.auth.pk}" if request.auth is not None else f"user:{request.user.pk}"
    return f"idempotency:{sha256(f'{asker}:{request.path}:{name}'.encode()).hexdigest()}"


def fingerprint(request: Request) -> str:
    """SHA-256 of what was sent; files by their content."""
    whole = sha256()
    for name, value in sorted(request.data.items()) if hasattr(request.data, "items") else [("", request.data)]:
        whole.update(repr((name, content(value))).encode())
    return whole.hexdigest()


def content(value: Any) -> Any:
    if not hasattr(value, "chunks"):
        return json.dumps(value, sort_keys=True, default=str)
    inner = sha256()
    for chunk in value.chunks():
        inner.update(chunk)
    value.seek(0)
    return inner.hexdigest()
