"""The schema: valid, committed, complete; and the docs page, which must run under our content security policy."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

COMMITTED = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(public=True)


def operations(schema):
    return [
        (f"{method} {path}", operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_schema_is_valid_and_raises_no_warning(tmp_path):
    call_command("spectacular", file=str(tmp_path / "openapi.yaml"), validate=True, fail_on_warn=True)


def test_the_committed_schema_is_the_schema(tmp_path):
    call_command("spectacular", file=str(tmp_path / "openapi.yaml"))
    now = yaml.safe_load((tmp_path / "openapi.yaml").read_text())
    assert yaml.safe_load(COMMITTED.read_text()) == now, "run: python manage.py spectacular --file docs/openapi.yaml"


def test_every_operation_names_its_scope_its_problems_and_what_it_does(schema):
    for name, operation in operations(schema):
        assert operation["x-required-scope"], name
        assert operation["description"], name
        assert {"401", "403", "404", "429"} <= set(operation["responses"]), name
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert "application/problem+json" in answer["content"], (name, status)


def test_lists_describe_their_pages(schema):
    parameters = {p["name"]: p for p in schema["paths"]["/api/v1/lots/"]["get"]["parameters"]}
    assert parameters["limit"]["schema"]["maximum"] == 200
    assert parameters["order"]["schema"]["enum"][0] == "newest"
    page = schema["components"]["schemas"]["PaginatedLotList"]
    assert set(page["properties"]) == {"next", "results"}


@pytest.mark.django_db
def test_the_schema_is_served_to_people_and_keys_only(callers):
    assert callers.anonymous.get("/api/v1/schema/").status_code == 401
    assert callers.member.get("/api/v1/schema/").status_code == 200
    assert callers.read_only_key.get("/api/v1/schema/").status_code == 200


@pytest.mark.django_db
def test_the_docs_have_no_inline_script_or_style_and_load_only_our_own_files(callers, client):
    page = callers.member.get("/api/docs/")
    html = page.content.decode()
    assert page.status_code == 200
    assert "<style" not in html
    assert html.count("<script") == html.count("<script src=") == 2
    assert "http" not in html.split("<body>")[1]
    for address in [part.split('"')[0] for part in html.split('"/static/')[1:]]:
        assert client.get(f"/static/{address}").status_code == 200, address


@pytest.mark.django_db
def test_the_docs_send_strangers_away(callers):
    assert callers.anonymous.get("/api/docs/").status_code in {302, 401}
