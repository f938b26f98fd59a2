"""From an estimate to the amounts of a purpose, each step with its amount. Money is Decimal, rounded to the cent."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from analysis.dossier.models import Purpose
from artmarket.sales.models import PriceBasis
from artmarket.sales.premium import hammer_from
from artmarket.sales.settlement import ENTRIES, ZERO, NoHammer, Settlement, settle
from artmarket.sales.settlement import Terms as SaleTerms

CENT, HUNDRED, NOTHING = Decimal("0.01"), Decimal(100), Decimal(0)
Amounts = tuple[Decimal, ...]


class PurposeRefused(ValueError):
    """The purpose cannot be reckoned from this estimate; ``code`` for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Terms:
    """What is agreed or assumed. ``sale`` is who pays what at a sale; ``retail_margin_percent`` from 0 to 100, ``costs`` in
    the estimate's currency. ``sources`` says where a term comes from, by its name in words."""

    sale: SaleTerms = field(default_factory=SaleTerms)
    retail_margin_percent: Decimal = NOTHING
    costs: Decimal = NOTHING
    is_premium_known: bool = False
    sources: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """A line of the reckoning: one amount each for the columns; ``is_total`` for what it comes to."""

    label: str
    amounts: Amounts
    is_total: bool = False


@dataclass(frozen=True)
class Reckoning:
    """``columns`` are keys of ``words.WORDS``. ``headline`` is one amount, or the two ends."""

    statement: str
    columns: tuple[str, ...]
    steps: tuple[Step, ...]
    headline: Amounts
    assumptions: dict[str, str] = field(default_factory=dict)


def reckon(purpose: str, amounts: Amounts, basis: str, terms: Terms) -> Reckoning:
    """The purpose's amounts from low, middle and high. Raises ``PurposeRefused``: ``basis_unknown``,
    ``premium_unknown``, ``no_hammer``, ``no_such_purpose``."""
    if purpose not in Purpose.values:
        raise PurposeRefused("no_such_purpose", _("There is no such purpose."))
    hammers = on_hammer(amounts, basis, terms)
    return {
        Purpose.AUCTION: auction,
        Purpose.INSURANCE: insurance,
        Purpose.NET_TO_SELLER: net_to_seller,
    }[Purpose(purpose)](amounts, hammers, basis, terms)


def on_hammer(amounts: Amounts, basis: str, terms: Terms) -> Amounts:
    """The amounts without premium."""
    if basis == PriceBasis.HAMMER:
        return amounts
    if basis != PriceBasis.WITH_PREMIUM:
        raise PurposeRefused(
            "basis_unknown", _("It is not known whether the prices behind this estimate include the premium.")
        )
    if not terms.is_premium_known:
        raise PurposeRefused(
            "premium_unknown", _("The estimate includes the premium: say which premium, so that it can be taken out.")
        )
    return tuple(hammer_from(amount, terms.sale.premium) for amount in amounts)


def settled(hammer: Decimal, terms: Terms) -> Settlement:
    """Both accounts of a sale at this price. Raises ``PurposeRefused`` (``no_hammer``)."""
    try:
        return settle(hammer, terms.sale)
    except NoHammer as error:
        raise PurposeRefused("no_hammer", str(error)) from error


def given(amounts: Amounts, hammers: Amounts, basis: str) -> list[Step]:
    """The estimate as the model gave it, and without premium where that differs."""
    as_given = Step(_("Estimate, %(basis)s") % {"basis": PriceBasis(basis).label}, amounts)
    return [as_given] if amounts == hammers else [as_given, Step(_("Without the buyer's premium"), hammers)]


def auction(amounts: Amounts, hammers: Amounts, basis: str, terms: Terms) -> Reckoning:
    low, _middle, high = hammers
    steps = [*given(amounts, hammers, basis), Step(_("Auction estimate, low to high"), hammers, is_total=True)]
    return Reckoning(
        _("The range within which the hammer price is expected at auction. It excludes the buyer's premium and taxes."),
        ("low", "middle", "high"),
        tuple(steps),
        (low, high),
        terms.sources if amounts != hammers else {},
    )


def insurance(amounts: Amounts, hammers: Amounts, basis: str, terms: Terms) -> Reckoning:
    """Replacement: what a buyer pays at the upper end of the interval, a retail margin on that, and costs."""
    if not terms.is_premium_known:
        raise PurposeRefused("premium_unknown", _("Say which premium a buyer would pay; 0 where there is none."))
    account = settled(hammers[2], terms)
    paid = [Step(upper(entry.label), (entry.amount,)) for entry in account.buyer]
    margin = percent_of(account.buyer_pays, terms.retail_margin_percent)
    total = account.buyer_pays + margin + terms.costs
    return Reckoning(
        _(
            "What replacing the work by a like one at retail may cost: all that a buyer pays at the upper end of the "
            "estimate, plus the margin of retail and the costs named."
        ),
        ("amount",),
        (
            Step(_("Upper end of the estimate: hammer price"), paid[0].amounts),
            *paid[1:],
            Step(_("Margin of retail, %(percent)s %%") % {"percent": shown(terms.retail_margin_percent)}, (margin,)),
            Step(_("Costs of acquiring"), (terms.costs,)),
            Step(_("Replacement value"), (total,), is_total=True),
        ),
        (total,),
        terms.sources,
    )


def net_to_seller(amounts: Amounts, hammers: Amounts, basis: str, terms: Terms) -> Reckoning:
    """The hammer price less commission, taxes on it, insurance, fees and the resale right, as on the house's account."""
    accounts = [settled(hammer, terms) for hammer in hammers]
    taken = {entry.code: entry.label for account in accounts for entry in account.seller if entry.code != "hammer"}
    steps = []
    for code in (code for code in ENTRIES if code in taken):
        found = [{entry.code: entry.amount for entry in account.seller} for account in accounts]
        steps.append(Step(upper(taken[code]), tuple(each.get(code, ZERO) for each in found)))
    net = tuple(account.seller_gets for account in accounts)
    return Reckoning(
        _("What is left to the seller of the hammer price, once commission, fees and resale right are paid."),
        ("low", "middle", "high"),
        (*given(amounts, hammers, basis), *steps, Step(_("Net to the seller"), net, is_total=True)),
        (net[0], net[2]),
        terms.sources,
    )


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    return (amount * percent / HUNDRED).quantize(CENT, ROUND_HALF_UP)


def upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def shown(percent: Decimal) -> str:
    """``25.00`` → ``25``."""
    return f"{percent.normalize():f}"
