"""An estimate without some of its comparables, or with others: what the rest of the evidence says stays, they move it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from analysis.registry.artefacts import ArtefactError
from analysis.valuation import estimating
from analysis.valuation.comparing import adjusted_rows
from analysis.valuation.known import KnownMarket, known_market
from analysis.valuation.models import Valuation
from analysis.valuation.queries import visible_comparables
from analysis.valuation.reconciling import amounts_of, weighted_log
from analysis.valuation.records import FIELDS, Reader, Scope, vectors_of
from analysis.valuation.refusing import EstimateRefused
from artmarket.accounts.models import User
from artmarket.accounts.ownership import Visibility, visible_q
from artmarket.sales.models import Lot, LotArtwork, Outcome

if TYPE_CHECKING:
    from ml.valuation.offers import Offer

MOST_ADDED = 10
COPIED = (
    "artwork", "lot", "model_version", "effective_date", "currency", "price_basis", "level", "organisation_id", "visibility",
)  # fmt: skip
CHOICE = "comparables"


def amended(actor: User, valuation: Valuation, struck: Collection[int], added: Collection[int]) -> Valuation:
    """The estimate moved by as much as its comparables' weighted price moves, not stored; itself where nothing is changed.

    Interval and middle move together in log price. Only comparables that the actor sees are counted, before and after:
    others could be reckoned back from the change. Raises ``EstimateRefused``: ``no_estimate``, ``not_comparable``,
    ``already_comparable``, ``none_left``, ``too_many``, ``not_found``, ``several_works``, ``not_sold``, ``later``,
    ``other_market``, ``no_rate``, ``no_schedule``, ``facts_changed``, ``several_owners``, ``model_unreadable``.
    """
    base = valuation.base or valuation
    if not struck and not added:
        return base
    if base.middle is None or not base.reconciliation:
        raise EstimateRefused("no_estimate", _("There is no estimate that comparables could move: ask anew."))
    shown = visible_comparables(actor, base)
    new = added_rows(actor, base, set(added), {row["lot"] for row in shown})
    rows = [row | ({"struck": True} if row["lot"] in struck else {}) for row in [*shown, *new]]
    refuse_unknown(set(struck), rows)
    counted = [row for row in rows if not row.get("struck")]
    if not counted:
        raise EstimateRefused("none_left", _("Every comparable is struck out: one at least must remain."))
    shift = weighted_log(counted) - weighted_log(shown) if shown else 0.0
    known = base.reconciliation
    moved = known | {"bands_log": {field: log + shift for field, log in known["bands_log"].items()}}
    added_facts = [{name: row[name] for name in ("lot", "date", "price")} for row in new]
    chosen = {"of": base.inputs_sha256, "struck": sorted(set(struck)), "added": added_facts}
    inputs = base.inputs | {"chosen": chosen}
    return Valuation(
        base=base,
        comparables=rows,
        reconciliation=moved,
        contributions=base.contributions | {"effects": [*base.contributions["effects"], [CHOICE, shift]]},
        inputs=inputs,
        inputs_sha256=estimating.fingerprint(inputs),
        requested_by=actor,
        **{name: getattr(base, name) for name in COPIED} | private_to_owner(base, [row["lot"] for row in new]),
        **amounts_of(moved),
    )


def refuse_unknown(struck: set[int], rows: Collection[Mapping[str, Any]]) -> None:
    unknown = struck - {row["lot"] for row in rows}
    if unknown:
        raise EstimateRefused(
            "not_comparable",
            _("Lot %(id)s is not among this estimate's comparables.") % {"id": min(unknown)},
        )


def added_rows(actor: User, base: Valuation, added: Collection[int], known: set[int]) -> list[dict[str, Any]]:
    """The added lots as adjusted comparables, by date. Raises ``EstimateRefused``."""
    from ml.valuation.comparables import comparable_to

    if not added:
        return []
    if len(added) > MOST_ADDED:
        raise EstimateRefused("too_many", _("At most %(count)s sales can be added.") % {"count": MOST_ADDED})
    if already := set(added) & known:
        raise EstimateRefused("already_comparable", _("Lot %(id)s is a comparable already.") % {"id": min(already)})
    works = [work_of(actor, base, key) for key in sorted(added)]
    scope = Scope.parse(base.model_version.scope)
    market = known_market(scope, base.effective_date, base.model_version)
    asked = asked_before(base, scope, market)
    artworks = {work["lot_id"]: work["artwork_id"] for work in works}
    reader = Reader(scope, base.price_basis, vectors_of(set(artworks.values())), market.rates)
    found = [comparable_to(asked, sale_of(work, reader)) for work in works]
    try:
        rows = adjusted_rows(asked, found, base.model_version, market, scope.currency, artworks)
    except ArtefactError as error:
        raise EstimateRefused(
            "model_unreadable", _("The price model cannot be read: %(reason)s") % {"reason": error}
        ) from error
    return [row | {"added": True} for row in rows]


def asked_before(base: Valuation, scope: Scope, market: KnownMarket) -> Offer:
    """What the estimate was asked about. Raises ``EstimateRefused`` where that has changed on record since."""
    facts = estimating.facts_of(base.artwork, base.lot, base.effective_date)
    if {name: str(value) for name, value in facts.items() if value not in (None, "")} != base.inputs["facts"]:
        raise EstimateRefused("facts_changed", _("The work's facts have changed since: estimate it anew first."))
    return estimating.asked_offer(facts, scope, market.rates)


def sale_of(work: dict[str, Any], reader: Reader) -> Offer:
    """The sale in the market's currency and on its price basis. Raises ``EstimateRefused`` where that is not known."""
    offer = reader.read(work)
    if offer is None:
        reason = next(iter(reader.left_out))
        raise EstimateRefused(
            "no_schedule" if "premium" in reason else "no_rate",
            _("Lot %(id)s cannot be brought to this market's currency and price basis: %(reason)s.")
            % {"id": work["lot_id"], "reason": reason},
        )
    return offer


