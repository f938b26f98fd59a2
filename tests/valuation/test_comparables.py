"""Comparables that add up: exact sums, one struck out or added, what is refused, and who may do it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from analysis.valuation import known, services
from analysis.valuation.amending import amended
from analysis.valuation.models import Valuation
from analysis.valuation.queries import sales_to_add
from analysis.valuation.reconciling import money_steps, reconciled, weighted_log
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import Lot, LotArtwork, Sale
from tests.conftest import World
from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

AsUser = Callable[[Any], Client]
LOGS = st.floats(-3, 3, allow_nan=False)


@pytest.fixture
def estimate(world: World, lot: Lot) -> Valuation:
    return services.estimate(actor=world.member, lot=lot)


@pytest.fixture
def other(estimate: Valuation) -> Lot:
    """A sold lot before the estimate's date that is not among its comparables."""
    keys = [row["lot"] for row in estimate.comparables]
    return (
        Lot.objects.filter(outcome="sold", sale_date__lt=estimate.effective_date).exclude(pk__in=keys).order_by("pk")[0]
    )


def shift_of(valuation: Valuation) -> float:
    return dict(valuation.contributions["effects"])["comparables"]


@given(price=st.decimals(Decimal("0.01"), 10**8, places=2), logs=st.dictionaries(st.sampled_from("abcdef"), LOGS))
def test_adjustments_in_money_add_up_to_the_cent(price: Decimal, logs: dict[str, float]) -> None:
    steps = money_steps(price, logs)
    total = price + sum(Decimal(money) for _name, _log, money in steps)
    exact = float(price) * math.exp(sum(logs.values()))
    assert [name for name, _log, _money in steps] == list(logs)
    assert abs(float(total) - exact) <= 0.51 if exact >= 100 else 0.0051
    assert all(Decimal(money) == 0 for _name, log, money in steps if log == 0)


@given(
    rows=st.lists(st.tuples(st.floats(0.001, 1), st.floats(2, 16)), min_size=1, max_size=12),
    middle=st.decimals(Decimal("0.01"), 10**8, places=2),
    house=LOGS,
    exchange=LOGS,
)
def test_the_steps_from_the_comparables_add_up_exactly(
    rows: list[tuple[float, float]], middle: Decimal, house: float, exchange: float
) -> None:
    stored = [{"lot": key, "weight": weight, "adjusted_log": log} for key, (weight, log) in enumerate(rows)]
    known_logs = {
        "bands_log": {"middle": math.log(middle) - exchange + 0.001}, "house_log": house, "exchange_log": exchange
    }  # fmt: skip
    found = reconciled(middle, known_logs, stored)
    assert found is not None
    assert found.money + sum(step.money for step in found.steps) == found.total == middle
    assert found.log + sum(step.log for step in found.steps) == pytest.approx(math.log(middle), abs=1e-9)
    assert sum(found.shares.values()) == pytest.approx(1)
    assert {step.name: step.log for step in found.steps}.get("house", 0.0) == pytest.approx(house, abs=1e-9)


def test_stored_comparables_add_up_to_the_estimate(estimate: Valuation) -> None:
    for row in estimate.comparables:
        logs = sum(log for _name, log, _money in row["adjustments"])
        assert row["adjusted_log"] == pytest.approx(math.log(Decimal(row["price"])) + logs, abs=1e-12)
        money = sum(Decimal(money) for _name, _log, money in row["adjustments"])
        assert Decimal(row["adjusted"]) == Decimal(row["price"]) + money
    found = reconciled(estimate.middle, estimate.reconciliation, estimate.comparables)
    assert found is not None
    assert found.money + sum(step.money for step in found.steps) == estimate.middle
    told = estimate.contributions
    middle_log = told["start"] + sum(effect for _name, effect in told["effects"])
    assert estimate.reconciliation["bands_log"]["middle"] == pytest.approx(middle_log, abs=1e-6)


