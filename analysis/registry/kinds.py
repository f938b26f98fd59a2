"""What kinds of models are called. A room that registers a new kind adds its words here; without them the kind is shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artmarket.sales.models import Market

KINDS = {
    "backbone": _("likeness of pictures"),
    "likeness": _("probability of likeness"),
    "valuation": _("prices"),
    "appraisal": _("experts' ratings"),
    "classification": _("suggestions from pictures"),
    "attribution": _("whose hand"),
    "gan": _("new pictures"),
    "styletransfer": _("restyling"),
}


def describe(kind: str, scope: str = "") -> str:
    """The task of a kind and scope in the reader's language: ``valuation``, ``auction:USD`` → "prices · auction · USD"."""
    markets = dict(Market.choices)
    parts = [KINDS.get(kind, kind), *(markets.get(part, part) for part in scope.split(":") if part)]
    return " · ".join(str(part) for part in parts)
