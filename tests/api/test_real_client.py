"""A house's own program, over a real socket: sends a work, gives it a picture, reads it back page by page."""

from __future__ import annotations

import httpx
import pytest

from artmarket.accounts.services import create_api_key
from tests.factories import MembershipFactory
from tests.pictures import encoded, painting

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def http(live_server, settings, tmp_path):
    settings.MEDIA_ROOT, settings.AFTER_PICTURES_ADDED = tmp_path, []
    membership = MembershipFactory(role="auction_house")
    _key, secret = create_api_key(
        actor=membership.user, organisation=membership.organisation, name="house", scopes=["read", "write"]
    )
    with httpx.Client(base_url=live_server.url, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


def test_a_house_sends_its_works(http):
    lists = http.get("/api/v1/").json()
    artist = http.post(lists["artists"], json={"name": "Ada Brush"}).json()
    for number in range(5):
        body = {"title": f"Tide {number}", "artist": artist["id"]}
        made = http.post(lists["artworks"], json=body, headers={"Idempotency-Key": f"tide-{number}"})
        assert made.status_code == 201
    work = made.json()
    files = {"file": ("tide.jpg", encoded(painting()), "image/jpeg")}
    picture = http.post(lists["images"], data={"artwork": work["id"]}, files=files)
    assert picture.status_code == 201, picture.text

    titles, page = [], "/api/v1/artworks/?order=title&limit=2"
    while page:
        answer = http.get(page).json()
        titles += [row["title"] for row in answer["results"]]
        page = answer["next"]
    assert titles == [f"Tide {number}" for number in range(5)]

    read = http.get(work["links"]["self"])
    stale = http.patch(work["links"]["self"], json={"title": "Ebb"}, headers={"If-Match": '"old"'})
    fresh = http.patch(work["links"]["self"], json={"title": "Ebb"}, headers={"If-Match": read.headers["ETag"]})
    assert (stale.status_code, fresh.status_code) == (412, 200)
    assert fresh.json()["title"] == "Ebb"


def test_without_a_key_the_door_is_closed(live_server):
    answer = httpx.get(f"{live_server.url}/api/v1/artists/")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
