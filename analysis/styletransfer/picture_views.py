"""Pictures of this room, served to those who may see them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from analysis.styletransfer import forgetting, queries, services
from analysis.styletransfer.models import ContentPicture, StyledImage
from analysis.styletransfer.sources import StylingRefused
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.pictures import rendition

KEPT = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
BRIEFLY = {"Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"}


@require_GET
def picture(request: HttpRequest, pk: UUID, size: str) -> HttpResponseBase:
    """A smaller copy of the result."""
    styled = get_object_or_404(StyledImage.objects.visible_to(request.user).only("result"), pk=pk)
    return copy_of(styled, size)


@require_GET
def shared_picture(request: HttpRequest, token: str, size: str) -> HttpResponseBase:
    """The same of a picture that is shared."""
    styled = queries.shared(token)
    if styled is None:
        raise Http404
    response = copy_of(styled, size)
    response["Cache-Control"] = "private, no-store"  # the address may be taken back
    return response


def copy_of(styled: StyledImage, size: str) -> HttpResponseBase:
    if size not in forgetting.SIZES or not styled.result:
        raise Http404
    return stored(forgetting.size_path(styled, size), "image/webp")


def stored(name: str, content_type: str) -> HttpResponseBase:
    """A file of the storage; 410 where it is gone."""
    try:
        return FileResponse(default_storage.open(name, "rb"), content_type=content_type, headers=KEPT)
    except FileNotFoundError:
        return HttpResponse(status=410)


@require_GET
def content(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A picture that was sent, to its sender."""
    sent = get_object_or_404(ContentPicture.objects.visible_to(request.user), pk=pk)
    return stored(str(sent.file.name), "image/webp")


@require_GET
def before(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """What a picture was before, to those who see it; a catalogue's picture only where it may be seen itself."""
    rows = StyledImage.objects.visible_to(request.user).select_related("content_picture")
    styled = get_object_or_404(rows.only("content_image", "content_picture"), pk=pk)
    if styled.content_picture is not None:
        return stored(str(styled.content_picture.file.name), "image/webp")
    image = get_object_or_404(ArtworkImage.objects.visible_to(request.user), pk=styled.content_image_id)
    response = rendition(image, "large")
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a run has come; the page asks for each step by an address of its own."""
    styled = get_object_or_404(StyledImage.objects.visible_to(request.user).only("preview"), pk=pk)
    if styled.preview is None:
        raise Http404
    return HttpResponse(bytes(styled.preview), content_type="image/webp", headers=BRIEFLY)


@require_GET
def export(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The PNG with its provenance, as a file; refused with a reason where the rights on a source do not allow it."""
    styled: Any = get_object_or_404(StyledImage.objects.visible_to(request.user).exclude(result=""), pk=pk)
    try:
        return png_answer(styled)
    except StylingRefused as error:
        messages.error(request, str(error))
        return redirect(styled)


def png_answer(styled: StyledImage) -> HttpResponseBase:
    """Raises ``StylingRefused`` (``not_done``, ``held_back``)."""
    if not styled.result:
        raise StylingRefused("not_done", "")
    services.check_may_leave(styled)
    response = stored(str(styled.result.name), "image/png")
    response["Content-Disposition"] = f'attachment; filename="restyled-{styled.pk.hex[:8]}.png"'
    response["Cache-Control"] = "private, no-store"
    return response
