"""Sizes in any unit, order and notation."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artmarket.core.dimensions import Dimensions, DimensionsError, parse_dimensions


def size(*values: str | None) -> Dimensions:
    return Dimensions(*(Decimal(value).quantize(Decimal("0.01")) if value else None for value in values))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dim. - 19,5 x 14 cm", size("19.5", "14")),
        ('10.25" x 9.00', size("26.04", "22.86")),
        ('33.66" x 16.93"                (85.50cm x 43.00cm)', size("85.5", "43")),
        ("85.50cm x 43.00cm", size("85.5", "43")),
        ("12 1/2 in", size("31.75")),
        ("12½ x 9¾ in.", size("31.75", "24.77")),
        ("7 7/8 x 11 3/4 in. (20 x 30 cm.)", size("20", "30")),
        ("H. 30 cm; W. 20 cm; D. 5", size("30", "20", "5")),
        ("Larg. 20 x Alt. 30 cm", size("30", "20")),
        ("diam. 30 cm", size(None, None, None, "30")),
        ("Ø 40", size(None, None, None, "40")),
        ("300 x 400 mm", size("30", "40")),
        ("1,300 x 900 mm", size("130", "90")),
        ("1.2 x 2 m", size("120", "200")),
        ("5 ft 6 in x 4 ft", size("167.64", "121.92")),
        ("8.00cm x 23.00cm x 23.00cm", size("8", "23", "23")),
        ("Dim. - (mancha) 39,5 x 50 cm", size("39.5", "50")),
        ("高 68 厘米 宽 45 厘米", size("68", "45")),
        ("60 by 80 cm", size("60", "80")),
        ("50", size("50")),
    ],
)
def test_sizes(text: str, expected: Dimensions) -> None:
    assert parse_dimensions(text) == expected


def test_the_default_unit_gives_way_to_a_unit_in_the_text() -> None:
    assert parse_dimensions("10 x 20", default_unit="in") == size("25.4", "50.8")
    assert parse_dimensions("10 x 20 cm", default_unit="in") == size("10", "20")
    assert parse_dimensions("12 x 16 (a maior) cm", default_unit="in") == size("12", "16")


@pytest.mark.parametrize("text", ["", "n/a", "Dimensions variable", "dimensões várias", "unknown"])
def test_texts_that_name_no_size(text: str) -> None:
    assert parse_dimensions(text) is None


@pytest.mark.parametrize("text", ["- 60 x 80 cm", "Dim. - 60 x 80 cm"])
def test_a_dash_is_no_minus(text: str) -> None:
    assert parse_dimensions(text) == size("60", "80")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0 x 3", "not_positive"),
        ("-60 x 80 cm", "negative"),
        ("60 x -80 cm", "negative"),
        ("60cm x -80cm", "negative"),
        ("−60 x −80", "negative"),
        ("abc", "no_numbers"),
        ("4 x 5 x 6 x 7", "unclear"),
        ("1/0 in", "unclear"),
        ("1000000 m", "too_large"),
    ],
)
def test_what_is_no_size(text: str, code: str) -> None:
    with pytest.raises(DimensionsError) as caught:
        parse_dimensions(text)
    assert caught.value.code == code


SIDES = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99999.99"), places=2)


@given(SIDES, SIDES)
def test_written_sizes_are_read_back(height: Decimal, width: Decimal) -> None:
    expected = Dimensions(height, width)
    for text in (
        f"{height} x {width} cm",
        f"{height}cm x {width}cm",
        f"H {height} W {width} cm",
        f"W. {width} x H. {height} cm",
    ):
        assert parse_dimensions(text) == expected
    assert parse_dimensions(f"{height} × {width} cm".replace(".", ",")) == expected


@given(st.text(max_size=40) | st.text(alphabet="0123456789.,x ½/\"'cminfthØ()", max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_dimensions(text)
    except DimensionsError as error:
        assert error.code  # noqa: PT017
    else:
        sides = [] if found is None else [found.height_cm, found.width_cm, found.depth_cm, found.diameter_cm]
        assert all(side is None or 0 < side < 100_000 for side in sides)
