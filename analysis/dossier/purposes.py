"""From an estimate to the amounts of a purpose, each step with its amount. Money is Decimal, rounded to the cent."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from analysis.dossier.models import Purpose
from artmarket.sales.models import PriceBasis
from artmarket.sales.premium import Band, hammer_from, with_premium

CENT, HUNDRED, NOTHING = Decimal("0.01"), Decimal(100), Decimal(0)
Amounts = tuple[Decimal, ...]


class PurposeRefused(ValueError):
    """The purpose cannot be reckoned from this estimate; ``code`` for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Terms:
    """What is agreed or assumed: per cents from 0 to 100, ``costs`` and ``fees`` in the estimate's currency."""

    premium: tuple[Band, ...] = ()
    premium_source: str = ""
    retail_margin_percent: Decimal = NOTHING
    costs: Decimal = NOTHING
    commission_percent: Decimal = NOTHING
    fees: Decimal = NOTHING
    resale_right_percent: Decimal = NOTHING


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
    ``premium_unknown``, ``no_such_purpose``."""
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
    if not terms.premium:
        raise PurposeRefused(
            "premium_unknown", _("The estimate includes the premium: say which premium, so that it can be taken out.")
        )
    return tuple(hammer_from(amount, terms.premium) for amount in amounts)


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
        premium_words(terms) if amounts != hammers else {},
    )


def insurance(amounts: Amounts, hammers: Amounts, basis: str, terms: Terms) -> Reckoning:
    """Replacement: the upper end of the interval with premium, a retail margin on that, and costs."""
    if not terms.premium:
        raise PurposeRefused("premium_unknown", _("Say which premium a buyer would pay; 0 where there is none."))
    high = hammers[2]
    paid = with_premium(high, terms.premium)
    margin = percent_of(paid, terms.retail_margin_percent)
    total = paid + margin + terms.costs
    return Reckoning(
        _(
            "What replacing the work by a like one at retail may cost: the upper end of the estimate with the buyer's "
            "premium, plus the margin of retail and the costs named."
        ),
        ("amount",),
        (
            Step(_("Upper end of the estimate, hammer price"), (high,)),
            Step(_("Buyer's premium"), (paid - high,)),
            Step(_("Margin of retail, %(percent)s %%") % {"percent": shown(terms.retail_margin_percent)}, (margin,)),
            Step(_("Costs of acquiring"), (terms.costs,)),
            Step(_("Replacement value"), (total,), is_total=True),
        ),
        (total,),
        premium_words(terms),
    )


def net_to_seller(amounts: Amounts, hammers: Amounts, basis: str, terms: Terms) -> Reckoning:
    """The hammer price less commission, fees and the share of the resale right that the seller bears; not below 0."""
    commissions = tuple(-percent_of(hammer, terms.commission_percent) for hammer in hammers)
    rights = tuple(-percent_of(hammer, terms.resale_right_percent) for hammer in hammers)
    fees = tuple(-terms.fees for _hammer in hammers)
    net = tuple(sum(parts, NOTHING) for parts in zip(hammers, commissions, fees, rights, strict=True))
    percent = {"commission": shown(terms.commission_percent), "right": shown(terms.resale_right_percent)}
    return Reckoning(
        _("What is left to the seller of the hammer price, once commission, fees and resale right are paid."),
        ("low", "middle", "high"),
        (
            *given(amounts, hammers, basis),
            Step(_("Seller's commission, %(commission)s %%") % percent, commissions),
            Step(_("Fees (photographs, transport, insurance)"), fees),
            Step(_("Artist's resale right borne by the seller, %(right)s %%") % percent, rights),
            Step(_("Net to the seller"), net, is_total=True),
        ),
        (net[0], net[2]),
        premium_words(terms) if amounts != hammers else {},
    )


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    return (amount * percent / HUNDRED).quantize(CENT, ROUND_HALF_UP)


def shown(percent: Decimal) -> str:
    """``25.00`` → ``25``."""
    return f"{percent.normalize():f}"


def premium_words(terms: Terms) -> dict[str, str]:
    """The premium's bands, as they were used."""
    bands = [
        _("%(percent)s %% above %(amount)s") % {"percent": shown(band.rate * HUNDRED), "amount": f"{band.above:,.0f}"}
        for band in terms.premium
    ]
    return {_("Buyer's premium"): "; ".join(bands) + (f" ({terms.premium_source})" if terms.premium_source else "")}
