"""Pages of imports. Every step is a service; these only show and ask."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from artmarket.intake import exports, queries, services
from artmarket.intake.columns import Layout, read_layout
from artmarket.intake.forms import ColumnsForm, StartForm, columns_form
from artmarket.intake.models import ImportRow, ImportSession
from artmarket.intake.problems import message
from artmarket.intake.readers import ReadError, open_table
from artmarket.intake.spec import FIELDS, SpecError, shipped_maps, spec_from_json

State = ImportSession.State
BUSY = (State.VALIDATING, State.COMMITTING, State.UNDOING)
REFUSALS = (ReadError, SpecError, services.IntakeError)


def find(request: HttpRequest, pk: UUID) -> ImportSession:
    return get_object_or_404(queries.sessions_for(request.user), pk=pk)  # type: ignore[arg-type]


@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    sessions = queries.sessions_for(request.user)[: queries.PAGE]  # type: ignore[arg-type]
    may_import = queries.organisations_for(request.user).exists()  # type: ignore[arg-type]
    return render(request, "intake/import_list.html", {"sessions": sessions, "may_import": may_import})


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    form = StartForm(request.POST or None, request.FILES or None, user=request.user)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(begin(request, form.cleaned_data))
        except REFUSALS as error:
            form.add_error("file", str(error))
    code = 422 if request.method == "POST" else 200
    return render(request, "intake/import_new.html", {"form": form}, status=code)


@transaction.atomic
def begin(request: HttpRequest, data: dict[str, Any]) -> ImportSession:
    """Start the import; a file that is refused leaves no new house behind."""
    facts = {"currency": data["currency"], "market": data["market"]}
    spec = shipped_maps()[data["column_map"]] if data["column_map"] else None
    if not services.may_import_for(request.user, data["organisation"].pk if data["organisation"] else None):  # type: ignore[arg-type]
        raise services.IntakeError("not_allowed", _("You may not import for this organisation."))
    house = data["house"] or services.find_or_create_house(name=data["new_house"], facts=facts)
    return services.start_session(
        actor=request.user,  # type: ignore[arg-type]
        file=data["file"].file,
        file_name=data["file"].name,
        house=house,
        organisation=data["organisation"],
        visibility=data["visibility"],
        pictures=data["pictures"].file if data["pictures"] else None,
        spec=spec,
    )


@require_GET
def import_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    session = find(request, pk)
    return render(request, "intake/import_detail.html", {**facts_of(session), **form_of(session)})


def facts_of(session: ImportSession) -> dict[str, Any]:
    """What the page of an import shows of it, whatever its state."""
    issues = [
        {**issue, "message": message(issue["code"]), "label": issue["column"] or FIELDS.get(issue["field"], _("row"))}
        for issue in session.report.get("issues", [])
    ]
    states = [
        (state, label, session.report.get("states", {}).get(state, 0)) for state, label in ImportRow.State.choices
    ]
    doubtful = session.rows.filter(state=ImportRow.State.DOUBTFUL).count()
    ready = session.rows.filter(state=ImportRow.State.VALID).count()
    return {
        "session": session,
        "issues": issues,
        "states": [entry for entry in states if entry[2]],
        "is_busy": session.state in BUSY,
        "doubtful": doubtful,
        "ready": ready,
        "job_url": job_url(session),
        "bad": session.rows.filter(state=ImportRow.State.INVALID).count(),
        "policies": ImportSession.Policy.choices,
    }


def job_url(session: ImportSession) -> str:
    try:
        return reverse("jobs:job-detail", args=[session.job_id]) if session.job_id else ""
    except NoReverseMatch:
        return ""


def form_of(session: ImportSession) -> dict[str, Any]:
    """The columns' form, where columns may still be corrected."""
    if session.state not in {State.UPLOADED, State.REVIEW, State.FAILED}:
        return {}
    try:
        return {"form": columns_form(spec_from_json(session.spec), layout_of(session))}
    except (ReadError, SpecError, OSError) as error:
        return {"form_error": str(error)}


def layout_of(session: ImportSession) -> Layout:
    spec = spec_from_json(session.spec)
    with session.file.open("rb") as file:
        return read_layout(open_table(cast(BinaryIO, file), encoding=spec.encoding, delimiter=spec.delimiter), spec)


