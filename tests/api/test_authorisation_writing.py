"""The same matrix for every endpoint: who may write what, and that a refused request leaves no trace."""

from __future__ import annotations

import pytest

from tests.api.endpoints import ENDPOINTS

pytestmark = pytest.mark.django_db
creating = pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.body], ids=str)
changing = pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.change], ids=str)

WRITERS = ["editor", "owner", "full_key"]
REFUSED = {
    "anonymous": (401, 401),
    "expired_key": (401, 401),
    "revoked_key": (401, 401),
    "unknown_key": (401, 401),
    "read_only_key": (403, 403),
    "analyse_only_key": (403, 403),
    "member": (403, 403),
    "member_key": (403, 403),
}
STRANGERS = ["outsider", "other_house_key"]


def contents(record):
    return list(type(record)._base_manager.order_by("pk").values())


@creating
@pytest.mark.parametrize("who", WRITERS)
def test_editors_create_for_their_organisation(callers, endpoint, who):
    answer = getattr(callers, who).post(endpoint.path, endpoint.body(callers.world.organisation))
    assert answer.status_code == 201, answer.content
    assert answer["Location"].endswith(f"{endpoint.path}{answer.json()['id']}/")
    assert answer["ETag"] == callers.member.get(endpoint.path + f"{answer.json()['id']}/")["ETag"]
    assert callers.outsider.get(answer["Location"]).status_code == 404, "new records are private"


@creating
@pytest.mark.parametrize("who", REFUSED)
def test_others_create_nothing(callers, endpoint, who):
    before = contents(endpoint.make(callers.world.organisation))
    body = endpoint.body(callers.world.organisation)
    answer = getattr(callers, who).post(endpoint.path, body)
    assert answer.status_code == REFUSED[who][0], answer.content
    assert answer["Content-Type"] == "application/problem+json"
    model = type(endpoint.make(callers.world.other_organisation))
    assert model._base_manager.count() == len(before) + 1


@creating
@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_create_nothing_for_another_organisation(callers, endpoint, who):
    record = endpoint.make(callers.world.organisation)
    before = contents(record)
    body = {**endpoint.body(callers.world.organisation), "organisation": callers.world.organisation.pk}
    answer = getattr(callers, who).post(endpoint.path, body)
    assert answer.status_code == 422, answer.content
    assert contents(record) == before


@changing
@pytest.mark.parametrize("who", [*WRITERS, "staff"])
def test_editors_change(callers, endpoint, who):
    record = endpoint.make(callers.world.organisation)
    answer = getattr(callers, who).patch(endpoint.one(record), endpoint.change)
    assert answer.status_code == 200, answer.content
    for name, value in endpoint.change.items():
        assert answer.json()[name] == value


@changing
@pytest.mark.parametrize("who", REFUSED)
def test_others_change_nothing(callers, endpoint, who):
    record = endpoint.make(callers.world.organisation)
    before = contents(record)
    answer = getattr(callers, who).patch(endpoint.one(record), endpoint.change)
    assert answer.status_code == REFUSED[who][1], answer.content
    assert contents(record) == before


@changing
@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_learn_and_change_nothing(callers, endpoint, who):
    record = endpoint.make(callers.world.organisation)
    before = contents(record)
    answer = getattr(callers, who).patch(endpoint.one(record), endpoint.change)
    assert answer.status_code == 404, answer.content
    assert contents(record) == before


@changing
def test_a_change_meant_for_another_version_is_refused(callers, endpoint):
    record = endpoint.make(callers.world.organisation)
    path, api = endpoint.one(record), callers.full_key
    version = api.get(path)["ETag"]
    assert api.patch(path, endpoint.change, {"If-Match": version}).status_code == 200
    before = contents(record)
    answer = api.patch(path, endpoint.change, {"If-Match": version})
    assert (answer.status_code, answer.json()["code"]) == (412, "changed_meanwhile")
    assert contents(record) == before
    assert api.patch(path, endpoint.change, {"If-Match": f'"other", {answer["ETag"]}'}).status_code == 200
    assert api.patch(path, endpoint.change, {"If-Match": "*"}).status_code == 200


@creating
def test_a_misspelt_field_is_refused(callers, endpoint):
    body = {**endpoint.body(callers.world.organisation), "titel": "x"}
    answer = callers.full_key.post(endpoint.path, body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/titel", "code": "unknown_field", "detail": "There is no such field to write."}
    ]


@creating
@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b"null", 422), (b'"x"', 422), (b'{"a": NaN}', 400), (b'"\xff"', 400)],
)
def test_bodies_that_are_no_object_are_refused(callers, endpoint, body, status):
    answer = callers.full_key.client.post(
        endpoint.path, body, content_type="application/json", headers=callers.full_key.headers(None)
    )
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@creating
def test_a_body_that_is_too_large_is_refused(callers, endpoint, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = callers.full_key.post(endpoint.path, {"name": "x" * 1000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@creating
def test_another_kind_of_body_is_refused(callers, endpoint):
    answer = callers.full_key.client.post(
        endpoint.path, "a=1", content_type="text/plain", headers=callers.full_key.headers(None)
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@creating
def test_a_session_needs_the_csrf_token(callers, endpoint):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(callers.world.editor, backend="django.contrib.auth.backends.ModelBackend")
    body = endpoint.body(callers.world.organisation)
    answer = client.post(endpoint.path, body, content_type="application/json")
    assert answer.status_code == 403
    with_key = client.post(endpoint.path, body, content_type="application/json", headers=callers.full_key.headers(None))
    assert with_key.status_code == 201, "a key is no cookie: no other site can send it"


@creating
def test_the_same_request_sent_twice_is_done_once(callers, endpoint):
    body, key = endpoint.body(callers.world.organisation), {"Idempotency-Key": "order-1"}
    first = callers.full_key.post(endpoint.path, body, key)
    again = callers.full_key.post(endpoint.path, body, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert again["Idempotent-Replayed"] == "true"
    other = callers.full_key.post(endpoint.path, {**body, "visibility": "public"}, key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@creating
def test_what_failed_may_be_tried_again(callers, endpoint):
    body, key = endpoint.body(callers.world.organisation), {"Idempotency-Key": "order-2"}
    assert callers.full_key.post(endpoint.path, {**body, "titel": 1}, key).status_code == 422
    assert callers.full_key.post(endpoint.path, body, key).status_code == 201
    bad = callers.full_key.post(endpoint.path, body, {"Idempotency-Key": "x" * 201})
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_header")


@creating
def test_history_knows_the_key(callers, endpoint):
    answer = callers.full_key.post(endpoint.path, endpoint.body(callers.world.organisation))
    assert answer.status_code == 201
    from pghistory.models import Context

    metadata = Context.objects.latest("created_at").metadata
    assert metadata["user"] == callers.world.editor.pk
    assert metadata["api_key"] == callers.full_key.secret.split("_")[1]
