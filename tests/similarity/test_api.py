"""``/api/v1/similar``: the same search as the pages', as JSON."""

from __future__ import annotations

import pytest
from PIL import Image

from analysis.similarity.models import PictureSearch, SearchVector
from tests.similarity.test_pages import png

pytestmark = pytest.mark.django_db
URL = "/api/v1/similar/"


def test_it_works(world, work_at, as_user):
    asked = work_at(1, 0)
    near = work_at(1, 0.1, title="near")
    answer = as_user(world.member).get(URL, {"artwork": asked.pk}).json()
    assert answer["exact"] is True
    assert answer["space"]["pictures"] == 2
    (hit,) = answer["results"]
    assert hit["artwork"] == near.pk
    assert hit["artist"]["name"] == near.artist.name
    assert hit["score"] == pytest.approx(0.995, abs=1e-3)


def test_filters_and_threshold(world, work_at, as_user):
    asked = work_at(1, 0)
    work_at(1, 0.1, title="near", medium="ink")
    work_at(0, 1, title="far", medium="ink")
    query = {"artwork": asked.pk, "medium": "ink", "threshold": "0.5"}
    assert [hit["title"] for hit in as_user(world.member).get(URL, query).json()["results"]] == ["near"]


@pytest.mark.parametrize("bad", [{"medum": "ink"}, {"threshold": "7"}, {"limit": "0"}, {"artwork": "x"}])
def test_a_bad_parameter_is_named(world, work_at, as_user, bad):
    answer = as_user(world.member).get(URL, {"artwork": work_at(1, 0).pk} | bad)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] in bad


def test_who_may_ask_about_a_private_work(world, work_at, as_user):
    work = work_at(1, 0, visibility="private", organisation=world.organisation)
    codes = {
        who: as_user(getattr(world, who)).get(URL, {"artwork": work.pk}).status_code
        for who in ("outsider", "member", "staff")
    }
    assert codes == {"outsider": 404, "member": 200, "staff": 200}
    assert as_user(None).get(URL, {"artwork": work.pk}).status_code in {401, 403}


def test_a_picture_is_accepted_and_asked_for_again(world, space, work_at, as_user, monkeypatch):
    work_at(1, 0, title="near")
    client = as_user(world.member)
    client.get(URL)  # addresses are read at the first request
    monkeypatch.setattr("analysis.similarity.api.WAIT_SECONDS", 0)
    answer = client.post(URL, {"picture": png()})
    assert answer.status_code == 202
    SearchVector.objects.create(search=PictureSearch.objects.get(), space=space, vector=[1] + [0] * 7)
    again = client.get(answer["Location"])
    assert again.status_code == 200
    assert [hit["title"] for hit in again.json()["results"]] == ["near"]
    assert as_user(world.outsider).get(answer["Location"]).status_code == 404


def test_a_refused_picture_is_a_problem(world, space, as_user):
    from django.core.files.uploadedfile import SimpleUploadedFile

    bad = SimpleUploadedFile("a.svg", b"<svg/>")
    answer = as_user(world.member).post(URL, {"picture": bad})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "svg"
    assert as_user(world.member).post(URL).status_code == 422
    blank = as_user(world.member).post(URL, {"picture": png(Image.new("RGB", (300, 200), "white"))})
    assert blank.status_code == 422
    assert blank.json()["errors"][0]["code"] == "blank"
    assert "nothing to compare" in blank.json()["detail"]
    assert not PictureSearch.objects.exists()
