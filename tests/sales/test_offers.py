"""Offers: whatever is done to lots, works and places, by whom and how, each row says what its sources say."""

from __future__ import annotations

import datetime as dt
import random
import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction

from artmarket.catalogue.merging import merge_artists, undo_merge
from artmarket.catalogue.models import Artist, Artwork
from artmarket.sales import fx, services
from artmarket.sales.models import FxRate, Lot, LotArtwork, Offer, Sale
from tests.factories import ArtistFactory, ArtworkFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db
BASES = ["hammer", "with_premium", "unknown"]


def wrong_offers() -> int:
    """Rows that the table has and should not have, or should have and has not."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select count(*) from (
                (table sales_offer except all select * from sales_offers_now())
                union all (select * from sales_offers_now() except all table sales_offer)
            ) as differing"""
        )
        return int(cursor.fetchone()[0])


def obvious_offers() -> list[tuple[object, ...]]:
    """The rows as plain Python would make them."""
    rows = []
    for place in LotArtwork.objects.select_related("lot", "artwork").order_by("pk"):
        lot, over = place.lot, None
        if lot.price_basis == "hammer" and lot.price and lot.estimate_low and lot.estimate_high:
            over = float(lot.price * 2 / (lot.estimate_low + lot.estimate_high))
        rows.append((
            place.pk, lot.pk, place.artwork_id, place.artwork.artist_id, place.artwork.attribution, lot.sale_id,
            lot.sale_date, lot.outcome, lot.price_basis, lot.price_usd, over and pytest.approx(over),
            lot.lot_artworks.count() == 1,
        ))  # fmt: skip
    return rows


def kept_offers() -> list[tuple[object, ...]]:
    columns = (
        "place_id", "lot_id", "artwork_id", "artist_id", "attribution", "sale_id", "sale_date", "outcome",
        "price_basis", "price_usd", "over_estimate", "is_only",
    )  # fmt: skip
    return list(Offer.objects.order_by("pk").values_list(*columns))


@pytest.fixture
def lot():
    FxRate.objects.create(base="EUR", quote="USD", date=dt.date(2019, 1, 1), rate=Decimal(2), source="test")
    return LotFactory()


def test_a_lot_with_its_work_is_offered(lot):
    assert kept_offers() == obvious_offers()
    (offer,) = Offer.objects.all()
    assert (offer.lot, offer.is_only, offer.over_estimate) == (lot, True, 1.0)


def test_a_second_work_makes_neither_the_only_one_and_its_leaving_undoes_that(lot):
    second = LotArtwork.objects.create(lot=lot, artwork=ArtworkFactory(), position=2)
    assert set(Offer.objects.values_list("is_only", flat=True)) == {False}
    second.delete()
    assert list(Offer.objects.values_list("is_only", flat=True)) == [True]


def test_a_place_moves_to_another_lot_and_another_work(lot):
    other, place = LotFactory(), lot.lot_artworks.get()
    LotArtwork.objects.filter(pk=place.pk).update(lot=other)
    assert kept_offers() == obvious_offers()
    LotArtwork.objects.filter(pk=place.pk).update(artwork=ArtworkFactory(attribution="after"))
    assert kept_offers() == obvious_offers()


def test_prices_outcomes_and_dollars_follow_the_lot(lot):
    services.update_lot(actor=None, lot=lot, price=Decimal(1500))
    assert Offer.objects.get().price_usd == Decimal(3000)
    assert Offer.objects.get().over_estimate == 1.5
    services.update_lot(actor=None, lot=lot, price=None, outcome="bought_in")
    assert kept_offers() == obvious_offers()
    assert Offer.objects.get().outcome == "bought_in"


def test_the_date_follows_the_sale_and_so_do_dollars(lot):
    FxRate.objects.create(base="EUR", quote="USD", date=dt.date(2020, 1, 1), rate=Decimal(3), source="test")
    services.update_lot(actor=None, lot=lot, price=Decimal(100))
    services.update_sale(actor=None, sale=lot.sale, date=dt.date(2020, 6, 1))
    offer = Offer.objects.get()
    assert (offer.sale_date, offer.price_usd) == (dt.date(2020, 6, 1), Decimal(300))


def test_a_lot_moves_to_another_sale(lot):
    services.update_lot(actor=None, lot=lot, sale=SaleFactory(date=dt.date(2021, 2, 3)))
    assert kept_offers() == obvious_offers()


