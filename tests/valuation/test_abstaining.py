"""Where the evidence does not suffice there is a reason instead of a number."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from analysis.valuation.abstaining import WIDEST, WIDEST_COLD, reason_to_abstain
from analysis.valuation.models import REASONS, Valuation
from ml.valuation.comparables import Comparable
from ml.valuation.features import remember
from ml.valuation.offers import Offer
from ml.valuation.ranges import ranges_of

SOLD = [
    Offer(
        key=key, date=dt.date(2010, 1, 1) + dt.timedelta(days=key), artist=key % 3, medium="oil", height_cm=20.0 + key,
        width_cm=30.0, price=1000.0, sold=True,
    )
    for key in range(1, 60)
]  # fmt: skip
MEMORY, RANGES = remember(SOLD), ranges_of(SOLD)
NEAR = [Comparable(offer, 0.5) for offer in SOLD[:10]]
WORK = Offer(key=0, date=dt.date(2011, 1, 1), artist=1, medium="oil", height_cm=40.0, width_cm=30.0)
STRANGER = replace(WORK, artist=77)


def reason(offer=WORK, *, near=NEAR, ratio=5.0, has_estimate=False, ranges=RANGES):
    return reason_to_abstain(offer, MEMORY, near, ratio, has_estimate=has_estimate, ranges=ranges)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ""),
        ({"near": []}, "no_sales"),
        ({"ratio": WIDEST + 1}, "too_wide:61"),
        ({"ratio": WIDEST_COLD + 1}, ""),
        ({"offer": STRANGER}, ""),
        ({"offer": STRANGER, "ratio": WIDEST_COLD + 1}, f"cold_wide:{WIDEST_COLD + 1:.0f}"),
        ({"offer": replace(STRANGER, height_cm=None)}, "unknown"),
        ({"offer": replace(STRANGER, height_cm=None), "has_estimate": True}, ""),
        ({"offer": replace(STRANGER, medium="")}, "no_comparables"),
        ({"offer": replace(STRANGER, medium=""), "has_estimate": True}, ""),
        ({"offer": replace(WORK, medium="")}, ""),
        ({"offer": replace(WORK, medium="print")}, "outside_medium"),
        ({"offer": replace(WORK, attribution="after")}, "outside_attribution"),
        ({"offer": replace(WORK, height_cm=800.0)}, "outside_size"),
        ({"offer": replace(WORK, height_cm=800.0), "has_estimate": True}, ""),
        ({"offer": replace(WORK, date=dt.date(2025, 1, 1)), "has_estimate": True}, "outside_date"),
        ({"offer": replace(WORK, medium="print"), "ranges": {}}, ""),
    ],
)
def test_each_reason_has_its_case(asked, expected):
    assert reason(**asked) == expected


@pytest.mark.parametrize(
    "code",
    ["no_sales", "unknown", "no_comparables", "cold_wide:30", "too_wide:85", "outside_size", "outside_medium",
     "outside_attribution", "outside_date"],
)  # fmt: skip
def test_each_reason_has_its_words(code):
    words = Valuation(abstained=code).reason
    assert code.split(":")[0] in REASONS
    assert words
    assert "%(" not in words
    assert all(number in words for number in code.split(":")[1:])
