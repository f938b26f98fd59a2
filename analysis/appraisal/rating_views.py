"""Pages of experts' ratings: on a work's page, work after work by keyboard, and one's own to change or withdraw."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis.appraisal import choosing, opinions, overview, services
from analysis.appraisal.forms import RatingForm
from analysis.appraisal.jobs import TRAIN
from analysis.appraisal.models import Criterion, Rating
from analysis.appraisal.training import FEWEST_RATED, KIND
from analysis.jobs.models import Job
from analysis.registry.queries import active_version
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.queries import artwork_in_full

PAGE_ROWS = 50
MOST_SEEN = 200
SEEN = "appraisal.seen"


def may_rate(request: HttpRequest) -> bool:
    user: Any = request.user
    return services.rating_organisation_id(user) is not None


@require_GET
def ratings_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """On a work's page: what experts say by criterion, as a fragment."""
    user: Any = request.user
    work = get_object_or_404(Artwork.objects.visible_to(user).only("pk", "title"), pk=pk)
    context = {"work": work, "opinions": opinions.opinions_of(user, work), "may_rate": may_rate(request)}
    return render(request, "appraisal/_ratings_panel.html", context)


@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Rate one work; others' scores are not shown here, so that each judges alone."""
    user: Any = request.user
    services.check_may_rate(user)
    work = get_object_or_404(artwork_in_full(user), pk=pk)
    criteria = list(Criterion.objects.asked())
    own = Rating.objects.editable_by(user).filter(artwork=work)
    known = {rating.criterion_id: services.Judgement(rating.score, rating.comment) for rating in own}
    form = RatingForm(request.POST or None, criteria=criteria, known=known)
    remember(request, work.pk)
    if request.method == "POST" and form.is_valid() and saved(user, work, form):
        again = reverse("appraisal:rate", args=[work.pk])
        messages.success(
            request, format_html('{} <a href="{}">{}</a>', _("Your rating was kept."), again, _("Change it"))
        )
        return redirect("appraisal:rate-next")
    image = work.shown_images[0] if work.shown_images else None
    context = {"work": work, "image": image, "form": form, "before": before(request, work.pk), "is_known": bool(known)}
    return render(request, "appraisal/rate.html", context, status=422 if form.errors else 200)


def saved(user: Any, work: Artwork, form: RatingForm) -> bool:
    try:
        services.rate(actor=user, artwork=work, judgements=form.judgements())
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    return True


@require_GET
def rate_next(request: HttpRequest) -> HttpResponse:
    """On to a work that the expert has not rated, nor seen and passed by a moment ago."""
    user: Any = request.user
    services.check_may_rate(user)
    found = choosing.next_work_id(user, but_not=request.session.get(SEEN, []))
    if found is None and request.session.get(SEEN):
        request.session[SEEN] = []
        found = choosing.next_work_id(user, but_not=[])
    if found is None:
        return render(request, "appraisal/rate_done.html", {"count": Rating.objects.editable_by(user).count()})
    return redirect("appraisal:rate", pk=found)


def remember(request: HttpRequest, pk: int) -> None:
    """Keep the works as they were shown, each once, the latest last."""
    seen = [each for each in request.session.get(SEEN, []) if each != pk]
    request.session[SEEN] = [*seen, pk][-MOST_SEEN:]


def before(request: HttpRequest, pk: int) -> int | None:
    """The work that was shown before this one."""
    seen = request.session.get(SEEN, [])
    return seen[-2] if len(seen) > 1 else None


@require_GET
def ratings_overview(request: HttpRequest) -> HttpResponse:
    """How far experts agree, how well the machine foretells them, and where they differ most."""
    user: Any = request.user
    version, asked = active_version(KIND), request.GET.get("criterion", "")
    standings = overview.standings(user, version)
    known = {each.criterion.code for each in standings}
    found = overview.differences(user, asked if asked in known else "")
    context = {
        "standings": standings,
        "version": version,
        "differences": found,
        "asked": asked if asked in known else "",
        "may_rate": may_rate(request),
        "job": Job.objects.filter(dedupe_key=TRAIN, state__in=Job.UNFINISHED).only("pk", "title", "kind").first(),
        "fewest": FEWEST_RATED,
        "shows_invented": any(each.work.is_invented for each in found),
    }
    return render(request, "appraisal/ratings_overview.html", context)


@require_POST
def train(request: HttpRequest) -> HttpResponse:
    """Have the machine learn from the ratings as they stand."""
    user: Any = request.user
    services.request_training(actor=user)
    messages.success(request, _("The machine will learn from the ratings as they stand now."))
    return redirect("appraisal:ratings-overview")


@require_GET
def own_ratings(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    page = Paginator(opinions.own_rows(user), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "may_rate": may_rate(request), "withdrawn": withdrawn_rating(request)}
    return render(request, "appraisal/own_ratings.html", context)


def withdrawn_rating(request: HttpRequest) -> Rating | None:
    """The rating that was just withdrawn, so that it can be put back."""
    asked = request.GET.get("withdrawn", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    own = Rating.objects.filter(rater_id=request.user.pk, withdrawn_at__isnull=False)
    return own.select_related("criterion").filter(pk=asked).first()


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    rating = get_object_or_404(Rating.objects.editable_by(user), pk=pk)
    services.withdraw(actor=user, rating=rating)
    return redirect(f"{reverse('appraisal:own-ratings')}?withdrawn={rating.pk}")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a withdrawal back."""
    user: Any = request.user
    rating = get_object_or_404(Rating.objects.filter(rater_id=user.pk, withdrawn_at__isnull=False), pk=pk)
    services.restore(actor=user, rating=rating)
    return redirect("appraisal:own-ratings")
