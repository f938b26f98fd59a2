"""From the adjusted prices of comparables to the estimate, in steps that add up: exact in log price and in shown money."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from analysis.valuation.estimating import rounded

WHOLE_FROM = 100
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Step:
    """``name``: other, house or rounding; the change in log price and in money."""

    name: str
    log: float
    money: Decimal


@dataclass(frozen=True)
class Reconciliation:
    """The comparables' weighted price and the steps from there to ``total``, all in the estimate's currency.

    ``log`` and all steps' add up to the total's logarithm, ``money`` and all steps' to the total. ``shares`` [0, 1] by lot.
    """

    log: float
    money: Decimal
    steps: tuple[Step, ...]
    total: Decimal
    shares: Mapping[int, float]


def reconciled(
    middle: Decimal | None, known: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Reconciliation | None:
    """The steps from these comparables to the middle; None where there is no estimate or nothing to begin from.

    ``known``: the estimate's ``reconciliation``: unrounded logs of its amounts (``bands_log``, by field) and the part of
    the middle's that the house's own estimate and catalogue say (``house_log``), both in the market's currency, and the log
    of the rate of exchange to the estimate's (``exchange_log``). ``rows``: stored comparables that may be seen.
    """
    counted = [row for row in rows if row.get("weight") and not row.get("struck")]
    if middle is None or not known or not counted:
        return None
    log = weighted_log(counted) + known["exchange_log"]
    exact = known["bands_log"]["middle"] + known["exchange_log"]
    ends = {"other": exact - known["house_log"], "house": exact, "rounding": math.log(middle)}
    steps, at, money = [], log, in_units(math.exp(log))
    start = money
    for name, end in ends.items():
        amount = middle if name == "rounding" else in_units(math.exp(end))
        if name == "other" or end != at:
            steps.append(Step(name, end - at, amount - money))
        at, money = end, amount
    total = sum(row["weight"] for row in counted)
    return Reconciliation(log, start, tuple(steps), middle, {row["lot"]: row["weight"] / total for row in counted})


def weighted_log(rows: Iterable[Mapping[str, Any]]) -> float:
    """Mean of the adjusted log prices by weight: a geometric mean in money."""
    counted = [(row["weight"], row["adjusted_log"]) for row in rows]
    return sum(weight * log for weight, log in counted) / sum(weight for weight, _log in counted)


def amounts_of(known: Mapping[str, Any]) -> dict[str, Decimal]:
    """Amounts by field from an estimate's ``reconciliation``, rounded to three figures: more would feign precision."""
    logs = {field: log + known["exchange_log"] for field, log in known["bands_log"].items()}
    return {field: rounded(Decimal(math.exp(log))).quantize(CENT) for field, log in logs.items()}


def in_units(amount: float) -> Decimal:
    """Whole units of money from 100 on, else cents: what a page shows."""
    return Decimal(amount).quantize(Decimal(1) if amount >= WHOLE_FROM else CENT, ROUND_HALF_EVEN)


def money_steps(price: Decimal, logs: Mapping[str, float]) -> list[tuple[str, float, str]]:
    """Each adjustment's name, log and money: the money of all and the price add up to the last level, in shown units."""
    steps, at, money = [], math.log(price), price
    for name, log in logs.items():
        at += log
        level = in_units(math.exp(at)) if log else money
        steps.append((name, log, str(level - money)))
        money = level
    return steps
