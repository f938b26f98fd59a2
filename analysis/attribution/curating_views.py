"""Curators' pages: a work's opinions side by side, verdicts, experts, the record itself, and how far all agree."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analysis.attribution import deciding, queries, showing
from analysis.attribution.attributors import active_model
from analysis.attribution.forms import DecisionForm, ExpertForm, RecordForm
from analysis.attribution.judging import judged
from analysis.attribution.models import Decision, ExpertOpinion
from analysis.attribution.naming import keys_of, named
from analysis.attribution.views import find_opinion, opinion_context
from artmarket.catalogue.models import Artist, Artwork
from artmarket.catalogue.queries import artwork_in_full
from artmarket.core.versions import versions_of

HISTORY_FIELDS = {"artist", "attribution"}
MOST_KNOWN = 500


@require_GET
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """A work's hand: the record, each model's opinion, and the experts', side by side."""
    return render(request, "attribution/work.html", work_context(request, find_work(request, pk)))


def find_work(request: HttpRequest, pk: int) -> Artwork:
    found: Artwork = get_object_or_404(artwork_in_full(request.user), pk=pk)
    return found


def work_context(request: HttpRequest, work: Artwork, **more: Any) -> dict[str, Any]:
    user: Any = request.user
    opinions = queries.opinions_of(user, work)
    names = named(user, keys_of(opinions))
    may_edit = Artwork.objects.editable_by(user).filter(pk=work.pk).exists()
    may_decide = queries.deciding_organisations(user).exists()
    return {
        "work": work,
        "image": next(iter(work.shown_images), None),  # type: ignore[attr-defined]
        "columns": [(each, showing.bars(each, names, most=showing.PANEL_BARS)) for each in opinions],
        "experts": queries.experts_of(user, work),
        "undone": undone_expert(request, work),
        "may_decide": may_decide,
        "expert_form": ExpertForm(user=user) if may_decide else None,
        "record_form": RecordForm(user=user, initial=as_on_record(work)) if may_edit else None,
        "known_artists": known_artists(request) if may_decide or may_edit else [],
        "model": active_model(),
        "shows_invented": work.is_invented,
        **more,
    }


def as_on_record(work: Artwork) -> dict[str, str]:
    return {"artist": work.artist.name if work.artist else "", "qualifier": work.attribution}


def known_artists(request: HttpRequest) -> list[str]:
    """Names that the model that answers has learned, to be offered while one types."""
    version = active_model()
    keys = [int(key) for key in version.parameters.get("artists", []) if key.isdigit()] if version else []
    seen = Artist.objects.visible_to(request.user).filter(pk__in=keys)
    return list(seen.order_by("sort_name").values_list("name", flat=True)[:MOST_KNOWN])


def undone_expert(request: HttpRequest, work: Artwork) -> ExpertOpinion | None:
    """The expert's opinion that was just taken back, so that it can stand again."""
    asked = request.GET.get("undone", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    rows = ExpertOpinion.objects.visible_to(request.user).filter(artwork=work, withdrawn_at__isnull=False)
    return rows.filter(pk=asked).first()


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, refuse or comment."""
    user: Any = request.user
    opinion = find_opinion(request, pk)
    form = DecisionForm(request.POST, user=user, prefix="decision")
    if not queries.deciding_organisations(user).exists():
        raise PermissionDenied(_("You may not decide on attributions for this organisation."))
    if form.is_valid():
        try:
            deciding.decide(actor=user, opinion=opinion, **form.cleaned_data)
            return redirect(f"{opinion.get_absolute_url()}#decisions")
        except ValidationError as error:
            form.add_error(None, error.messages)  # type: ignore[arg-type]
    context = opinion_context(request, opinion, decision_form=form)
    return render(request, "attribution/opinion_detail.html", context, status=422)


@require_POST
def decision_undo(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """``withdraw`` a decision, or ``restore`` one that was taken back."""
    user: Any = request.user
    found = get_object_or_404(Decision.objects.visible_to(user).select_related("opinion"), pk=pk)
    try:
        {"withdraw": deciding.withdraw, "restore": deciding.restore}[action](actor=user, decision=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except KeyError as error:
        raise Http404 from error
    return redirect(f"{found.opinion.get_absolute_url()}#decisions")


@require_POST
def expert_add(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    work = find_work(request, pk)
    if not queries.deciding_organisations(user).exists():
        raise PermissionDenied(_("You may not decide on attributions for this organisation."))
    form = ExpertForm(request.POST, user=user)
    if form.is_valid():
        try:
            deciding.record_expert(actor=user, artwork=work, **form.cleaned_data)
            return redirect(f"{request.path.removesuffix('experts/')}#experts")
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "attribution/work.html", work_context(request, work, expert_form=form), status=422)


@require_POST
def expert_undo(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """``withdraw`` an expert's opinion, or ``restore`` it."""
    user: Any = request.user
    found = get_object_or_404(ExpertOpinion.objects.visible_to(user), pk=pk)
    if action not in {"withdraw", "restore"}:
        raise Http404
    deciding.withdraw_expert(actor=user, opinion=found, back=action == "restore")
    answer = redirect("attribution:work", pk=found.artwork_id)
    if action == "withdraw":
        answer["Location"] += f"?undone={found.pk}#experts"
    return answer


@require_POST
def record_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the record itself: only by this form, and only where the person may edit the work."""
    user: Any = request.user
    work = find_work(request, pk)
    form = RecordForm(request.POST, user=user)
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            deciding.change_record(actor=user, artwork=work, artist=wanted["artist"], qualifier=wanted["qualifier"])
            messages.success(request, _("The record was changed; its history keeps what it said before."))
            return redirect("attribution:work", pk=work.pk)
        except ValidationError as error:
            form.add_error(None, error.messages)  # type: ignore[arg-type]
    elif not Artwork.objects.editable_by(user).filter(pk=work.pk).exists():
        raise PermissionDenied(_("You may not change records of this organisation."))
    work = find_work(request, pk)
    return render(request, "attribution/work.html", work_context(request, work, record_form=form), status=422)


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What the record said of the work's hand before, as a fragment; for those who may edit the work."""
    rows = Artwork.objects.editable_by(request.user).defer("search", "area_cm2")
    work = get_object_or_404(rows, pk=pk)
    fields = [field for field in Artwork._meta.concrete_fields if field.name in HISTORY_FIELDS]
    names = {str(field.verbose_name) for field in fields}
    versions = [
        (version, [change for change in version.changes if change.field in names]) for version in versions_of(work)
    ]
    context = {"work": work, "versions": [(version, changes) for version, changes in versions if changes]}
    return render(request, "attribution/_history.html", context)


@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    """How far experts and the machine agree, and the works on which they differ."""
    found = judged(request.user)
    names = named(request.user, {str(each["artist"]) for one in found.differing for each in one.opinion.candidates[:1]})
    rows = [(each, showing.bars(each.opinion, names, most=1)[0]) for each in found.differing]
    context = {"judged": found, "differing": rows, "model": active_model()}
    return render(request, "attribution/agreement.html", context)
