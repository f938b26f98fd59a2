"""The breeding bench: twelve pictures at a time, picked, crossed, mutated, moved, walked between; and projecting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from analysis.generation import asking, breeding, queries
from analysis.generation.asking import AskRefused
from analysis.generation.models import Brood
from analysis.generation.services import StudioRefused
from analysis.generation.views import seen_model
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.pictures import PictureRefused

FILM = "film"


@require_http_methods(["GET", "POST"])
def bench(request: HttpRequest, pk: int) -> HttpResponse:
    """A model's bench: GET shows the last generation, or makes the first; POST breeds the next."""
    user: Any = request.user
    model = seen_model(request, pk)
    brood: Brood | None = None
    refused = ""
    try:
        if request.method == "POST":
            if request.POST.get("how") == FILM:
                return to_film(request, model)
            brood = breeding.breed(actor=user, model=model, ask=asked_of(request.POST), previous=earlier(request))
        else:
            brood = queries.latest_brood(user, model)
    except (AskRefused, StudioRefused, ValidationError) as error:
        refused = " ".join(getattr(error, "messages", [str(error)]))
    if getattr(request, "htmx", False) and request.method == "POST":
        return fragment(request, brood or earlier(request), refused=refused)
    if refused:
        messages.error(request, refused)
    if request.method == "POST":
        return redirect(brood) if brood else redirect("generation:bench", pk=pk)
    return render(request, "generation/bench.html", bench_context(request, model, brood))


def earlier(request: HttpRequest) -> Brood | None:
    """The generation from which one goes on."""
    key = request.POST.get("previous", "")
    rows = Brood.objects.visible_to(request.user).select_related("model")
    return rows.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None


def asked_of(data: QueryDict) -> asking.Ask:
    """What the bench's form says. Raises ``AskRefused``."""
    said = {name: data.get(name, "") for name in data}
    try:
        parents = [int(key) for key in data.getlist("parent")]
        return asking.checked(
            said.get("how", ""),
            parents=parents,
            weights=[float(said.get(f"weight-{key}", "1")) for key in parents],
            by_layer={part: int(said[part]) for part in asking.PARTS if said.get(part, "").isdigit()},
            truncation=float(said.get("truncation", "0.8")),
            strength=float(said.get("strength", "0.5")),
            direction=int(said["direction"]) if said.get("direction", "").isdigit() else None,
            seed=int(said["seed"]) if said.get("seed", "").isdigit() else None,
        )
    except (ValueError, OverflowError) as error:
        if isinstance(error, AskRefused):
            raise
        raise AskRefused("bad_number", _("A number is out of its range.")) from error


def to_film(request: HttpRequest, model: Any) -> HttpResponse:
    user: Any = request.user
    keys = [int(key) for key in request.POST.getlist("parent") if key.isascii() and key.isdigit()]
    made = breeding.film(actor=user, model=model, stops=keys)
    if not getattr(request, "htmx", False):
        return redirect(made)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = made.get_absolute_url()
    return response


def bench_context(request: HttpRequest, model: Any, brood: Brood | None) -> dict[str, Any]:
    user: Any = request.user
    return {
        "model": model,
        "directions": list(model.directions.defer("vector")),
        "favourites": queries.favourites(user, model),
        "shows_invented": model.is_invented,
        "ways": asking.WAYS,
        **brood_context(request, brood),
    }


def brood_context(request: HttpRequest, brood: Brood | None) -> dict[str, Any]:
    """A generation and its pictures; ``is_waiting`` while a worker makes them."""
    if brood is None:
        return {"brood": None, "pictures": []}
    pictures = queries.brood_pictures(request.user, brood)
    is_waiting = not pictures and brood.job is not None and brood.job.is_unfinished
    return {
        "brood": brood,
        "pictures": pictures,
        "is_waiting": is_waiting,
        "places": range(brood.count) if is_waiting else [],
        "way": asking.WAYS.get(brood.asked.get("how", ""), ""),
    }


def seen_brood(request: HttpRequest, pk: int) -> Brood:
    rows = Brood.objects.visible_to(request.user).select_related("job", "previous")
    found: Brood = get_object_or_404(rows, pk=pk)
    return found


@require_GET
def brood(request: HttpRequest, pk: int) -> HttpResponse:
    """A generation on its model's bench; for htmx the pictures alone."""
    found = seen_brood(request, pk)
    if wants_fragment(request):
        return fragment(request, found)
    model = seen_model(request, found.model_id)
    return render(request, "generation/bench.html", bench_context(request, model, found))


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; after "back" it asks for the whole page."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request


def fragment(request: HttpRequest, found: Brood | None, *, refused: str = "") -> HttpResponse:
    context = brood_context(request, found)
    response = render(request, "generation/_brood.html", {**context, "refused": refused})
    if found is not None and not refused and request.method == "POST":
        response["HX-Push-Url"] = found.get_absolute_url()
    return response


@require_http_methods(["GET", "POST"])
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a picture, sent or of the catalogue, whose like the model then looks for in itself."""
    user: Any = request.user
    model = seen_model(request, pk)
    context: dict[str, Any] = {"model": model, "text": request.GET.get("text", "")}
    if request.method == "POST":
        try:
            return redirect(projected(request, model))
        except (PictureRefused, StudioRefused) as error:
            context["refused"] = str(error)
    context["works"] = queries.works_to_project(user, context["text"])
    return render(request, "generation/project.html", context, status=422 if "refused" in context else 200)


def projected(request: HttpRequest, model: Any) -> Brood:
    user: Any = request.user
    upload = request.FILES.get("picture")
    key = request.POST.get("image", "")
    image = None
    if upload is None and key.isascii() and key.isdigit() and len(key) < 19:
        image = get_object_or_404(ArtworkImage.objects.visible_to(user), pk=int(key))
    name = (upload.name or "") if upload is not None else ""
    return breeding.project(actor=user, model=model, image=image, upload=upload, name=name)  # type: ignore[arg-type]
