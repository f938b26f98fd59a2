"""Figures in one line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS = {
    "n": ("n", "5.0f"),
    "r2_log": ("R²", "6.3f"),
    "median_ape": ("median error", "6.1%"),
    "within_20": ("±20 %", "6.1%"),
    "within_30": ("±30 %", "6.1%"),
    "median_ratio": ("ratio", "5.2f"),
    "cod": ("COD", "5.0f"),
    "prd": ("PRD", "5.2f"),
    "prb": ("PRB", "6.3f"),
    "coverage_50": ("in 50", "6.1%"),
    "width_50": ("×", "4.1f"),
    "coverage_80": ("in 80", "6.1%"),
    "width_80": ("×", "4.1f"),
    "coverage_95": ("in 95", "6.1%"),
    "width_95": ("×", "5.1f"),
}


def in_words(figures: Mapping[str, float | None]) -> str:
    """The figures in columns; a dash for one that so few sales do not give."""
    parts = []
    for name, (label, form) in COLUMNS.items():
        if name in figures:
            value = figures[name]
            parts.append(f"{label} {'–' if value is None else format(value, form)}")
    return "  ".join(parts)