def work_of(actor: User, base: Valuation, key: int) -> dict[str, Any]:
    """The one work of a sold lot that the actor sees, as a record. Raises ``EstimateRefused``, naming the lot."""
    lot = Lot.objects.visible_to(actor).select_related("sale__house").defer("search").filter(pk=key).first()
    works = list(LotArtwork.objects.filter(visible_q(actor, "artwork"), lot=lot).values(*FIELDS)[:2]) if lot else []
    if lot is None or not works:
        raise EstimateRefused("not_found", _("There is no lot %(id)s.") % {"id": key})
    house, scope = lot.sale.house, Scope.parse(base.model_version.scope)
    if LotArtwork.objects.filter(lot=lot).count() != 1:
        code, why = "several_works", _("Lot %(id)s holds several works: its price is not the price of one of them.")
    elif lot.outcome != Outcome.SOLD or lot.price is None:
        code, why = "not_sold", _("Lot %(id)s has no price: only a sold lot compares.")
    elif lot.sale_date >= base.effective_date:
        code, why = "later", _("Lot %(id)s was not sold before the estimate's date.")
    elif house.market != scope.market:
        code, why = (
            "other_market",
            _("Lot %(id)s belongs to another market: auctions, dealers and invented data are not mixed."),
        )
    else:
        return works[0]
    raise EstimateRefused(code, why % {"id": key})


def private_to_owner(base: Valuation, added: Collection[int]) -> dict[str, Any]:
    """With a private sale's price or a private work among the added, the estimate is its owner's alone."""
    places = LotArtwork.objects.filter(lot_id__in=added)
    owned = [
        row
        for owner in ("lot__sale", "artwork")
        for row in places.filter(**{f"{owner}__visibility": Visibility.PRIVATE}).values_list(
            f"{owner}__organisation_id", flat=True
        )
    ]
    if not owned:
        return {}
    owners = set(owned) | ({base.organisation_id} if base.visibility == Visibility.PRIVATE else set())
    if len(owners) > 1:
        raise EstimateRefused(
            "several_owners", _("Private records of several organisations cannot stand in one estimate.")
        )
    return {"organisation_id": owners.pop(), "visibility": Visibility.PRIVATE}
