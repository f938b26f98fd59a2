"""Files as a careless or hostile person sends them: each is answered in one sentence at every door, none by a crash."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import os
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from artmarket.accounts.models import User
from artmarket.catalogue.models import ArtworkImage
from artmarket.intake import running
from artmarket.intake.models import ImportSession
from artmarket.intake.picture_sources import FolderSource
from artmarket.sales.models import AuctionHouse
from tests.conftest import World
from tests.intake.conftest import GOOD, HEADING, Start, commit

AsUser = Callable[[User | None], Client]
TEXT = HEADING + GOOD


@pytest.fixture(autouse=True)
def jobs_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from artmarket.core import longwork

    bodies = {"intake.validate": running.validate, "intake.commit": running.commit, "intake.undo": running.undo}
    monkeypatch.setattr(
        longwork, "start", lambda kind, *, parameters, **options: bodies[kind](parameters["session_id"]) and None
    )


def workbook(*rows: list[Any]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


def repacked(content: bytes, **members: bytes) -> bytes:
    """The workbook with some members changed, named by their stems."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, members.get(Path(name).stem, old.read(name)))
    return out.getvalue()


def claiming(content: bytes, size: int) -> bytes:
    """The archive, its first entry claiming to unpack to so many bytes."""
    changed = bytearray(content)
    place = content.index(b"PK\x01\x02")
    changed[place + 24 : place + 28] = struct.pack("<I", size)
    return bytes(changed)


def sheet(cells: str) -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return f"{head}{cells}</sheetData></worksheet>".encode()