@require_POST
def import_columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the corrected columns and check the file with them."""
    session = find(request, pk)
    form: ColumnsForm = columns_form(spec_from_json(session.spec), layout_of(session), request.POST)
    if not form.is_valid():
        return render(request, "intake/import_detail.html", {**facts_of(session), "form": form}, status=422)

    def step() -> None:
        services.set_columns(actor=request.user, session=session, spec=form.new_spec())  # type: ignore[arg-type]
        services.request_validation(actor=request.user, session=session)  # type: ignore[arg-type]

    return taken(request, session, step)


@require_POST
def import_commit(request: HttpRequest, pk: UUID) -> HttpResponse:
    session = find(request, pk)
    policy = request.POST.get("policy", session.policy)
    return taken(
        request,
        session,
        lambda: services.request_commit(actor=request.user, session=session, policy=policy),  # type: ignore[arg-type]
    )


@require_http_methods(["GET", "POST"])
def import_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask first, then undo."""
    session = find(request, pk)
    if request.method == "GET":
        return render(request, "intake/import_undo.html", {"session": session, "records": session.records.count()})
    return taken(request, session, lambda: services.request_undo(actor=request.user, session=session))  # type: ignore[arg-type]


@require_POST
def import_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    session = find(request, pk)
    try:
        services.discard(actor=request.user, session=session)  # type: ignore[arg-type]
    except services.IntakeError as error:
        messages.error(request, str(error))
        return redirect(session)
    return redirect("intake:import-list")


def taken(request: HttpRequest, session: ImportSession, step: Callable[[], object]) -> HttpResponse:
    """Take a step and show the import again, with the reason where it was refused."""
    try:
        step()
    except REFUSALS as error:
        messages.error(request, str(error))
    return redirect(session)


@require_GET
def import_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The progress fragment; once the work has ended, the page is asked to load itself anew."""
    session = find(request, pk)
    response = render(request, "intake/_progress.html", facts_of(session))
    if session.state not in BUSY:
        response["HX-Refresh"] = "true"
    return response


@require_GET
def import_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    session = find(request, pk)
    state, tag = request.GET.get("state", ""), request.GET.get("tag", "")
    after = request.GET.get("after", "-1")
    number = int(after) if after.lstrip("-").isdigit() and len(after) < 9 else -1
    rows = queries.rows_page(session, state=state, tag=tag, after=number)
    context = {
        "session": session,
        "rows": [shown(row) for row in rows[: queries.PAGE]],
        "state": state,
        "tag": tag,
        "states": ImportRow.State.choices,
        "columns": session.report.get("columns", []),
        "next": rows[queries.PAGE - 1].number if len(rows) > queries.PAGE else None,
    }
    return render(request, "intake/import_rows.html", context)


def shown(row: ImportRow) -> dict[str, Any]:
    errors = [
        {
            **error,
            "message": error.get("detail") or message(error["code"]),
            "label": error.get("column") or error["field"],
        }
        for error in row.errors
    ]
    return {"row": row, "errors": errors}


@require_GET
def import_errors(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """All findings as CSV, streamed."""
    session = find(request, pk)

    class Line:
        def write(self, value: str) -> str:
            return value

    writer = csv.writer(Line())
    lines = (writer.writerow(cells) for cells in exports.error_rows(session))
    response = StreamingHttpResponse(("\ufeff" if i == 0 else "") + line for i, line in enumerate(lines))
    response["Content-Type"] = "text/csv; charset=utf-8"
    response["Content-Disposition"] = f'attachment; filename="import-{session.pk}-errors.csv"'
    return response


@require_http_methods(["GET", "POST"])
def import_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Doubtful artists: choose a known one, or take the credit as a new artist."""
    session = find(request, pk)
    if request.method == "POST":
        try:
            settle(request, session)
        except services.IntakeError as error:
            messages.error(request, str(error))
        return redirect("intake:import-review", session.pk)
    return render(
        request, "intake/import_review.html", {"session": session, "credits": queries.doubtful_credits(session)}
    )


def settle(request: HttpRequest, session: ImportSession) -> None:
    if "all_new" in request.POST:
        services.accept_all_as_new(actor=request.user, session=session)  # type: ignore[arg-type]
        return
    number, choice = request.POST.get("row", ""), request.POST.get("artist", "")
    if not number.isdigit() or not (choice.isdigit() or choice == "new"):
        raise Http404
    row = get_object_or_404(ImportRow, session=session, pk=int(number))
    services.choose_artist(actor=request.user, row=row, artist_id=None if choice == "new" else int(choice))  # type: ignore[arg-type]
