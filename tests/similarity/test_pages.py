"""Pages of look-alikes: who may open them, what they say, how many queries they cost."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from analysis.jobs.models import Job
from analysis.similarity.models import PictureSearch, SearchVector
from tests.pictures import shaded

pytestmark = pytest.mark.django_db


def png(picture: Image.Image | None = None) -> SimpleUploadedFile:
    out, picture = io.BytesIO(), picture or shaded((50, 40), "teal")
    picture.save(out, "PNG")
    return SimpleUploadedFile("picture.png", out.getvalue())


def test_the_panel_shows_look_alikes_with_scores(world, work_at, as_user):
    asked = work_at(1, 0)
    near = work_at(1, 0.1, title="Near one")
    page = as_user(world.member).get(reverse("similarity:artwork-panel", args=[asked.pk])).content.decode()
    assert "Near one" in page
    assert near.get_absolute_url() in page
    assert "1.00" in page or "0.99" in page
    assert "trained on the pictures" in page
    assert "Exact search" in page


@pytest.mark.parametrize("name", ["artwork-panel", "artwork"])
def test_who_may_open_a_private_works_look_alikes(world, work_at, as_user, name):
    work = work_at(1, 0, visibility="private", organisation=world.organisation)
    url = reverse(f"similarity:{name}", args=[work.pk])
    codes = {who: as_user(getattr(world, who)).get(url).status_code for who in ("outsider", "member", "staff")}
    assert codes == {"outsider": 404, "member": 200, "staff": 200}
    assert as_user(None).get(url).status_code == 302


def test_the_page_filters_and_shows_a_bad_filter(world, work_at, as_user):
    asked = work_at(1, 0)
    work_at(1, 0.1, title="In ink", medium="ink")
    work_at(1, 0.2, title="In oil")
    url = reverse("similarity:artwork", args=[asked.pk])
    page = as_user(world.member).get(url, {"medium": "ink"}).content.decode()
    assert "In ink" in page
    assert "In oil" not in page
    assert "errorlist" in as_user(world.member).get(url, {"threshold": "7"}).content.decode()


def test_an_uploaded_picture_waits_for_a_worker_and_then_shows_results(world, space, work_at, as_user):
    work_at(1, 0, title="Near one")
    client = as_user(world.member)
    answer = client.post(reverse("similarity:search"), {"picture": png()})
    search = PictureSearch.objects.get()
    assert answer.url == reverse("similarity:picture-search", args=[search.pk])
    assert Job.objects.get().queue == "gpu-fast"
    part = reverse("similarity:picture-results", args=[search.pk])
    assert "hx-get" in client.get(part).content.decode()
    SearchVector.objects.create(search=PictureSearch.objects.get(), space=space, vector=[1] + [0] * 7)
    page = client.get(part).content.decode()
    assert "Near one" in page
    assert "hx-get" not in page
    assert client.get(reverse("similarity:searched-picture", args=[search.pk]))["Content-Type"] == "image/webp"


def test_a_search_by_picture_is_its_askers_alone(world, space, as_user):
    search = PictureSearch.objects.create(asked_by=world.member, picture=b"x", sha256="0" * 64)
    for name in ("picture-search", "picture-results", "searched-picture"):
        url = reverse(f"similarity:{name}", args=[search.pk])
        assert as_user(world.outsider).get(url).status_code == 404
        assert as_user(world.staff).get(url).status_code == 404
        assert as_user(None).get(url).status_code == 302
    assert not Job.objects.exists()


def test_a_refused_picture_says_why(world, space, as_user):
    bad = SimpleUploadedFile("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    answer = as_user(world.member).post(reverse("similarity:search"), {"picture": bad})
    assert answer.status_code == 422
    assert "SVG" in answer.content.decode()
    assert not PictureSearch.objects.exists()


NOTHING = {
    "white": Image.new("RGB", (300, 200), "white"),
    "one colour": Image.new("RGB", (300, 200), "teal"),
    "tiny": shaded((8, 8), "teal"),
}


@pytest.mark.parametrize("shown", NOTHING.values(), ids=NOTHING)
def test_a_picture_that_shows_nothing_is_refused_instead_of_compared(world, space, work_at, as_user, shown):
    work_at(1, 0, title="Near one")
    answer = as_user(world.member).post(reverse("similarity:search"), {"picture": png(shown)})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is nothing to compare in this picture" in page
    assert "Near one" not in page
    assert not PictureSearch.objects.exists()
    assert not Job.objects.exists()


def test_without_vectors_the_pages_say_so(world, as_user):
    assert "embedded" in as_user(world.member).get(reverse("similarity:search")).content.decode()


def test_the_panel_costs_as_many_queries_for_one_hit_as_for_many(
    world, work_at, as_user, django_assert_max_num_queries
):
    asked = work_at(1, 0)
    for n in range(10):
        work_at(1, n / 10)
    client = as_user(world.member)
    url = reverse("similarity:artwork-panel", args=[asked.pk])
    client.get(url)
    with django_assert_max_num_queries(7):
        client.get(url)
