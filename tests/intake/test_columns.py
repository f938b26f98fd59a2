"""Columns are guessed by their names in four languages, else by their values; a map is checked data."""

from __future__ import annotations

import io

import pytest

from artmarket.intake.columns import guess, read_layout
from artmarket.intake.readers import open_table
from artmarket.intake.spec import SpecError, header_fingerprint, shipped_maps, spec_from_json


def guessed(text: str) -> dict[str, str]:
    return dict(guess(read_layout(open_table(io.BytesIO(text.encode())))).fields)


@pytest.mark.parametrize(
    "heading",
    [
        "Lot,Sale date,Artist,Title,Hammer price",
        "Lote,Data do leilão,Autor,Título,Preço de venda",
        "Numéro de lot,Date de vente,Artiste,Titre,Prix adjugé",
        "图录号,拍卖日期,艺术家,作品名称,成交价",
    ],
)
def test_headings_are_known_in_four_languages(heading: str) -> None:
    fields = guessed(heading + "\n1,2019-03-05,A,B,100\n")
    assert list(fields) == ["lot_number", "sale_date", "artist", "title", "price"]


def test_columns_without_names_are_told_by_their_values() -> None:
    text = "".join(
        f"11/{day}/2017,Jonas Wood,$588,60 x {day} cm,oil on canvas,pictures/{day}.jpg\n" for day in range(10, 28)
    )
    layout = read_layout(open_table(io.BytesIO(text.encode())))
    spec = guess(layout)
    assert not layout.header
    assert set(spec.fields) == {"sale_date", "price", "dimensions", "medium", "image"}
    assert spec.options.date_order == "mdy"


def test_headings_one_place_off_show_in_an_unnamed_column() -> None:
    layout = read_layout(open_table(io.BytesIO(b"lot,title\n1,Sea,100\n2,Storm,200\n")))
    assert layout.columns == ("lot", "title", "column 3")


def test_a_fingerprint_ignores_case_and_spacing() -> None:
    assert header_fingerprint(["Lot  No", "TITLE"]) == header_fingerprint(["lot no", "Title"])


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {"fields": {"colour": "x"}},
        {"fields": []},
        {"options": {"date_order": "sometimes"}},
        {"options": {"currency": "euro"}},
        {"surprise": 1},
        {"filters": {"a": "b"}},
        {"options": {"not_sold": "no"}},
    ],
)
def test_a_map_that_makes_no_sense_is_refused(broken: object) -> None:
    with pytest.raises(SpecError):
        spec_from_json(broken)


def test_shipped_maps_survive_the_way_to_json_and_back() -> None:
    assert len(shipped_maps()) == 7
    for spec in shipped_maps().values():
        assert spec_from_json(spec.as_json()) == spec