def test_attribution_and_artist_follow_the_work(lot):
    work = lot.artworks.get()
    Artwork.objects.filter(pk=work.pk).update(attribution="studio_of", artist=ArtistFactory())
    assert kept_offers() == obvious_offers()
    Artwork.objects.filter(pk=work.pk).update(artist=None)
    assert Offer.objects.get().artist_id is None


def test_a_merge_of_artists_and_its_undoing_are_followed(lot):
    merged, kept = lot.artworks.get().artist, ArtistFactory()
    merge = merge_artists(actor=None, kept=kept, merged=merged)
    assert Offer.objects.get().artist == kept
    undo_merge(actor=None, merge=merge)
    assert Offer.objects.get().artist == merged


def test_a_deleted_lot_is_no_longer_offered(lot):
    Sale.objects.all().delete()
    assert Offer.objects.count() == 0


def test_rows_by_copy_are_offered(lot):
    works, others = ArtworkFactory.create_batch(3), [LotFactory(artwork=False) for _ in range(3)]
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy("copy sales_lotartwork (lot_id, artwork_id, position) from stdin") as copy,
    ):
        for at, work in zip(others, works, strict=True):
            copy.write_row((at.pk, work.pk, 1))
        copy.write_row((others[0].pk, works[1].pk, 2))
    assert kept_offers() == obvious_offers()
    assert Offer.objects.filter(is_only=False).count() == 2


def random_change(pick: random.Random) -> None:
    """One of the changes that people and imports make, to one record or to many."""
    lot, work = pick.choice(Lot.objects.order_by("pk")), pick.choice(Artwork.objects.order_by("pk"))
    sale, artist = pick.choice(Sale.objects.order_by("pk")), pick.choice(Artist.objects.order_by("pk"))
    places = list(LotArtwork.objects.order_by("pk"))
    price = Decimal(pick.randrange(100, 5000)) if pick.random() < 0.7 else None
    changes = [
        lambda: LotArtwork.objects.get_or_create(lot=lot, artwork=work),
        lambda: LotFactory(sale=sale, artwork=work),
        lambda: lot.delete() if Lot.objects.count() > 3 else None,
        lambda: LotArtwork.objects.filter(pk__in=[place.pk for place in pick.sample(places, len(places) // 3)]).delete(),
        lambda: Lot.objects.filter(pk=lot.pk).update(
            price=price, outcome="sold" if price else pick.choice(["bought_in", "withdrawn"]),
            price_basis=pick.choice(BASES),
        ),
        lambda: Lot.objects.filter(sale=sale).update(estimate_low=pick.choice([None, 500])),
        lambda: Sale.objects.filter(pk=sale.pk).update(date=dt.date(2000 + pick.randrange(20), 5, 1 + pick.randrange(28))),
        lambda: Artwork.objects.filter(pk=work.pk).update(artist=artist, attribution=pick.choice(["by", "after"])),
        lambda: Artwork.objects.update(artist=artist),
        lambda: fx.refresh_usd(Lot.objects.all()),
        lambda: LotArtwork.objects.filter(lot=lot).update(position=9),
        lambda: services.set_artworks(actor=None, lot=lot, artworks=pick.sample(list(Artwork.objects.all()), 2)),
    ]  # fmt: skip
    pick.choice(changes)()


@pytest.mark.parametrize("seed", range(6))
def test_any_row_of_changes_leaves_what_should_be(lot, seed):
    pick = random.Random(seed)
    for _ in range(3):
        LotFactory(sale=SaleFactory(number=str(_)))
    for _ in range(25):
        random_change(pick)
        assert wrong_offers() == 0
    assert kept_offers() == obvious_offers()


def in_another_connection(do) -> threading.Thread:
    def work() -> None:
        try:
            do()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["price", "artist", "second work"])
def test_two_people_at_once_leave_no_stale_row(what):
    lot, artist, second, third = LotFactory(artwork=False), ArtistFactory(), ArtworkFactory(), ArtworkFactory()
    others = {
        "price": lambda: Lot.objects.filter(pk=lot.pk).update(price=Decimal(77)),
        "artist": lambda: Artwork.objects.filter(pk=second.pk).update(artist=artist),
        "second work": lambda: LotArtwork.objects.create(lot=lot, artwork=third),
    }
    with transaction.atomic():
        others[what]()
        thread = in_another_connection(lambda: LotArtwork.objects.create(lot=lot, artwork=second))
        thread.join(0.3)
        assert thread.is_alive(), "the other one must wait"
    thread.join(10)
    assert wrong_offers() == 0
