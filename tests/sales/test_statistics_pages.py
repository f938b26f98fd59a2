"""An artist's statistics as page, CSV and JSON; nominal and real prices say which they are; nothing private shows."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from artmarket.sales.models import PriceIndex
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.factories import ArtistFactory, ArtworkFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db
ASKED = {"until": "2024-06-15"}


def sell(artist, count=3, *, price=1000, on=dt.date(2024, 3, 1), work=None, **sale):
    for number in range(count):
        held = SaleFactory(date=on, **sale)
        LotFactory(
            sale=held,
            artwork=ArtworkFactory(artist=artist, **(work or {})),
            price=Decimal(price + number),
            price_usd=Decimal(price + number),
        )


@pytest.fixture
def artist():
    found = ArtistFactory()
    sell(found)
    return found


@pytest.fixture
def index():
    for month, level in ((dt.date(2024, 3, 1), 100), (dt.date(2024, 5, 1), 200)):
        PriceIndex.objects.create(name="US CPI-U", currency="USD", month=month, level=level, source="the bureau")


@pytest.fixture
def client(as_user, world):
    return as_user(world.member)


def page_of(artist):
    return reverse("sales:artist-statistics", args=[artist.pk])


def test_a_row_a_medium_and_a_tab_a_window(client, artist):
    sell(artist, 2, work={"medium": "print"})
    page = client.get(page_of(artist), {**ASKED, "window": 12})
    rows = {row.medium: (row.sold, row.median) for row in page.context["rows"]}
    assert rows == {None: (5, 1001.0), "oil": (3, 1001.0), "print": (2, None)}
    words = page.content.decode()
    assert "12 months before 2024-06-15; hammer price. Nominal US dollars" in " ".join(words.split())
    assert page.context["chart"]["series"][0]["points"] == [["all media", 1001.0], ["oil", 1001.0]]


def test_the_largest_group_comes_first_and_others_are_a_link_away(client, artist):
    sell(artist, 4, work={"attribution": "after"}, price=9)
    assert client.get(page_of(artist), ASKED).context["group"].attribution == "after"
    other = client.get(page_of(artist), {**ASKED, "market": "auction", "attribution": "by"})
    assert [row.median for row in other.context["rows"] if row.medium is None] == [1001.0]


def test_an_empty_window_leaves_the_way_to_the_others(client, artist):
    page = client.get(page_of(artist), {"until": "2026-03-01", "window": 12, "market": "auction", "attribution": "by"})
    words = page.content.decode()
    assert page.context["rows"] == []
    assert "No lot in this window." in words
    assert "window=36" in words


def test_the_other_groups_stay_in_sight_beside_the_one_asked_for(client, artist):
    sell(artist, 4, work={"attribution": "after"}, price=9)
    page = client.get(page_of(artist), {**ASKED, "market": "auction", "attribution": "by"})
    assert [group.attribution for group in page.context["groups"]] == ["after", "by"]


def test_real_prices_on_request_and_the_caption_says_so(client, artist, index):
    page = client.get(page_of(artist), {**ASKED, "real": "2024-05"})
    assert page.context["rows"][0].median == 2002.0
    said = "US dollars of 2024-05: deflated by US CPI-U (the bureau)."
    assert said in page.content.decode()
    assert said in page.context["chart"]["title"]
    panel = client.get(reverse("sales:artist-panel", args=[artist.pk]), {"real": "2024-05"})
    assert panel.context["groups"][0].medians["hammer"] == (Decimal("2002.00"), 3)
    assert said in panel.content.decode()
    nominal = client.get(reverse("sales:artist-panel", args=[artist.pk]))
    assert nominal.context["groups"][0].medians["hammer"] == (Decimal("1001.00"), 3)
    assert "Nominal US dollars" in nominal.content.decode()


def test_real_prices_leave_unknown_months_out_and_say_how_many(client, artist, index):
    sell(artist, 1, on=dt.date(2024, 4, 1), price=50)
    panel = client.get(reverse("sales:artist-panel", args=[artist.pk]), {"real": "2024-05"})
    assert panel.context["no_month"] == 1
    assert "1 price of a month that the index does not know is left out" in panel.content.decode()


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"real": "soon"}, "“soon” is no month; write it like 2024-12."),
        ({"real": "2024-06"}, "The index US CPI-U has no level of 2024-06; it runs from 2024-03 to 2024-05."),
        ({"window": "13"}, "Select a valid choice. 13 is not one"),
        ({"until": "yesterday"}, "Enter a valid date."),
        ({"until": "0001-01-01"}, "This day lies before any sale."),
        ({"basis": "all_in"}, "Select a valid choice. all_in is not one"),
    ],
)
def test_what_cannot_be_told_is_named(client, artist, index, asked, reason):
    page = client.get(page_of(artist), {**ASKED, **asked})
    assert page.context["found"] is None
    assert reason in page.content.decode()
    answer = client.get(reverse("sales:artist-statistics-csv", args=[artist.pk]), {**ASKED, **asked})
    assert (answer.status_code, reason in answer.content.decode()) == (400, True)


def test_no_index_no_real_prices(client, artist):
    assert (
        "No price index of prices in USD is loaded."
        in client.get(page_of(artist), {"real": "2024-05"}).content.decode()
    )


def test_csv_holds_every_cell_and_what_was_asked(client, artist, index):
    answer = client.get(reverse("sales:artist-statistics-csv", args=[artist.pk]), {**ASKED, "real": "2024-05"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert {(row["medium"], row["months"]) for row in rows} == {(m, w) for m in ("", "oil") for w in ("12", "36", "60")}
    first = rows[0]
    assert (first["until"], first["basis"], first["money_of"], first["index"]) == (
        "2024-06-15", "hammer", "2024-05", "US CPI-U",
    )  # fmt: skip
    assert float(first["median"]) == 2002.0


def test_an_artist_without_sales_has_an_empty_page(client):
    assert "No lot of the artist" in client.get(page_of(ArtistFactory())).content.decode()


def test_pages_are_for_those_who_may_see_the_artist(as_user, world):
    hidden = ArtistFactory(visibility="private", organisation=world.organisation)
    addresses = [page_of(hidden), reverse("sales:artist-statistics-csv", args=[hidden.pk])]
    for user, status in ((world.member, 200), (world.owner, 200), (world.outsider, 404), (None, 302)):
        assert {as_user(user).get(address).status_code for address in addresses} == {status}


def test_private_sales_move_no_strangers_figure(as_user, world, artist):
    sell(artist, 5, price=90000, visibility="private", organisation=world.organisation)
    for user, sold in ((world.member, 8), (world.outsider, 3)):
        page = as_user(user).get(page_of(artist), {**ASKED, "window": 12})
        assert page.context["rows"][0].sold == sold
    assert as_user(world.outsider).get(page_of(artist), ASKED).context["rows"][0].median == 1001.0


def test_the_page_costs_few_queries(client, artist, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        client.get(page_of(artist), ASKED)


class TestApi:
    def path(self, artist):
        return f"/api/v1/artists/{artist.pk}/statistics/"

    def test_figures_of_one_cell(self, callers, artist, index):  # noqa: F811
        asked = {**ASKED, "window": 36, "medium": "oil", "attribution": "by", "market": "auction", "real": "2024-05"}
        body = callers.read_only_key.get(self.path(artist), **asked).json()
        assert (body["basis"], body["real"], body["index"]) == ("hammer", "2024-05", "US CPI-U")
        (figures,) = body["results"]
        assert (figures["months"], figures["median"], figures["sold"], figures["liquidity"]) == (36, 2002.0, 3, 1.0)
        assert figures["momentum"] is None
        nominal = callers.read_only_key.get(self.path(artist), **ASKED, window=36).json()
        assert nominal["real"] is None
        assert [one["median"] for one in nominal["results"]] == [1001.0, 1001.0]

    @pytest.mark.parametrize(
        ("asked", "parameter", "code"),
        [
            ({"window": "13"}, "window", "invalid_choice"),
            ({"medium": "jam"}, "medium", "invalid_choice"),
            ({"real": "2024-06"}, "real", "no_index"),
            ({"real": "24-06"}, "real", "invalid"),
            ({"windw": "36"}, "windw", "unknown_parameter"),
        ],
    )
    def test_a_fault_names_its_parameter(self, callers, artist, index, asked, parameter, code):  # noqa: F811
        answer = callers.full_key.get(self.path(artist), **asked)
        assert answer.status_code == 400
        assert (answer.json()["errors"][0]["parameter"], answer.json()["errors"][0]["code"]) == (parameter, code)

    def test_who_may_ask(self, callers, world):  # noqa: F811
        hidden = ArtistFactory(visibility="private", organisation=world.organisation)
        sell(hidden, work={"visibility": "private", "organisation": world.organisation})
        expected = {"anonymous": 401, "expired_key": 401, "write_only_key": 403, "outsider": 404, "other_house_key": 404,
                    "member": 200, "owner": 200, "read_only_key": 200}  # fmt: skip
        found = {who: getattr(callers, who).get(self.path(hidden)).status_code for who in expected}
        assert found == expected

    def test_strangers_figures_hold_no_private_sale(self, callers, world, artist):  # noqa: F811
        sell(artist, 5, visibility="private", organisation=world.organisation)
        counts = {
            who: getattr(callers, who).get(self.path(artist), **ASKED, window=12).json()["results"][0]["sold"]
            for who in ("member", "other_house_key")
        }
        assert counts == {"member": 8, "other_house_key": 3}
