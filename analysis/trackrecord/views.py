"""The public track record, and for people who are signed in the frozen estimates and the house ledger."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analysis.trackrecord import queries, showing
from analysis.trackrecord.freezing import is_intact
from analysis.trackrecord.models import BacktestRun, Forecast, LedgerEntry
from analysis.trackrecord.rows import FIGURES, figure_lines, lot_rows
from artmarket.sales.models import AuctionHouse, Lot

PAGE_ROWS, PANEL_ROWS, MOST_RUNS = 50, 8, 10
LEVEL = LedgerEntry.Level


@login_not_required
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """For everyone: the latest walk of a market, with aggregated figures and nameless dots only."""
    run = queries.latest_run(request.GET.get("scope", "")) or queries.latest_run()
    return render(request, "trackrecord/record.html", record_context(run))


@login_not_required
@require_safe
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """For everyone: an earlier walk as it was found."""
    return render(request, "trackrecord/record.html", record_context(get_object_or_404(queries.runs(), pk=pk)))


def record_context(run: BacktestRun | None) -> dict[str, Any]:
    if run is None:
        return {"run": None}
    cells = showing.in_order(run.report["cells"])
    regime = "estimated" if "estimated" in cells else "walk_in"
    currency = run.scope.partition(":")[2]
    forecasts = queries.forecast_figures(run.scope)
    charts = [
        ("line", showing.calibration_chart(cells)),
        ("bar", showing.width_chart(cells)),
        ("scatter", showing.scatter_chart(run, regime, currency)),
        ("bar", showing.tier_chart(cells, regime) if cells else {"series": []}),
        ("line", showing.ratio_chart(run)),
    ]
    return {
        "run": run,
        "currency": currency,
        "rows": showing.figure_rows(cells),
        "years": showing.year_tables(run),
        "cuts": showing.cut_tables(cells),
        "skipped": [fold for fold in run.report["folds"] if fold["skipped"]],
        "counts": counts_of(run),
        "charts": [
            (f"record-chart-{number}", kind, each) for number, (kind, each) in enumerate(charts) if each["series"]
        ],
        "forecasts": forecasts,
        "frozen_rows": showing.frozen_rows(forecasts),
        "scopes": queries.scopes_walked(),
        "others": queries.runs().defer("lots", "dots", "report").filter(scope=run.scope).exclude(pk=run.pk)[:MOST_RUNS],
        "shows_invented": run.is_invented,
    }


def counts_of(run: BacktestRun) -> dict[str, int]:
    folds = run.report["folds"]
    return {name: sum(fold[name] for fold in folds) for name in ("offered", "sold", "bought_in")}


@login_not_required
@require_safe
def run_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole report but each lot's estimates."""
    run = get_object_or_404(queries.runs(), pk=pk)
    return download(json.dumps(run.as_json(), indent=1), "application/json", f"track-record-{pk}.json")


@login_not_required
@require_safe
def run_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """All figures as a table: a line for each year, regime, cut and group."""
    run = get_object_or_404(queries.runs(), pk=pk)
    answer = download("", "text/csv; charset=utf-8", f"track-record-{pk}.csv")
    write_csv(answer, [["years", "regime", "cut", "group", "who", *FIGURES], *figure_lines(run.report)])
    return answer


@require_safe
def run_lots(request: HttpRequest, pk: int) -> HttpResponse:
    """Each lot's estimates, of lots that are public still; for people who may see public lots."""
    run = get_object_or_404(BacktestRun.objects.visible_to(request.user), pk=pk)
    public = queries.public_lot_keys(run)
    answer = download("", "text/csv; charset=utf-8", f"track-record-{pk}-lots.csv")
    write_csv(answer, lot_rows(lot for lot in run.lots if lot["lot"] in public))
    return answer


