"""Backtests and ledgers as tables and charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.trackrecord.models import BacktestRun, LedgerEntry
from analysis.trackrecord.queries import ForecastFigures
from analysis.valuation.showing import REGIMES
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import AuctionHouse

CUTS: Mapping[str, str | Promise] = {
    "house": gettext_lazy("By house"),
    "tier": gettext_lazy("By price tier"),
    "medium": gettext_lazy("By medium"),
    "artist": gettext_lazy("By how well the artist is known"),
    "answer": gettext_lazy("Estimates given and withheld"),
}
GROUPS: Mapping[str, str | Promise] = {
    "lowest quarter": gettext_lazy("lowest quarter"),
    "second quarter": gettext_lazy("second quarter"),
    "third quarter": gettext_lazy("third quarter"),
    "highest quarter": gettext_lazy("highest quarter"),
    "cold": gettext_lazy("cold: never offered before"),
    "few": gettext_lazy("few: one to four earlier offers"),
    "warm": gettext_lazy("warm: five or more"),
    "given": gettext_lazy("given"),
    "withheld": gettext_lazy("withheld: the interval was too wide"),
}
LEVELS = (50, 80, 95)
MOST_BARS = 20
Cells = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Row:
    """A line of a table of figures: who estimated which lots, and how well."""

    label: str
    figures: Mapping[str, Any]
    house: Mapping[str, Any] | None = None
    is_house: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its heading; ``key`` is an anchor."""

    key: str
    title: str
    rows: list[Row]


def in_order(cells: Cells) -> dict[str, dict[str, Any]]:
    """Regimes, cuts' groups and tiers as they are told here: the database keeps JSON in an order of its own."""
    told = [*GROUPS]
    return {
        regime: {
            cut: dict(
                sorted(groups.items(), key=lambda each: (told.index(each[0]) if each[0] in told else -1, each[0]))
            )
            for cut, groups in cells[regime].items()
        }
        for regime in REGIMES
        if regime in cells
    }


def figure_rows(cells: Cells) -> list[Row]:
    """Each regime on all lots, then on those with a house's estimate beside the house itself."""
    rows = []
    for regime, cuts in cells.items():
        whole = cuts["all"]["all"]
        name = str(REGIMES[regime])
        rows.append(Row(name, whole["model"]))
        beside = whole["beside"]
        if beside:
            if beside["model"]["n"] != whole["model"]["n"]:
                rows.append(Row(_("%(regime)s, only lots with a house's estimate") % {"regime": name}, beside["model"]))
            rows.append(Row(_("The houses' own estimate, same lots"), beside["house"], is_house=True))
    return rows


def frozen_rows(forecasts: ForecastFigures) -> list[Row]:
    """The scored frozen estimates, and the houses' own beside."""
    rows = [Row(_("Frozen estimates"), forecasts.model)] if forecasts.model else []
    if forecasts.beside:
        if forecasts.model and forecasts.beside["model"]["n"] != forecasts.model["n"]:
            rows.append(Row(_("Frozen estimates, only lots with a house's estimate"), forecasts.beside["model"]))
        rows.append(Row(_("The houses' own estimate, same lots"), forecasts.beside["house"], is_house=True))
    return rows


def year_tables(run: BacktestRun) -> list[Table]:
    """A table for each year that could be estimated."""
    folds = [fold for fold in run.report["folds"] if fold["cells"]]
    return [Table(f"year-{fold['start']}", span_of(fold), figure_rows(in_order(fold["cells"]))) for fold in folds]


def span_of(fold: Mapping[str, Any]) -> str:
    """A whole calendar year by its number, a part of one by its days."""
    first, last = fold["start"], fold["end"]
    whole = first.endswith("-01-01") and last == f"{int(first[:4]) + 1}-01-01"
    return first[:4] if whole else f"{first} – {last}"


def cut_tables(cells: Cells) -> list[Table]:
    """For each cut, its groups by regime, the house's figures beside."""
    names = house_names(cells)
    tables = []
    for cut, title in CUTS.items():
        rows = [
            Row(
                f"{REGIMES[regime]} · {group_label(cut, group, names)}",
                cell["model"],
                (cell["beside"] or {}).get("house"),
            )
            for regime, cuts in cells.items()
            for group, cell in cuts.get(cut, {}).items()
        ]
        if rows:
            tables.append(Table(cut, str(title), rows))
    return tables


def house_names(cells: Cells) -> dict[str, str]:
    keys = {group for cuts in cells.values() for group in cuts.get("house", {}) if group}
    return {str(pk): name for pk, name in AuctionHouse.objects.filter(pk__in=keys).values_list("pk", "name")}


