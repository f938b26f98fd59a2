"""``/api/v1/inventory``: members alone, scopes, and deletes that leave others' rows alone."""

from __future__ import annotations

import pytest

from analysis.inventory.models import InventoryItem
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.factories import ArtworkFactory
from tests.inventory.conftest import stock

URL = "/api/v1/inventory/"
NOBODY = {"anonymous": 401, "expired_key": 401, "revoked_key": 401, "unknown_key": 401}
READERS = NOBODY | {
    "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 404, "full_key": 200, "read_only_key": 200,
    "write_only_key": 403, "analyse_only_key": 403, "member_key": 200, "other_house_key": 404,
}  # fmt: skip
WRITERS = NOBODY | {
    "outsider": 404, "staff": 404, "read_only_key": 403, "analyse_only_key": 403, "other_house_key": 404, "member": 200,
    "editor": 200, "owner": 200, "full_key": 200, "write_only_key": 200, "member_key": 200,
}  # fmt: skip


def test_who_may_read(callers, item):  # noqa: F811
    for who, status in READERS.items():
        api = getattr(callers, who)
        answer = api.get(f"{URL}{item.pk}/")
        assert answer.status_code == status, who
        assert (b"41337" in answer.content) == (status == 200), who
        listed = api.get(URL)
        assert (b"41337" in listed.content) == (status == 200), who


def test_who_may_change(callers, item):  # noqa: F811
    for who, status in WRITERS.items():
        answer = getattr(callers, who).patch(f"{URL}{item.pk}/", {"notes": who})
        assert answer.status_code == status, (who, answer.content)
        item.refresh_from_db()
        assert (item.notes == who) == (status == 200), who


def test_who_may_take_out(callers):  # noqa: F811
    for who, status in WRITERS.items():
        item = stock(callers.world.organisation)
        api = getattr(callers, who)
        answer = api.client.delete(f"{URL}{item.pk}/", headers=api.headers(None))
        assert answer.status_code == (204 if status == 200 else status), (who, answer.content)
        item.refresh_from_db()
        assert (item.removed_at is not None) == (status == 200), who
    assert callers.owner.get(f"{URL}{item.pk}/").status_code == 404


def test_who_may_add_and_for_whom(callers):  # noqa: F811
    expected = WRITERS | {"outsider": 422, "staff": 422, "other_house_key": 422}
    for who, status in expected.items():
        body = {"artwork": ArtworkFactory().pk, "organisation": callers.world.organisation.pk}
        answer = getattr(callers, who).post(URL, body)
        assert answer.status_code == (201 if status == 200 else status), (who, answer.content)
        assert InventoryItem.objects.filter(artwork=body["artwork"]).exists() == (status == 200), who


def test_a_curator_reads_but_changes_nothing(callers, item):  # noqa: F811
    callers.world.member.memberships.update(role="curator")
    assert callers.member.get(f"{URL}{item.pk}/").status_code == 200
    assert callers.member.patch(f"{URL}{item.pk}/", {"notes": "x"}).status_code == 403
    assert callers.member.post(URL, {"artwork": ArtworkFactory().pk}).status_code == 403
    assert InventoryItem.objects.get().notes == ""


def test_money_goes_in_and_comes_out_with_its_currency(callers):  # noqa: F811
    body = {
        "artwork": ArtworkFactory().pk,
        "cost": {"amount": "1250.50", "currency": "USD"},
        "acquired_on": "2020-03-02",
    }
    made = callers.full_key.post(URL, body)
    assert made.status_code == 201, made.content
    found = callers.full_key.get(made["Location"]).json()
    assert found["cost"] == {"amount": "1250.50", "currency": "USD"}
    assert found["value_middle"] is None
    cleared = callers.full_key.patch(made["Location"], {"cost": None}).json()
    assert cleared["cost"] is None
    sold = {"status": "sold", "sold_price": {"amount": "2000", "currency": "EUR"}, "sold_on": "2021-01-01"}
    assert callers.full_key.patch(made["Location"], sold).json()["sold_price"]["amount"] == "2000.00"


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"artwork": 999999}, 422, "/artwork"),
        ({"cost": {"amount": "-1", "currency": "EUR"}}, 422, ""),
        ({"cost": {"amount": "1", "currency": "ZZZ"}}, 422, "/cost_currency"),
        ({"cost": {"amount": "1"}}, 422, "/cost/currency"),
        ({"acquired_on": "2190-01-01"}, 422, "/acquired_on"),
        ({"status": "sold"}, 422, "/sold_price"),
        ({"price": 1}, 422, "/price"),
    ],
)
def test_refusals_are_problems(callers, change, status, pointer):  # noqa: F811
    answer = callers.full_key.post(URL, {"artwork": ArtworkFactory().pk} | change)
    assert answer.status_code == status, answer.content
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not InventoryItem.objects.exists()


def test_a_work_added_twice_is_a_duplicate(callers, item):  # noqa: F811
    answer = callers.full_key.post(URL, {"artwork": item.artwork_id})
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")


def test_a_change_meant_for_another_version_is_refused(callers, item):  # noqa: F811
    stale = callers.full_key.get(f"{URL}{item.pk}/")["ETag"]
    callers.full_key.patch(f"{URL}{item.pk}/", {"notes": "first"})
    answer = callers.full_key.patch(f"{URL}{item.pk}/", {"notes": "second"}, {"If-Match": stale})
    assert answer.status_code == 412
    item.refresh_from_db()
    assert item.notes == "first"


def test_lists_cost_few_queries(callers, django_assert_max_num_queries):  # noqa: F811
    for _number in range(8):
        stock(callers.world.organisation)
    callers.full_key.get(URL)
    with django_assert_max_num_queries(5):
        assert len(callers.full_key.get(URL, order="worth").json()["results"]) == 8
