"""The address that puts one lot more among an estimate's comparables."""

from __future__ import annotations

from django import template

from analysis.valuation.showing import Evidence

register = template.Library()


@register.filter
def adding(evidence: Evidence, key: int) -> str:
    """``strike=3&add=7``: the query of the choice with this lot."""
    return evidence.adding(key)
