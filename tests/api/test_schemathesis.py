"""Requests made up from the schema, with a real key: no server error, no answer that the schema does not know."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.settings import api_settings

from artmarket.wsgi import application
from tests.api.endpoints import ENDPOINTS

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]
PHASES = [Phase.explicit, Phase.generate]


def operations() -> dict[str, Any]:
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
    schema.app = application
    found = [result.ok() for result in schema.get_all_operations()]
    return {f"{operation.method.upper()} {operation.path}": operation for operation in found}


OPERATIONS = operations()


@pytest.fixture
def one_connection():
    """The application, called in this process, leaves the test's own database connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(callers, monkeypatch, one_connection) -> dict[str, int]:
    """Records to find, by their list's address; and no limit on requests."""
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"key": None}, raising=False)
    return {endpoint.path: endpoint.make(callers.world.organisation).pk for endpoint in ENDPOINTS}


@pytest.mark.parametrize("name", OPERATIONS)
def test_made_up_requests(name, callers, known) -> None:
    operation = OPERATIONS[name]
    pk = known.get(operation.path.split("{")[0])
    seen: set[int] = set()

    @given(case=operation.as_strategy())
    @settings(max_examples=8, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck), database=None)
    def ask(case: schemathesis.Case) -> None:
        if pk is not None and "id" in case.path_parameters and len(seen) % 2 == 0:
            case.path_parameters["id"] = str(pk)
        answer = case.call_and_validate(headers=callers.full_key.headers(None), checks=CHECKS)
        seen.add(answer.status_code)

    ask()
    assert seen - {401, 405, 429}, "the key opens nothing"
