"""Changes as people read them."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def signed_percent(share: Decimal) -> str:
    """``0.123`` → ``+12.3 %``."""
    return f"{'+' if share > 0 else ''}{number_format(round(100 * share, 1), decimal_pos=1)}\u00a0%"
