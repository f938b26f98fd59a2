"""Panels of estimates and the page of one: what they say, what they keep to themselves, how many queries they cost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from analysis.valuation import services
from analysis.valuation.models import Valuation
from analysis.valuation.records import Scope
from analysis.valuation.training import train_scope
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import Lot, PremiumBand, PremiumSchedule, Sale
from ml.reporter import SilentReporter
from tests.factories import ArtworkFactory, LotFactory, SaleFactory


def url_of(name, record):
    return reverse(f"valuation:{name}", args=[record.pk])


@pytest.fixture
def work(lot) -> Artwork:
    return lot.artworks.get()


@pytest.fixture
def estimate(world, lot) -> Valuation:
    return services.estimate(actor=world.member, lot=lot)


@pytest.mark.parametrize("name", ["artwork-panel", "lot-panel"])
def test_a_panel_shows_the_interval_its_evidence_and_how_good_it_is(world, lot, work, as_user, name):
    answer = as_user(world.member).get(url_of(name, lot if name == "lot-panel" else work))
    page, found = answer.content.decode(), answer.context["valuation"]
    for amount in (found.low, found.middle, found.high):
        assert f"{amount:,.0f}" in page
    assert "lay within their interval" in page
    assert "Hammer price, from what was known before" in page
    assert found.get_absolute_url() in page
    assert found.model_version.get_absolute_url() in page
    assert page.count('id="choose-') == 10


def test_the_interval_and_the_steps_to_the_middle_are_drawn(world, lot, as_user):
    context = as_user(world.member).get(url_of("lot-panel", lot)).context
    found, drawn, steps = context["valuation"], context["interval"], context["waterfall"]
    labels = [point[0] for point in drawn["series"][0]["points"]]
    assert labels == ["50 % of prices", "80 % of prices", "95 % of prices", "The house's estimate"]
    ends = [(found.low_50, found.high_50), (found.low, found.high), (found.low_95, found.high_95)]
    expected = [[float(found.middle), float(low), float(high)] for low, high in ends]
    assert [point[1:] for point in drawn["series"][0]["points"][:3]] == expected
    total = steps["start"][1] + sum(change for _name, change in steps["series"][0]["points"])
    assert total == float(found.middle), "to the unit"


def test_what_moved_the_price_most_is_said_in_words_and_money(world, estimate, as_user):
    estimate.contributions = {"start": 0.0, "effects": [["artist", 2.0], ["size", -0.7], ["look", 0.001]]}
    Valuation.objects.filter(pk=estimate.pk).update(
        contributions=estimate.contributions,
        middle=1000,
        low=900,
        high=1100,
        low_50=None,
        high_50=None,
        low_95=None,
        high_95=None,
    )
    answer = as_user(world.member).get(estimate.get_absolute_url())
    (_artist, artist), (_size, size), *_rest = answer.context["waterfall"]["series"][0]["points"]
    assert answer.context["sentences"] == [
        f"The artist's earlier sales raise it by EUR\u00a0{artist:,.0f}.",
        f"The size lowers it by EUR\u00a0{-size:,.0f}.",
    ]
    assert "The size lowers it by" in answer.content.decode()


def test_estimates_made_before_there_were_levels_are_still_shown(world, estimate, as_user):
    """Their rows have neither levels nor adjusted comparables."""
    plain = [
        {name: row[name] for name in ("lot", "artwork", "date", "price", "currency", "distance")}
        for row in estimate.comparables
    ]
    old = {"low_50": None, "high_50": None, "low_95": None, "high_95": None, "reconciliation": {}, "comparables": plain}
    Valuation.objects.filter(pk=estimate.pk).update(**old)
    answer = as_user(world.member).get(estimate.get_absolute_url())
    assert answer.context["interval"]["series"][0]["points"][0][0] == "80 % of prices"
    page = answer.content.decode()
    assert "Distance adds up differences" in page
    assert "Strike out" not in page


def test_with_the_houses_schedule_the_other_price_basis_stands_beside(world, lot, house, estimate, as_user):
    client, url = as_user(world.member), estimate.get_absolute_url()
    assert "by the house's schedule" not in client.get(url).content.decode()
    schedule = PremiumSchedule.objects.create(house=house, currency="EUR", valid_from=dt.date(2000, 1, 1))
    PremiumBand.objects.create(schedule=schedule, above=0, rate="0.25")
    answer = client.get(url)
    assert "With buyer's premium, by the house's schedule" in answer.content.decode().replace("&#x27;", "'")
    assert answer.context["other_basis"]["middle"] == estimate.middle * Decimal("1.25")


def test_an_opening_bid_stands_beside_the_estimate(world, lot, as_user):
    Lot.objects.filter(pk=lot.pk).update(estimate_low=None, estimate_high=None, opening_bid=640)
    drawn = as_user(world.member).get(url_of("lot-panel", lot)).context["interval"]
    assert drawn["series"][0]["points"][-1] == ["Opening bid", 640.0, 640.0, 640.0]


def test_cheap_works_steps_are_drawn_to_the_cent(world, estimate, as_user):
    Valuation.objects.update(low_95=5, low=10, low_50=None, middle=15, high_50=None, high=20, high_95=25)
    steps = as_user(world.member).get(estimate.get_absolute_url()).context["waterfall"]
    total = steps["start"][1] + sum(change for _name, change in steps["series"][0]["points"])
    assert total == pytest.approx(15, abs=1e-9)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_abstention_gives_its_reason_in_the_readers_language(world, version, as_user, client, language):
    work = ArtworkFactory(artist=None, height_cm=None, width_cm=None)
    first = as_user(world.member).get(url_of("artwork-panel", work))
    assert "Not enough evidence" in first.content.decode()
    assert "Neither an earlier offer of this artist nor the size" in first.content.decode()
    reader = as_user(world.member)
    reader.cookies["django_language"] = language
    page = reader.get(first.context["valuation"].get_absolute_url()).content.decode()
    assert ("Neither an earlier offer" in page) is (language == "en")


def test_before_any_sale_it_abstains(world, lot, work, as_user):
    page = as_user(world.member).get(url_of("artwork-panel", work), {"on": "2001-01-01"}).content.decode()
    assert "No sale is known before this date" in page
    assert "No comparable sale is known" in page


def test_the_question_can_be_put_otherwise(world, lot, as_user):
    client = as_user(world.member)
    asked = client.get(url_of("lot-panel", lot), {"on": "2017-03-01"}).context["valuation"]
    assert asked.effective_date == dt.date(2017, 3, 1)
    assert all(each["date"] < "2017-03-01" for each in asked.comparables)
    for bad in ({"on": "2100-01-01"}, {"on": "yesterday"}, {"currency": "XTS"}):
        answer = client.get(url_of("lot-panel", lot), bad)
        assert "errorlist" in answer.content.decode(), bad
        assert "valuation" not in answer.context, bad


def test_without_a_model_the_panel_says_so(world, house, as_user):
    page = as_user(world.member).get(url_of("artwork-panel", Artwork.objects.order_by("pk")[0])).content.decode()
    assert "No price model has been trained" in page
    assert not Valuation.objects.exists()


def test_a_models_missing_files_are_said(world, lot, as_user, settings, tmp_path):
    settings.MODELS_DIR = tmp_path / "elsewhere"
    page = as_user(world.member).get(url_of("lot-panel", lot)).content.decode()
    assert "The price model cannot be read" in page
    assert not Valuation.objects.exists()


def test_a_market_that_fell_silent_is_confessed(world, lot, work, as_user):
    silent = "what prices did since is not known"
    assert silent in as_user(world.member).get(url_of("artwork-panel", work)).content.decode()
    assert silent not in as_user(world.member).get(url_of("lot-panel", lot)).content.decode()


def test_prices_of_an_unknown_basis_are_called_so(world, house, as_user):
    Lot.objects.filter(price__isnull=False).update(price_basis="unknown")
    train_scope(Scope("auction", "EUR"), reporter=SilentReporter())
    lot = Lot.objects.order_by("-sale_date")[0]
    page = as_user(world.member).get(url_of("lot-panel", lot)).content.decode()
    assert "Price as printed, with or without premium" in page


def test_hindsight_is_confessed(world, lot, as_user):
    page = as_user(world.member).get(url_of("lot-panel", lot)).content.decode()
    assert "the model itself learned from sales until" in page


def test_comparables_lead_to_their_works_and_lots(world, estimate, as_user):
    page = as_user(world.member).get(estimate.get_absolute_url()).content.decode()
    for each in estimate.comparables:
        assert reverse("sales:lot-detail", args=[each["lot"]]) in page
        assert reverse("catalogue:artwork-detail", args=[each["artwork"]]) in page


def test_comparables_that_became_private_are_shown_to_their_owners_alone(world, estimate, as_user):
    hidden_work, hidden_lot = estimate.comparables[0], estimate.comparables[1]
    private = {"visibility": "private", "organisation": world.other_organisation}
    Artwork.objects.filter(pk=hidden_work["artwork"]).update(title="Whispered", **private)
    Sale.objects.filter(lots=hidden_lot["lot"]).update(**private)
    page = as_user(world.member).get(estimate.get_absolute_url()).content.decode()
    assert "Whispered" not in page
    assert reverse("sales:lot-detail", args=[hidden_lot["lot"]]) not in page
    assert "Whispered" in as_user(world.outsider).get(estimate.get_absolute_url()).content.decode()


PEOPLE = ("anonymous", "outsider", "member", "editor", "owner", "staff")
OURS_ALONE = {"anonymous": 302, "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200}


def answers(world, as_user, url):
    return {who: as_user(getattr(world, who, None)).get(url).status_code for who in PEOPLE}


@pytest.mark.parametrize("hidden", ["work", "sale"])
def test_who_may_open_the_estimates_of_private_records(world, lot, work, as_user, hidden):
    private = {"visibility": "private", "organisation": world.organisation}
    if hidden == "work":
        Artwork.objects.filter(pk=work.pk).update(**private)
    else:
        Sale.objects.filter(pk=lot.sale_id).update(**private)
    lot = Lot.objects.select_related("sale__house").get(pk=lot.pk)
    asked = as_user(world.outsider).get(url_of("lot-panel", lot))
    assert asked.status_code == (404 if hidden == "sale" else 200)
    assert hidden == "sale" or "There is no such artwork" in asked.content.decode()
    assert as_user(None).get(url_of("lot-panel", lot)).status_code == 302
    assert not Valuation.objects.exists(), "a refused question leaves nothing behind"
    found = services.estimate(actor=world.member, lot=lot)
    assert found.organisation == world.organisation
    assert answers(world, as_user, found.get_absolute_url()) == OURS_ALONE


def test_who_may_open_a_private_works_panel(world, version, as_user):
    work = ArtworkFactory(visibility="private", organisation=world.organisation)
    assert answers(world, as_user, url_of("artwork-panel", work)) == OURS_ALONE
    assert set(Valuation.objects.values_list("organisation_id", "visibility")) == {(world.organisation.pk, "private")}


def test_everybody_may_read_the_estimate_of_a_public_work(world, estimate, as_user):
    expected = dict.fromkeys(PEOPLE, 200) | {"anonymous": 302}
    assert answers(world, as_user, estimate.get_absolute_url()) == expected


def test_a_private_lots_estimate_goes_with_the_lot(world, lot, as_user):
    """It carries the lot's estimates and bids, and the work is everyone's."""
    Sale.objects.filter(pk=lot.sale_id).update(visibility="private", organisation=world.organisation)
    found = services.estimate(actor=world.member, lot=Lot.objects.select_related("sale__house").get(pk=lot.pk))
    Lot.objects.filter(pk=lot.pk).delete()
    assert as_user(world.outsider).get(found.get_absolute_url()).status_code == 404
    assert not Valuation.objects.filter(pk=found.pk).exists()


def test_who_left_the_organisation_reads_its_estimates_no_more(world, lot, as_user):
    Sale.objects.filter(pk=lot.sale_id).update(visibility="private", organisation=world.organisation)
    found = services.estimate(actor=world.member, lot=Lot.objects.select_related("sale__house").get(pk=lot.pk))
    world.member.memberships.all().delete()
    assert as_user(world.member).get(found.get_absolute_url()).status_code == 404


def test_nothing_is_asked_by_posting(world, lot, work, as_user):
    for url in (url_of("lot-panel", lot), url_of("artwork-panel", work)):
        assert as_user(world.owner).post(url).status_code == 405
    assert not Valuation.objects.exists()


@pytest.mark.parametrize("name", ["lot-panel", "valuation-detail"])
def test_pages_cost_few_queries(world, lot, estimate, as_user, name, django_assert_max_num_queries):
    client = as_user(world.member)
    url = estimate.get_absolute_url() if name == "valuation-detail" else url_of(name, lot)
    client.get(url)
    with django_assert_max_num_queries(19 if name == "lot-panel" else 11):
        assert client.get(url).status_code == 200


def test_an_invented_works_estimate_is_marked(world, estimate, as_user):
    Artwork.objects.filter(pk=estimate.artwork_id).update(is_invented=True)
    assert "invented-banner" in as_user(world.member).get(estimate.get_absolute_url()).content.decode()


def test_a_coming_lot_of_the_house_is_estimated_on_its_page(world, version, house, as_user):
    sale = SaleFactory(house=house, date=dt.date(2035, 1, 1), visibility="private", organisation=world.organisation)
    coming = LotFactory(sale=sale, price=None, price_basis="", outcome="unknown")
    found = as_user(world.member).get(url_of("lot-panel", coming)).context["valuation"]
    assert found.middle
    assert (found.visibility, found.organisation) == ("private", world.organisation)
