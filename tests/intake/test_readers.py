"""Any file that people call a table is read cell by cell, or refused with a reason."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artmarket.intake.encodings import detect_encoding
from artmarket.intake.limits import ReadLimits
from artmarket.intake.readers import ReadError, open_table

CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=12)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6)


def cells_of(content: bytes, **options: object) -> list[list[str]]:
    return [row.cells for row in open_table(io.BytesIO(content), **options).rows()]  # type: ignore[arg-type]


@settings(deadline=None, max_examples=60)
@given(rows=TABLES, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), mark=st.sampled_from(",;\t|"))
def test_what_is_written_is_read_in_any_unicode_form(rows: list[list[str]], encoding: str, mark: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=mark, quoting=csv.QUOTE_ALL).writerows([["lot", "title", "price"], *rows])
    assert cells_of(out.getvalue().encode(encoding), delimiter=mark)[1:] == rows


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("lot,título\n1,Composição número 3\n", "utf-16-le"),
        ("lot,título\n1,Composição número 3\n", "cp1252"),
        ("lot,titre\n1,Vénus désarmée, élève François\n", "mac_roman"),
        ("图录号,作品名称\n1,山水画册页\n", "gb18030"),
        ("图录号,作品名称\n1,山水画册页\n", "utf-8"),
    ],
)
def test_the_encoding_is_found_without_a_mark(text: str, encoding: str) -> None:
    found = detect_encoding(io.BytesIO(text.encode(encoding)))
    assert text.encode(encoding).decode(found) == text


@pytest.mark.parametrize("mark", list(",;\t|"))
def test_the_delimiter_is_found(mark: str) -> None:
    text = f"lot{mark}title\n1{mark}Sea, storm; night\n2{mark}Harbour\n"
    assert open_table(io.BytesIO(text.encode())).delimiter == mark


def test_a_workbook_gives_days_as_iso_and_whole_numbers_without_decimals() -> None:
    import datetime as dt

    book = openpyxl.Workbook()
    book.active.append(["lot", "date", "price"])
    book.active.append([12, dt.date(2019, 3, 5), 1200.5])
    out = io.BytesIO()
    book.save(out)
    assert cells_of(out.getvalue())[1] == ["12", "2019-03-05", "1200.5"]


def test_json_lines_keep_a_broken_line_as_a_problem_in_its_place() -> None:
    rows = list(open_table(io.BytesIO(b'{"lot": 1, "tags": ["a", "b"]}\n{oops\n{"lot": 3}\n')).rows())
    assert [row.number for row in rows] == [0, 1, 2, 3]
    assert rows[1].cells == ["1", "a; b"]
    assert rows[2].problem is not None
    assert rows[2].problem[0] == "broken_json"
    assert rows[3].cells == ["3", ""]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.4 whatever", "not_a_table"),
        (b"[{}]", "json_array"),
        (b"PK\x03\x04 broken", "broken_xlsx"),
        (b'{"a": 1}', None),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_its_content(content: bytes, code: str | None) -> None:
    if code is None:
        assert open_table(io.BytesIO(content)).kind == "jsonl"
        return
    with pytest.raises(ReadError) as refused:
        list(open_table(io.BytesIO(content)).rows())
    assert refused.value.code == code


def test_a_workbook_that_unpacks_to_far_more_than_it_weighs_is_refused_unopened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    with pytest.raises(ReadError) as refused:
        open_table(out)
    assert refused.value.code == "bomb"


def test_limits_of_bytes_rows_columns_and_cells_hold() -> None:
    limits = ReadLimits(file_bytes=100, rows=2, columns=2, cell_characters=5)
    with pytest.raises(ReadError, match="100"):
        open_table(io.BytesIO(b"x" * 101), limits=limits)
    with pytest.raises(ReadError) as refused:
        list(open_table(io.BytesIO(b"a,b\n1,2\n1,2\n1,2\n"), limits=limits).rows())
    assert refused.value.code == "too_many_rows"
    rows = list(open_table(io.BytesIO(b"a,b\n1,2,3\n123456,2\n"), limits=limits).rows())
    assert [row.problem[0] for row in rows if row.problem] == ["too_many_columns", "cell_too_long"]


def test_an_unclosed_quote_is_told_with_its_row() -> None:
    content = b'lot,title\n1,"never closed\n' + b"x" * 200_000
    with pytest.raises(ReadError) as refused:
        list(open_table(io.BytesIO(content)).rows())
    assert refused.value.code == "broken_csv"
    assert refused.value.row == 2
