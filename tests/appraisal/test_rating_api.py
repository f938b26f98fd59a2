"""``/api/v1/ratings`` and ``/criteria``: scopes, roles, and others' ratings left alone."""

from __future__ import annotations

import pytest

from analysis.appraisal.models import Rating
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.appraisal.conftest import pictured, rated

URL = "/api/v1/ratings/"
NOBODY = {"anonymous": 401, "expired_key": 401, "revoked_key": 401, "unknown_key": 401}
READERS = NOBODY | {
    "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200, "full_key": 200, "read_only_key": 200,
    "write_only_key": 403, "analyse_only_key": 403, "member_key": 200, "other_house_key": 404,
}  # fmt: skip
RATERS = NOBODY | {
    "outsider": 422, "member": 201, "editor": 403, "owner": 201, "staff": 403, "full_key": 403, "read_only_key": 403,
    "write_only_key": 403, "analyse_only_key": 403, "member_key": 201, "other_house_key": 422,
}  # fmt: skip
CHANGERS = NOBODY | {
    "outsider": 404, "member": 200, "editor": 403, "owner": 403, "staff": 403, "full_key": 403, "read_only_key": 403,
    "write_only_key": 403, "analyse_only_key": 403, "member_key": 200, "other_house_key": 404,
}  # fmt: skip


def secret_work(callers):  # noqa: F811
    return pictured(visibility="private", organisation=callers.world.organisation)


def contents():
    return list(Rating.objects.order_by("pk").values())


def test_who_may_read(callers, criteria):  # noqa: F811
    rating = rated(callers.world.member, secret_work(callers), criteria["colour"], 4, comment="a telling grey")
    for who, status in READERS.items():
        api = getattr(callers, who)
        assert api.get(f"{URL}{rating.pk}/").status_code == status, who
        assert (b"a telling grey" in api.get(URL).content) == (status == 200), who


def test_who_may_rate(callers, criteria):  # noqa: F811
    for who, status in RATERS.items():
        body = {"artwork": secret_work(callers).pk, "criterion": "colour", "score": 5}
        before = contents()
        answer = getattr(callers, who).post(URL, body)
        assert answer.status_code == status, (who, answer.content)
        assert (contents() == before) == (status != 201), who


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_who_may_change_and_withdraw(callers, criteria, method):  # noqa: F811
    for who, status in CHANGERS.items():
        rating = rated(callers.world.member, secret_work(callers), criteria["colour"], 4)
        before, api = contents(), getattr(callers, who)
        if method == "patch":
            answer = api.patch(f"{URL}{rating.pk}/", {"score": 7})
        else:
            answer = api.client.delete(f"{URL}{rating.pk}/", headers=api.headers(None))
            status = 204 if status == 200 else status
        assert answer.status_code == status, (who, answer.content)
        assert (contents() == before) == (status not in {200, 204}), who


def test_a_rating_comes_back_as_it_was_given(callers, criteria):  # noqa: F811
    work = pictured()
    made = callers.member_key.post(
        URL, {"artwork": work.pk, "criterion": "technique", "score": 2, "comment": "hurried"}
    )
    found = callers.member_key.get(made["Location"]).json()
    given = {"artwork": work.pk, "criterion": "technique", "score": 2, "comment": "hurried", "rater": "member"}
    assert found.items() >= given.items()
    assert callers.owner.get(URL, mine="true").json()["results"] == []
    assert len(callers.member.get(URL, mine="true", criterion="technique", artwork=work.pk).json()["results"]) == 1


def test_the_same_twice_is_a_duplicate_unless_withdrawn(callers, criteria):  # noqa: F811
    body = {"artwork": pictured().pk, "criterion": "colour", "score": 3}
    made = callers.member_key.post(URL, body)
    again = callers.member_key.post(URL, body | {"score": 4})
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    callers.member_key.client.delete(made["Location"], headers=callers.member_key.headers(None))
    assert callers.member_key.post(URL, body | {"score": 4}).status_code == 201
    assert [row["score"] for row in contents()] == [4]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"score": 0}, "/score"), ({"score": 8}, "/score"), ({"score": 3.5}, "/score"), ({"score": None}, "/score"),
        ({"criterion": "beauty"}, "/criterion"), ({"artwork": 999999}, "/artwork"), ({"comment": "x" * 2001}, "/comment"),
        ({"total": 7}, "/total"),
    ],
)  # fmt: skip
def test_refusals_are_problems(callers, criteria, change, pointer):  # noqa: F811
    answer = callers.member_key.post(URL, {"artwork": pictured().pk, "criterion": "colour", "score": 4} | change)
    assert answer.status_code == 422, answer.content
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not Rating.objects.exists()


def test_a_change_meant_for_another_version_is_refused(callers, criteria):  # noqa: F811
    rating = rated(callers.world.member, pictured(), criteria["colour"], 4)
    stale = callers.member_key.get(f"{URL}{rating.pk}/")["ETag"]
    callers.member_key.patch(f"{URL}{rating.pk}/", {"score": 5})
    assert callers.member_key.patch(f"{URL}{rating.pk}/", {"score": 6}, {"If-Match": stale}).status_code == 412
    rating.refresh_from_db()
    assert rating.score == 5


def test_criteria_are_told_to_who_may_read(callers, criteria):  # noqa: F811
    found = callers.read_only_key.get("/api/v1/criteria/").json()["results"]
    assert {each["code"] for each in found} == set(criteria)
    assert callers.anonymous.get("/api/v1/criteria/").status_code == 401
    assert callers.write_only_key.get("/api/v1/criteria/").status_code == 403


def test_lists_cost_few_queries(callers, criteria, django_assert_max_num_queries):  # noqa: F811
    for _number in range(8):
        rated(callers.world.member, pictured(), criteria["colour"], 4)
    callers.full_key.get(URL)
    with django_assert_max_num_queries(4):
        assert len(callers.full_key.get(URL).json()["results"]) == 8
