"""Changes as people read them."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from artmarket.web.templatetags.formats import sign

register = template.Library()


@register.filter
def signed_percent(share: Decimal) -> str:
    """``0.123`` → ``+12.3 %``, ``-0.05`` → ``−5.0 %``."""
    percent = round(100 * share, 1)
    return f"{sign(percent)}{number_format(abs(percent), decimal_pos=1)}\u00a0%"
