"""The same import by a machine: send, read what was found, commit, undo; and who may."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from artmarket.accounts.models import User
from artmarket.intake import running
from artmarket.intake.models import ImportSession
from artmarket.sales.models import Lot
from tests.conftest import World
from tests.intake.conftest import BAD, GOOD, HEADING, MAP, Start

AsUser = Callable[[User | None], Client]
URL = "/api/v1/imports/"


@pytest.fixture(autouse=True)
def jobs_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from artmarket.core import longwork

    bodies = {"intake.validate": running.validate, "intake.commit": running.commit, "intake.undo": running.undo}
    monkeypatch.setattr(
        longwork, "start", lambda kind, *, parameters, **options: bodies[kind](parameters["session_id"]) and None
    )


def send(client: Client, world: World, house: Any, text: str = HEADING + GOOD + BAD, **more: Any) -> Any:
    body = {"file": SimpleUploadedFile("spring.csv", text.encode()), "house": house.pk,
            "organisation": world.organisation.pk, "column_map": json.dumps(MAP)}  # fmt: skip
    return client.post(URL, {**body, **more})


def test_it_works(as_user: AsUser, world: World, house: Any) -> None:
    client = as_user(world.editor)
    response = send(client, world, house)
    assert response.status_code == 201, response.content
    made = client.get(response["Location"]).json()
    assert (made["state"], made["states"]) == ("review", {"valid": 3, "invalid": 1})
    assert made["issues"][0]["code"] == "estimate_order"
    place = f"{URL}{made['id']}/"
    rows = client.get(place + "rows/", {"state": "invalid"}).json()
    assert [row["number"] for row in rows["results"]] == [5]
    refused = client.post(place + "commit/", {"policy": "reject_all"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "bad_rows")
    assert Lot.objects.count() == 0
    written = client.post(place + "commit/", {"policy": "skip_bad"}, content_type="application/json").json()
    assert written["states"] == {"committed": 3, "invalid": 1}
    assert client.post(place + "undo/", content_type="application/json").json()["undo"]["kept_count"] == 0
    assert Lot.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"column_map": "nonsense"}, "column_map"),
        ({"column_map": '{"fields": {"colour": "x"}}'}, "column_map"),
        ({"file": SimpleUploadedFile("a.csv", b"%PDF-1")}, "file_not_a_table"),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    as_user: AsUser, world: World, house: Any, more: dict[str, Any], code: str
) -> None:
    response = send(as_user(world.editor), world, house, **more)
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert not ImportSession.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("member", 404), ("editor", 200), ("staff", 200)])
def test_who_sees_an_import(as_user: AsUser, world: World, checked: Start, who: str, status: int) -> None:
    session = checked()
    client = as_user(getattr(world, who))
    assert client.get(f"{URL}{session.pk}/").status_code == status
    assert client.get(f"{URL}{session.pk}/rows/").status_code == status
    assert len(client.get(URL).json()["results"]) == (status == 200)


@pytest.mark.parametrize("who", ["outsider", "member"])
def test_others_cannot_write_or_undo(as_user: AsUser, world: World, checked: Start, who: str) -> None:
    session = checked()
    client = as_user(getattr(world, who))
    for step in ("commit", "undo"):
        assert client.post(f"{URL}{session.pk}/{step}/", content_type="application/json").status_code == 404
    session.refresh_from_db()
    assert session.state == "review"


@pytest.mark.parametrize("who", ["outsider", "member"])
def test_nobody_imports_for_an_organisation_not_theirs(as_user: AsUser, world: World, house: Any, who: str) -> None:
    assert send(as_user(getattr(world, who)), world, house).status_code == 422
    assert not ImportSession.objects.exists()


@pytest.mark.parametrize("query", [{"state": "lovely"}, {"after": "x"}, {"after": "9" * 30}])
def test_a_parameter_that_means_nothing_is_named(
    as_user: AsUser, world: World, checked: Start, query: dict[str, str]
) -> None:
    response = as_user(world.editor).get(f"{URL}{checked().pk}/rows/", query)
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == next(iter(query))
