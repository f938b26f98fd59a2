"""``/api/v1/indices``: definitions, latest vintages, all vintages, and who may read what."""

from __future__ import annotations

import pytest

from analysis.indices.models import IndexDefinition
from analysis.indices.services import compute
from artmarket.sales.models import Lot
from ml.reporter import SilentReporter
from tests.api.conftest import callers, fresh_counters  # noqa: F401

URL = "/api/v1/indices/"
READERS = ("outsider", "member", "owner", "staff", "full_key", "read_only_key", "member_key", "other_house_key")
NOBODY = ("anonymous", "expired_key", "revoked_key", "unknown_key")


def test_an_index_comes_with_the_latest_vintage_of_each_method(callers, computed):  # noqa: F811
    listed = callers.full_key.get(URL).json()["results"]
    assert [(each["id"], each["name"], each["currency"]) for each in listed] == [
        (computed.pk, "Whole market · years", "EUR")
    ]
    found = callers.full_key.get(listed[0]["links"]["self"]).json()
    assert {each["method"] for each in found["latest"]} == {"hybrid", "hedonic", "repeat_sales", "censored"}
    hybrid = next(each for each in found["latest"] if each["method"] == "hybrid")
    stored = computed.vintages.get(method="hybrid")
    assert hybrid["points"] == stored.points
    assert (hybrid["refused"], hybrid["fingerprint"], hybrid["settings"]["level"]) == ("", stored.fingerprint, 0.9)


def test_vintages_come_newest_first_and_old_ones_stay(callers, computed):  # noqa: F811
    before = callers.full_key.get(f"{URL}{computed.pk}/vintages/").json()["results"]
    lot = Lot.objects.filter(price__isnull=False).first()
    Lot.objects.filter(pk=lot.pk).update(price=lot.price * 3)
    compute(definition=computed, reporter=SilentReporter())
    after = callers.full_key.get(f"{URL}{computed.pk}/vintages/").json()["results"]
    assert len(before) == 4
    assert after[4:] == before
    assert [each["id"] for each in after] == sorted((each["id"] for each in after), reverse=True)


def test_a_refused_index_says_why(callers, definition):  # noqa: F811
    Lot.objects.all().delete()
    compute(definition=definition, reporter=SilentReporter())
    for each in callers.full_key.get(f"{URL}{definition.pk}/").json()["latest"]:
        assert each["points"] == []
        assert each["refused"]


def test_the_list_can_be_narrowed_as_on_the_page(callers, computed):  # noqa: F811
    assert len(callers.full_key.get(URL, market="auction").json()["results"]) == 1
    assert callers.full_key.get(URL, period="quarter").json()["results"] == []
    assert callers.full_key.get(URL, colour="red").status_code == 400


def test_public_indices_are_read_by_everyone_known(callers, computed):  # noqa: F811
    for address in (URL, f"{URL}{computed.pk}/", f"{URL}{computed.pk}/vintages/"):
        for who in READERS:
            assert getattr(callers, who).get(address).status_code == 200, (who, address)
        for who in NOBODY:
            assert getattr(callers, who).get(address).status_code == 401, (who, address)
        for who in ("write_only_key", "analyse_only_key"):
            assert getattr(callers, who).get(address).status_code == 403, (who, address)


def test_private_indices_are_their_organisations(callers, private):  # noqa: F811
    for address in (f"{URL}{private.pk}/", f"{URL}{private.pk}/vintages/"):
        for who in ("member", "owner", "staff", "full_key", "member_key"):
            assert getattr(callers, who).get(address).status_code == 200, (who, address)
        for who in ("outsider", "other_house_key"):
            answer = getattr(callers, who).get(address)
            assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert callers.other_house_key.get(URL).json()["results"] == []
    assert len(callers.member_key.get(URL).json()["results"]) == 1


@pytest.mark.parametrize("who", ["full_key", "outsider", "staff"])
def test_nothing_is_written_here(callers, computed, who):  # noqa: F811
    body = {"market": "auction", "currency": "EUR"}
    assert getattr(callers, who).post(URL, body).status_code in {403, 405}
    assert getattr(callers, who).patch(f"{URL}{computed.pk}/", {"fewest": 3}).status_code in {403, 405}
    assert IndexDefinition.objects.get().fewest == 10


def test_lists_cost_as_many_queries_for_many_as_for_one(callers, computed, artists, django_assert_max_num_queries):  # noqa: F811
    callers.full_key.get(URL)
    for artist in artists:
        IndexDefinition.objects.create(market="auction", currency="EUR", artist=artist, visibility="public")
    with django_assert_max_num_queries(7):
        assert len(callers.full_key.get(URL).json()["results"]) == 5
    with django_assert_max_num_queries(8):
        callers.full_key.get(f"{URL}{computed.pk}/")
