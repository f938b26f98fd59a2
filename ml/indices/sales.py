"""What an index is made of: single-work lots as columns."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ml.valuation.offers import Offer, log_mid_estimate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sales:
    """Lots of one work each, one row a lot, all columns of shape [n]. Prices in one currency on one price basis.

    ``log_price`` is NaN where the lot was bought in. ``hand`` codes artist and attribution qualifier together, for each
    qualifier is a market of its own; −1 is an unknown hand. ``numbers`` are characteristics to be measured (NaN: not
    known), ``words`` such as are named, as codes (−1: not known). Estimates serve only to place bought-in lots.
    """

    date: NDArray[np.datetime64]
    log_price: Floats
    work: Ints
    hand: Ints
    numbers: Mapping[str, Floats]
    words: Mapping[str, Ints]
    log_low_estimate: Floats
    log_mid_estimate: Floats

    def __len__(self) -> int:
        return len(self.date)

    @property
    def is_sold(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.log_price)

    def where(self, kept: NDArray[np.bool_] | Ints) -> Sales:
        """The rows that a mask or an order of places names."""
        return Sales(
            self.date[kept],
            self.log_price[kept],
            self.work[kept],
            self.hand[kept],
            {name: column[kept] for name, column in self.numbers.items()},
            {name: column[kept] for name, column in self.words.items()},
            self.log_low_estimate[kept],
            self.log_mid_estimate[kept],
        )

    def fingerprint(self) -> str:
        """SHA-256 of all columns, so that the same data are known again."""
        digest = hashlib.sha256()
        for each in fields(self):
            column = getattr(self, each.name)
            named = column if isinstance(column, Mapping) else {each.name: column}
            for name in sorted(named):
                digest.update(name.encode())
                digest.update(np.ascontiguousarray(named[name]).tobytes())
        return digest.hexdigest()


def codes(values: Iterable[Hashable]) -> Ints:
    """Each value's place in the order of first appearance; None and "" are −1."""
    known: dict[Hashable, int] = {}
    found = [known.setdefault(value, len(known)) if value not in (None, "") else -1 for value in values]
    return np.array(found, dtype=np.int64)


def from_offers(offers: Sequence[Offer], works: Sequence[int]) -> Sales:
    """The offers that sold or were bought in, as columns; ``works`` names the work of each offer."""
    pairs = [(each, work) for each, work in zip(offers, works, strict=True) if each.price or each.sold is False]
    kept = [each for each, _work in pairs]

    def column(values: Iterable[float]) -> Floats:
        return np.array(list(values), dtype=np.float64)

    return Sales(
        date=np.array([each.date for each in kept], dtype="datetime64[D]"),
        log_price=column(each.log_price for each in kept),
        work=np.array([work for _each, work in pairs], dtype=np.int64),
        hand=codes(None if each.artist is None else each.hand for each in kept),
        numbers={
            "log_area": column(each.log_area for each in kept),
            "depth": column(math.log1p(each.depth_cm or 0.0) for each in kept),
            "made": column(math.nan if each.made_year is None else each.made_year / 100 for each in kept),
            "signed": column(float(each.is_signed) for each in kept),
        },
        words={
            "medium": codes(each.medium for each in kept),
            "support": codes(each.support for each in kept),
            "attribution": codes(each.attribution for each in kept),
            "house": codes(each.house for each in kept),
            "sale": codes(each.sale_kind for each in kept),
        },
        log_low_estimate=column(math.log(each.estimate_low) if each.estimate_low else math.nan for each in kept),
        log_mid_estimate=column(
            log_mid_estimate(each) if each.estimate_low or each.estimate_high else math.nan for each in kept
        ),
    )
