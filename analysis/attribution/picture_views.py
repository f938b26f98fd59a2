"""Pages of pictures that are in nobody's catalogue: sending one, waiting, and its opinion. The asker's alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from analysis.attribution import services
from analysis.attribution.attributors import active_model
from analysis.attribution.models import AskedPicture, AttributionOpinion
from artmarket.core.pictures import PictureRefused


@require_http_methods(["GET", "POST"])
def send_picture(request: HttpRequest) -> HttpResponse:
    """Send a picture to be asked about; an accepted one leads to its page."""
    user: Any = request.user
    context: dict[str, Any] = {"model": active_model()}
    if request.method == "POST":
        upload = request.FILES.get("picture")
        try:
            if upload is None:
                raise PictureRefused("empty", _("Choose a picture first."))
            return redirect(services.ask_about_picture(actor=user, source=upload, name=upload.name or ""))  # type: ignore[arg-type]
        except (PictureRefused, services.OpinionRefused) as error:
            context["refused"] = str(error)
    return render(request, "attribution/send_picture.html", context, status=422 if "refused" in context else 200)


@require_GET
def picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The wait for a sent picture's opinion; where it is there, the way to it."""
    return answer(request, pk, "attribution/picture.html")


@require_GET
def picture_wait(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of that page that is asked for again."""
    return answer(request, pk, "attribution/_waiting.html")


def answer(request: HttpRequest, pk: UUID, template: str) -> HttpResponse:
    asked = get_object_or_404(AskedPicture.objects.visible_to(request.user).defer("picture"), pk=pk)
    found = AttributionOpinion.objects.filter(asked_picture=asked).order_by("-model_version").first()
    if found is not None and not getattr(request, "htmx", False):
        return redirect(found)
    context = {"asked": asked, "job": services.job_of(asked.job_id), "found": found}
    response = render(request, template, context)
    if found is not None:
        response["HX-Redirect"] = found.get_absolute_url()
    return response


@require_GET
def sent_picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The picture itself."""
    asked = get_object_or_404(AskedPicture.objects.visible_to(request.user).only("picture"), pk=pk)
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(asked.picture), content_type="image/webp", headers=headers)
