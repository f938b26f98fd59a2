"""Serving pictures: the sizes only, to those who may see the work, and once."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import SIZES, ensure_renditions, rendition_path
from artmarket.core.pictures import PictureRefused

FOREVER = "private, max-age=31536000, immutable"


@require_safe
def picture(request: HttpRequest, pk: int, size: str) -> HttpResponseBase:
    """One size of a picture. Its address always names the same bytes, so that browsers keep it."""
    if size not in SIZES:
        raise Http404
    columns = ("id", "sha256", "file", "size_bytes", "mime_type")
    image = get_object_or_404(ArtworkImage.objects.visible_to(request.user).only(*columns), pk=pk)
    etag = f'"{image.sha256[:32]}-{size}"'
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = rendition(image, size)
    response["ETag"] = etag
    response["Cache-Control"] = FOREVER
    response["X-Content-Type-Options"] = "nosniff"
    return response


def rendition(image: ArtworkImage, size: str) -> HttpResponseBase:
    """The bytes, made again from the original when they are missing; 410 where that is impossible."""
    path = rendition_path(image.sha256, size)
    try:
        if not default_storage.exists(path):
            ensure_renditions(image)
        return FileResponse(default_storage.open(path, "rb"), content_type="image/webp")
    except (PictureRefused, FileNotFoundError):
        return HttpResponse(status=410)
