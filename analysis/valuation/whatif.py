"""The price under another attribution, or under an opinion that weighs several, for the page and the API."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from analysis.valuation.asked import Asked, ask_again
from analysis.valuation.learning_more import ATTRIBUTIONS as FILE
from analysis.valuation.models import Valuation
from analysis.valuation.refusing import EstimateRefused
from artmarket.core.attribution import Attribution

if TYPE_CHECKING:
    from ml.valuation.attributing import Attributions
    from ml.valuation.mixing import Prices

# Standard errors from the middle to the ends of an 80 % interval.
EIGHTY = 1.2816
ENDS = ("low_95", "low", "low_50", "middle", "high_50", "high", "high_95")


@dataclass(frozen=True)
class Scenario:
    """The 80 % interval of the price under one attribution; amounts None where too few lots tell.

    ``times`` the price by the artist's own hand (with an interval), learned from ``lots``; ``is_own``: of this artist.
    """

    qualifier: str
    label: str
    is_recorded: bool
    low: Decimal | None = None
    middle: Decimal | None = None
    high: Decimal | None = None
    times: tuple[float, float, float] | None = None
    lots: int = 0
    is_own: bool = False
    change: tuple[float, float] = (0.0, 0.0)

    @property
    def is_known(self) -> bool:
        return self.middle is not None


@dataclass(frozen=True)
class Mixed:
    """The price where the attribution is open: the mixture's own quantiles, and its expected price."""

    low: Decimal
    middle: Decimal
    high: Decimal
    expected: Decimal
    opinion: Mapping[str, float]


@dataclass(frozen=True)
class WhatIf:
    """All attributions, and the mixture where an opinion was given. Amounts in ``currency`` on ``price_basis``."""

    scenarios: list[Scenario]
    mixed: Mixed | None
    currency: str
    price_basis: str


@lru_cache(maxsize=12)
def loaded_attributions(version_id: int, folder: str) -> Attributions | None:
    from ml.valuation.attributing import Attributions

    file = Path(folder) / FILE
    return Attributions.load(file) if file.exists() else None


def what_if(valuation: Valuation, opinion: Mapping[str, float] | None = None) -> WhatIf:
    """The estimate under each attribution, and under an opinion: probabilities by qualifier.

    Raises ``EstimateRefused``: ``abstained``, ``no_artist``, ``bad_opinion``, ``not_learned``, and what ``ask_again`` does.
    """
    wanted = checked(opinion or {})
    if valuation.middle is None:
        raise EstimateRefused("abstained", _("There is no estimate that another attribution could change."))
    if valuation.artwork.artist_id is None:
        raise EstimateRefused("no_artist", _("The work has no artist on record: there is no name to attribute it to."))
    asked = ask_again(valuation)
    known = loaded_attributions(valuation.model_version_id, str(asked.folder))
    prices = prices_of(valuation)
    scenarios = [scenario(asked, valuation, known, prices, each) for each in Attribution]
    mixed = mixture(scenarios, prices, wanted) if wanted else None
    return WhatIf(scenarios, mixed, valuation.currency, valuation.price_basis)


def checked(opinion: Mapping[str, float]) -> dict[str, float]:
    """Raises ``EstimateRefused`` (``bad_opinion``) naming what is wrong."""
    from ml.valuation.mixing import BadOpinion, checked_opinion

    if not opinion:
        return {}
    try:
        return checked_opinion(opinion)
    except BadOpinion as error:
        words = {
            "unknown": _("There is no attribution “%(about)s”."),
            "not_a_share": _("The probability of “%(about)s” is not between 0 and 100 %%."),
            "sum": _("The probabilities sum to %(about)s, not to 1."),
            "empty": _("No probability is given."),
        }
        raise EstimateRefused("bad_opinion", words[error.code] % {"about": error.about}) from error


def prices_of(valuation: Valuation) -> Prices:
    """The estimate's bands as a distribution of log price in its own currency."""
    from ml.valuation.mixing import Prices

    ends = [getattr(valuation, name, None) for name in ENDS]
    return Prices.of_bands([math.nan if end is None else math.log(end) for end in ends])


def scenario(
    asked: Asked, valuation: Valuation, known: Attributions | None, prices: Prices, to: Attribution
) -> Scenario:
    """The recorded attribution is the estimate itself; the others are moved from it."""
    recorded = asked.offer.attribution
    plain = Scenario(to.value, str(to.label), to.value == recorded)
    artist = asked.offer.artist
    effect = known.effect(artist, to.value) if known else None
    if effect is not None and to.value != Attribution.BY:
        least, mean, most = (math.exp(effect.log + side * EIGHTY * effect.error) for side in (-1, 0, 1))
        is_own = known is not None and (artist, to.value) in known.own
        plain = replace(plain, times=(least, mean, most), lots=effect.lots, is_own=is_own)
    if plain.is_recorded:
        return replace(plain, low=valuation.low, middle=valuation.middle, high=valuation.high)
    change = change_between(asked, known, recorded, to.value)
    if change is None:
        return plain
    low, middle, high = (in_money(prices.moved(*change).quantile(rank)) for rank in (0.1, 0.5, 0.9))
    return replace(plain, low=low, middle=middle, high=high, change=change)


def change_between(asked: Asked, known: Attributions | None, start: str, end: str) -> tuple[float, float] | None:
    """Change of log price and its error; None where one of the two attributions has too few lots."""
    from ml.valuation.attributing import between

    if known is None:
        return None
    first, last = known.effect(asked.offer.artist, start), known.effect(asked.offer.artist, end)
    if first is None or last is None:
        return None
    lots = min(known.market[each].lots for each in (start, end) if each != Attribution.BY)
    return between(first, last, model_change(asked, end), lots)


def model_change(asked: Asked, end: str) -> float:
    """What the walk-in model itself says to the other qualifier: a house's estimate was made for the recorded one."""
    import numpy as np

    from ml.valuation.features import FeatureTable, ask

    other = replace(asked.offer, attribution=end)
    table = FeatureTable(np.vstack([asked.table.values, ask(other, asked.market.memory).values]), asked.table.names)
    middles = asked.models["walk_in"].middle(table, [asked.offer, other])
    return float(middles[1] - middles[0])


def mixture(scenarios: list[Scenario], prices: Prices, opinion: Mapping[str, float]) -> Mixed:
    """Raises ``EstimateRefused`` (``not_learned``) where the opinion weighs an attribution that too few lots tell of."""
    from ml.valuation.mixing import Mixture

    by_name = {each.qualifier: each for each in scenarios}
    dark = [by_name[name].label for name in opinion if not by_name[name].is_known]
    if dark:
        raise EstimateRefused(
            "not_learned",
            _("Too few lots of this market tell what “%(names)s” is worth.") % {"names": "”, “".join(dark)},
        )
    parts = [(share, prices.moved(*by_name[name].change)) for name, share in opinion.items()]
    mixed = Mixture(parts)
    low, middle, high = (in_money(mixed.quantile(rank)) for rank in (0.1, 0.5, 0.9))
    return Mixed(low, middle, high, in_money(math.log(mixed.mean)), dict(opinion))


def in_money(log_amount: float) -> Decimal:
    from analysis.valuation.estimating import rounded

    return rounded(Decimal(repr(math.exp(log_amount)))).quantize(Decimal("0.01"))
