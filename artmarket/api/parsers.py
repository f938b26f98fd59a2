"""Bodies: JSON read by orjson, strictly. Apart from the renderers, which the framework loads before problems exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from artmarket.api.problems import Problem


class OrjsonParser(BaseParser):
    """Reads JSON; NaN, lone surrogates and broken UTF-8 are refused rather than carried into the database."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Problem(413, "too_large", detail=_("A body holds at most %(limit)s bytes.") % {"limit": limit})
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(_("The body is not valid JSON: %(reason)s.") % {"reason": error}) from error
