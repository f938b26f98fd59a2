"""Pages of restyling: the gallery, choosing what and how, and one picture with all that can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis.jobs.models import Job
from analysis.jobs.services import JobError
from analysis.registry.queries import active_version
from analysis.styletransfer import choosing, forgetting, queries, services
from analysis.styletransfer.choosing import Choice
from analysis.styletransfer.filters import StyledImageFilter
from analysis.styletransfer.forms import KeepForm, StylingForm
from analysis.styletransfer.models import StyledImage
from analysis.styletransfer.sources import StylingRefused
from analysis.styletransfer.uploading import take_picture
from analysis.styletransfer.wishes import STEPS
from artmarket.api.keyset import Keyset
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.paging import Order, page_of
from artmarket.core.pictures import PictureRefused

PAGE_PICTURES = 24
SETTINGS = ("method", "strength", "keep_colours", "longest_px", "quality", "organisation")
ORDERS = {"newest": Order(gettext_lazy("latest made"), Keyset("-created_at", "-id"))}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The gallery: one's own pictures, and those that colleagues kept."""
    chosen = StyledImageFilter(request.GET, queryset=queries.gallery(request.user), request=request)
    page = page_of(request, chosen.qs, ORDERS, limit=PAGE_PICTURES)
    context = {
        "filter": chosen,
        "page": page,
        "orders": ORDERS,
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
        "model": active_version(services.KIND),
        "job": Job.objects.filter(dedupe_key=services.TRAIN, state__in=Job.UNFINISHED).first(),
    }
    return render(request, "styletransfer/home.html", context)


@require_POST
def train(request: HttpRequest) -> HttpResponse:
    """Have a worker train the network on the catalogue."""
    user: Any = request.user
    services.start_training(actor=user)
    messages.success(request, _("The network is being trained; it answers once it is."))
    return redirect("styletransfer:home")


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Choose content, styles and settings; every step is an address."""
    user: Any = request.user
    choice = choosing.read(user, request.GET)
    form = StylingForm(user=user, styles=choice.styles, initial=initial_of(choice, request.GET))
    return render(request, "styletransfer/new.html", new_context(request, choice, form))


def new_context(request: HttpRequest, choice: Choice, form: StylingForm) -> dict[str, Any]:
    user: Any = request.user
    asked = request.GET.get("find", "")
    wanted, text = ("content", asked) if choice.content is None else ("style", request.GET.get("find_style", ""))
    works = [] if choice.is_full else queries.works_like(user, text) if text else queries.some_works(user)
    return {
        "choice": choice,
        "form": form,
        "content_url": content_url(choice),
        "text": text,
        "hits": [(work, hit_query(choice, wanted, work.pk)) for work in works if work.pk not in choice.work_ids],
        "artists": [(each, choice.with_all("artist", each.pk)) for each in found_artists(user, wanted, text)],
        "selections": [(each, choice.with_all("selection", each.pk)) for each in queries.selections_of(user)],
        "chosen": [(image, field, choice.without_style(image)) for image, field in form.weights()],
    }


def found_artists(user: Any, wanted: str, text: str) -> Any:
    return queries.artists_like(user, text) if text and wanted == "style" else []


def hit_query(choice: Choice, wanted: str, work_id: int) -> str:
    return choice.with_content(work_id) if wanted == "content" else choice.with_style(work_id)


def content_url(choice: Choice) -> str:
    """Where the chosen content is shown from."""
    content = choice.content
    if content is None:
        return ""
    if isinstance(content, ArtworkImage):
        return reverse("catalogue:picture", args=[content.pk, "large"])
    return reverse("styletransfer:content", args=[content.pk])


def initial_of(choice: Choice, query: QueryDict) -> dict[str, Any]:
    """The settings that the address names, else those of the picture that is made again in another way."""
    found = settings_of(choice.again) if choice.again is not None else {}
    named = {name: query[name] for name in SETTINGS if name in query}
    keys = [image.pk for image in choice.styles if f"weight-{image.pk}" in query]
    weights = found.get("weights", {}) | {key: query[f"weight-{key}"] for key in keys}
    return found | named | {"weights": weights}


def settings_of(again: StyledImage) -> dict[str, Any]:
    words = {steps: word for word, steps in STEPS.items()}
    return {
        "method": again.method,
        "strength": again.strength,
        "keep_colours": again.keep_colours,
        "longest_px": again.longest_px,
        "quality": words.get(again.steps or 0, "usual"),
        "organisation": again.organisation_id,
        "weights": {use.image_id: use.weight for use in again.styles.all()},
    }


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a picture to restyle; the styles that were chosen before stay chosen."""
    if request.method == "GET":
        return choosing_again(request)
    user: Any = request.user
    choice, sent = choosing.read(user, request.GET), request.FILES.get("picture")
    try:
        if sent is None:
            raise PictureRefused("empty", _("Choose a picture first."))
        taken = take_picture(actor=user, source=sent, name=sent.name or "")  # type: ignore[arg-type]
    except (PictureRefused, StylingRefused) as error:
        form = StylingForm(user=user, styles=choice.styles)
        context = new_context(request, choice, form) | {"refused": str(error)}
        return render(request, "styletransfer/new.html", context, status=422)
    query = QueryDict(mutable=True)
    query["content"] = str(taken.pk)
    onward = "&".join(part for part in (query.urlencode(), with_pairs(choice)) if part)
    return redirect(f"{reverse('styletransfer:new')}?{onward}")


