"""Keyset pages: whatever the rows, ties and nulls, the pages joined are the whole list, each row once, in order."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core import signing
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from artmarket.api.keyset import SALT, BadCursor, Keyset
from artmarket.catalogue.models import Artist, Artwork
from artmarket.sales.models import Lot
from tests.factories import ArtworkFactory, LotFactory, SaleFactory


def walk(keyset, rows, limit):
    found, cursor = [], ""
    while True:
        page, cursor = keyset.page(rows, limit=limit, cursor=cursor)
        assert len(page) <= limit
        found += page
        if not cursor:
            return found


def expected(rows, name, descending):
    def rank(row):
        value = getattr(row, name)
        return value, row.pk

    known = sorted((row for row in rows if getattr(row, name) is not None), key=rank, reverse=descending)
    unknown = sorted((row.pk for row in rows if getattr(row, name) is None), reverse=descending)
    return [row.pk for row in known] + unknown


class PagesJoinToTheWholeList(TestCase):
    """Dates with many ties and nulls, in both directions, any page size."""

    @given(
        years=st.lists(st.one_of(st.none(), st.integers(1900, 1903)), max_size=15),
        limit=st.integers(1, 6),
        descending=st.booleans(),
    )
    @settings(max_examples=40, deadline=None)
    def test_pages(self, years, limit, descending):
        with transaction.atomic():
            Artwork.objects.bulk_create(
                Artwork(
                    title="t",
                    visibility="public",
                    date_earliest=dt.date(year, 1, 1) if year else None,
                    date_latest=dt.date(year, 1, 1) if year else None,
                )
                for year in years
            )
            mark = "-" if descending else ""
            found = walk(Keyset(f"{mark}date_earliest", f"{mark}id"), Artwork.objects.all(), limit)
            assert [row.pk for row in found] == expected(Artwork.objects.all(), "date_earliest", descending)
            Artwork.objects.all().delete()


@pytest.mark.django_db
def test_a_row_added_or_taken_away_meanwhile_moves_no_other_row():
    first, second, third, fourth = (ArtworkFactory(title=title) for title in "aabb")
    keyset = Keyset("title", "id")
    page, cursor = keyset.page(Artwork.objects.all(), limit=2)
    assert page == [first, second]
    ArtworkFactory(title="A earlier in the order")
    second.delete()
    page, cursor = keyset.page(Artwork.objects.all(), limit=2, cursor=cursor)
    assert (page, cursor) == ([third, fourth], "")


@pytest.mark.django_db
def test_amounts_and_paths_keep_their_precision():
    sale = SaleFactory()
    for number, price in enumerate(["0.01", "99999999999.99", "99999999999.98", None]):
        usd = Decimal(price) if price else None
        LotFactory(sale=sale, number=str(number), price_usd=usd)
    rows = walk(Keyset("-price_usd", "-id"), Lot.objects.all(), 1)
    assert [row.number for row in rows] == ["1", "2", "0", "3"]
    rows = walk(Keyset("sale__date", "id"), Lot.objects.select_related("sale"), 1)
    assert [row.number for row in rows] == ["0", "1", "2", "3"]


@pytest.mark.django_db
def test_a_page_is_one_query_that_compares_rows_and_counts_nothing():
    ArtworkFactory.create_batch(3)
    keyset = Keyset("title", "id")
    _page, cursor = keyset.page(Artwork.objects.all(), limit=1)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        keyset.page(Artwork.objects.all(), limit=1, cursor=cursor)
    (query,) = [entry["sql"] for entry in queries.captured_queries]
    assert "COUNT" not in query
    assert '("catalogue_artwork"."title", "catalogue_artwork"."id") > (' in query


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "W10:1:x",
        signing.dumps([["title", "id"], ["a", 1]], salt="another"),
        signing.dumps([["name", "id"], ["a", 1]], salt=SALT),
        signing.dumps([["title", "id"], ["a"]], salt=SALT),
        signing.dumps([["title", "id"], ["a", "x"]], salt=SALT),
        signing.dumps("text", salt=SALT),
        signing.dumps(5, salt=SALT),
    ],
    ids=["nonsense", "unsigned", "another salt", "another order", "too short", "no number", "text", "number"],
)
def test_a_cursor_that_we_did_not_give_is_refused(cursor):
    with pytest.raises(BadCursor):
        Keyset("title", "id").page(Artwork.objects.all(), limit=1, cursor=cursor)


def test_a_keyset_runs_in_one_direction():
    with pytest.raises(ValueError, match="one direction"):
        Keyset("-name", "id")
    assert Keyset("-name", "-id").write(Artist(name="x", id=3))