def test_an_abstention_shows_sales_but_adjusts_none(world: World, version: Any) -> None:
    found = services.estimate(actor=world.member, artwork=ArtworkFactory(artist=None, height_cm=None, width_cm=None))
    assert found.abstained
    assert found.reconciliation == {}
    assert all("adjusted" not in row for row in found.comparables)
    with pytest.raises(services.EstimateRefused) as refused:
        services.amend(actor=world.member, valuation=found, struck=[found.comparables[0]["lot"]], added=[])
    assert refused.value.code == "no_estimate"


def test_to_strike_out_the_dearest_lowers_the_estimate_by_what_the_average_falls(
    world: World, estimate: Valuation
) -> None:
    dearest = max(estimate.comparables, key=lambda row: row["adjusted_log"])
    found = services.amend(actor=world.member, valuation=estimate, struck=[dearest["lot"]], added=[])
    rest = [row for row in estimate.comparables if row is not dearest]
    fall = weighted_log(rest) - weighted_log(estimate.comparables)
    assert fall < 0
    assert shift_of(found) == pytest.approx(fall, abs=1e-12)
    exact = math.exp(estimate.reconciliation["bands_log"]["middle"] + fall)
    assert float(found.middle or 0) == pytest.approx(exact, rel=0.005)
    assert (found.base, found.artwork, found.lot, found.model_version) == (
        estimate, estimate.artwork, estimate.lot, estimate.model_version,
    )  # fmt: skip
    assert found.inputs["chosen"]["struck"] == [dearest["lot"]]
    estimate.refresh_from_db()
    assert not any(row.get("struck") for row in estimate.comparables), "the model's own estimate stays"


def test_the_other_steps_stay_when_one_is_struck_out(world: World, estimate: Valuation) -> None:
    found = services.amend(actor=world.member, valuation=estimate, struck=[estimate.comparables[2]["lot"]], added=[])
    before, after = (
        {step.name: step.log for step in reconciled(each.middle, each.reconciliation, each.comparables).steps}  # type: ignore[union-attr]
        for each in (estimate, found)
    )
    assert {name: after[name] for name in ("other", "house")} == pytest.approx(
        {name: before[name] for name in ("other", "house")}, abs=1e-9
    )


def test_an_added_sale_is_adjusted_like_the_others(world: World, estimate: Valuation, other: Lot) -> None:
    found = services.amend(actor=world.member, valuation=estimate, struck=[], added=[other.pk])
    row = found.comparables[-1]
    assert (row["lot"], row["added"], Decimal(row["price"])) == (other.pk, True, other.price)
    assert [name for name, _log, _money in row["adjustments"]] == [
        name for name, _log, _money in estimate.comparables[0]["adjustments"]
    ]
    assert found.inputs["chosen"]["added"][0]["lot"] == other.pk
    assert services.amend(actor=world.member, valuation=found, struck=[], added=[other.pk]) == found, (
        "seen from its base"
    )


def test_struck_out_and_added_again_it_is_where_it_was(world: World, estimate: Valuation) -> None:
    assert services.amend(actor=world.member, valuation=estimate, struck=[], added=[]) == estimate
    assert Valuation.objects.count() == 1