def choosing_again(request: HttpRequest) -> HttpResponse:
    """Who comes back to a refused choice by its address, or by signing in anew, finds the choice."""
    return redirect(f"{reverse('styletransfer:new')}?{request.GET.urlencode()}")


def with_pairs(choice: Choice) -> str:
    query = QueryDict(mutable=True)
    for name, value in choice.style_pairs:
        query.appendlist(name, value)
    return query.urlencode()


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Have it restyled; the picture's own page shows how it appears."""
    if request.method == "GET":
        return choosing_again(request)
    user: Any = request.user
    choice = choosing.read(user, request.GET)
    form = StylingForm(request.POST, user=user, styles=choice.styles)
    refused = ""
    try:
        if choice.content is None:
            raise StylingRefused("no_picture", _("Choose a picture to restyle first."))
        if form.is_valid():
            wish = form.wish(choice.content, artist=choice.artist, selection=choice.selection)
            return redirect(services.restyle(actor=user, wish=wish))
    except StylingRefused as error:
        refused = str(error)
    except ValidationError as error:
        refused = " ".join(error.messages)
    context = new_context(request, choice, form) | {"refused": refused or _("Some values were refused; see below.")}
    return render(request, "styletransfer/new.html", context, status=422)


@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One picture: appearing, or beside what it was."""
    return render(request, "styletransfer/detail.html", detail_context(request, find(request, pk)))


@require_GET
def panel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part that is asked for again until the picture is there; then the page is loaded anew, once."""
    styled = find(request, pk)
    response = render(request, "styletransfer/_progress.html", detail_context(request, styled))
    if styled.state == "done":
        response["HX-Refresh"] = "true"
    return response


def find(request: HttpRequest, pk: UUID) -> StyledImage:
    found: StyledImage = get_object_or_404(queries.in_full(request.user), pk=pk)
    return found


def detail_context(request: HttpRequest, styled: StyledImage) -> dict[str, Any]:
    user: Any = request.user
    is_editable = StyledImage.objects.editable_by(user).filter(pk=styled.pk).exists()
    context: dict[str, Any] = {"styled": styled, "job": styled.job, "may_change": is_editable}
    if styled.state != "done":
        return context
    if styled.share_token:
        path = reverse("styletransfer:shared", args=[styled.share_token])
        context["shared_url"] = request.build_absolute_uri(path)
    held_back = reason_of(services.check_may_leave, styled)
    not_shared = held_back or reason_of(services.check_may_be_shared, styled)
    return context | {
        "held_back": held_back,
        "not_shared": not_shared,
        "keep_form": KeepForm(initial={"note": styled.note}),
    }


def reason_of(check: Callable[[StyledImage], None], styled: StyledImage) -> str:
    """What the check says against the picture; empty where it has nothing to say."""
    try:
        check(styled)
    except StylingRefused as error:
        return str(error)
    return ""


def editable(request: HttpRequest, pk: UUID) -> StyledImage:
    """A picture that the person may change; 404 unseen, 403 seen only."""
    rows = StyledImage.objects.select_related("job", "content_picture")
    styled: StyledImage = get_object_or_404(rows.visible_to(request.user), pk=pk)
    if not StyledImage.objects.editable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied(_("You may see this picture, but not change it."))
    return styled


@require_POST
def change(request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
    """Keep, let go, share, take the address back, stop, try again, throw away."""
    user: Any = request.user
    styled = editable(request, pk)
    try:
        if action == "discard":
            forgetting.discard(actor=user, styled=styled)
            messages.success(request, _("The picture was thrown away."))
            return redirect("styletransfer:home")
        act(user, styled, action, request.POST)
    except (StylingRefused, JobError) as error:
        messages.error(request, str(error))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(styled)


def act(user: Any, styled: StyledImage, action: str, sent: QueryDict) -> None:
    match action:
        case "keep":
            services.keep(styled=styled, note=sent.get("note"))
        case "release":
            services.keep(styled=styled, is_kept=False)
        case "share":
            services.share(styled=styled)
        case "unshare":
            services.unshare(styled=styled)
        case "cancel":
            services.cancel(actor=user, styled=styled)
        case "again":
            services.try_again(actor=user, styled=styled)


@require_GET
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A picture for those signed in who were told its address: the result and how it was made, nothing of its sources but names
    that may be seen."""
    styled = queries.shared(token)
    if styled is None:
        return render(request, "styletransfer/not_shared.html", status=404)
    seen = queries.seen_styles(request.user, styled)
    return render(request, "styletransfer/shared.html", {"styled": styled, "styles": seen})
