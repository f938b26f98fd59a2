"""From one price all views, exact to the cent: accounts that add up, prices that convert there and back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import assume, given
from hypothesis import strategies as st

from artmarket.sales.models import FxRate, PriceBasis
from artmarket.sales.premium import Band, set_schedule
from artmarket.sales.resale_right import CAP, SCHEMES, NoScheme, ResaleRight, resale_right_on, standing_of
from artmarket.sales.settlement import (
    NoHammer,
    Payer,
    Terms,
    UnknownBasis,
    amount_on,
    convert_price,
    flat,
    hammer_of,
    settle,
    settle_from,
)
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.factories import ArtistFactory, ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

CENT = Decimal("0.01")
DAY = dt.date(2024, 5, 14)
EUROPEAN = ResaleRight(SCHEMES[0], Decimal(1))
GIVEN = {"on": "2024-05-14", "currency": "EUR", "basis": "hammer", "price": "10000"}

hammers = st.decimals(min_value="0.01", max_value="99999999.99", places=2, allow_nan=False)
shares = st.decimals(min_value=0, max_value="0.9999", places=4, allow_nan=False)
rights = st.none() | st.builds(
    ResaleRight, st.sampled_from(SCHEMES), st.decimals(min_value="0.05", max_value="9", places=4, allow_nan=False)
)
terms = st.builds(
    Terms,
    premium=st.builds(
        lambda start, low, high: [Band(Decimal(0), low), Band(start, high)],
        st.decimals(min_value=1, max_value=1_000_000, places=2, allow_nan=False),
        shares,
        shares,
    ),
    vat_on_premium=shares,
    vat_on_hammer=shares,
    import_charge=shares,
    commission=shares.map(flat),
    vat_on_commission=shares,
    insurance=shares,
    fees=st.decimals(min_value=0, max_value=1000, places=2, allow_nan=False),
    resale_right=rights,
    resale_payer=st.sampled_from(Payer.values),
)


class TestAccounts:
    def test_a_sale_as_a_house_invoices_it(self):
        conditions = Terms(
            premium=flat(Decimal("0.25")),
            vat_on_premium=Decimal("0.2"),
            commission=flat(Decimal("0.1")),
            vat_on_commission=Decimal("0.2"),
            insurance=Decimal("0.015"),
            fees=Decimal("150.00"),
            resale_right=EUROPEAN,
        )
        found = settle(Decimal("60000.00"), conditions)
        assert {entry.code: entry.amount for entry in found.buyer} == {
            "hammer": 60000, "premium": 15000, "vat_on_premium": 3000
        }  # fmt: skip
        assert {entry.code: entry.amount for entry in found.seller} == {
            "hammer": 60000, "commission": -6000, "vat_on_commission": -1200, "insurance": -900, "fees": -150,
            "resale_right": -2300,
        }  # fmt: skip
        assert (found.buyer_pays, found.with_premium, found.seller_gets) == (78000, 75000, 49450)

    @given(hammer=hammers, conditions=terms)
    def test_what_the_buyer_pays_and_the_seller_does_not_get_others_get_to_the_cent(self, hammer, conditions):
        found = settle(hammer, conditions)
        others = sum(entry.amount for entry in found.buyer[1:]) - sum(entry.amount for entry in found.seller[1:])
        assert found.buyer_pays - found.seller_gets == others
        for amount in (found.buyer_pays, found.seller_gets, found.with_premium, found.resale_right):
            assert amount == amount.quantize(CENT)
        assert found.seller_gets <= hammer <= found.with_premium <= found.buyer_pays

    @given(hammer=hammers, conditions=terms, basis=st.sampled_from(["hammer", "with_premium", "all_in"]))
    def test_every_price_that_occurs_leads_back_to_its_hammer_price(self, hammer, conditions, basis):
        price = amount_on(settle(hammer, conditions), basis)
        assert hammer_of(price, basis, conditions) == hammer
        for other in ("hammer", "with_premium", "all_in"):
            there = convert_price(price, source=basis, target=other, terms=conditions)
            assert convert_price(there, source=other, target=basis, terms=conditions) == price

    @given(price=hammers, conditions=terms)
    def test_any_price_leads_to_the_next_hammer_price_below(self, price, conditions):
        try:
            hammer = hammer_of(price, "all_in", conditions)
        except NoHammer:
            assert settle(CENT, conditions).buyer_pays > price
            return
        assert settle(hammer, conditions).buyer_pays <= price < settle(hammer + CENT, conditions).buyer_pays

    def test_an_unknown_basis_converts_nothing(self):
        with pytest.raises(UnknownBasis, match="not known what this price includes"):
            settle_from(Decimal(100), PriceBasis.UNKNOWN, Terms())

    @pytest.mark.parametrize("hammer", ["0", "-1", "1.005"])
    def test_a_hammer_price_is_an_amount_in_cents_above_zero(self, hammer):
        with pytest.raises(NoHammer, match="above zero in whole cents"):
            settle(Decimal(hammer), Terms())


class TestResaleRight:
    @pytest.mark.parametrize(
        ("price", "royalty"),
        [("2999.99", "0"), ("3000", "120"), ("50000", "2000"), ("200000", "6500"), ("350000", "8000"),
         ("500000", "8750"), ("2000000", "12500"), ("9000000", "12500"), ("50000.01", "2000")],
    )  # fmt: skip
    def test_the_directives_bands_least_price_and_cap(self, price, royalty):
        assert EUROPEAN.royalty(Decimal(price)) == Decimal(royalty)

    @given(price=hammers, more=hammers, right=rights)
    def test_it_never_falls_nor_leaves_its_cap(self, price, more, right):
        assume(right is not None)
        assert right.royalty(price) <= right.royalty(price + more)
        assert right.royalty(price) * right.rate <= CAP + right.rate

    def test_britain_reckons_in_pounds_since_april_2024(self):
        before = resale_right_on(code="UK", currency="EUR", on=dt.date(2024, 3, 31))
        assert (before.scheme.currency, before.rate) == ("EUR", 1)
        after = resale_right_on(code="UK", currency="GBP", on=dt.date(2024, 4, 1))
        assert (after.scheme.currency, after.royalty(Decimal(1000))) == ("GBP", 40)

    @pytest.mark.django_db
    def test_thresholds_are_reckoned_at_the_rate_of_the_day(self):
        FxRate.objects.create(base="EUR", quote="GBP", date=dt.date(2020, 1, 1), rate=Decimal("0.8"), source="test")
        right = resale_right_on(code="UK", currency="GBP", on=dt.date(2020, 6, 1))
        assert right.royalty(Decimal("799.99")) == 0
        assert right.royalty(Decimal("800.00")) == 32
        assert right.royalty(Decimal("40000.00")) == 1600

    def test_there_was_none_before_its_law(self):
        with pytest.raises(NoScheme, match="no artist's resale right here on 2005-12-31"):
            resale_right_on(code="EU", currency="EUR", on=dt.date(2005, 12, 31))

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("facts", "attribution", "applies", "reason"),
        [
            ({"death_latest": dt.date(1953, 3, 1)}, "by", False, "ended with the year 2023"),
            ({"death_latest": dt.date(1954, 3, 1)}, "by", None, "until the end of 2024"),
            ({"birth_latest": dt.date(1834, 1, 1)}, "by", None, "until the end of 2024"),
            ({"birth_latest": dt.date(1833, 1, 1)}, "by", False, "ended with the year 2023"),
            ({}, "by", None, "Neither birth nor death"),
            ({"death_latest": dt.date(2000, 3, 1)}, "after", False, "not by the artist's own hand"),
        ],
    )
    def test_what_the_record_alone_says(self, facts, attribution, applies, reason):
        work = ArtworkFactory(artist=ArtistFactory(**facts), attribution=attribution)
        found = standing_of(work, DAY)
        assert found.applies is applies
        assert reason in found.reason


@pytest.fixture
def lot(db):
    house = AuctionHouseFactory()
    bands = [Band(Decimal(0), Decimal("0.25"))]
    set_schedule(house=house, currency="EUR", valid_from=dt.date(2000, 1, 1), bands=bands, source="test")
    return LotFactory(sale=SaleFactory(house=house))


class TestPages:
    @pytest.fixture
    def client(self, as_user, world):
        return as_user(world.member)

    def test_a_lots_price_is_settled_by_its_houses_schedule(self, client, lot):
        page = client.get(reverse("sales:lot-settlement", args=[lot.pk]))
        assert page.context["settlement"].buyer_pays == Decimal("1250.00")
        assert "EUR\u00a01,250.00" in page.content.decode()
        assert reverse("sales:lot-settlement", args=[lot.pk]) in client.get(lot.get_absolute_url()).content.decode()

    def test_an_unsold_lot_is_settled_at_the_middle_of_its_estimate(self, client, lot):
        lot.price, lot.outcome = None, "bought_in"
        lot.save()
        page = client.get(reverse("sales:lot-settlement", args=[lot.pk]))
        assert page.context["settlement"].hammer == Decimal("1000.00")

    def test_a_printed_price_of_unknown_basis_is_not_settled_unasked(self, client, lot):
        lot.price_basis = "unknown"
        lot.save()
        page = client.get(reverse("sales:lot-settlement", args=[lot.pk]))
        assert page.context["settlement"] is None
        assert "not known what the printed price includes" in page.content.decode()

    def test_a_works_latest_price_is_settled(self, client, lot):
        work = lot.artworks.get()
        page = client.get(reverse("sales:artwork-settlement", args=[work.pk]))
        assert page.context["settlement"].hammer == Decimal("1000.00")
        assert client.get(reverse("sales:artwork-settlement", args=[ArtworkFactory().pk])).status_code == 200

    def test_conditions_of_ones_own(self, client):
        asked = {**GIVEN, "premium": "20", "commission": "10", "resale_right": "EU", "resale_payer": "buyer"}
        found = client.get(reverse("sales:settlement"), asked).context["settlement"]
        assert (found.buyer_pays, found.seller_gets) == (Decimal("12400.00"), Decimal("9000.00"))

    @pytest.mark.parametrize(
        ("asked", "reason"),
        [
            ({"price": "0"}, "greater than or equal to 0.01"),
            ({"price": "-5"}, "greater than or equal to 0.01"),
            ({"currency": "QQQ"}, "“QQQ” is no known currency"),
            ({"premium": ""}, "Give the premium&#x27;s rate."),
            ({"premium": "100"}, "less than or equal to 99.99"),
            ({"on": "2199-01-01"}, "too far in the future"),
            ({"on": "2005-01-01", "resale_right": "EU"}, "no artist&#x27;s resale right here on 2005-01-01"),
            ({"currency": "FRL", "resale_right": "EU"}, "No exchange rate of FRL is known for 2024-05-14"),
            ({"basis": "all_in", "price": "0.01", "import_charge": "100"}, "No hammer price leads to a price of 0.01"),
        ],
    )
    def test_what_cannot_be_reckoned_is_named(self, client, asked, reason):
        page = client.get(reverse("sales:settlement"), {**GIVEN, "premium": "25", **asked})
        assert page.context["settlement"] is None
        assert reason in page.content.decode()

    def test_a_day_before_the_houses_first_schedule_is_named(self, client, lot):
        asked = {**GIVEN, "house": lot.sale.house_id, "on": "1999-05-01"}
        page = client.get(reverse("sales:settlement"), asked).content.decode()
        assert "No premium schedule of this house in EUR is known for 1999-05-01. Give the premium" in page

    def test_private_lots_and_works_are_settled_for_their_own_alone(self, as_user, world):
        private = {"visibility": "private", "organisation": world.organisation}
        held = LotFactory(sale=SaleFactory(**private), artwork=ArtworkFactory(**private))
        addresses = [
            reverse("sales:lot-settlement", args=[held.pk]),
            reverse("sales:artwork-settlement", args=[held.artworks.get().pk]),
        ]
        for user, status in ((world.member, 200), (world.outsider, 404), (None, 302)):
            assert {as_user(user).get(address).status_code for address in addresses} == {status}
        assert as_user(None).get(reverse("sales:settlement")).status_code == 302

    def test_a_private_lots_price_does_not_show_on_a_public_works_panel(self, as_user, world, lot):
        private = {"visibility": "private", "organisation": world.organisation}
        work = lot.artworks.get()
        LotFactory(sale=SaleFactory(date=dt.date(2023, 1, 1), **private), artwork=work, price=Decimal("7777.00"))
        page = as_user(world.outsider).get(reverse("sales:artwork-settlement", args=[work.pk]))
        assert page.context["settlement"].hammer == Decimal("1000.00")


@pytest.mark.django_db
class TestApi:
    def test_all_views_of_one_price(self, callers, lot):  # noqa: F811
        asked = {**GIVEN, "basis": "with_premium", "price": "12500", "house": lot.sale.house_id}
        answer = callers.read_only_key.get("/api/v1/settlement/", **asked)
        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert body["exact"] is True
        assert body["hammer"] == {"amount": "10000.00", "currency": "EUR"}
        assert body["buyer"][1] == {"entry": "premium", "amount": "2500.00", "currency": "EUR"}
        assert callers.read_only_key.get("/api/v1/settlement/", **{**asked, "price": "0.03"}).json()["exact"] is True
        assert callers.read_only_key.get("/api/v1/settlement/", **{**asked, "price": "0.02"}).json()["exact"] is False

    @pytest.mark.parametrize(
        ("asked", "parameter", "code"),
        [
            ({"price": "-1"}, "price", "min_value"),
            ({"price": ""}, "price", "required"),
            ({"currency": "QQQ"}, "currency", "unknown_currency"),
            ({"basis": "unknown"}, "basis", "invalid_choice"),
            ({"on": ""}, "on", "required"),
            ({"premium": ""}, "premium", "required"),
            ({"house": "999999"}, "house", "invalid_choice"),
            ({"resale_right": "EU", "currency": "FRL"}, "resale_right", "no_rate"),
            ({"bais": "hammer"}, "bais", "unknown_parameter"),
        ],
    )
    def test_what_cannot_be_reckoned_is_named(self, callers, asked, parameter, code):  # noqa: F811
        answer = callers.full_key.get("/api/v1/settlement/", **{**GIVEN, "premium": "25", **asked})
        assert answer.status_code == 400
        assert (answer.json()["errors"][0]["parameter"], answer.json()["errors"][0]["code"]) == (parameter, code)

    def test_who_may_ask(self, callers):  # noqa: F811
        asked = {**GIVEN, "premium": "25"}
        for who, status in (("anonymous", 401), ("revoked_key", 401), ("write_only_key", 403), ("outsider", 200)):
            assert getattr(callers, who).get("/api/v1/settlement/", **asked).status_code == status