@pytest.mark.parametrize("what", ["all", "stranger", "known", "later", "unsold", "several", "market", "rate", "facts"])
def test_a_choice_that_cannot_be_is_refused_by_name(
    world: World, estimate: Valuation, other: Lot, house: Any, what: str
) -> None:
    keys = [row["lot"] for row in estimate.comparables]
    early = SaleFactory(house=house, date=dt.date(2016, 1, 5))
    struck, added, code = [], [other.pk], what
    if what == "all":
        struck, added, code = keys, [], "none_left"
    elif what == "stranger":
        struck, added, code = [other.pk], [], "not_comparable"
    elif what == "known":
        added, code = [keys[0]], "already_comparable"
    elif what == "later":
        added = [LotFactory(sale=SaleFactory(house=house, date=dt.date(2026, 1, 1))).pk]
    elif what == "unsold":
        added, code = [LotFactory(sale=early, price=None, price_basis="", outcome="bought_in").pk], "not_sold"
    elif what == "several":
        LotArtwork.objects.create(lot=other, artwork=ArtworkFactory(), position=2)
        code = "several_works"
    elif what == "market":
        elsewhere = SaleFactory(house=AuctionHouseFactory(market="dealer"), date=dt.date(2016, 1, 5))
        added, code = [LotFactory(sale=elsewhere).pk], "other_market"
    elif what == "rate":
        added, code = (
            [LotFactory(sale=SaleFactory(house=house, currency="XTS", date=dt.date(2016, 1, 5))).pk],
            "no_rate",
        )
    elif what == "facts":
        Artwork.objects.filter(pk=estimate.artwork_id).update(height_cm=7)
        code = "facts_changed"
    fresh = Valuation.objects.get(pk=estimate.pk)
    with pytest.raises(services.EstimateRefused) as refused:
        services.amend(actor=world.member, valuation=fresh, struck=struck, added=added)
    assert refused.value.code == code
    assert Valuation.objects.count() == 1
    if code in {
        "not_comparable",
        "already_comparable",
        "later",
        "not_sold",
        "several_works",
        "other_market",
        "no_rate",
    }:
        assert str((added or struck)[0]) in str(refused.value)


def test_a_private_sale_that_is_added_stays_with_its_owner(world: World, estimate: Valuation, house: Any) -> None:
    sale = SaleFactory(house=house, date=dt.date(2016, 1, 5), visibility="private", organisation=world.organisation)
    lot = LotFactory(sale=sale, price=Decimal(9000))
    with pytest.raises(services.EstimateRefused) as refused:
        services.amend(actor=world.outsider, valuation=estimate, struck=[], added=[lot.pk])
    assert refused.value.code == "not_found"
    found = services.amend(actor=world.member, valuation=estimate, struck=[], added=[lot.pk])
    assert (found.visibility, found.organisation) == ("private", world.organisation)
    assert not Valuation.objects.visible_to(world.outsider).filter(pk=found.pk).exists()
    assert Valuation.objects.visible_to(world.member).filter(pk=found.pk).exists()


def test_private_records_of_two_owners_are_not_mixed(world: World, lot: Lot, house: Any) -> None:
    Sale.objects.filter(pk=lot.sale_id).update(visibility="private", organisation=world.other_organisation)
    own = services.estimate(actor=world.staff, lot=Lot.objects.select_related("sale__house").get(pk=lot.pk))
    sale = SaleFactory(house=house, date=dt.date(2016, 1, 5), visibility="private", organisation=world.organisation)
    with pytest.raises(services.EstimateRefused) as refused:
        services.amend(actor=world.staff, valuation=own, struck=[], added=[LotFactory(sale=sale).pk])
    assert refused.value.code == "several_owners"


def test_a_hidden_comparable_cannot_be_reckoned_back(world: World, estimate: Valuation) -> None:
    """Neither by striking it out, nor by striking out all others, nor from the sum on the page."""
    hidden, *others = [row["lot"] for row in estimate.comparables]
    Sale.objects.filter(lots=hidden).update(visibility="private", organisation=world.other_organisation)
    for struck, code in (([hidden], "not_comparable"), (others, "none_left")):
        with pytest.raises(services.EstimateRefused) as refused:
            amended(world.member, estimate, struck, [])
        assert refused.value.code == code
    found = amended(world.member, estimate, [others[0]], [])
    seen = [row for row in estimate.comparables if row["lot"] in others]
    assert shift_of(found) == pytest.approx(weighted_log(seen[1:]) - weighted_log(seen), abs=1e-12)
    assert hidden not in {row["lot"] for row in found.comparables}


def test_an_estimate_without_a_comparables_price_does_not_know_that_price(world: World, estimate: Valuation) -> None:
    """Its price, ten times as high, moves its own row and the average; not the adjustments of that row."""
    row = estimate.comparables[0]
    Lot.objects.filter(pk=row["lot"]).update(price=Decimal(row["price"]) * 10)
    known.forget()
    again = services.estimate(actor=world.editor, lot=estimate.lot)
    new = next(each for each in again.comparables if each["lot"] == row["lot"])
    by_name = [{name: log for name, log, _money in each["adjustments"] if name != "date"} for each in (row, new)]
    assert by_name[1] == pytest.approx(by_name[0], abs=1e-9)


