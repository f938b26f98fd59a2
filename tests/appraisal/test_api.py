"""``/api/v1/appraisals``: read by who sees the work, made for who may ask."""

from __future__ import annotations

import pytest

from analysis.appraisal.models import Appraisal
from analysis.jobs.models import Job
from ml.appraisal import MEASURES
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.appraisal.conftest import appraised, measured, pictured
from tests.factories import ArtworkFactory

URL = "/api/v1/appraisals/"
NOBODY = {"anonymous": 401, "expired_key": 401, "revoked_key": 401, "unknown_key": 401}
READERS = NOBODY | {
    "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200, "full_key": 200, "read_only_key": 200,
    "write_only_key": 403, "analyse_only_key": 403, "member_key": 200, "other_house_key": 404,
}  # fmt: skip
ASKERS = NOBODY | {
    "outsider": 422, "member": 202, "editor": 202, "owner": 202, "staff": 202, "full_key": 202, "read_only_key": 403,
    "write_only_key": 403, "analyse_only_key": 202, "member_key": 202, "other_house_key": 422,
}  # fmt: skip


def private(callers, make):  # noqa: F811
    return make(visibility="private", organisation=callers.world.organisation)


def test_who_may_read(callers):  # noqa: F811
    work = private(callers, appraised)
    row = Appraisal.objects.get()
    for who, status in READERS.items():
        api = getattr(callers, who)
        assert api.get(f"{URL}{row.pk}/").status_code == status, who
        listed = api.get(URL, artwork=work.pk)
        assert (b'"measures"' in listed.content) == (status == 200), who


def test_who_may_have_a_picture_looked_at(callers):  # noqa: F811
    for who, status in ASKERS.items():
        before = Job.objects.count()
        answer = getattr(callers, who).post(URL, {"artwork": private(callers, pictured).pk})
        assert answer.status_code == status, (who, answer.content)
        assert (Job.objects.count() == before) == (status != 202), who


def test_what_is_known_is_answered_at_once_and_else_a_job_is_named(callers):  # noqa: F811
    known = callers.full_key.post(URL, {"artwork": appraised().pk})
    assert known.status_code == 200
    assert known.json()["measures"] == pytest.approx(measured()["measures"])
    assert {"overlays", "palette", "abstained"} <= set(known.json())
    asked = callers.full_key.post(URL, {"artwork": pictured().pk})
    assert asked.status_code == 202
    assert callers.full_key.get(asked["Location"]).json()["kind"] == "appraisal.make_one"
    bare = callers.full_key.post(URL, {"artwork": ArtworkFactory().pk})
    assert (bare.status_code, bare.json()["errors"][0]["code"]) == (422, "no_picture")


def test_a_refused_picture_says_why(callers):  # noqa: F811
    work = pictured()
    Appraisal.objects.create(
        image=work.images.get(), code_version="1", inputs_sha256="0", state="refused", reason="blank"
    )
    (row,) = callers.read_only_key.get(URL, artwork=work.pk).json()["results"]
    assert (row["state"], row["reason"], row["measures"]) == ("refused", "blank", {})


def test_lists_are_sorted_by_a_measure_and_filtered_as_works_are(callers):  # noqa: F811
    for value, medium in ((0.9, "ink"), (0.2, "oil"), (0.6, "oil")):
        appraised(lightness=value, medium=medium)

    def values(**query):
        return [row["measures"]["lightness"] for row in callers.full_key.get(URL, **query).json()["results"]]

    assert values(order="lightness") == [0.9, 0.6, 0.2]
    assert values(order="lightness-low", medium="oil") == [0.2, 0.6]
    assert callers.full_key.get(URL, order="beauty").status_code == 400
    assert callers.full_key.get(URL, colour="red").status_code == 400


def test_lists_cost_few_queries_and_leave_the_overlays_out(callers, django_assert_max_num_queries):  # noqa: F811
    for _number in range(8):
        appraised()
    callers.full_key.get(URL)
    with django_assert_max_num_queries(4):
        rows = callers.full_key.get(URL).json()["results"]
    assert len(rows) == 8
    assert set(rows[0]["measures"]) <= set(MEASURES)
    assert "overlays" not in rows[0]
