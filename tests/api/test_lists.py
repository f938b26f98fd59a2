"""Lists: pages, limits, parameters, and a number of queries that does not grow with the rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.endpoints import ENDPOINTS

pytestmark = pytest.mark.django_db
every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)


def queries_of(api, path):
    with CaptureQueriesContext(connection) as queries:
        assert api.get(path).status_code == 200
    return [entry["sql"] for entry in queries.captured_queries]


@every_endpoint
def test_queries_do_not_grow_with_rows(callers, endpoint):
    endpoint.make(callers.world.organisation)
    callers.full_key.get(endpoint.path)
    few = queries_of(callers.full_key, endpoint.path)
    for _ in range(8):
        endpoint.make(callers.world.organisation)
    many = queries_of(callers.full_key, endpoint.path)
    assert len(many) == len(few) <= 5, many
    assert not [sql for sql in many if "COUNT(" in sql]


@every_endpoint
def test_no_list_reads_the_search_columns(callers, endpoint):
    endpoint.make(callers.world.organisation)
    assert not [sql for sql in queries_of(callers.full_key, endpoint.path) if '"search"' in sql]


@every_endpoint
def test_pages_follow_next_to_the_end_in_every_order(callers, endpoint):
    made = {endpoint.make(callers.world.organisation).pk for _ in range(5)}
    for order in orders_of(endpoint):
        found, path = [], f"{endpoint.path}?limit=2&order={order}"
        while path:
            answer = callers.full_key.get(path)
            assert answer.status_code == 200
            found += [row["id"] for row in answer.json()["results"]]
            path = answer.json()["next"]
        assert (len(found), set(found)) == (5, made)


def orders_of(endpoint):
    from artmarket.api.urls import router

    return next(view.orders for prefix, view, _name in router.registry if prefix == endpoint.name)


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("limit=0", "limit", "out_of_range"),
        ("limit=201", "limit", "out_of_range"),
        ("limit=-1", "limit", "out_of_range"),
        ("limit=٣", "limit", "out_of_range"),
        ("limit=999999999999", "limit", "out_of_range"),
        ("limit=", "limit", "out_of_range"),
        ("order=price", "order", "unknown_order"),
        ("order=", "order", "unknown_order"),
        ("cursor=abc", "cursor", "bad_cursor"),
        ("cursor=%00", "cursor", "bad_cursor"),
        ("artits=3", "artits", "unknown_parameter"),
    ],
)
def test_bad_parameters_are_named(callers, query, parameter, code):
    answer = callers.full_key.get(f"/api/v1/artworks/?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["code"]) == (parameter, code)


def test_a_cursor_belongs_to_its_order_and_cannot_be_altered(callers):
    for _ in range(3):
        ENDPOINTS[0].make(callers.world.organisation)
    following = callers.full_key.get("/api/v1/artists/?limit=1").json()["next"]
    assert callers.full_key.get(following.replace("limit=1", "limit=2")).status_code == 200
    assert callers.full_key.get(following + "&order=newest").json()["code"] == "bad_cursor"
    assert callers.full_key.get(following.replace("cursor=W", "cursor=X")).json()["code"] == "bad_cursor"


def test_the_first_page_is_linked_and_the_last_has_no_next(callers):
    answer = callers.full_key.get("/api/v1/artists/")
    assert answer.json() == {"next": None, "results": []}
    assert answer["Link"] == '<http://testserver/api/v1/artists/>; rel="first"'
