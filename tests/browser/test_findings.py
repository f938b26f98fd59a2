"""Indices, the track record and estimates in a real browser, with figures enough that all charts and tables are drawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from analysis.indices.models import IndexDefinition
from analysis.indices.services import compute
from analysis.registry.models import ModelVersion
from analysis.trackrecord.ledgers import keep_ledger
from analysis.trackrecord.models import BacktestRun, Forecast
from analysis.trackrecord.scoring import score_forecasts
from analysis.valuation import services
from analysis.valuation.records import Scope
from artmarket.accounts.data_entry import allow_data_entry
from artmarket.sales.models import AuctionHouse, Lot
from ml.reporter import SilentReporter
from tests.browser.conftest import Gallery, Visit
from tests.browser.walking import walk
from tests.classification.conftest import suggested
from tests.factories import AuctionHouseFactory
from tests.indices.conftest import fill_market
from tests.registry.test_cards import FULL
from tests.trackrecord.conftest import (
    _nothing_remembered,
    biased_houses,
    coming_lot,
    freeze_by_hand,
    make_run,
    run,
    sell,
    walked,
)
from tests.valuation.test_whatif import lot as attributed_lot

__all__ = ["_nothing_remembered", "attributed_lot", "biased_houses", "make_run", "run", "walked"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Houses = dict[str, AuctionHouse]


def assert_all_drawn(visit: Visit, user: Any, path: str, charts: int) -> None:
    """As many charts as the page is to have, none of them empty."""
    visitor = visit(user)
    visitor.go(path)
    assert visitor.page.locator("[data-chart]").count() == charts
    assert visitor.page.locator("[data-chart]:not(:has(svg path, svg rect, svg circle, svg line))").count() == 0


def test_indices_shut_nobody_out(visit: Visit, gallery: Gallery) -> None:
    artists = fill_market(AuctionHouseFactory(currency="EUR", market="auction"))
    facts: dict[str, Any] = {"market": "auction", "currency": "EUR", "visibility": "public"}
    whole = IndexDefinition.objects.create(**facts)
    movement = IndexDefinition.objects.create(**facts, movement="Tonalism")
    empty = IndexDefinition.objects.create(**facts, medium="oil")
    for definition in (whole, movement):
        compute(definition=definition, reporter=SilentReporter())
    pages = {
        "indices": reverse("indices:index-list"),
        "index": whole.get_absolute_url(),
        "index-censored": whole.get_absolute_url() + "?method=censored",
        "index-repeat": whole.get_absolute_url() + "?method=repeat_sales",
        "index-part": movement.get_absolute_url(),
        "index-empty": empty.get_absolute_url(),
        "index-new": reverse("indices:index-new"),
        "index-artist": artists[0].get_absolute_url(),
    }
    problems = walk(visit, gallery.user, pages)
    assert not problems, "\n".join(problems)


def forecasts() -> tuple[Forecast, Forecast, Forecast]:
    """One that waits for its sale, one whose lot was sold, one whose lot was bought in."""
    open_one, sold, unsold = (freeze_by_hand(coming_lot(), sale_chance=0.7) for _lot in range(3))
    sell(sold.lot, 1600)
    sell(unsold.lot, None)
    score_forecasts()
    return open_one, sold, unsold


def test_the_record_shuts_nobody_out(visit: Visit, gallery: Gallery, run: BacktestRun, biased_houses: Houses) -> None:
    keep_ledger(scope=Scope("auction", "EUR"), before=dt.date(2024, 1, 1))
    open_one, sold, unsold = forecasts()
    house = biased_houses["Low"]
    pages = {
        "record": reverse("trackrecord:record"),
        "record-run": reverse("trackrecord:run-detail", args=[run.pk]),
        "forecasts": reverse("trackrecord:forecast-list"),
        "forecast-open": open_one.get_absolute_url(),
        "forecast-sold": sold.get_absolute_url(),
        "forecast-unsold": unsold.get_absolute_url(),
        "forecast-lot": open_one.lot.get_absolute_url(),
        "ledger": reverse("trackrecord:ledger"),
        "ledger-house": reverse("trackrecord:house-ledger", args=[house.pk]),
        "house-biased": house.get_absolute_url(),
    }
    problems = walk(visit, gallery.user, pages)
    assert not problems, "\n".join(problems)
    assert_all_drawn(visit, gallery.user, pages["record"], charts=5)


def test_estimates_shut_nobody_out_and_weigh_an_opinion(visit: Visit, gallery: Gallery, attributed_lot: Lot) -> None:
    estimate = services.estimate(actor=gallery.user, lot=attributed_lot)
    pages = {
        "estimate-made": estimate.get_absolute_url(),
        "estimate-of-lot": attributed_lot.get_absolute_url(),
        "estimate-of-work": attributed_lot.artworks.get().get_absolute_url(),
    }
    problems = walk(visit, gallery.user, pages)
    assert not problems, "\n".join(problems)

    visitor = visit(gallery.user, width=360)
    visitor.go(pages["estimate-made"])
    panel = visitor.page.locator(f"#what-if-{estimate.pk}")
    for name in ("by", "after"):
        panel.locator(f"input[name={name}]").fill("50")
    panel.get_by_role("button", name="Weigh them").click()
    panel.get_by_text("Expected price").wait_for()
    assert visitor.violations() == []
    assert visitor.overflow_px() <= 0
    visitor.shot("estimate-weighed-360")


def test_a_model_s_card_shuts_nobody_out(visit: Visit, gallery: Gallery) -> None:
    names = [f"Painter of the coast {letter}" for letter in "ABCDEFGHIJ"]
    counts = [[20 - row if row == column else (row * 7 + column) % 5 // 4 for column in range(10)] for row in range(10)]
    rows = [{"label": name, "n": 20, "precision": 0.9, "recall": 0.8, "f1": 0.85} for name in names]
    card = FULL | {"confusion": {"labels": names, "counts": counts}, "figures_by_class": rows}
    version = ModelVersion.objects.create(kind="attribution", name="Hands", card=card, figures={"top_1": 0.94})
    problems = walk(visit, gallery.user, {"model-card": version.get_absolute_url()})
    assert not problems, "\n".join(problems)
    assert_all_drawn(visit, gallery.user, version.get_absolute_url(), charts=2)


def test_suggestions_shut_nobody_out_and_are_answered_in_data_entry(visit: Visit, gallery: Gallery) -> None:
    work, url = gallery.work, reverse("classification:suggestion-list")
    work.organisation = gallery.user.memberships.get().organisation
    work.save()
    problems = walk(visit, gallery.user, {"suggestions-none": url})
    suggested(work, "genre", "landscape", probability=0.93)
    suggested(work, "support", "canvas", probability=0.61)
    problems += walk(visit, gallery.user, {"suggestions": url, "work-suggested": work.get_absolute_url()})
    assert not problems, "\n".join(problems)

    allow_data_entry(actor=None, user=gallery.user)
    visitor = visit(gallery.user)
    visitor.go(reverse("admin:catalogue_artwork_change", args=[work.pk]))
    panel = visitor.page.locator("#suggestions-panel")
    panel.get_by_role("button", name="Accept genre: landscape").click()
    panel.get_by_text("1 answered suggestion").wait_for()
    visitor.shot("suggestions-data-entry")
    work.refresh_from_db()
    assert (work.genre, work.support) == ("landscape", "")
    assert visitor.page.locator("#id_genre").input_value() == "landscape"
    panel.get_by_text("1 answered suggestion").click()
    panel.get_by_role("button", name="Undo genre: landscape").click()
    panel.get_by_role("button", name="Accept genre: landscape").wait_for()
    work.refresh_from_db()
    assert work.genre == ""
    assert visitor.complaints == []
