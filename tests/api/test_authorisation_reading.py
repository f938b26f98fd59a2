"""The same matrix for every endpoint: who may read what."""

from __future__ import annotations

import pytest

from tests.api.endpoints import ENDPOINTS

pytestmark = pytest.mark.django_db
PRIVATE = [endpoint for endpoint in ENDPOINTS if endpoint.private]
every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
every_private_endpoint = pytest.mark.parametrize("endpoint", PRIVATE, ids=str)


@every_endpoint
@pytest.mark.parametrize("who", ["member", "editor", "owner", "staff", "full_key", "read_only_key", "member_key"])
def test_colleagues_read(callers, endpoint, who):
    record = endpoint.make(callers.world.organisation)
    api = getattr(callers, who)

    assert [row["id"] for row in api.get(endpoint.path).json()["results"]] == [record.pk]
    answer = api.get(endpoint.one(record))
    assert (answer.status_code, answer.json()["id"]) == (200, record.pk)
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]


@every_endpoint
@pytest.mark.parametrize("who", ["anonymous", "expired_key", "revoked_key", "unknown_key"])
def test_nobody_else_gets_in(callers, endpoint, who):
    record = endpoint.make(callers.world.organisation)
    for path in (endpoint.path, endpoint.one(record), endpoint.one(record) + "0/"):
        answer = getattr(callers, who).get(path)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == 'Bearer realm="artmarket"'
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 401


@every_private_endpoint
@pytest.mark.parametrize("who", ["outsider", "other_house_key"])
def test_strangers_do_not_learn_that_it_exists(callers, endpoint, who):
    record = endpoint.make(callers.world.organisation)
    api = getattr(callers, who)

    assert api.get(endpoint.path).json()["results"] == []
    refused, absent = api.get(endpoint.one(record)), api.get(f"{endpoint.path}999999/")
    assert refused.status_code == absent.status_code == 404
    assert refused.content == absent.content


@every_endpoint
@pytest.mark.parametrize("who", ["write_only_key", "analyse_only_key"])
def test_a_key_without_the_scope_reads_nothing(callers, endpoint, who):
    record = endpoint.make(callers.world.organisation)
    for path in (endpoint.path, endpoint.one(record)):
        answer = getattr(callers, who).get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
        assert "“read”" in answer.json()["detail"]


def test_every_registered_endpoint_names_its_scopes():
    from artmarket.accounts.models import ApiKey
    from artmarket.api.urls import router

    for _prefix, view, _name in router.registry:
        assert set(view.required_scopes.values()) <= set(ApiKey.Scope.values), view
        actions = {action.__name__ for action in view.get_extra_actions()}
        standard = {"list", "retrieve", "create", "partial_update", "update", "destroy"}
        offered = actions | {name for name in standard if hasattr(view, name)}
        assert offered <= set(view.required_scopes), f"{view} has actions without a scope"


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer \u00e9", "Bearer am_x_y", "bearer  "])
def test_malformed_headers_are_refused(callers, header):
    answer = callers.anonymous.get("/api/v1/artists/", headers={"Authorization": header})
    assert answer.status_code == 401


def test_another_kind_of_credential_is_no_key(callers):
    answer = callers.anonymous.get("/api/v1/artists/", headers={"Authorization": "Basic dTpw"})
    assert answer.status_code == 401
