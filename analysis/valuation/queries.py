"""What may be seen of an estimate's evidence."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet

from analysis.valuation.models import Valuation
from analysis.valuation.records import Scope, single_works
from artmarket.accounts.ownership import Actor, visible_q
from artmarket.catalogue.search import text_query
from artmarket.sales.finding import lots_with_words
from artmarket.sales.models import Lot, LotArtwork, Outcome

LARGEST_ID = 2**63 - 1
MOST_FOUND = 10
LOT_NAMED = re.compile(r"(?:\S*/lots/)?(?P<key>\d{1,19})/?")


def visible_comparables(user: Actor, valuation: Valuation) -> list[dict[str, Any]]:
    """The stored comparables whose lot and work the user may see: what was public then may be private now."""
    keys = [each["lot"] for each in valuation.comparables]
    placed = LotArtwork.objects.filter(visible_q(user, "artwork"), visible_q(user, "lot__sale"), lot_id__in=keys)
    seen = set(placed.values_list("lot_id", "artwork_id"))
    return [each for each in valuation.comparables if (each["lot"], each["artwork"]) in seen]


def sales_to_add(user: Actor, base: Valuation, text: str) -> list[LotArtwork]:
    """The latest sold lots of one work before the estimate's date, in its market, that the user sees and the text names.

    ``text``: words of lot, work or artist, or a lot's number or address on this site. At most ``MOST_FOUND``.
    """
    scope = Scope.parse(base.model_version.scope)
    market = {"sale__house__market": scope.market, "outcome": Outcome.SOLD, "price__isnull": False}
    lots: QuerySet[Lot] = Lot.objects.visible_to(user).filter(**market, sale_date__lt=base.effective_date)
    if named := LOT_NAMED.fullmatch(text.strip()):
        lots = lots.filter(pk=min(int(named["key"]), LARGEST_ID))
    elif query := text_query(text):
        lots = lots_with_words(lots, user, query)
    else:
        return []
    known = [each["lot"] for each in base.comparables]
    keys = list(lots.exclude(pk__in=known).order_by("-sale_date", "-pk").values_list("pk", flat=True)[:MOST_FOUND])
    places = single_works().filter(visible_q(user, "artwork"), lot_id__in=keys)
    found = places.select_related("lot__sale__house", "artwork__artist").defer("lot__search")
    return list(found.order_by("-lot__sale_date", "-lot_id"))