BOOK = workbook(["Sale", "Date", "Lot"], ["Spring", "2019-03-05", 1])
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
HIDDEN = FAR.replace("XFD1048576", "&#88;FD1048576")
NOISE = random.Random(7).randbytes(4000)
REFUSED = {
    "nothing": (b"", "The submitted file is empty.|The file is empty."),
    "blank lines": (b"\n\n  \r\n", "The file has no rows."),
    "only a heading": (HEADING.encode(), "The file has no rows."),
    "only a mark of UTF-8": (b"\xef\xbb\xbf", "The file has no rows."),
    "noise called CSV": (NOISE, "This is no CSV, XLSX or JSON Lines file."),
    "noise in a text": (b"lot,title\n" + NOISE, "This is no CSV, XLSX or JSON Lines file."),
    "zero bytes alone": (bytes(5000), "This is no CSV, XLSX or JSON Lines file."),
    "gzip": (gzip.compress(TEXT.encode()), "This is no CSV, XLSX or JSON Lines file."),
    "gzip cut short": (gzip.compress(TEXT.encode())[:100], "This is no CSV, XLSX or JSON Lines file."),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(300), "This is no CSV, XLSX or JSON Lines file."),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + NOISE, "This is no CSV, XLSX or JSON Lines file."),
    "a picture": (b"\x89PNG\r\n\x1a\n" + NOISE, "This is no CSV, XLSX or JSON Lines file."),
    "a ZIP of something else": (zipped("a.txt"), "This is no CSV, XLSX or JSON Lines file."),
    "one array of JSON": (b'[{"lot": 1}]', "Write one JSON object a line, not one array."),
    "JSON of nothing": (b"{}\n{}\n", "The file has no rows."),
    "JSON of 500 keys": (
        ("{" + ",".join(f'"k{n}": 1' for n in range(500)) + "}").encode(), "More than 200 columns.",
    ),
    "a workbook of 500 columns": (workbook(list(range(500)), list(range(500))), "More than 200 columns."),
    "a workbook without rows": (workbook(), "The file has no rows."),
    "a workbook cut short": (BOOK[: len(BOOK) // 2], "The workbook is damaged."),
    "a workbook of noise": (repacked(BOOK, sheet1=NOISE), "The workbook is damaged."),
    "a sheet of blanks that unpacks hugely": (repacked(BOOK, sheet1=b" " * 30_000_000), "The workbook unpacks to too many bytes."),
    "a workbook that claims 3 GB": (claiming(BOOK, 3_000_000_000), "The workbook unpacks to too many bytes."),
    "a workbook that claims too little": (claiming(BOOK, 10), "The workbook is damaged."),
    "two cells far apart": (repacked(BOOK, sheet1=sheet(FAR)), "The workbook unpacks to too many bytes."),
    "two cells far apart, disguised": (repacked(BOOK, sheet1=sheet(HIDDEN)), "The workbook is damaged."),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_catalogue_is_refused_in_one_sentence_at_every_door(
    name: str, as_user: AsUser, world: World, house: Any, tmp_path: Path
) -> None:
    content, sentence = REFUSED[name]
    client, houses = as_user(world.editor), AuctionHouse.objects.count()
    page = by_page(client, world, house, content)
    assert page.status_code == 422
    errors = [text for texts in page.context["form"].errors.values() for text in texts]
    assert len(errors) == 1
    assert errors[0] in sentence.split("|")

    answer = by_api(client, world, house, content)
    assert answer.status_code in {400, 422}, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert any(part in answer.content.decode() for part in sentence.split("|"))

    file = tmp_path / "spring.csv"
    file.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("import_lots", file, house="A new one", currency="EUR", user="staff", yes=True)
    assert str(refused.value) in sentence.split("|")
    assert not ImportSession.objects.exists()
    assert AuctionHouse.objects.count() == houses


def by_page(client: Client, world: World, house: Any, content: bytes, **more: Any) -> Any:
    body = {"file": SimpleUploadedFile("spring.csv", content), "house": house.pk, "visibility": "private",
            "organisation": world.organisation.pk, "market": "auction"}  # fmt: skip
    return client.post(reverse("intake:import-new"), {**body, **more})


def by_api(client: Client, world: World, house: Any, content: bytes, **more: Any) -> Any:
    body = {"file": SimpleUploadedFile("spring.csv", content), "house": house.pk, "organisation": world.organisation.pk}
    return client.post("/api/v1/imports/", {**body, **more})


def states(client: Client, world: World, house: Any, content: bytes) -> tuple[dict[str, int], list[str], list[Any]]:
    """What the API says of a file that it took, having looked at every page of it: states, codes, columns."""
    answer = by_api(client, world, house, content)
    assert answer.status_code == 201, answer.content
    made = client.get(answer["Location"]).json()
    session = ImportSession.objects.get(pk=made["id"])
    assert session.error == ""
    for page in ("import-detail", "import-rows", "import-review", "import-errors"):
        assert client.get(reverse(f"intake:{page}", args=[session.pk])).status_code == 200
    return made["states"], [issue["code"] for issue in made["issues"]], made["columns"]


LINES = "sale date,lot,title\n2019-03-05,1,Café à Lisbonne\n2019-03-06,2,Maré\n"
TWO = {"valid": 2}
TAKEN = {
    "UTF-16 without a mark": (LINES.encode("utf-16-le"), TWO, []),
    "UTF-16 the other way round": (LINES.encode("utf-16-be"), TWO, []),
    "UTF-16 with a mark": (LINES.encode("utf-16"), TWO, []),
    "line ends of three kinds": (LINES.replace("\n", "\r\n", 1).replace("\n2019-03-06", "\r2019-03-06").encode(), TWO, []),
    "a row of 500 cells": (LINES.encode() + b"x," * 499 + b"x\n", {"valid": 2, "invalid": 1}, ["too_many_columns"]),
    "500 columns": (
        (",".join(["sale date", "lot", *(f"c{n}" for n in range(498))]) + "\n" + "x," * 499 + "x\n").encode(),
        {"invalid": 1}, ["too_many_columns"],
    ),
    "a zero byte in a cell": (
        LINES.replace("Maré", "Ma\x00ré").encode(), {"valid": 1, "invalid": 1}, ["control_character"],
    ),
    "a zero byte in a heading": (LINES.replace("title", "ti\x00tle").encode(), None, None),
    "half a character of UTF-16": (
        b'{"sale date": "2019-03-05", "lot": 1}\n{"sale date": "\\ud800", "lot": 2}\n',
        {"valid": 1, "invalid": 1}, ["broken_json"],
    ),
    "nested objects": (
        b'{"sale date": "2019-03-05", "lot": 1}\n{"sale date": "2019-03-05", "lot": {"a": {"b": [1]}}}\n',
        {"valid": 1, "invalid": 1}, ["nested_json"],
    ),
    "objects nested beyond reason": (
        b'{"sale date": "2019-03-05", "lot": 1}\n{"lot": ' + b"[" * 5000 + b"]" * 5000 + b"}\n",
        {"valid": 1, "invalid": 1}, ["broken_json"],
    ),
    "lists nested deeply": (
        b'{"sale date": "2019-03-05", "lot": 1}\n{"sale date": "2019-03-05", "lot": 2, "x": '
        + b"[" * 900 + b"]" * 900 + b"}\n", {"valid": 1, "invalid": 1}, ["nested_json"],
    ),
    "headings twice": (LINES.replace("title", "lot").encode(), TWO, []),
    "formulas, merged cells and days": (None, {"valid": 3}, []),
}  # fmt: skip


def with_formulas() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    rows = book.active
    rows.append(["Sale date", "Lot", "Title", "Notes"])
    rows.append([dt.datetime(2019, 3, 5, 10, 30), 1, "=1/0", dt.time(3, 4)])  # noqa: DTZ001
    rows.append([dt.date(2019, 3, 6), 2.0, "two", dt.timedelta(days=3)])
    rows.append([dt.date(2019, 3, 6), "3a", "three", True])
    rows.merge_cells("C3:D3")
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", TAKEN)
def test_an_odd_file_is_read_as_far_as_it_goes(name: str, as_user: AsUser, world: World, house: Any) -> None:
    content, expected, codes = TAKEN[name]
    found, issues, columns = states(as_user(world.editor), world, house, content or with_formulas())
    assert "\x00" not in "".join(columns)
    if expected is not None:
        assert (found, issues) == (expected, codes)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "base64", "undefined", "unicode_escape", "idna", "no such"])
