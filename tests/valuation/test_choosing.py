"""Which model answers: the market of the lot, and no hindsight where a version is without."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from analysis.registry.models import ModelVersion
from analysis.valuation import known, services
from analysis.valuation.choosing import version_for
from analysis.valuation.records import Scope, gather
from analysis.valuation.training import train_scope
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import AuctionHouse, Lot
from ml.reporter import SilentReporter
from tests.conftest import World
from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

TODAY = dt.date(2026, 1, 1)


def made(scope: str, last_sale: str = "2020-01-01", *, is_active: bool = True) -> ModelVersion:
    return ModelVersion.objects.create(
        kind="valuation", scope=scope, name=scope, is_active=is_active, artefact="x", card={"last sale": last_sale}
    )


def test_of_the_versions_without_hindsight_the_latest_answers(world: World) -> None:
    active = made("auction:EUR")
    early, late = (made("auction:EUR", date, is_active=False) for date in ("2010-01-01", "2012-06-30"))
    made("auction:USD", "2013-01-01", is_active=False)
    work = ArtworkFactory()
    LotFactory(artwork=work, sale=SaleFactory(house=AuctionHouseFactory(), date=dt.date(2009, 1, 1)))
    chosen = {year: version_for(world.member, work, None, dt.date(year, 1, 1)) for year in (2010, 2011, 2013, 2026)}
    assert chosen == {2010: active, 2011: early, 2013: late, 2026: active}
    assert version_for(world.member, work, None, dt.date(2012, 6, 30)) == early, "the day itself is not before it"


def test_a_lot_after_the_date_or_unseen_does_not_choose(world: World) -> None:
    euro, pound = made("auction:EUR"), made("auction:GBP")
    work = ArtworkFactory()
    LotFactory(artwork=work, sale=SaleFactory(house=AuctionHouseFactory(currency="EUR"), date=dt.date(2000, 1, 1)))
    british = AuctionHouseFactory(currency="GBP")
    LotFactory(artwork=work, sale=SaleFactory(house=british, date=dt.date(2010, 1, 1)))
    hidden = {"visibility": "private", "organisation": world.other_organisation}
    LotFactory(artwork=work, sale=SaleFactory(house=AuctionHouseFactory(market="dealer"), **hidden))
    made("dealer:EUR")
    assert version_for(world.member, work, None, dt.date(2005, 1, 1)) == euro
    assert version_for(world.member, work, None, TODAY) == pound


def test_a_work_never_offered_is_judged_where_its_artist_is_offered(world: World) -> None:
    known_work = ArtworkFactory()
    LotFactory(artwork=known_work, sale=SaleFactory(house=AuctionHouseFactory(currency="EUR")))
    euro, dollar = made("auction:EUR"), made("auction:USD")
    assert version_for(world.member, ArtworkFactory(artist=known_work.artist), None, TODAY) == euro
    assert version_for(world.member, ArtworkFactory(artist=None), None, TODAY) == dollar


def test_a_past_lot_is_estimated_without_hindsight(world: World, version: ModelVersion, lot: Lot) -> None:
    assert services.estimate(actor=world.member, lot=lot).learned_until
    earlier = train_scope(Scope("auction", "EUR"), reporter=SilentReporter(), before=lot.sale_date).version
    found = services.estimate(actor=world.member, lot=lot)
    assert (found.model_version, found.learned_until) == (earlier, None)


def test_a_coming_sale_is_no_hindsight(world: World, house: AuctionHouse) -> None:
    LotFactory(sale=SaleFactory(house=house, date=dt.date(2035, 1, 1)), price=None, price_basis="", outcome="unknown")
    assert train_scope(Scope("auction", "EUR"), reporter=SilentReporter()).version.card["last sale"] < "2019-01-01"


def test_history_stands_on_the_basis_that_the_model_learned(house: AuctionHouse) -> None:
    """Even where the market before the date was mostly told on another one."""
    Lot.objects.filter(sale_date__lt="2016-06-01", price__isnull=False).update(price_basis="with_premium")
    early = gather(Scope("auction", "EUR"), before=dt.date(2016, 6, 1), basis="hammer")
    assert early.basis == "hammer"
    assert early.left_out["price with_premium, no premium schedule"] > 0
    assert not any(offer.price for offer in early.offers)


def test_a_price_that_changed_makes_another_estimate(world: World, lot: Lot) -> None:
    first = services.estimate(actor=world.member, lot=lot)
    Lot.objects.filter(sale_date__lt=lot.sale_date, price__isnull=False).update(price=Decimal("777.00"))
    known.forget()
    again = services.estimate(actor=world.member, lot=lot)
    assert again.pk != first.pk
    assert again.inputs["known"]["sold"] == first.inputs["known"]["sold"]


@pytest.mark.parametrize("outcome", ["deleted by queryset", "deleted in the admin"])
def test_estimates_do_not_hold_up_the_deletion_of_their_lot(world: World, lot: Lot, as_user, outcome: str) -> None:
    services.estimate(actor=world.member, lot=lot)
    if outcome == "deleted in the admin":
        answer = as_user(world.staff).post(f"/admin/sales/lot/{lot.pk}/delete/", {"post": "yes"})
        assert answer.status_code == 302, answer.content
    else:
        Lot.objects.filter(pk=lot.pk).delete()
    assert not Lot.objects.filter(pk=lot.pk).exists()
    assert Artwork.objects.filter(valuations__isnull=False).count() == 0


def test_estimates_are_not_deleted_in_their_own_admin(world: World, lot: Lot, as_user) -> None:
    found = services.estimate(actor=world.member, lot=lot)
    answer = as_user(world.staff).post(f"/admin/valuation/valuation/{found.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 403
    page = as_user(world.staff).get("/admin/valuation/valuation/").content.decode()
    assert "delete_selected" not in page
