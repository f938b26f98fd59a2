"""``/api/v1/valuations``: asking with a key, abstentions, refusals as problems, and who may read what."""

from __future__ import annotations

import json
from decimal import Decimal

import httpx
import pytest

from analysis.registry.models import ModelVersion
from analysis.valuation import services
from analysis.valuation.models import Valuation
from artmarket.accounts.models import User
from artmarket.accounts.services import create_api_key
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import FxRate, Lot, LotArtwork, Sale
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory, MembershipFactory, SaleFactory

URL = "/api/v1/valuations/"
PRIVATE = {"visibility": "private"}


@pytest.fixture
def private_lot(world, lot) -> Lot:
    Sale.objects.filter(pk=lot.sale_id).update(organisation=world.organisation, **PRIVATE)
    return Lot.objects.select_related("sale__house").get(pk=lot.pk)


@pytest.fixture
def usd_rate(lot):
    FxRate.objects.filter(quote="USD").delete()
    return FxRate.objects.create(
        base="EUR", quote="USD", date=lot.sale_date.replace(day=1), rate="1.2345", source="test"
    )


def test_a_lot_is_estimated_with_its_evidence(callers, lot):  # noqa: F811
    answer = callers.full_key.post(URL, {"lot": lot.pk})
    assert answer.status_code == 201, answer.content
    found = answer.json()
    low, middle, high = (float(found[end]["amount"]) for end in ("low", "middle", "high"))
    assert 0 < low <= middle <= high
    assert (found["low"]["currency"], found["price_basis"], found["level"]) == ("EUR", "hammer", "0.800")
    assert (found["lot"], found["effective_date"]) == (lot.pk, lot.sale_date.isoformat())
    assert found["abstained"] == ""
    assert found["learned_until"] >= found["effective_date"], "a model that knows later sales says so"
    assert len(found["comparables"]) == 10
    assert all(each["date"] < found["effective_date"] for each in found["comparables"])
    assert found["contributions"]["effects"]
    assert callers.full_key.get(found["links"]["self"]).json() == found
    assert answer["Location"].endswith(found["links"]["self"])


def test_the_same_question_gives_the_same_estimate(callers, lot):  # noqa: F811
    first = callers.full_key.post(URL, {"lot": lot.pk}).json()
    assert callers.full_key.post(URL, {"lot": lot.pk}).json() == first
    named = {"Idempotency-Key": "lot-1"}
    again = [callers.full_key.post(URL, {"lot": lot.pk}, named).json() for _time in range(2)]
    assert again == [first, first]
    assert Valuation.objects.count() == 1


def test_a_name_of_another_question_is_refused(callers, lot):  # noqa: F811
    named = {"Idempotency-Key": "lot-1"}
    assert callers.full_key.post(URL, {"lot": lot.pk}, named).status_code == 201
    other = callers.full_key.post(URL, {"artwork": lot.artworks.get().pk}, named)
    assert other.status_code in {409, 422}
    assert Valuation.objects.count() == 1


def test_an_abstention_is_an_answer(callers, version):  # noqa: F811
    work = ArtworkFactory(artist=None, height_cm=None, width_cm=None)
    found = callers.full_key.post(URL, {"artwork": work.pk}).json()
    assert (found["low"], found["middle"], found["high"]) == (None, None, None)
    assert "Neither an earlier offer" in found["abstained"]


