"""``/api/v1/studio-models`` and ``generated-images``: breeding, reading, publishing, and who may do what."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.generation.models import Brood, Direction, GeneratedImage, StudioModel
from analysis.jobs.models import Job
from tests.api.conftest import Callers, callers, fresh_counters
from tests.factories import ArtworkFactory
from tests.generation.conftest import generated, studio_model
from tests.similarity.conftest import make_image

__all__ = ["callers", "fresh_counters"]
pytestmark = pytest.mark.django_db
MODELS, PICTURES = "/api/v1/studio-models/", "/api/v1/generated-images/"
OURS = ("member", "editor", "owner", "staff", "full_key", "member_key")
THEIRS = ("outsider", "other_house_key")
NOBODY = ("anonymous", "expired_key", "revoked_key", "unknown_key")


@pytest.fixture
def original(picture: GeneratedImage) -> GeneratedImage:
    GeneratedImage.objects.filter(pk=picture.pk).update(verdict="original")
    picture.refresh_from_db()
    return picture


def test_breeding_is_handed_to_a_worker(callers: Callers, model: StudioModel) -> None:
    answer = callers.full_key.post(PICTURES, {"model": model.pk, "how": "sample", "seed": 7, "count": 4})
    assert answer.status_code == 202
    body, brood, job = answer.json(), Brood.objects.get(), Job.objects.get()
    assert body == {
        "state": "waiting", "generation": brood.pk, "job": str(job.pk),
        "links": {"job": f"/api/v1/jobs/{job.pk}/", "result": f"{PICTURES}?generation={brood.pk}"},
    }  # fmt: skip
    assert (job.kind, job.queue, job.organisation_id) == ("generation.breed", "gpu-fast", model.organisation_id)
    assert (brood.count, brood.asked["seed"], brood.asked["truncation"]) == (4, 7, 0.8)
    generated(model, brood=brood, organisation=model.organisation)
    assert len(callers.full_key.get(body["links"]["result"]).json()["results"]) == 1


def test_children_name_their_parents_and_weights(callers: Callers, model: StudioModel) -> None:
    owned = {"organisation": model.organisation}
    keys = [generated(model, **owned).pk for _ in range(2)]
    body = {"model": model.pk, "how": "cross", "parents": keys, "weights": [3, 1], "strength": 0.1}
    assert callers.full_key.post(PICTURES, body).status_code == 202
    assert Brood.objects.get().asked["weights"] == [0.75, 0.25]
    body = {"model": model.pk, "how": "layers", "parents": keys, "by_layer": {"colour": 1, "coarse": 0}}
    assert callers.full_key.post(PICTURES, body).status_code == 202
    assert Brood.objects.first().asked["by_layer"] == {"coarse": 0, "middle": 0, "colour": 1}


def test_the_same_key_breeds_once(callers: Callers, model: StudioModel) -> None:
    body, headers = {"model": model.pk, "how": "sample"}, {"Idempotency-Key": "first litter"}
    first, again = (callers.full_key.post(PICTURES, body, headers) for _ in range(2))
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"how": "cross"}, "no_parents"),
        ({"how": "mutate"}, "no_parents"),
        ({"how": "move", "parents": [0]}, "no_direction"),
        ({"how": "paint"}, "invalid"),
        ({"how": "sample", "count": 500}, "invalid"),
        ({"how": "sample", "colour": "red"}, "invalid"),
        ({"how": "cross", "parents": [0, 1], "weights": [1]}, "bad_number"),
        ({"how": "cross", "parents": [0, 1], "weights": [0, 0]}, "bad_number"),
        ({"how": "layers", "parents": [0, 1], "by_layer": {"coarse": 4}}, "bad_number"),
        ({"how": "mutate", "parents": [2]}, "other_model"),
        ({"how": "mutate", "parents": [3]}, "invalid"),
    ],
    ids=[
        "no pair", "nothing to mutate", "nowhere to move", "no such way", "too many", "unknown field", "a weight missing",
        "no weight at all", "a parent that is not there", "another model's", "another house's",
    ],
)  # fmt: skip
def test_what_cannot_be_bred_says_why(callers: Callers, model: StudioModel, body: dict[str, Any], code: str) -> None:
    world, owned = callers.world, {"organisation": model.organisation}
    other = studio_model(organisation=world.organisation)
    hidden = generated(model, organisation=world.other_organisation)
    places = [generated(model, **owned).pk, generated(model, **owned).pk, generated(other, **owned).pk, hidden.pk]
    asked = body | {"model": model.pk}
    if "parents" in body:
        asked["parents"] = [places[place] for place in body["parents"]]
    answer = callers.full_key.post(PICTURES, asked)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Job.objects.exists()
    assert not Brood.objects.exists()


def test_a_picture_tells_all_of_itself(callers: Callers, model: StudioModel) -> None:
    world, owned = callers.world, {"organisation": model.organisation}
    parent = generated(model, **owned)
    public = make_image(ArtworkFactory())
    hidden = make_image(ArtworkFactory(visibility="private", organisation=world.other_organisation))
    nearest = [
        {"name": "a", "image": public.pk, "likeness": 0.41, "distance": 0.2},
        {"name": "b", "image": hidden.pk, "likeness": None, "distance": 0.3},
    ]
    child = generated(
        model, parents=(parent,), nearest=nearest, recipe={"kind": "mutate"}, note="The blue one", **owned
    )
    found = callers.full_key.get(f"{PICTURES}{child.pk}/").json()
    assert (found["parents"], found["depth"], found["kind"]) == ([parent.pk], 1, "cross")
    assert (found["recipe"], found["note"], found["verdict"]) == ({"kind": "mutate"}, "The blue one", "unknown")
    assert found["nearest"] == [
        {"image": public.pk, "likeness": 0.41, "distance": 0.2},
        {"image": None, "likeness": None, "distance": 0.3},
    ]
    png = callers.full_key.get(found["links"]["png"])
    assert (png["Content-Type"], png.content) == ("image/png", bytes(child.picture))


def test_a_copy_is_a_conflict_and_stays_unpublished(callers: Callers, picture: GeneratedImage) -> None:
    for verdict, code in (("copy", "copy"), ("unknown", "not_compared")):
        GeneratedImage.objects.filter(pk=picture.pk).update(verdict=verdict)
        answer = callers.full_key.post(f"{PICTURES}{picture.pk}/publish/")
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    picture.refresh_from_db()
    assert picture.published_at is None


def test_marks_and_notes_are_written_where_the_picture_is_one_s_own(callers: Callers, picture: GeneratedImage) -> None:
    one = f"{PICTURES}{picture.pk}/"
    etag = callers.full_key.get(one)["ETag"]
    answer = callers.full_key.patch(one, {"is_favourite": True, "note": "Keep"}, {"If-Match": etag})
    assert (answer.status_code, answer.json()["is_favourite"], answer.json()["note"]) == (200, True, "Keep")
    assert callers.full_key.patch(one, {"note": "Late"}, {"If-Match": etag}).status_code == 412
    assert callers.full_key.patch(one, {"verdict": "original"}).status_code == 422
    picture.refresh_from_db()
    assert (picture.note, picture.verdict) == ("Keep", "unknown")


def test_the_list_is_narrowed(callers: Callers, original: GeneratedImage) -> None:
    owned = {"organisation": original.organisation}
    child = generated(original.model, parents=(original,), is_favourite=True, **owned)

    def ids(**query: Any) -> list[int]:
        return [each["id"] for each in callers.full_key.get(PICTURES, **query).json()["results"]]

    assert ids() == [child.pk, original.pk]
    assert ids(parent=original.pk) == ids(favourite="true") == ids(kind="cross") == [child.pk]
    assert ids(verdict="original") == [original.pk]
    assert ids(published="true") == ids(generation=99) == []
    assert callers.full_key.get(PICTURES, colour="red").status_code == 400


def test_a_model_shows_its_figures_and_directions(callers: Callers, model: StudioModel) -> None:
    Direction.objects.create(model=model, key="lighter", name="lighter", kind="measured", vector=b"")
    found = callers.full_key.get(f"{MODELS}{model.pk}/").json()
    assert (found["name"], found["side_px"], found["works"], found["figures"]) == ("Harbours", 64, 40, {})
    assert [each["name"] for each in found["directions"]] == ["lighter"]


def test_who_may_see_and_breed_with_a_house_s_model(
    callers: Callers, model: StudioModel, original: GeneratedImage
) -> None:
    body = {"model": model.pk, "how": "sample"}
    for address in (f"{MODELS}{model.pk}/", f"{PICTURES}{original.pk}/", f"{PICTURES}{original.pk}/png/"):
        for who in OURS:
            assert getattr(callers, who).get(address).status_code == 200, (who, address)
        for who in THEIRS:
            assert getattr(callers, who).get(address).status_code == 404, (who, address)
        for who in NOBODY:
            assert getattr(callers, who).get(address).status_code == 401, (who, address)
        assert callers.write_only_key.get(address).status_code == 403
    for who, code in {**dict.fromkeys(THEIRS, 422), **dict.fromkeys(NOBODY, 401), "read_only_key": 403}.items():
        assert getattr(callers, who).post(PICTURES, body).status_code == code, who
    assert not Job.objects.exists()
    for who in THEIRS:
        for address in (MODELS, PICTURES):
            assert getattr(callers, who).get(address).json()["results"] == []


def test_who_may_publish_and_take_back(callers: Callers, original: GeneratedImage) -> None:
    one = f"{PICTURES}{original.pk}/"
    codes = {**dict.fromkeys(THEIRS, 404), **dict.fromkeys(NOBODY, 401), "read_only_key": 403, "analyse_only_key": 403}
    for who, code in codes.items():
        assert getattr(callers, who).post(f"{one}publish/").status_code == code, who
    original.refresh_from_db()
    assert original.published_at is None
    assert callers.full_key.post(f"{one}publish/").json()["published_at"]
    GeneratedImage.objects.filter(pk=original.pk).update(note="For us alone")
    assert callers.full_key.get(one).json()["note"] == "For us alone"
    for who in THEIRS:
        assert getattr(callers, who).get(one).json()["note"] == "", who
        assert getattr(callers, who).post(f"{one}unpublish/").status_code == 403, who
        assert getattr(callers, who).patch(one, {"note": "Ours"}).status_code == 403, who
    original.refresh_from_db()
    assert (original.published_at is None, original.note) == (False, "For us alone")
    assert callers.member.post(f"{one}unpublish/").json()["published_at"] is None


@pytest.mark.parametrize("address", [MODELS, PICTURES])
def test_more_rows_cost_no_more_queries(
    callers: Callers, model: StudioModel, address: str, django_assert_max_num_queries: Any
) -> None:
    def rows(count: int) -> None:
        for _ in range(count):
            other = studio_model(organisation=model.organisation)
            generated(
                other, parents=(generated(other, organisation=model.organisation),), organisation=model.organisation
            )

    def queries() -> int:
        with django_assert_max_num_queries(20) as counted:
            assert callers.full_key.get(address).status_code == 200
        return len(counted)

    rows(1)
    queries()  # the key's last use is written once a minute
    few = queries()
    rows(4)
    assert queries() == few
