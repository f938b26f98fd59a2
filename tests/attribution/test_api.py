"""``/api/v1/attributions``: asking, reading, testing a name, and who may do what."""

from __future__ import annotations

import pytest

from analysis.jobs.models import Job
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.attribution.conftest import make_opinion
from tests.factories import ArtistFactory, ArtworkFactory
from tests.similarity.conftest import make_image

pytestmark = pytest.mark.django_db
URL = "/api/v1/attributions/"
READERS = ("outsider", "member", "owner", "staff", "full_key", "read_only_key", "member_key", "other_house_key")
NOBODY = ("anonymous", "expired_key", "revoked_key", "unknown_key")


@pytest.fixture
def pictured(hands):
    work = ArtworkFactory(artist=hands.rival, attribution="follower_of")
    make_image(work)
    return work


def test_asking_gives_a_job_and_then_the_opinion(callers, pictured, hands):  # noqa: F811
    answer = callers.full_key.post(URL, {"artwork": pictured.pk})
    assert answer.status_code == 202
    body, job = answer.json(), Job.objects.get()
    assert body["state"] == "waiting"
    assert body["job"] == str(job.pk)
    assert answer["Location"].endswith(f"/api/v1/attributions/?artwork={pictured.pk}")
    assert callers.full_key.get(body["links"]["job"]).status_code == 200
    assert callers.full_key.get(body["links"]["result"]).json()["results"] == []
    opinion = make_opinion(hands, pictured)
    found = callers.full_key.post(URL, {"artwork": pictured.pk})
    assert found.status_code == 200
    assert found.json()["id"] == opinion.pk
    assert [each["id"] for each in callers.full_key.get(body["links"]["result"]).json()["results"]] == [opinion.pk]


def test_an_opinion_says_all_of_itself(callers, opine, hands):  # noqa: F811
    found = callers.full_key.get(f"{URL}{opine().pk}/").json()
    assert found["candidates"][0] == {
        "artist": hands.master.pk, "name": "Ilse Marwand", "qualifier": "by", "probability": 0.7,
    }  # fmt: skip
    assert sum(each["probability"] for each in found["candidates"]) + found["unknown"] == pytest.approx(1)
    assert [part["name"] for part in found["parts"]] == ["whole", "detail", "patch"]
    assert found["parts"][1]["box"] == [0.1, 0.1, 0.5, 0.5]
    assert found["verifications"][0]["likelihood_ratio"] == 38
    assert [each["typicality"] for each in found["verifications"]] == [0.05, None]
    assert found["verifications"][0]["false_accept"] == 0.05
    assert (found["strength"], found["right_share"], found["right_count"]) == ("moderate", 0.8, 40)
    assert (found["stands"], found["abstained"]) == ("differs", "")


def test_the_same_key_asks_once(callers, pictured):  # noqa: F811
    headers = {"Idempotency-Key": "lot 12"}
    first = callers.full_key.post(URL, {"artwork": pictured.pk}, headers)
    again = callers.full_key.post(URL, {"artwork": pictured.pk}, headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert Job.objects.count() == 1


def test_the_list_is_narrowed_as_on_the_page(callers, opine, hands):  # noqa: F811
    differing, agreeing = opine(), opine(ArtworkFactory(artist=hands.master))

    def ids(**query):
        return [each["id"] for each in callers.full_key.get(URL, **query).json()["results"]]

    assert ids() == [agreeing.pk, differing.pk]
    assert ids(stands="differs") == [differing.pk]
    assert ids(artwork=agreeing.artwork_id) == [agreeing.pk]
    assert ids(artist=hands.rival.pk) == []
    assert ids(model=hands.model.pk, decided="none") == [agreeing.pk, differing.pk]
    assert callers.full_key.get(URL, colour="red").status_code == 400


def test_a_name_is_put_to_the_test(callers, opine, hands):  # noqa: F811
    opinion = opine()
    url = f"{URL}{opinion.pk}/verify/"
    assert callers.full_key.post(url, {"artist": hands.master.pk}).json()["likelihood_ratio"] == 38
    opinion.verifications.get(artist=hands.master).delete()
    waiting = callers.full_key.post(url, {"artist": hands.master.pk})
    assert waiting.status_code == 202
    assert waiting["Location"].endswith(f"{URL}{opinion.pk}/")
    refused = callers.full_key.post(url, {"artist": ArtistFactory().pk})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_artist")


@pytest.mark.parametrize(
    ("make", "code", "word"),
    [
        (lambda world: ArtworkFactory(), 422, "no_picture"),
        (lambda world: ArtworkFactory(visibility="private", organisation=world.other_organisation), 422, "invalid"),
    ],
    ids=["without a picture", "another house's"],
)
def test_what_cannot_be_asked_says_why(callers, hands, make, code, word):  # noqa: F811
    answer = callers.full_key.post(URL, {"artwork": make(callers.world).pk})
    assert (answer.status_code, answer.json()["code"]) == (code, word)
    assert not Job.objects.exists()


def test_without_a_model_asking_is_a_conflict(callers, db):  # noqa: F811
    work = ArtworkFactory()
    make_image(work)
    answer = callers.full_key.post(URL, {"artwork": work.pk})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_model")


def test_who_may_read_and_ask_of_public_works(callers, opine, pictured):  # noqa: F811
    one = f"{URL}{opine().pk}/"
    for address in (URL, one):
        for who in READERS:
            assert getattr(callers, who).get(address).status_code == 200, (who, address)
        for who in NOBODY:
            assert getattr(callers, who).get(address).status_code == 401, (who, address)
        for who in ("write_only_key", "analyse_only_key"):
            assert getattr(callers, who).get(address).status_code == 403, (who, address)
    for who in ("read_only_key", "write_only_key"):
        assert getattr(callers, who).post(URL, {"artwork": pictured.pk}).status_code == 403, who
    for who in NOBODY:
        assert getattr(callers, who).post(URL, {"artwork": pictured.pk}).status_code == 401, who
    assert not Job.objects.exists()
    for who in ("analyse_only_key", "member", "other_house_key"):
        assert getattr(callers, who).post(URL, {"artwork": pictured.pk}).status_code == 202, who


def test_a_house_never_sees_another_s_opinions(callers, opine, hands):  # noqa: F811
    world = callers.world
    opinion = opine(ArtworkFactory(artist=hands.master, visibility="private", organisation=world.organisation))
    one = f"{URL}{opinion.pk}/"
    for who in ("member", "owner", "staff", "full_key", "member_key"):
        assert getattr(callers, who).get(one).status_code == 200, who
    for who in ("outsider", "other_house_key"):
        assert getattr(callers, who).get(one).status_code == 404, who
        assert getattr(callers, who).get(URL).json()["results"] == []
        assert getattr(callers, who).post(f"{one}verify/", {"artist": hands.master.pk}).status_code == 404, who
    assert not Job.objects.exists()


@pytest.mark.parametrize("who", ["full_key", "owner", "staff"])
def test_nothing_is_changed_here(callers, opine, who):  # noqa: F811
    one = f"{URL}{opine().pk}/"
    assert getattr(callers, who).patch(one, {"unknown": 0}).status_code in {403, 405}


def test_lists_cost_as_many_queries_for_many_as_for_one(callers, opine, django_assert_max_num_queries):  # noqa: F811
    for _each in range(10):
        opinion = opine()
    callers.full_key.get(URL)
    with django_assert_max_num_queries(9):
        assert len(callers.full_key.get(URL).json()["results"]) == 10
    with django_assert_max_num_queries(12):
        callers.full_key.get(f"{URL}{opinion.pk}/")
