"""The way through the pages, and who may walk it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from artmarket.accounts.models import User
from artmarket.intake import running
from artmarket.intake.exports import inert
from artmarket.intake.models import ImportSession
from artmarket.sales.models import Lot
from tests.conftest import World
from tests.intake.conftest import BAD, GOOD, HEADING, Start, commit

AsUser = Callable[[User | None], Client]
NAMES = ("import-detail", "import-rows", "import-errors", "import-review", "import-progress", "import-undo")
STEPS = ("import-columns", "import-commit", "import-undo", "import-discard", "import-review")


@pytest.fixture(autouse=True)
def jobs_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queued work is done when it is asked for."""
    from artmarket.core import longwork

    bodies = {"intake.validate": running.validate, "intake.commit": running.commit, "intake.undo": running.undo}

    def start(kind: str, *, parameters: Any, **options: Any) -> None:
        bodies[kind](parameters["session_id"])

    monkeypatch.setattr(longwork, "start", start)


def url(name: str, session: ImportSession) -> str:
    return reverse(f"intake:{name}", args=[session.pk])


def test_the_whole_way_through(as_user: AsUser, world: World, house: Any) -> None:
    client = as_user(world.editor)
    assert client.get(reverse("intake:import-list")).status_code == 200
    file = SimpleUploadedFile("spring.csv", (HEADING + GOOD + BAD).encode())
    start = {"file": file, "house": house.pk, "organisation": world.organisation.pk, "visibility": "private",
             "market": "auction"}  # fmt: skip
    response = client.post(reverse("intake:import-new"), start)
    session = ImportSession.objects.get()
    assert response.url == session.get_absolute_url()
    page = client.get(session.get_absolute_url()).content.decode()
    assert "Tigre" in page
    assert 'name="column_0"' in page
    columns = ["sale_title", "sale_date", "lot_number", "artist", "title", "medium", "dimensions", "estimate_low",
               "estimate_high", "price", "image"]  # fmt: skip
    chosen = {f"column_{place}": target for place, target in enumerate(columns)}
    options = {"date_order": "ymd", "currency": "EUR", "price_basis": "hammer", "size_unit": "cm",
               "blank_price": "unknown", "not_sold": "Not sold; unsold"}  # fmt: skip
    client.post(url("import-columns", session), chosen | options)
    session.refresh_from_db()
    assert (session.state, session.report["states"]) == ("review", {"valid": 3, "invalid": 1})
    page = client.get(session.get_absolute_url()).content.decode()
    assert "The low estimate lies above the high one." in page
    assert "Cavalo" in client.get(url("import-rows", session), {"state": "invalid"}).content.decode()
    lines = b"".join(client.get(url("import-errors", session)).streaming_content).decode()
    assert "estimate_order" in lines
    client.post(url("import-commit", session), {"policy": "reject_all"})
    assert Lot.objects.count() == 0
    client.post(url("import-commit", session), {"policy": "skip_bad"})
    assert Lot.objects.count() == 3
    assert client.get(url("import-undo", session)).status_code == 200
    assert Lot.objects.count() == 3
    client.post(url("import-undo", session))
    assert Lot.objects.count() == 0
    client.post(url("import-discard", session))
    assert not ImportSession.objects.exists()


@pytest.mark.parametrize("who", ["outsider", "member"])
def test_others_see_and_change_nothing(who: str, as_user: AsUser, world: World, checked: Start) -> None:
    session = checked()
    client = as_user(getattr(world, who))
    for name in NAMES:
        assert client.get(url(name, session)).status_code == 404
    for name in STEPS:
        assert client.post(url(name, session)).status_code == 404
    session.refresh_from_db()
    assert session.state == "review"
    assert "spring.csv" not in client.get(reverse("intake:import-list")).content.decode()


@pytest.mark.parametrize("who", ["editor", "owner", "staff"])
def test_editors_owners_and_staff_see_it(who: str, as_user: AsUser, world: World, checked: Start) -> None:
    session = checked()
    for name in NAMES:
        assert as_user(getattr(world, who)).get(url(name, session)).status_code == 200


def test_nobody_signed_out_sees_anything(as_user: AsUser, checked: Start) -> None:
    session = checked()
    for name in NAMES:
        assert as_user(None).get(url(name, session)).status_code == 302


def test_a_member_without_the_role_cannot_start(as_user: AsUser, world: World, house: Any) -> None:
    file = SimpleUploadedFile("a.csv", (HEADING + GOOD).encode())
    data = {"file": file, "house": house.pk, "organisation": world.organisation.pk, "visibility": "private",
            "market": "auction"}  # fmt: skip
    response = as_user(world.member).post(reverse("intake:import-new"), data)
    assert response.status_code == 422
    assert not ImportSession.objects.exists()


def test_a_file_that_is_no_table_is_told_on_the_form(as_user: AsUser, world: World, house: Any) -> None:
    data = {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 x"), "house": house.pk, "visibility": "private",
            "organisation": world.organisation.pk, "market": "auction"}  # fmt: skip
    response = as_user(world.editor).post(reverse("intake:import-new"), data)
    assert response.status_code == 422
    assert "no CSV, XLSX or JSON Lines" in response.content.decode()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "  =1"])
def test_formulas_are_inert_in_exported_files(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


def test_plain_text_is_exported_as_it_is() -> None:
    assert inert("Sea and storm - night") == "Sea and storm - night"


def test_pictures_of_a_zip_reach_their_works_and_refusals_their_rows(checked: Start) -> None:
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(picture, "JPEG")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../photos/A.JPG", picture.getvalue())
        archive.writestr("b.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    session = commit(checked(pictures=out))
    assert session.report["pictures"] == {"added": 1, "known": 0, "missing": 0, "refused": 1}
    assert Lot.objects.get(sale__title="Spring", number="1").artworks.get().images.count() == 1
    refused = session.rows.get(error_codes__contains=["warning:image:picture_refused"])
    assert refused.state == "committed"