def test_amounts_come_in_the_asked_currency_to_three_figures(callers, lot, usd_rate):  # noqa: F811
    euro = callers.full_key.post(URL, {"lot": lot.pk}).json()
    dollars = callers.full_key.post(URL, {"lot": lot.pk, "currency": "USD"}).json()
    assert dollars["middle"]["currency"] == "USD"
    amount = float(dollars["middle"]["amount"])
    assert amount == pytest.approx(float(euro["middle"]["amount"]) * 1.2345, rel=0.01)
    assert len(f"{amount:f}".rstrip("0").rstrip(".").rstrip("0").lstrip("0.").replace(".", "")) <= 3


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"lot": 1, "artwork": 1}, 422, "invalid"),
        ({"lot": 999999}, 404, "not_found"),
        ({"artwork": 999999}, 404, "not_found"),
        ({"artwork": 2**63}, 422, "invalid"),
        ({"artwork": "x"}, 422, "invalid"),
        ({"artwork": "WORK", "date": "2100-01-01"}, 422, "future"),
        ({"artwork": "WORK", "date": "soon"}, 422, "invalid"),
        ({"artwork": "WORK", "currency": "XTS"}, 422, "unknown_currency"),
        ({"artwork": "WORK", "struck": [999999]}, 422, "not_comparable"),
        ({"artwork": "WORK", "added": [999999]}, 404, "not_found"),
        ({"artwork": "WORK", "added": ["x"]}, 422, "invalid"),
        ({"artwork": "WORK", "currency": "euro"}, 422, "invalid"),
        ({"artwork": "WORK", "price": 5}, 422, "invalid"),
    ],
)
def test_refusals_are_problems(callers, version, body, status, code):  # noqa: F811
    work = Artwork.objects.order_by("pk")[0]
    asked = json.loads(json.dumps(body).replace('"WORK"', str(work.pk)))
    answer = callers.full_key.post(URL, asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not Valuation.objects.filter(base__isnull=False).exists()
    assert code in {"not_comparable", "not_found"} or not Valuation.objects.exists()


def test_comparables_add_up_to_the_estimate_in_json(callers, lot):  # noqa: F811
    found = callers.full_key.post(URL, {"lot": lot.pk}).json()
    for each in found["comparables"]:
        steps = sum(Decimal(step["amount"]) for step in each["adjustments"])
        assert Decimal(each["price"]) + steps == Decimal(each["adjusted"])
    assert sum(each["share"] for each in found["comparables"]) == pytest.approx(1)
    way = found["reconciliation"]
    assert Decimal(way["comparables"]) + sum(Decimal(step["amount"]) for step in way["steps"]) == Decimal(way["total"])
    assert way["total"] == found["middle"]["amount"]
    assert [step["name"] for step in way["steps"]][:2] == ["other", "house"]
    assert float(found["low_95"]["amount"]) <= float(found["low"]["amount"]) <= float(found["low_50"]["amount"])


def test_comparables_are_struck_and_added_by_name(callers, lot):  # noqa: F811
    base = callers.full_key.post(URL, {"lot": lot.pk}).json()
    struck = [each["lot"] for each in base["comparables"][:3]]
    other = (
        Lot.objects.filter(outcome="sold").exclude(pk__in=[row["lot"] for row in base["comparables"]]).order_by("pk")[0]
    )
    body = {"lot": lot.pk, "struck": struck, "added": [other.pk]}
    moved = callers.full_key.post(URL, body).json()
    assert moved["base"] == base["id"]
    assert [each["lot"] for each in moved["comparables"] if each["struck"]] == struck
    assert [each["lot"] for each in moved["comparables"] if each["added"]] == [other.pk]
    assert moved["middle"] != base["middle"]
    assert moved["reconciliation"]["total"] == moved["middle"]["amount"]
    assert callers.full_key.post(URL, body | {"struck": struck[::-1]}).json() == moved, (
        "the same question, the same row"
    )
    assert Valuation.objects.count() == 2


def test_a_lot_of_several_works_is_a_problem(callers, lot):  # noqa: F811
    LotArtwork.objects.create(lot=lot, artwork=ArtworkFactory(), position=2)
    answer = callers.full_key.post(URL, {"lot": lot.pk})
    assert (answer.status_code, answer.json()["code"]) == (422, "several_works")


def test_no_model_and_a_model_without_files_are_problems(callers, lot, settings, tmp_path):  # noqa: F811
    settings.MODELS_DIR = tmp_path / "elsewhere"
    answer = callers.full_key.post(URL, {"lot": lot.pk})
    assert (answer.status_code, answer.json()["code"]) == (503, "model_unreadable")
    ModelVersion.objects.all().delete()
    answer = callers.full_key.post(URL, {"lot": lot.pk})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_model")
    assert not Valuation.objects.exists()


def test_who_may_ask_about_a_private_lot(callers, private_lot):  # noqa: F811
    expected = {
        "anonymous": 401, "outsider": 404, "member": 201, "owner": 201, "staff": 201, "full_key": 201, "member_key": 201,
        "analyse_only_key": 201, "read_only_key": 403, "write_only_key": 403, "other_house_key": 404, "expired_key": 401,
        "revoked_key": 401, "unknown_key": 401,
    }  # fmt: skip
    for who, status in expected.items():
        before = Valuation.objects.count()
        answer = getattr(callers, who).post(URL, {"lot": private_lot.pk})
        assert answer.status_code == status, (who, answer.content)
        assert status == 201 or Valuation.objects.count() == before, who


def test_who_may_read_a_private_lots_estimate(callers, world, private_lot):  # noqa: F811
    found = services.estimate(actor=world.member, lot=private_lot)
    expected = {
        "anonymous": 401, "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200, "full_key": 200,
        "read_only_key": 200, "write_only_key": 403, "analyse_only_key": 403, "other_house_key": 404,
    }  # fmt: skip
    for who, status in expected.items():
        assert getattr(callers, who).get(f"{URL}{found.pk}/").status_code == status, who
        listed = getattr(callers, who).get(URL)
        assert (found.pk in [row["id"] for row in listed.json().get("results", [])]) is (status == 200), who
    for method in ("put", "patch", "delete"):
        url, headers = f"{URL}{found.pk}/", callers.full_key.headers(None)
        assert getattr(callers.full_key.client, method)(url, headers=headers).status_code == 405
    assert Valuation.objects.filter(pk=found.pk).exists()


def test_a_key_reaches_no_further_than_its_organisation(callers, world, private_lot):  # noqa: F811
    """Who asked in one organisation's name does not read the answer in another's."""
    MembershipFactory(user=world.outsider, organisation=world.organisation, role="dealer")
    found = services.estimate(actor=User.objects.get(pk=world.outsider.pk), lot=private_lot)
    assert callers.other_house_key.get(f"{URL}{found.pk}/").status_code == 404
    assert callers.other_house_key.post(URL, {"lot": private_lot.pk}).status_code == 404


def test_comparables_that_became_private_are_left_out(callers, world, lot):  # noqa: F811
    found = services.estimate(actor=world.member, lot=lot)
    work, sale = found.comparables[0], found.comparables[1]
    hidden = {"organisation": world.other_organisation, **PRIVATE}
    Artwork.objects.filter(pk=work["artwork"]).update(**hidden)
    Sale.objects.filter(lots=sale["lot"]).update(**hidden)
    told = {each["lot"] for each in callers.full_key.get(f"{URL}{found.pk}/").json()["comparables"]}
    assert not told & {work["lot"], sale["lot"]}
    assert work["lot"] in {
        each["lot"] for each in callers.other_house_key.get(f"{URL}{found.pk}/").json()["comparables"]
    }


def test_the_model_is_not_chosen_by_a_lot_that_the_asker_may_not_see(callers, world, version, house):  # noqa: F811
    work = Artwork.objects.order_by("pk")[0]
    elsewhere = AuctionHouseFactory(market="dealer", currency="EUR")
    LotFactory(sale=SaleFactory(house=elsewhere, organisation=world.other_organisation, **PRIVATE), artwork=work)
    ModelVersion.objects.create(
        kind="valuation", scope="dealer:EUR", name="books", is_active=True, parameters=version.parameters
    )
    assert callers.full_key.post(URL, {"artwork": work.pk}).json()["model_version"] == version.pk


def test_lists_cost_as_many_queries_for_many_as_for_one(callers, world, version, django_assert_max_num_queries):  # noqa: F811
    for work in Artwork.objects.order_by("pk")[:8]:
        services.estimate(actor=world.member, artwork=work)
    callers.full_key.get(URL)
    with django_assert_max_num_queries(8):
        answer = callers.full_key.get(URL)
    assert len(answer.json()["results"]) == 8
    with django_assert_max_num_queries(9):
        callers.full_key.get(answer.json()["results"][0]["links"]["self"])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_dealers_program_asks_over_a_real_socket(live_server, lot):
    membership = MembershipFactory(role="dealer")
    _key, secret = create_api_key(
        actor=membership.user, organisation=membership.organisation, name="k", scopes=["read", "analyse"]
    )
    with httpx.Client(base_url=live_server.url, headers={"Authorization": f"Bearer {secret}"}) as http:
        address = http.get("/api/v1/").json()["valuations"]
        made = http.post(address, json={"lot": lot.pk})
        assert made.status_code == 201, made.text
        assert http.get(made.headers["Location"]).json() == made.json()
        refused = http.post(address, json={"lot": 10**9})
        assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")
    assert httpx.post(f"{live_server.url}{URL}", json={"lot": lot.pk}).status_code == 401
