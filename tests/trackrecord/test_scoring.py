"""Scores: the last estimate before the sale, on one basis, beside the house; made anew where the result is corrected."""

from __future__ import annotations

import datetime as dt
import io
import math

import pytest
from django.core.management import call_command

from analysis.trackrecord.models import Forecast, Score
from analysis.trackrecord.queries import forecast_figures
from analysis.trackrecord.scoring import score_forecasts
from artmarket.sales.models import Lot, PremiumBand, PremiumSchedule, Sale
from tests.trackrecord.conftest import coming_lot, freeze_by_hand, sell

pytestmark = pytest.mark.django_db


def test_a_sold_lot_is_scored_beside_its_house(forecast: Forecast) -> None:
    sell(forecast.lot, 1600)
    assert dict(score_forecasts()) == {"sold": 1}
    score = Score.objects.get()
    assert score.log_error == pytest.approx(math.log(1000 / 1600))
    assert score.house_log_error == pytest.approx(math.log(800 / 1600))
    assert (score.inside_50, score.inside_80, score.inside_95) == (False, True, True)
    assert score.percent_off == pytest.approx(-37.5)


def test_a_result_that_is_not_known_waits(forecast: Forecast) -> None:
    assert dict(score_forecasts()) == {"waiting": 1}
    Lot.objects.update(outcome="withdrawn")
    assert dict(score_forecasts()) == {"waiting": 1}
    assert not Score.objects.exists()


def test_a_bought_in_lot_is_scored_by_its_chance_of_sale(db: None) -> None:
    forecast = freeze_by_hand(coming_lot(), sale_chance=0.7)
    sell(forecast.lot, None)
    assert dict(score_forecasts()) == {"bought_in": 1}
    score = Score.objects.get()
    assert (score.log_error, score.inside_80) == (None, None)
    assert score.chance_error == pytest.approx(0.49)


def test_only_the_last_estimate_before_the_sale_counts(db: None) -> None:
    lot = coming_lot()
    freeze_by_hand(lot)
    last = freeze_by_hand(lot, middle=1500)
    sell(lot, 1500)
    score_forecasts()
    assert Score.objects.get().forecast == last
    assert Score.objects.get().log_error == 0


def test_a_sale_that_turns_out_to_have_been_earlier_takes_the_score_back(forecast: Forecast) -> None:
    sell(forecast.lot, 900)
    score_forecasts()
    Sale.objects.filter(pk=forecast.lot.sale_id).update(date=forecast.made_at.date())
    assert Lot.objects.get(pk=forecast.lot_id).sale_date == forecast.made_at.date()
    assert dict(score_forecasts()) == {"too late": 1}
    assert not Score.objects.exists()


def test_a_corrected_result_is_scored_anew_and_a_withdrawn_one_taken_back(forecast: Forecast) -> None:
    sell(forecast.lot, 900)
    score_forecasts()
    sell(forecast.lot, 1000)
    score_forecasts()
    assert Score.objects.get().log_error == 0
    Lot.objects.update(price=None, outcome="unknown")
    score_forecasts()
    assert not Score.objects.exists()


def test_a_price_with_premium_is_brought_to_the_estimates_basis(forecast: Forecast) -> None:
    sell(forecast.lot, 1250, price_basis="with_premium")
    score_forecasts()
    score = Score.objects.get()
    assert (score.outcome, score.price, score.log_error, score.inside_80) == ("sold", None, None, None)
    schedule = PremiumSchedule.objects.create(
        house=forecast.lot.sale.house, currency="EUR", valid_from=dt.date(2020, 1, 1)
    )
    PremiumBand.objects.create(schedule=schedule, above=0, rate="0.25")
    score_forecasts()
    assert Score.objects.get().price == 1000
    assert Score.objects.get().log_error == 0


def test_figures_of_all_scores_count_each_lot_once(db: None) -> None:
    for number, price in enumerate((800, 1000, 1250, 3000)):
        lot = coming_lot(days=20 + number)
        freeze_by_hand(lot)
        freeze_by_hand(lot)
        sell(lot, price)
    unsold, coming = coming_lot(), coming_lot()
    freeze_by_hand(unsold)
    freeze_by_hand(coming)
    sell(unsold, None)
    score_forecasts()
    found = forecast_figures("auction:EUR")
    assert (found.lots, found.sold, found.bought_in, found.waiting) == (6, 4, 1, 1)
    assert found.model["n"] == 4
    assert found.model["coverage_80"] == 0.75
    assert found.model["median_ape"] == pytest.approx((0.2 + 0.25) / 2, rel=1e-4)
    assert found.beside["house"]["n"] == 4
    assert forecast_figures("auction:USD").lots == 0


def test_lots_that_became_private_leave_the_public_figures(forecast: Forecast, world) -> None:
    sell(forecast.lot, 1000)
    score_forecasts()
    assert forecast_figures("auction:EUR").sold == 1
    Sale.objects.update(visibility="private", organisation=world.organisation)
    assert forecast_figures("auction:EUR").lots == 0


def test_the_command_says_what_it_scored(forecast: Forecast) -> None:
    out = io.StringIO()
    sell(forecast.lot, 1000)
    call_command("score_forecasts", stdout=out)
    assert out.getvalue().strip() == "sold 1"
