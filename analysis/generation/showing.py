"""A model's figures as its page shows them: beside what real works, copies and repeated pictures score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from analysis.similarity.senses import INBORN, LABELS

OWN, REAL, COPIES, REPEATS = "model", "real", "copies", "repeats"
SHOWN = ("kid", "fid", "precision", "recall", "coverage", "diversity", "originality", "copied")
SENSES = (*(f"nearer_{name}" for name in INBORN), "nearer_pixels")


def row_names() -> dict[str, str]:
    return {
        OWN: _("this model"),
        REAL: _("real works that it never saw"),
        COPIES: _("copies of its training works"),
        REPEATS: _("ten works repeated"),
    }


def figure_names() -> dict[str, str]:
    return {
        "kid": _("KID"),
        "fid": _("FID"),
        "precision": _("precision"),
        "recall": _("recall"),
        "coverage": _("coverage"),
        "diversity": _("diversity"),
        "originality": _("originality"),
        "copied": _("share of copies"),
        **{f"nearer_{name}": str(LABELS[name]) for name in INBORN},
        "nearer_pixels": _("Pixels"),
    }


def judged(figures: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The rows of a judgement (``ml.gan.judging``) among a version's figures; none where it was not judged."""
    rows = figures.get("rows")
    if not isinstance(rows, list):
        return []
    return [row for row in rows if isinstance(row, Mapping) and isinstance(row.get("figures"), Mapping)]


def figure_rows(figures: Mapping[str, Any], shown: Sequence[str] = SHOWN) -> dict[str, Any] | None:
    """Columns and rows for a table: ``{"columns": […], "rows": [(name, is_own, values)]}``; None where not judged by them."""
    rows, names = judged(figures), row_names()
    columns = [name for name in shown if any(name in row["figures"] for row in rows)]
    if not columns:
        return None
    lines = [
        (names.get(row["name"], row["name"]), row["name"] == OWN, [row["figures"].get(name) for name in columns])
        for row in rows
    ]
    titles = figure_names()
    return {"columns": [titles[name] for name in columns], "rows": lines, "count": figures.get("count")}


def figure_charts(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Bars of the figures that people compare models by; every bar beside its floors."""
    rows, names, titles = judged(figures), row_names(), figure_names()
    charts = []
    for name in ("kid", "recall", "originality"):
        points = [[names.get(row["name"], row["name"]), row["figures"].get(name)] for row in rows]
        if len([value for _name, value in points if value is not None]) > 1:
            charts.append(
                {
                    "title": f"{titles[name]} · {better(name)}",
                    "x_type": "category",
                    "series": [{"name": titles[name], "points": points}],
                }
            )
    return charts


def better(name: str) -> str:
    return _("less is better") if name in {"kid", "fid", "copied"} else _("more is better")
