"""What templates ask of senses."""

from __future__ import annotations

from django import template

from analysis.similarity.senses import MEANINGS

register = template.Library()


@register.filter
def meaning_of_sense(name: str) -> str:
    """What a sense looks at, in a few words."""
    return str(MEANINGS[name])