def download(content: str, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def write_csv(answer: HttpResponse, rows: Iterable[list[Any]]) -> None:
    csv.writer(answer).writerows(rows)


@require_safe
def forecast_list(request: HttpRequest) -> HttpResponse:
    """Frozen estimates of lots that may be seen: those that are scored, or while there are none those that wait."""
    rows: Any = Forecast.objects.visible_to(request.user)
    state = request.GET.get("state") or ("scored" if rows.filter(score__isnull=False).exists() else "waiting")
    rows = rows.filter(score__isnull=state != "scored").select_related(
        "score", "lot__sale__house", "valuation__artwork__artist"
    )
    page = Paginator(rows.order_by("-sale_date", "-pk"), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "trackrecord/forecast_list.html", {"page": page, "state": state})


@require_safe
def forecast_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One frozen estimate: what was said, when, its hash checked anew, and how it did."""
    rows: Any = Forecast.objects.visible_to(request.user)
    rows = rows.select_related("score", "lot__sale__house", "valuation__artwork__artist", "valuation__model_version")
    found = get_object_or_404(rows, pk=pk)
    context = {"forecast": found, "is_intact": is_intact(found), "shows_invented": found.scope.startswith("invented:")}
    return render(request, "trackrecord/forecast_detail.html", context)


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """All houses of a market: who estimates too low, who too high."""
    scopes = queries.ledger_scopes()
    wanted = request.GET.get("scope", "")
    found = queries.ledger_of(wanted if wanted in scopes else next(iter(scopes), ""))
    rows = queries.entries_of(found, request.user).filter(level=LEVEL.HOUSE) if found else []
    houses = sorted(rows, key=lambda row: -row.bias)
    chart = showing.ledger_chart(houses, _("Prices over the middle of the estimate"))
    context = {
        "ledger": found,
        "houses": houses,
        "scopes": scopes,
        "chart": chart,
        "persistence": persistence_of(found),
    }
    return render(request, "trackrecord/ledger.html", context)


@require_safe
def house_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """One house: its departments and artists."""
    return render(request, "trackrecord/house_ledger.html", house_context(request, pk, PAGE_ROWS))


@require_safe
def house_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same in short, for the house's own page."""
    return render(request, "trackrecord/_house_panel.html", house_context(request, pk, PANEL_ROWS))


def house_context(request: HttpRequest, pk: int, most: int) -> dict[str, Any]:
    house = get_object_or_404(AuctionHouse.objects.visible_to(request.user), pk=pk)
    found = queries.ledger_of(queries.scope_of(house))
    if found is None:
        return {"house": house, "ledger": None}
    rows = queries.entries_of(found, request.user, house=house.pk)
    tables = {level: list(rows.filter(level=level)[:most]) for level in (LEVEL.DEPARTMENT, LEVEL.ARTIST)}
    return {
        "house": house,
        "ledger": found,
        "whole": rows.filter(level=LEVEL.HOUSE).first(),
        "departments": tables[LEVEL.DEPARTMENT],
        "artists": tables[LEVEL.ARTIST],
        "chart": showing.ledger_chart(
            tables[LEVEL.DEPARTMENT], _("Prices over the middle of the estimate, by department")
        ),
        "persistence": persistence_of(found),
        "shows_invented": house.is_invented,
    }


def persistence_of(found: Any) -> list[tuple[str, int, float | None]]:
    """By level: its name, the pairs of years, and how they go together."""
    figures = found.persistence if found else {}
    return [(str(LEVEL(level).label), int(each["pairs"]), each["correlation"]) for level, each in figures.items()]


@require_safe
def lot_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """On a lot's page: whether its estimate is flagged, and what was frozen before its sale."""
    lots = Lot.objects.visible_to(request.user).select_related("sale__house").defer("search")
    lot = get_object_or_404(lots, pk=pk)
    context = {
        "lot": lot,
        "bias": queries.bias_of(lot),
        "forecasts": queries.forecasts_of([lot], request.user)[:PANEL_ROWS],
    }
    return render(request, "trackrecord/_lot_panel.html", context)
