"""Makers as catalogues credit them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artmarket.core.attribution import Attribution
from artmarket.core.media_terms import parse_medium
from artmarket.core.names import name_key, parse_artist
from artmarket.core.qualifiers import parse_qualifier


@pytest.mark.parametrize(
    ("text", "name", "attribution", "birth", "death"),
    [
        ("CRUZEIRO SEIXAS - NASC. 1920", "Cruzeiro Seixas", "by", "1920", ""),
        ("ALMADA NEGREIROS - 1893-1970", "Almada Negreiros", "by", "1893", "1970"),
        ("M. TAVARES (1911-1974?)", "M. Tavares", "by", "1911", "1974?"),
        ("ALEXANDRE VENTURA - NASC.1987", "Alexandre Ventura", "by", "1987", ""),
        ("CARLOS MOURA -1940-2005", "Carlos Moura", "by", "1940", "2005"),
        ("LAURA CESANA - SÉC. XX/XXI", "Laura Cesana", "by", "", ""),
        ("KURT R. H. SONDERBORG - 1923–2008", "Kurt R. H. Sonderborg", "by", "1923", "2008"),
        ("copy after Dyck, Sir Anthony van", "Sir Anthony van Dyck", "copy_after", "", ""),
        ("in the taste of Vecellio, Tiziano", "Tiziano Vecellio", "manner_of", "", ""),
        ("attributed to Dou, Gerrit", "Gerrit Dou", "attributed_to", "", ""),
        ("PICASSO, Pablo (after)", "Pablo Picasso", "after", "", ""),
        ("RAEBURN, HENRY", "Henry Raeburn", "by", "", ""),
        ("Dijk (P), Philip van", "Philip van Dijk", "by", "", ""),
        ("Andy Warhol (b. 1928)", "Andy Warhol", "by", "1928", ""),
        ("Circle of Rembrandt (1606–1669)", "Rembrandt", "circle_of", "1606", "1669"),
        ("O'KEEFFE, GEORGIA", "Georgia O'Keeffe", "by", "", ""),
        ("黄宾虹 (1865-1955)", "黄宾虹", "by", "1865", "1955"),
        ("Studio Drift", "Studio Drift", "by", "", ""),
        ("Flavio Garciandia", "Flavio Garciandia", "by", "", ""),
    ],
)
def test_credits(text: str, name: str, attribution: str, birth: str, death: str) -> None:
    credit = parse_artist(text)
    assert credit is not None
    assert (credit.name, credit.attribution.value, credit.birth_text, credit.death_text) == (
        name,
        attribution,
        birth,
        death,
    )


def test_nationality() -> None:
    credit = parse_artist("Pablo Picasso (Spanish, 1881-1973)")
    assert credit is not None
    assert (credit.name, credit.nationality, credit.birth and credit.birth.earliest.year) == (
        "Pablo Picasso",
        "Spanish",
        1881,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unknown",
        "[UNKNOWN]",
        "AUTOR DESCONHECIDO",
        "Escola Portuguesa - séc. XVIII",
        "佚名",
        "Attributed to",
        "b. 1920",
        "-",
    ],
)
def test_nobody(text: str) -> None:
    assert parse_artist(text) is None


def test_one_key_for_the_spellings_of_a_name() -> None:
    assert (
        len({name_key(name) for name in ("Henry Raeburn", "RAEBURN, HENRY", "Sir Henry Raeburn", "Raeburn Henry")}) == 1
    )
    assert name_key("João Vieira") == name_key("JOAO VIEIRA")
    assert name_key("Huang Binhong") == name_key("Binhong Huang")
    assert name_key("Ramsay, Allan (II)") != name_key("Ramsay, Allan")
    assert name_key("Canaletto (Giovanni Antonio Canal)") == "canaletto"


def test_qualifiers_of_a_column() -> None:
    assert parse_qualifier("in the taste of") == Attribution.MANNER_OF
    assert parse_qualifier("d'après") == Attribution.AFTER
    assert parse_qualifier("n/a") is None


@pytest.mark.parametrize(
    ("text", "medium", "support"),
    [
        ("óleo sobre tela, assinado e datado de 1994", "oil", "canvas"),
        ("serigrafia sobre papel, numerada 3/130", "print", "paper"),
        ("tinta da China sobre papel", "ink", "paper"),
        ("Oil / Board", "oil", "board"),
        ("Mixed Media / Canvas", "mixed", "canvas"),
        ("Watercolor and ink / Silk", "watercolour", "silk"),
        ("huile sur panneau", "oil", "panel"),
        ("Öl auf Leinwand", "oil", "canvas"),
        ("olio su tela", "oil", "canvas"),
        ("toile", "", "canvas"),
        ("cuivre", "", "copper"),
        ("", "", ""),
    ],
)
def test_media(text: str, medium: str, support: str) -> None:
    found = parse_medium(text)
    assert (found.medium, found.support) == (medium, support)


def test_marks_of_a_medium_line() -> None:
    found = parse_medium("gravura sobre papel, assinada e datada de 1969, numerada XVI/XX (Prova de Artista)")
    assert found.signature == "assinada e datada de 1969"
    assert found.edition.startswith("numerada XVI/XX")
    assert found.date_text == "1969"


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    credit = parse_artist(text)
    assert credit is None or (credit.name and credit.key and len(credit.name) <= 300 and len(credit.key) <= 300)
    parse_medium(text)


WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéãçüø", min_size=3, max_size=10).map(str.capitalize)


@given(WORDS, WORDS, st.integers(1400, 1950), st.integers(1, 90))
def test_written_credits_are_read_back(given_name: str, family: str, birth: int, age: int) -> None:
    name = f"Zy{given_name} Qu{family}"
    for text in (
        f"{name} ({birth}-{birth + age})",
        f"{name} - {birth}-{birth + age}",
        f"{name.upper()} - {birth}-{birth + age}",
    ):
        credit = parse_artist(text)
        assert credit is not None
        assert (credit.key, credit.birth_text, credit.death_text) == (name_key(name), str(birth), str(birth + age))