# Pages


def choose_url(valuation: Valuation) -> str:
    return reverse("valuation:comparables", args=[valuation.pk])


def test_the_page_shows_each_step_and_the_sum(world: World, estimate: Valuation, as_user: AsUser) -> None:
    answer = as_user(world.member).get(estimate.get_absolute_url())
    page, found = answer.content.decode(), answer.context["evidence"].reconciliation
    assert found.money + sum(step.money for step in found.steps) == estimate.middle
    for text in ("Weighted price of 10 comparables", "What all other sales say", f"{found.money:,.0f}", "Strike out"):
        assert text in page
    assert "Condition is not on record" in page


def test_striking_out_and_restoring_by_address(world: World, estimate: Valuation, as_user: AsUser) -> None:
    client, url = as_user(world.member), choose_url(estimate)
    first = client.get(url).context["evidence"].comparables[0]
    assert first.toggled == f"strike={first.lot.pk}"
    struck = client.get(f"{url}?{first.toggled}")
    evidence = struck.context["evidence"]
    assert evidence.comparables[0].struck
    assert evidence.comparables[0].toggled == ""
    assert evidence.counted == 9
    assert evidence.valuation.middle != estimate.middle
    page = struck.content.decode()
    assert "Estimate with your comparables" in page
    assert "Keep this estimate" in page
    assert f"{estimate.middle:,.0f}" in page, "the model's own stands beside it"
    shared = client.get(f"{estimate.get_absolute_url()}?{first.toggled}")
    assert shared.context["evidence"].valuation.middle == evidence.valuation.middle
    assert shared.context["valuation"].middle == estimate.middle
    assert Valuation.objects.count() == 1, "looking stores nothing"


def test_the_address_bar_follows_on_the_estimates_own_page_alone(
    world: World, estimate: Valuation, as_user: AsUser
) -> None:
    client, key = as_user(world.member), estimate.comparables[0]["lot"]
    page = estimate.get_absolute_url()
    there = client.get(f"{choose_url(estimate)}?strike={key}", headers={"HX-Current-URL": f"http://testserver{page}"})
    assert there["HX-Push-Url"] == f"{page}?strike={key}"
    elsewhere = client.get(
        f"{choose_url(estimate)}?strike={key}", headers={"HX-Current-URL": "http://testserver/lots/1/"}
    )
    assert "HX-Push-Url" not in elsewhere


def test_a_sale_is_found_and_added(world: World, estimate: Valuation, other: Lot, as_user: AsUser) -> None:
    client, url = as_user(world.member), choose_url(estimate)
    for find in (str(other.pk), f"http://testserver/lots/{other.pk}/", other.artworks.get().artist.name):
        answer = client.get(url, {"find": find})
        assert other.pk in [each.lot_id for each in answer.context["found"]] or find == other.artworks.get().artist.name
        assert answer.context["found"], find
    added = client.get(url, {"add": other.pk})
    assert [each.lot.pk for each in added.context["evidence"].comparables if each.added] == [other.pk]
    assert added.context["evidence"].comparables[-1].toggled == ""
    assert "No sold lot of one work" in client.get(url, {"find": "zzzz"}).content.decode()


def test_what_is_found_is_sold_earlier_alone_in_its_lot_and_seen(world: World, estimate: Valuation, house: Any) -> None:
    artist = ArtworkFactory().artist
    artist.name = artist.sort_name = "Ottoline Quill"
    artist.save()

    def offered(**facts: Any) -> Lot:
        sale = {"house": house, "date": dt.date(2016, 1, 5)} | facts.pop("sale", {})
        return LotFactory(sale=SaleFactory(**sale), artwork=ArtworkFactory(artist=artist), **facts)

    fits = offered()
    offered(price=None, price_basis="", outcome="bought_in")
    offered(sale={"date": dt.date(2026, 1, 5)})
    offered(sale={"house": AuctionHouseFactory(market="dealer")})
    hidden = offered(sale={"visibility": "private", "organisation": world.other_organisation})
    pair = offered()
    LotArtwork.objects.create(lot=pair, artwork=ArtworkFactory(), position=2)
    assert [each.lot_id for each in sales_to_add(world.member, estimate, "quill")] == [fits.pk]
    assert {each.lot_id for each in sales_to_add(world.outsider, estimate, "quill")} == {fits.pk, hidden.pk}


