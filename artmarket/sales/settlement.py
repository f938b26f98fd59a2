"""One price, all views: from the hammer price what the buyer pays, what the seller gets, and what others get between.

Buyer's all-in = hammer + premium + VAT on the premium + VAT on the hammer + import charge (+ resale right).
Seller's net = hammer − commission − VAT on the commission − insurance − fees (− resale right).
Each entry is rounded to the cent before it is added, as on an invoice; so sums are exact, and every price basis converts
through the hammer price.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.sales.models import PriceBasis
from artmarket.sales.premium import Band, premium_of, with_premium
from artmarket.sales.resale_right import ResaleRight

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
ENTRIES = {
    "hammer": gettext_lazy("hammer price"),
    "premium": gettext_lazy("buyer's premium"),
    "vat_on_premium": gettext_lazy("VAT on the premium"),
    "vat_on_hammer": gettext_lazy("VAT on the hammer price"),
    "import_charge": gettext_lazy("import VAT or duty"),
    "resale_right": gettext_lazy("artist's resale right"),
    "commission": gettext_lazy("seller's commission"),
    "vat_on_commission": gettext_lazy("VAT on the commission"),
    "insurance": gettext_lazy("insurance"),
    "fees": gettext_lazy("illustration and other fees"),
}


class Payer(models.TextChoices):
    """Who bears the artist's resale right: by the directive the seller; some houses charge the buyer."""

    SELLER = "seller", gettext_lazy("the seller")
    BUYER = "buyer", gettext_lazy("the buyer")


class UnknownBasis(ValueError):
    """It is not known what a price includes, so that it cannot be converted."""


class NoHammer(ValueError):
    """No hammer price leads to this price."""


@dataclass(frozen=True)
class Terms:
    """The conditions of a sale. Rates are shares (0.25 is a quarter), ``fees`` an amount in the sale's currency."""

    premium: Sequence[Band] = ()
    vat_on_premium: Decimal = ZERO
    vat_on_hammer: Decimal = ZERO
    import_charge: Decimal = ZERO
    commission: Sequence[Band] = ()
    vat_on_commission: Decimal = ZERO
    insurance: Decimal = ZERO
    fees: Decimal = ZERO
    resale_right: ResaleRight | None = None
    resale_payer: str = Payer.SELLER


@dataclass(frozen=True)
class Entry:
    """A line of the account: above zero adds to it, below zero takes from it."""

    code: str
    amount: Decimal

    @property
    def label(self) -> str:
        return str(ENTRIES[self.code])


@dataclass(frozen=True)
class Settlement:
    """Both accounts of one sale, in its currency, exact to the cent."""

    hammer: Decimal
    buyer: tuple[Entry, ...]
    seller: tuple[Entry, ...]
    resale_right: Decimal

    @property
    def with_premium(self) -> Decimal:
        return sum((entry.amount for entry in self.buyer if entry.code in ("hammer", "premium")), ZERO)

    @property
    def buyer_pays(self) -> Decimal:
        return sum((entry.amount for entry in self.buyer), ZERO)

    @property
    def seller_gets(self) -> Decimal:
        return sum((entry.amount for entry in self.seller), ZERO)


def flat(rate: Decimal) -> list[Band]:
    """One rate on the whole price."""
    return [Band(Decimal(0), rate)]


def settle(hammer: Decimal, terms: Terms) -> Settlement:
    """Both accounts for a hammer price above zero, in whole cents. Raises ``NoHammer`` for any other."""
    if hammer <= 0 or hammer != hammer.quantize(CENT):
        raise NoHammer(_("A hammer price is an amount above zero in whole cents."))
    premium = with_premium(hammer, terms.premium) - hammer
    commission = cents(premium_of(hammer, terms.commission))
    royalty = terms.resale_right.royalty(hammer) if terms.resale_right else ZERO
    by_buyer, by_seller = (royalty, ZERO) if terms.resale_payer == Payer.BUYER else (ZERO, royalty)
    buyer = {
        "hammer": hammer,
        "premium": premium,
        "vat_on_premium": cents(premium * terms.vat_on_premium),
        "vat_on_hammer": cents(hammer * terms.vat_on_hammer),
        "import_charge": cents(hammer * terms.import_charge),
        "resale_right": by_buyer,
    }
    seller = {
        "hammer": hammer,
        "commission": -commission,
        "vat_on_commission": -cents(commission * terms.vat_on_commission),
        "insurance": -cents(hammer * terms.insurance),
        "fees": -terms.fees,
        "resale_right": -by_seller,
    }
    return Settlement(hammer, entries(buyer), entries(seller), royalty)


def entries(amounts: dict[str, Decimal]) -> tuple[Entry, ...]:
    return tuple(Entry(code, amount) for code, amount in amounts.items() if amount or code == "hammer")


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def amount_on(settlement: Settlement, basis: str) -> Decimal:
    """The price on a basis. Raises ``UnknownBasis``."""
    known: dict[str, Callable[[Settlement], Decimal]] = {
        PriceBasis.HAMMER: lambda one: one.hammer,
        PriceBasis.WITH_PREMIUM: lambda one: one.with_premium,
        PriceBasis.ALL_IN: lambda one: one.buyer_pays,
    }
    if basis not in known:
        raise UnknownBasis(_("It is not known what this price includes; it is not converted."))
    return known[basis](settlement)


def hammer_of(price: Decimal, basis: str, terms: Terms) -> Decimal:
    """The highest hammer price whose price on ``basis`` is not above ``price``; exact for a price that occurs.

    Every view of the buyer's grows by a cent at least with each cent of the hammer, so that halving finds it.
    Raises ``NoHammer`` where even a cent leads to more, ``UnknownBasis``.
    """
    low, high = 0, int(price / CENT)
    while low < high:
        middle = (low + high + 1) // 2
        if amount_on(settle(middle * CENT, terms), basis) <= price:
            low = middle
        else:
            high = middle - 1
    if low == 0:
        amount_on(settle(CENT, terms), basis)
        raise NoHammer(_("No hammer price leads to a price of %(price)s.") % {"price": price})
    return low * CENT


def settle_from(price: Decimal, basis: str, terms: Terms) -> Settlement:
    """Both accounts for a price on any basis. Raises ``NoHammer``, ``UnknownBasis``."""
    return settle(hammer_of(price, basis, terms), terms)


def convert_price(price: Decimal, *, source: str, target: str, terms: Terms) -> Decimal:
    """A price on one basis, on another. Raises ``NoHammer``, ``UnknownBasis``."""
    return amount_on(settle_from(price, source, terms), target)


def as_json(settlement: Settlement, currency: str) -> dict[str, Any]:
    """Plain values for JSON: amounts as text with their currency."""

    def money(amount: Decimal) -> dict[str, str]:
        return {"amount": str(amount), "currency": currency}

    def account(lines: Sequence[Entry]) -> list[dict[str, Any]]:
        return [{"entry": line.code, **money(line.amount)} for line in lines]

    return {
        "hammer": money(settlement.hammer),
        "with_premium": money(settlement.with_premium),
        "buyer_pays": money(settlement.buyer_pays),
        "seller_gets": money(settlement.seller_gets),
        "resale_right": money(settlement.resale_right),
        "buyer": account(settlement.buyer),
        "seller": account(settlement.seller),
    }
