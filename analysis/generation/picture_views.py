"""One generated picture: its family, what it is near to, and what one may do with it; and films."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from analysis.generation import queries, services
from analysis.generation.models import Film, GeneratedImage, StudioModel
from analysis.generation.services import StudioRefused
from analysis.generation.training_views import webp
from analysis.similarity.services import search_by_picture
from artmarket.core.pictures import PictureRefused

FOREVER = "private, max-age=31536000, immutable"


def seen_picture(request: HttpRequest, pk: int) -> GeneratedImage:
    rows = GeneratedImage.objects.visible_to(request.user).select_related("model", "made_by", "brood")
    found: GeneratedImage = get_object_or_404(rows.defer("picture", "style", "model__grid"), pk=pk)
    return found


@require_GET
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture with its parents, its children and the nearest training works."""
    user: Any = request.user
    found = seen_picture(request, pk)
    ancestors, children = queries.family(user, found)
    context = {
        "picture": found,
        "model": found.model,
        "may_breed": StudioModel.objects.visible_to(user).filter(pk=found.model_id).exists(),
        "is_own": GeneratedImage.objects.editable_by(user).filter(pk=found.pk).exists(),
        "ancestors": ancestors,
        "children": children,
        "nearest": queries.nearest_works(user, found),
        "shows_invented": found.model.is_invented,
    }
    return render(request, "generation/picture.html", context)


@require_safe
def picture_png(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture as it was made, with what it says of itself: a generated picture, of which model, by which recipe."""
    rows = GeneratedImage.objects.visible_to(request.user).only("id", "picture", "picture_sha256", "published_at")
    found = get_object_or_404(rows, pk=pk)
    etag = f'"{found.picture_sha256[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(bytes(found.picture), content_type="image/png")
    response["ETag"], response["Cache-Control"], response["X-Content-Type-Options"] = etag, FOREVER, "nosniff"
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="generated-{found.pk}.png"'
    return response


@require_POST
def picture_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark, note, publish, or take back; or search the catalogue by it, which leads to what is found."""
    user: Any = request.user
    found = seen_picture(request, pk)
    action = request.POST.get("action", "")
    try:
        if action in {"favourite", "unfavourite"}:
            services.set_favourite(actor=user, picture=found, is_favourite=action == "favourite")
        elif action == "note":
            services.write_note(actor=user, picture=found, note=request.POST.get("note", ""))
        elif action == "publish":
            services.publish(actor=user, picture=found)
            messages.success(request, _("Everyone signed in sees the picture now."))
        elif action == "unpublish":
            services.unpublish(actor=user, picture=found)
        elif action == "search":
            asked = search_by_picture(actor=user, source=io.BytesIO(bytes(found.picture)))
            return redirect("similarity:picture-search", pk=asked.pk)
    except (StudioRefused, PictureRefused, ValidationError) as refused:
        messages.error(request, " ".join(getattr(refused, "messages", [str(refused)])))
    if getattr(request, "htmx", False):
        return render(request, "generation/_heart.html", {"picture": seen_picture(request, pk)})
    return redirect(found)


def seen_film(request: HttpRequest, pk: int) -> Film:
    rows = Film.objects.visible_to(request.user).select_related("model", "job").defer("data", "model__grid")
    found: Film = get_object_or_404(rows, pk=pk)
    return found


@require_GET
def film(request: HttpRequest, pk: int) -> HttpResponse:
    """A film, or the wait for it."""
    found = seen_film(request, pk)
    is_there = Film.objects.filter(pk=pk, data__isnull=False).exists()
    pictures = queries.pictures_for(request.user).in_bulk(found.stops)
    context = {
        "film": found,
        "model": found.model,
        "is_there": is_there,
        "stops": [pictures[key] for key in found.stops if key in pictures],
        "is_own": Film.objects.editable_by(request.user).filter(pk=pk).exists(),
    }
    template = "generation/_film.html" if getattr(request, "htmx", False) else "generation/film.html"
    return render(request, template, context)


@require_safe
def film_webp(request: HttpRequest, pk: int) -> HttpResponse:
    """The film itself."""
    found = get_object_or_404(Film.objects.visible_to(request.user).only("data"), pk=pk)
    response = webp(found.data)
    if "download" in request.GET and found.data is not None:
        response["Content-Disposition"] = f'attachment; filename="generated-film-{found.pk}.webp"'
    return response


@require_POST
def film_delete(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    services.delete_film(actor=user, film=seen_film(request, pk))
    return redirect("generation:home")
