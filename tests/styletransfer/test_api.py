"""``/api/v1/restyled``: asking, reading, keeping, sharing, deleting, and who may do what."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from analysis.jobs.models import Job
from analysis.similarity.models import Selection
from analysis.styletransfer import services
from analysis.styletransfer.models import ContentPicture, StyledImage
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.styletransfer.conftest import finish, living, pictured, upload

pytestmark = pytest.mark.django_db
URL = "/api/v1/restyled/"
CONTENTS = "/api/v1/restyle-contents/"
NOBODY = ("anonymous", "expired_key", "revoked_key", "unknown_key")


@pytest.fixture
def body(content, style):
    return {"content": {"artwork": content.pk}, "styles": [{"artwork": style.pk, "weight": 60}], "longest_px": 256}


def test_asking_gives_a_job_and_then_the_picture(callers, body):  # noqa: F811
    answer = callers.full_key.post(URL, body)
    assert answer.status_code == 202
    told, styled = answer.json(), StyledImage.objects.get()
    assert (told["id"], told["state"], told["job"]) == (str(styled.pk), "waiting", str(Job.objects.get().pk))
    assert answer["Location"].endswith(f"{URL}{styled.pk}/")
    assert answer["Retry-After"] == "2"
    assert styled.organisation == callers.world.organisation
    assert callers.full_key.get(f"{URL}{styled.pk}/png/").json()["code"] == "not_done"
    finish(styled)
    done = callers.full_key.get(f"{URL}{styled.pk}/").json()
    assert (done["state"], done["width_px"], done["content_loss"], done["style_loss"]) == ("done", 128, 0.4, 0.2)
    assert done["styles"] == [
        {"image": styled.styles.get().image_id, "title": "Ilse Marwand, The red sail", "weight": 60}
    ]
    png = callers.full_key.get(done["links"]["png"])
    assert png["Content-Type"] == "image/png"


def test_a_picture_of_one_s_own_is_sent_first(callers, body):  # noqa: F811
    sent = callers.full_key.upload(CONTENTS, {"picture": upload()})
    assert sent.status_code == 201
    answer = callers.full_key.post(URL, body | {"content": {"picture": sent.json()["id"]}})
    assert answer.status_code == 202
    assert answer.json()["content_picture"] == sent.json()["id"]
    stranger = callers.other_house_key.post(URL, body | {"content": {"picture": sent.json()["id"]}})
    assert stranger.status_code == 422
    assert stranger.json()["errors"][0]["pointer"] == "/content/picture"


def test_the_same_key_asks_once(callers, body):  # noqa: F811
    headers = {"Idempotency-Key": "poster 3"}
    first, again = (callers.full_key.post(URL, body, headers) for _time in range(2))
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert (StyledImage.objects.count(), Job.objects.count()) == (1, 1)
    assert callers.full_key.post(URL, body | {"strength": 50}, headers).json()["code"] == "idempotency_key_reused"


def test_styles_are_works_or_an_artist_or_a_selection(callers, body, style):  # noqa: F811
    bare = {"content": body["content"], "longest_px": 256}
    by_artist = callers.full_key.post(URL, bare | {"artist": style.artist_id})
    assert (by_artist.status_code, by_artist.json()["artist"]) == (202, style.artist_id)
    selection = Selection.objects.create(made_by=callers.world.owner, name="Sails")
    selection.artworks.set([style])
    mine = callers.owner.post(URL, bare | {"selection": str(selection.pk), "strength": 40})
    assert (mine.status_code, mine.json()["selection"]) == (202, str(selection.pk))
    assert callers.outsider.post(URL, bare | {"selection": str(selection.pk)}).status_code == 422
    assert callers.full_key.post(URL, bare).json()["errors"][0]["code"] == "one_of"
    assert callers.full_key.post(URL, body | {"artist": style.artist_id}).json()["errors"][0]["code"] == "one_of"


def test_a_part_or_a_mask_says_where(callers, body):  # noqa: F811
    part = {"left": 0, "top": 0, "width": 50, "height": 100}
    assert callers.full_key.post(URL, body | {"part": part}).status_code == 202
    out = io.BytesIO()
    Image.new("L", (32, 32), 255).save(out, "PNG")
    assert callers.full_key.post(URL, body | {"mask": base64.b64encode(out.getvalue()).decode()}).status_code == 202
    assert all(each.mask for each in StyledImage.objects.all())
    for bad in ({"mask": "nonsense"}, {"part": part | {"left": 70}}):
        assert callers.full_key.post(URL, body | bad).json()["code"] == "bad_mask"


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        ({"strength": 0}, 422, "invalid"),
        ({"colour": "red"}, 422, "invalid"),
        ({"method": "optimised", "longest_px": 2048}, 422, "invalid"),
        ({"styles": []}, 422, "invalid"),
        ({"content": {}}, 422, "invalid"),
        ({"content": {"artwork": 10**9}}, 422, "invalid"),
    ],
    ids=["strength", "unknown field", "too large", "no style", "no content", "no such work"],
)
def test_a_bad_body_says_where(callers, body, change, code, word):  # noqa: F811
    answer = callers.full_key.post(URL, body | change)
    assert (answer.status_code, answer.json()["code"]) == (code, word)
    assert answer.json()["errors"]
    assert not StyledImage.objects.exists()
    assert not Job.objects.exists()


def test_what_is_refused_beforehand_says_why(callers, body):  # noqa: F811
    blank = pictured(picture=Image.new("RGB", (90, 90), "white"))
    ours = pictured(3, artist=living(), rights="unknown", date_latest=None)
    for work, status, code in ((blank, 422, "one_colour"), (ours, 403, "rights")):
        answer = callers.full_key.post(URL, body | {"styles": [{"artwork": work.pk}]})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    refused = callers.full_key.upload(CONTENTS, {"picture": upload(Image.new("RGB", (20, 20)))})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "too_small")
    assert callers.full_key.upload(CONTENTS, {}).status_code == 422
    assert not StyledImage.objects.exists()


def test_a_picture_is_kept_shared_and_deleted(callers, restyled):  # noqa: F811
    styled = restyled(callers.world.editor, organisation=callers.world.organisation)
    one = f"{URL}{styled.pk}/"
    etag = callers.full_key.get(one)["ETag"]
    kept = callers.full_key.patch(one, {"is_kept": True, "note": "For the poster"}, {"If-Match": etag})
    assert (kept.status_code, kept.json()["is_kept"], kept.json()["note"]) == (200, True, "For the poster")
    assert callers.full_key.patch(one, {"note": ""}, {"If-Match": etag}).status_code == 412
    shared = callers.full_key.post(f"{one}share/").json()["shared"]
    assert callers.outsider.get(shared).status_code == 200
    assert callers.full_key.post(f"{one}unshare/").json()["shared"] is None
    gone = callers.full_key.client.delete(one, headers=callers.full_key.headers(None))
    assert gone.status_code == 204
    assert not StyledImage.objects.exists()


def test_a_run_is_stopped_once(callers, restyled):  # noqa: F811
    styled = restyled(callers.world.editor, organisation=callers.world.organisation, is_done=False)
    url = f"{URL}{styled.pk}/cancel/"
    assert callers.full_key.post(url).json()["state"] == "cancelled"
    again = callers.full_key.post(url)
    assert (again.status_code, again.json()["code"]) == (409, "job_ended")


def test_the_list_is_narrowed_as_on_the_page(callers, restyled, style):  # noqa: F811
    world = callers.world
    own = restyled(world.editor, organisation=world.organisation, strength=10)
    kept = restyled(world.owner, organisation=world.organisation, strength=20, is_kept=True)

    def ids(**query):
        return [each["id"] for each in callers.full_key.get(URL, **query).json()["results"]]

    assert ids() == [str(kept.pk), str(own.pk)]
    assert ids(kept="true") == [str(kept.pk)]
    assert ids(whose="mine", style=style.pk) == [str(own.pk)]
    assert ids(style=style.pk + 10**6) == []
    assert callers.full_key.get(URL, colour="red").status_code == 400


def test_who_may_read_and_change(callers, restyled, body):  # noqa: F811
    styled = restyled(callers.world.owner, organisation=callers.world.organisation, is_kept=True)
    one = f"{URL}{styled.pk}/"
    wanted = {"member": 200, "owner": 200, "staff": 200, "full_key": 200, "read_only_key": 200, "outsider": 404,
              "other_house_key": 404, "write_only_key": 403} | dict.fromkeys(NOBODY, 401)  # fmt: skip
    for address in (one, f"{one}png/"):
        assert {who: getattr(callers, who).get(address).status_code for who in wanted} == wanted, address
    before = StyledImage.objects.values().get()
    refused = {"read_only_key": 403, "outsider": 404, "other_house_key": 404, "member": 403} | dict.fromkeys(
        NOBODY, 401
    )
    for who, code in refused.items():
        caller = getattr(callers, who)
        assert caller.patch(one, {"note": "mine now"}).status_code == code, who
        for action in ("share", "unshare", "cancel"):
            assert caller.post(f"{one}{action}/").status_code == code, (who, action)
        assert caller.client.delete(one, headers=caller.headers(None)).status_code == code, who
    assert StyledImage.objects.values().get() == before
    for who in ("read_only_key", "write_only_key"):
        assert getattr(callers, who).post(URL, body).status_code == 403
        assert getattr(callers, who).upload(CONTENTS, {"picture": upload()}).status_code == 403
    for who in NOBODY:
        assert getattr(callers, who).post(URL, body).status_code == 401
        assert getattr(callers, who).upload(CONTENTS, {"picture": upload()}).status_code == 401
    assert StyledImage.objects.count() == 1
    assert not ContentPicture.objects.exists()


def test_a_key_sees_its_organisation_s_pictures_alone(callers, restyled):  # noqa: F811
    world = callers.world
    mine = restyled(world.editor, organisation=None, strength=10)
    assert callers.full_key.get(f"{URL}{mine.pk}/").status_code == 200, "made for nobody, by the key's person"
    theirs = restyled(world.outsider, organisation=world.other_organisation, strength=20, is_kept=True)
    assert callers.full_key.get(f"{URL}{theirs.pk}/").status_code == 404
    assert callers.other_house_key.get(f"{URL}{theirs.pk}/").status_code == 200


def test_lists_cost_as_many_queries_for_many_as_for_one(callers, restyled, django_assert_max_num_queries):  # noqa: F811
    for strength in (10, 20, 30):
        services.keep(styled=restyled(callers.world.owner, strength=strength))
    with django_assert_max_num_queries(8):
        assert len(callers.owner.get(URL).json()["results"]) == 3
