"""Views that belong to no record: the list of endpoints, the schema, the docs, and addresses that do not exist."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from artmarket.api.router import Router


class RootView(APIView):
    """Addresses of all lists; one below a record is found there."""

    router: Router | None = None
    permission_classes = [IsAuthenticated]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        entries = self.router.registry if self.router else []
        names = {getattr(address, "name", "") for address in self.router.urls} if self.router else set()
        lists = [(prefix, f"{basename}-list") for prefix, _view, basename in entries if "(" not in prefix]
        found = {prefix: reverse(f"api:{name}", request=request) for prefix, name in lists if name in names}
        return Response(found)


class UnknownAddressView(APIView):
    """Whatever lies under ``/api/v1/`` and is no endpoint: 404 as a problem, for every method."""

    permission_classes = [IsAuthenticated]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, open to everybody signed in."""

    permission_classes = [IsAuthenticated]


class DocsView(SpectacularSwaggerView):
    """Swagger UI from our own static files."""

    permission_classes = [IsAuthenticated]
    template_name = "api/docs.html"
    url_name = "api:schema"
