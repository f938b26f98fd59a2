"""The address that puts one lot more among an estimate's comparables."""

from __future__ import annotations

from django import template

from analysis.valuation.showing import Evidence

register = template.Library()


@register.filter
def adding(evidence: Evidence, key: int) -> str:
    """``strike=3&add=7``: the query of the choice with this lot."""
    return evidence.adding(key)


@register.filter
def signed(text: str) -> str:
    """``EUR 300`` → ``+EUR 300``, ``-300`` → ``−300``."""
    return f"−{text[1:]}" if text.startswith("-") else f"+{text}"