def test_an_encoding_that_does_not_fit_is_a_problem(encoding: str, as_user: AsUser, world: World, house: Any) -> None:
    content = '{"sale date": "2019-03-05", "lot": "\\ud800é"}\n'.encode("latin-1")
    spec = f'{{"encoding": "{encoding}", "fields": {{"sale_date": "sale date", "lot_number": "lot"}}}}'
    for text in (content, b"sale date,lot\n2019-03-05,\\ud800\n", b"\\ud800,\\x00\n1,2\n"):
        answer = by_api(as_user(world.editor), world, house, text, column_map=spec)
        assert answer.status_code in {201, 422}, answer.content


class TestPictures:
    """The ZIP that comes along."""

    def archive(self, *names: str, content: bytes = b"") -> io.BytesIO:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, content)
        return out

    def test_names_that_lead_out_of_the_folder_write_nothing_there(self, checked: Start, tmp_path: Path) -> None:
        from PIL import Image

        picture = io.BytesIO()
        Image.new("RGB", (64, 48), "navy").save(picture, "JPEG")
        names = ("../../../../a.jpg", "/tmp/b.jpg", "C:\\windows\\c.jpg")  # noqa: S108
        before = set(tmp_path.rglob("*"))
        session = commit(checked(pictures=self.archive(*names, content=picture.getvalue())))
        assert session.report["pictures"] == {"added": 2, "known": 0, "missing": 0, "refused": 0}
        assert ArtworkImage.objects.count() == 2
        media = tmp_path / "media"
        assert all(path.is_relative_to(media) for path in set(tmp_path.rglob("*")) - before)

    @pytest.mark.parametrize("wanted", ["../../etc/passwd", "/etc/passwd", "..\\..\\etc\\passwd", "link.jpg"])
    def test_a_folder_gives_nothing_from_outside(self, wanted: str, tmp_path: Path) -> None:
        inside = tmp_path / "pictures"
        inside.mkdir()
        os.symlink("/etc/passwd", inside / "link.jpg")
        assert FolderSource(inside).fetch(wanted, tmp_path) is None

    def test_a_bomb_is_refused_and_the_rows_are_kept(self, checked: Start) -> None:
        bomb = self.archive("a.jpg", "b.jpg", content=bytes(70_000_000))
        session = commit(checked(pictures=bomb))
        assert session.state == "committed"
        assert session.report["pictures"] == {"added": 0, "known": 0, "missing": 0, "refused": 2}

    @pytest.mark.parametrize("content", [b"", b"no ZIP at all", b"PK\x03\x04 broken"])
    def test_what_is_no_zip_is_refused_before_anything_is_kept(
        self, content: bytes, as_user: AsUser, world: World, house: Any
    ) -> None:
        pictures = SimpleUploadedFile("pictures.zip", content)
        answer = by_api(as_user(world.editor), world, house, TEXT.encode(), pictures=pictures)
        assert answer.status_code in {400, 422}, answer.content
        pictures.seek(0)
        assert by_page(as_user(world.editor), world, house, TEXT.encode(), pictures=pictures).status_code == 422
        assert not ImportSession.objects.exists()

    def test_a_member_that_claims_what_it_is_not_is_refused_alone(self, checked: Start) -> None:
        lying = io.BytesIO(claiming(self.archive("a.jpg", content=b"x" * 100).getvalue(), 3_000_000_000))
        session = commit(checked(pictures=lying))
        assert session.report["pictures"]["refused"] == 1
        assert session.state == "committed"
