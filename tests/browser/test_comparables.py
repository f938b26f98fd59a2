"""An estimate's comparables in a real browser: struck out and restored with the keyboard, narrow and wide."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from analysis.registry.models import ModelVersion
from analysis.valuation.models import Valuation
from analysis.valuation.reconciling import amounts_of
from artmarket.sales.models import Lot
from tests.browser.conftest import Gallery, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE = """[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth)
    .map(e => e.outerHTML.slice(0, 90)).slice(0, 8)"""


def estimate_of(gallery: Gallery) -> Valuation:
    """An estimate as it is stored, with three of the gallery's lots as comparables."""
    parameters = {"basis": "hammer", "regimes": ["walk_in"], "settings": {"level": 0.8}}
    version = ModelVersion.objects.create(
        kind="valuation", scope="invented:USD", name="LightGBM", is_active=True, parameters=parameters
    )
    logs = {"low_95": 6.2, "low": 6.6, "low_50": 6.9, "middle": 7.2, "high_50": 7.5, "high": 7.8, "high_95": 8.2}
    known = {"bands_log": logs, "house_log": 0.1, "exchange_log": 0.0}
    rows = [
        comparable(lot, 0.3 * place) for place, lot in enumerate(Lot.objects.filter(outcome="sold").order_by("pk")[:3])
    ]
    return Valuation.objects.create(
        artwork=gallery.work, model_version=version, effective_date=dt.date(2024, 5, 14), currency="USD", price_basis="hammer",
        visibility="public", comparables=rows, reconciliation=known, inputs_sha256="a" * 64,
        contributions={"start": 7.0, "effects": [["artist", 0.4], ["size", -0.2]]}, **amounts_of(known),
    )  # fmt: skip


def comparable(lot: Lot, by: float) -> dict[str, Any]:
    price = lot.price or Decimal(1)
    adjusted = Decimal(round(float(price) * math.exp(by)))
    return {
        "lot": lot.pk, "artwork": lot.artworks.get().pk, "date": lot.sale_date.isoformat(), "price": str(price),
        "currency": "USD", "distance": 0.5, "adjustments": [["size", by, str(adjusted - price)]], "adjusted": str(adjusted),
        "adjusted_log": math.log(price) + by, "weight": 0.4,
    }  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
def test_a_comparable_is_struck_out_and_restored_with_the_keyboard(visit: Visit, gallery: Gallery, width: int) -> None:
    estimate = estimate_of(gallery)
    visitor = visit(gallery.user, width=width)
    visitor.go(estimate.get_absolute_url())
    page, lot = visitor.page, estimate.comparables[0]["lot"]
    choose, sum_line = page.locator(f"#choose-{lot}"), page.get_by_text("Estimate with your comparables")
    expect(choose).to_have_text("Strike out")
    assert not sum_line.is_visible()
    choose.focus()
    page.keyboard.press("Enter")
    expect(choose).to_have_text("Restore")
    expect(sum_line).to_be_visible()
    expect(page.get_by_text("The model's own estimate")).to_be_visible()
    assert page.url.endswith(f"{estimate.get_absolute_url()}?strike={lot}")
    assert f'id="choose-{lot}"' in visitor.focused(), "the keyboard stays where it was"
    assert visitor.overflow_px() <= 0, visitor.page.evaluate(WIDE)
    assert visitor.violations() == []
    visitor.shot(f"comparables-struck-{width}")
    page.keyboard.press("Enter")
    expect(choose).to_have_text("Strike out")
    assert page.url.endswith(estimate.get_absolute_url())
    page.go_back()
    expect(choose).to_have_text("Restore")
    assert Valuation.objects.count() == 1


def test_a_choice_is_kept_and_shared(visit: Visit, gallery: Gallery) -> None:
    estimate = estimate_of(gallery)
    visitor = visit(gallery.user)
    keys = [row["lot"] for row in estimate.comparables]
    visitor.go(f"{estimate.get_absolute_url()}?strike={keys[0]}&strike={keys[1]}")
    page = visitor.page
    expect(page.locator(".badge", has_text="struck out")).to_have_count(2)
    assert page.locator(f"#choose-{keys[2]}").count() == 0, "the last one stays"
    page.get_by_role("button", name="Keep this estimate").click()
    page.wait_for_load_state("networkidle")
    kept = Valuation.objects.get(base=estimate)
    assert page.url.endswith(kept.get_absolute_url())
    expect(page.get_by_role("link", name="The model's own estimate")).to_be_visible()
    visitor.shot("comparables-kept")