@pytest.mark.parametrize("bad", ["strike=x", "strike=-1", f"add={2**63}", "strike=999999", "add=999999"])
def test_a_bad_address_is_answered_by_what_is_wrong(
    world: World, estimate: Valuation, as_user: AsUser, bad: str
) -> None:
    for url in (choose_url(estimate), estimate.get_absolute_url()):
        answer = as_user(world.member).get(f"{url}?{bad}")
        assert answer.status_code == 200
        assert "notice bad" in answer.content.decode()
        assert bad.split("=")[1] in answer.context["refused"]
        assert answer.context["evidence"].valuation == estimate


def test_a_choice_is_kept_as_an_estimate_of_its_own(world: World, estimate: Valuation, as_user: AsUser) -> None:
    client, key = as_user(world.member), estimate.comparables[0]["lot"]
    url = reverse("valuation:amend", args=[estimate.pk])
    answer = client.post(url, {"strike": [key]})
    kept = Valuation.objects.get(base=estimate)
    assert (answer.status_code, answer["Location"]) == (302, kept.get_absolute_url())
    assert client.post(url, {"strike": [key]})["Location"] == kept.get_absolute_url()
    assert Valuation.objects.count() == 2
    page = client.get(kept.get_absolute_url())
    assert page.context["valuation"].middle == kept.middle
    assert estimate.get_absolute_url() in page.content.decode()
    assert "the choice of comparables" in str(page.context["waterfall"])
    refused = client.post(url, {"strike": ["x"]}, follow=True)
    assert "is not the number of a lot" in refused.content.decode()
    assert Valuation.objects.count() == 2


PEOPLE = ("anonymous", "outsider", "member", "editor", "owner", "staff")


def test_who_may_choose_among_a_private_lots_comparables(world: World, lot: Lot, as_user: AsUser) -> None:
    Sale.objects.filter(pk=lot.sale_id).update(visibility="private", organisation=world.organisation)
    found = services.estimate(actor=world.owner, lot=Lot.objects.select_related("sale__house").get(pk=lot.pk))
    keys = [row["lot"] for row in found.comparables]
    url = reverse("valuation:amend", args=[found.pk])
    for place, who in enumerate(PEOPLE):
        client, before = as_user(getattr(world, who, None)), Valuation.objects.count()
        refused = {"anonymous": 302, "outsider": 404}.get(who)
        assert client.get(choose_url(found)).status_code == (refused or 200), who
        answer = client.post(url, {"strike": [keys[place]]})
        assert answer.status_code == (refused or 302), who
        assert Valuation.objects.count() == before + (refused is None), who
        assert client.get(url).status_code == (302 if who == "anonymous" else 405)
        assert client.post(choose_url(found)).status_code == (302 if who == "anonymous" else 405)
    assert set(Valuation.objects.values_list("visibility", "organisation")) == {("private", world.organisation.pk)}


def test_a_choice_needs_its_token(world: World, estimate: Valuation) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.member, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("valuation:amend", args=[estimate.pk])
    assert client.post(url, {"strike": [estimate.comparables[0]["lot"]]}).status_code == 403
    assert Valuation.objects.count() == 1


def test_choosing_costs_as_many_queries_for_many_as_for_one(
    world: World, estimate: Valuation, as_user: AsUser, django_assert_max_num_queries: Any
) -> None:
    client, keys = as_user(world.member), [row["lot"] for row in estimate.comparables]
    for many in (1, 8):
        with django_assert_max_num_queries(13):
            client.get(choose_url(estimate), {"strike": keys[:many]})
