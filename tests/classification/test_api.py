"""``/api/v1/suggestions``: who sees them, who answers them, and that nothing changes when refused."""

from __future__ import annotations

import pytest

from analysis.classification.models import Suggestion
from artmarket.catalogue.models import Artwork
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.classification.conftest import suggested
from tests.factories import ArtworkFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/suggestions/"
NOBODY = {"anonymous": 401, "expired_key": 401, "revoked_key": 401, "unknown_key": 401}
READERS = NOBODY | {
    "outsider": 404, "member": 404, "editor": 200, "owner": 200, "staff": 200, "full_key": 200, "read_only_key": 200,
    "write_only_key": 403, "analyse_only_key": 403, "member_key": 404, "other_house_key": 404,
}  # fmt: skip
WRITERS = NOBODY | {
    "outsider": 404, "member": 404, "editor": 200, "owner": 200, "staff": 200, "full_key": 200, "read_only_key": 403,
    "write_only_key": 200, "analyse_only_key": 403, "member_key": 404, "other_house_key": 404,
}  # fmt: skip


def make_work(callers, **fields) -> Artwork:  # noqa: F811
    return ArtworkFactory(style="", genre="", organisation=callers.world.organisation, **fields)


def contents():
    return list(Suggestion.objects.order_by("pk").values()), list(Artwork.objects.order_by("pk").values())


def test_who_may_read(callers):  # noqa: F811
    suggestion = suggested(make_work(callers), value="Luminism")
    for who, status in READERS.items():
        api = getattr(callers, who)
        assert api.get(f"{URL}{suggestion.pk}/").status_code == status, who
        assert (b"Luminism" in api.get(URL).content) == (status == 200), who


@pytest.mark.parametrize("name", ["accept", "refuse"])
def test_who_may_answer(callers, name):  # noqa: F811
    for who, status in WRITERS.items():
        suggestion = suggested(make_work(callers))
        before = contents()
        answer = getattr(callers, who).post(f"{URL}{suggestion.pk}/{name}/")
        assert answer.status_code == status, (who, answer.content)
        assert (contents() == before) == (status != 200), who


def test_an_accepted_value_is_in_the_work_and_can_be_taken_back(callers):  # noqa: F811
    suggestion = suggested(make_work(callers))
    answer = callers.full_key.post(f"{URL}{suggestion.pk}/accept/").json()
    assert (answer["state"], answer["value"], answer["probability"]) == ("accepted", "Tonalism", 0.8)
    assert Artwork.objects.get(pk=suggestion.artwork_id).style == "Tonalism"
    assert callers.full_key.post(f"{URL}{suggestion.pk}/take-back/").json()["state"] == "open"
    assert Artwork.objects.get(pk=suggestion.artwork_id).style == ""


def test_what_cannot_be_done_is_a_conflict_with_its_reason(callers):  # noqa: F811
    suggestion = suggested(make_work(callers))
    answer = callers.full_key.post(f"{URL}{suggestion.pk}/take-back/")
    assert (answer.status_code, answer.json()["code"]) == (409, "suggestion_not_decided")
    Artwork.objects.filter(pk=suggestion.artwork_id).update(style="Cubism")
    answer = callers.full_key.post(f"{URL}{suggestion.pk}/accept/")
    assert (answer.status_code, answer.json()["code"]) == (409, "suggestion_filled")


def test_filters(callers):  # noqa: F811
    one, other = suggested(make_work(callers)), suggested(make_work(callers), "genre", "portrait")
    filled = suggested(make_work(callers))
    Artwork.objects.filter(pk=filled.artwork_id).update(style="Cubism")
    callers.full_key.post(f"{URL}{other.pk}/refuse/")

    def keys(**query):
        return {row["id"] for row in callers.full_key.get(URL, **query).json()["results"]}

    assert keys() == {one.pk, other.pk, filled.pk}
    assert keys(artwork=one.artwork_id) == {one.pk}
    assert keys(field="genre") == keys(state="refused") == {other.pk}
    assert keys(offered="true") == {one.pk}


def test_a_list_costs_the_same_for_one_and_for_many(callers, django_assert_max_num_queries):  # noqa: F811
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    suggested(make_work(callers))
    callers.full_key.get(URL)
    with CaptureQueriesContext(connection) as few:
        callers.full_key.get(URL)
    for _work in range(9):
        suggested(make_work(callers))
    with django_assert_max_num_queries(len(few)):
        assert len(callers.full_key.get(URL).json()["results"]) == 10
