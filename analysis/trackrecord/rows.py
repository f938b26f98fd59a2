"""Each lot of a backtest as a row of a table, for files and downloads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

FACTS = ("lot", "date", "house", "medium", "artist", "tier", "price", "house_middle")
REGIMES = ("walk_in", "catalogued", "estimated")
BANDS = ("low_95", "low_80", "low_50", "middle", "high_50", "high_80", "high_95")


def lot_rows(lots: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """A heading, then a row for each lot; amounts in the run's currency on its price basis."""
    yield [*FACTS, *(f"{regime}_{band}" for regime in REGIMES for band in BANDS)]
    for lot in lots:
        yield [lot[name] for name in FACTS] + [amount for regime in REGIMES for amount in lot[regime]]


FIGURES = (
    "n", "r2_log", "mae", "mae_log", "median_ape", "within_20", "within_30", "median_ratio", "cod", "prd", "prb",
    "coverage_50", "width_50", "coverage_80", "width_80", "coverage_95", "width_95",
)  # fmt: skip


def figure_lines(report: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Every figure of a report: a line for each year (``all`` last), regime, cut, group, and who estimated."""
    spans = [(fold["start"], fold["cells"]) for fold in report["folds"]] + [("all", report["cells"])]
    for span, cells in spans:
        for regime, cuts in cells.items():
            for cut, groups in cuts.items():
                for group, cell in groups.items():
                    beside = cell["beside"] or {}
                    told = {
                        "model": cell["model"],
                        **{f"{who} on estimated lots": each for who, each in beside.items()},
                    }
                    for who, figures in told.items():
                        yield [span, regime, cut, group, who, *(figures.get(name) for name in FIGURES)]
