"""Each row says all that is wrong with it; what is right is parsed, what is odd is kept with a warning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from artmarket.intake.readers import SourceRow
from artmarket.intake.spec import Spec
from artmarket.intake.validation import Checked, Validator, natural_key
from tests.intake.conftest import MAP

COLUMNS = list(MAP["fields"].values())
ROW = ["Spring", "2019-03-05", "12A", "Ana Vaz", "Sea", "oil on canvas", "60 x 80 cm", "100", "200", "150", "a.jpg"]


def check(spec: Spec, **cells: str) -> Checked:
    row = [cells.get(name, value) for name, value in zip(COLUMNS, ROW, strict=True)]
    return Validator(spec, COLUMNS, currency="EUR").check(SourceRow(2, row))


def tags(checked: Checked) -> set[str]:
    return {issue.tag for issue in checked.issues}


def test_a_good_row_becomes_a_lot_a_work_and_a_credit(spec: Spec) -> None:
    parsed = check(spec).parsed
    assert parsed["lot"]["number_sort"] == 12
    assert (parsed["lot"]["price"], parsed["lot"]["currency"], parsed["lot"]["outcome"]) == ("150.00", "EUR", "sold")
    assert (parsed["work"]["height_cm"], parsed["work"]["width_cm"]) == ("60.00", "80.00")
    assert parsed["work"]["medium"] == "oil"
    assert parsed["artist"]["name"] == "Ana Vaz"


@pytest.mark.parametrize(
    ("cells", "tag"),
    [
        ({"Lot": ""}, "error:lot_number:missing"),
        ({"Date": ""}, "error:sale_date:missing"),
        ({"Date": "soon"}, "error:sale_date:unreadable"),
        ({"Price": "a fortune"}, "error:price:unreadable"),
        ({"Price": "0"}, "error:price:not_positive"),
        ({"Price": "USD 150"}, "error:currency:mixed_currencies"),
        ({"Low": "300"}, "error:estimate_low:estimate_order"),
        ({"Lot": "9" * 51}, "error:lot_number:too_long"),
        ({"Size": "as big as a house"}, "warning:dimensions:unreadable"),
        ({"Title": "x" * 501}, "warning:title:shortened"),
    ],
)
def test_findings_name_field_and_code(spec: Spec, cells: dict[str, str], tag: str) -> None:
    checked = check(spec, **cells)
    assert tag in tags(checked)
    assert checked.refused == tag.startswith("error")


def test_all_findings_of_a_row_are_told_at_once(spec: Spec) -> None:
    checked = check(spec, Lot="", Price="much", Date="soon")
    assert len([issue for issue in checked.issues if issue.level == "error"]) >= 3


def test_a_token_for_not_sold_is_an_outcome_not_a_price(spec: Spec) -> None:
    lot = check(spec, Price="NOT SOLD ").parsed["lot"]
    assert (lot["outcome"], lot["price"]) == ("bought_in", None)


@pytest.mark.parametrize(("rule", "outcome"), [("unknown", "unknown"), ("bought_in", "bought_in")])
def test_a_blank_price_means_what_the_map_says(spec: Spec, rule: str, outcome: str) -> None:
    ruled = replace(spec, options=replace(spec.options, blank_price=rule))  # type: ignore[arg-type]
    assert check(ruled, Price="").parsed["lot"]["outcome"] == outcome


def test_a_shortened_text_is_kept_whole_in_the_notes(spec: Spec) -> None:
    work = check(spec, Title="x" * 501).parsed["work"]
    assert len(work["title"]) == 500
    assert work["notes"] == "x" * 501


def test_a_row_of_another_width_is_refused_not_shifted(spec: Spec) -> None:
    checked = Validator(spec, COLUMNS, currency="EUR").check(SourceRow(7, ROW[:-1]))
    assert tags(checked) == {"error:row:row_width"}


def test_filters_leave_rows_out_and_say_so(spec: Spec) -> None:
    checked = check(replace(spec, filters={"Sale": ("Autumn",)}))
    assert checked.left_out
    assert tags(checked) == {"note:row:filtered"}


def test_qualifiers_come_from_their_own_column_through_the_maps_words(spec: Spec) -> None:
    changed = replace(
        spec,
        fields={**spec.fields, "attribution": "Picture"},
        values={"attribution": {"in the taste of": "manner_of", "n/a": ""}},
    )
    assert check(changed, Picture="in the taste of").parsed["work"]["attribution"] == "manner_of"
    assert check(changed, Picture="n/a").parsed["work"]["attribution"] == "by"
    assert "error:attribution:unknown_value" in tags(check(changed, Picture="somehow near"))


def test_the_natural_key_knows_house_sale_and_lot_alone(spec: Spec) -> None:
    one, other = check(spec).parsed, check(spec, Title="Other", Price="999").parsed
    assert natural_key(1, one) == natural_key(1, other)
    assert natural_key(1, one) != natural_key(2, one)
    assert natural_key(1, one) != natural_key(1, check(spec, Lot="13").parsed)