def group_label(cut: str, group: str, names: Mapping[str, str]) -> str:
    if cut == "house":
        return names.get(group) or _("a house no longer on record")
    if cut == "medium":
        choices = dict(Artwork._meta.get_field("medium").flatchoices)
        return str(choices.get(group, group)) if group else _("not known")
    return str(GROUPS.get(group, group))


def calibration_chart(cells: Cells) -> dict[str, Any]:
    """How many prices lay in intervals that promised 50, 80 and 95 %."""
    series = [{"name": _("as promised"), "points": [[level, level] for level in LEVELS]}]
    for regime, cuts in cells.items():
        figures = cuts["all"]["all"]["model"]
        points = [[level, percent(figures.get(f"coverage_{level}"))] for level in LEVELS]
        series.append({"name": str(REGIMES[regime]), "points": known(points)})
    return chart(_("Promised and kept"), series, x=_("promised share of prices (%)"), y=_("share inside"), unit="%")


def width_chart(cells: Cells) -> dict[str, Any]:
    """How wide those intervals were: coverage without width says nothing."""
    series = [
        {
            "name": str(REGIMES[regime]),
            "points": known([[f"{level} %", cuts["all"]["all"]["model"].get(f"width_{level}")] for level in LEVELS]),
        }
        for regime, cuts in cells.items()
    ]
    return chart(_("Width: high ÷ low, median"), series, x_type="category", x=_("interval"), y=_("high ÷ low"))


def tier_chart(cells: Cells, regime: str) -> dict[str, Any]:
    """Median error by price tier, the houses' beside."""
    tiers = cells.get(regime, {}).get("tier", {})
    ours = [[str(GROUPS.get(tier, tier)), percent(cell["model"]["median_ape"])] for tier, cell in tiers.items()]
    theirs = [
        [str(GROUPS.get(tier, tier)), percent(cell["beside"]["house"]["median_ape"])]
        for tier, cell in tiers.items()
        if cell["beside"]
    ]
    return chart(
        _("Median error by price tier: %(regime)s") % {"regime": REGIMES[regime]},
        [{"name": str(REGIMES[regime]), "points": known(ours)}, {"name": _("The houses"), "points": known(theirs)}],
        x_type="category",
        x=_("tier"),
        y=_("median error"),
        unit="%",
    )


def ratio_chart(run: BacktestRun) -> dict[str, Any]:
    """Median of estimate over price by year: a model that lags the market drifts away from 1."""
    lines: dict[str, list[list[Any]]] = {}
    for fold in run.report["folds"]:
        year = int(fold["start"][:4])
        for regime, cuts in in_order(fold["cells"]).items():
            whole = cuts["all"]["all"]
            lines.setdefault(str(REGIMES[regime]), []).append([year, whole["model"]["median_ratio"]])
            if regime == "estimated" and whole["beside"]:
                lines.setdefault(_("The houses"), []).append([year, whole["beside"]["house"]["median_ratio"]])
    series = [{"name": name, "points": known(points)} for name, points in lines.items()]
    return chart(_("Estimate over price, median by year"), series, x_type="year", y=_("estimate ÷ price"))


def scatter_chart(run: BacktestRun, regime: str, currency: str) -> dict[str, Any]:
    """Price by estimate, each lot a dot without a name."""
    dots = run.dots.get(regime, [])
    if not dots:
        return chart("", [])
    ends = [min(dot[0] for dot in dots), max(dot[0] for dot in dots)]
    return chart(
        _("Price by estimate: %(regime)s") % {"regime": REGIMES[regime]},
        [{"name": _("lots"), "points": dots}, {"name": _("estimate = price"), "points": [[end, end] for end in ends]}],
        x_type="log",
        y_type="log",
        x=_("estimate (%(currency)s)") % {"currency": currency},
        y=_("price"),
        unit=currency,
    )


def ledger_chart(rows: Iterable[LedgerEntry], title: str) -> dict[str, Any]:
    """Biases with their intervals, in per cent of the middle of the estimate."""
    points = [
        [label_of(row), round(row.percent, 1), round(row.percent_low, 1), round(row.percent_high, 1)]
        for row in list(rows)[:MOST_BARS]
    ]
    return {"title": title, "unit": "%", "series": [{"name": "", "points": points}]}


def label_of(entry: LedgerEntry) -> str:
    """The narrowest name of a group."""
    if entry.artist is not None:
        return str(entry.artist) if not entry.department else f"{entry.artist}, {entry.department}"
    return entry.department or str(entry.house)


def chart(title: str, series: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"title": title, "series": [each for each in series if each["points"]], **more}


def known(points: list[list[Any]]) -> list[list[Any]]:
    return [point for point in points if point[1] is not None]


def percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 2)
