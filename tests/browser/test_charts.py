"""Charts say what they show: years as years, columns by name, an axis that does not begin at 0."""

from __future__ import annotations

import json

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DRAW = """async ([kind, payload]) => {
    const place = document.createElement("div"), data = document.createElement("script");
    Object.assign(place, {className: "chart", id: "tried"});
    Object.assign(place.dataset, {chart: kind, seriesId: "tried-data"});
    Object.assign(data, {type: "application/json", id: "tried-data", textContent: payload});
    document.querySelector("main").prepend(place, data);
    (await import(document.body.dataset.chartsSrc)).drawChart(place);
}"""


@pytest.fixture(params=[pytest.param((360, "dark"), id="narrow-dark"), pytest.param((1280, "light"), id="wide-light")])
def form(request):
    return request.param


@pytest.fixture
def draw(visit, gallery):
    """``draw(kind, payload)`` draws a chart on an otherwise empty page and gives its visitor and its table's rows."""

    def draw_one(kind, payload, *, width=1280, scheme="light"):
        visitor = visit(gallery.user, width=width, scheme=scheme)
        visitor.go("/accounts/profile/")
        visitor.page.evaluate(DRAW, [kind, json.dumps(payload)])
        visitor.page.locator("#tried svg").wait_for()
        visitor.page.locator("#tried summary").click()
        rows = visitor.page.locator("#tried tr")
        rows.nth(1).wait_for()
        visitor.rows = [row.locator("th, td").all_inner_texts() for row in rows.all()]
        assert visitor.complaints == []
        return visitor

    return draw_one


def test_years_are_written_as_years(draw):
    points = [[2001, 1000], [2003, 1200], [2019, 4200.5]]
    payload = {
        "title": "Median price",
        "unit": "USD",
        "x_type": "year",
        "series": [{"name": "hammer", "points": points}],
    }
    visitor = draw("line", payload)
    assert visitor.rows == [["Year", "hammer (USD)"], ["2001", "1,000"], ["2003", "1,200"], ["2019", "4,200.5"]]
    ticks = visitor.page.locator("#tried svg text[text-anchor=middle]").all_text_contents()
    assert set(ticks) <= {str(year) for year in range(2001, 2020)}
    assert len(ticks) >= 2
    visitor.page.locator("#tried svg").hover()
    assert visitor.page.locator("#tried .readout").inner_text().startswith("2003 · hammer")


def test_one_year_alone_is_drawn(draw):
    payload = {"x_type": "year", "series": [{"name": "", "points": [[2001, 5]]}]}
    assert draw("bar", payload).rows == [["Year", "Value"], ["2001", "5"]]


def test_each_series_has_a_column_and_gaps_are_seen(draw):
    series = [
        {"name": "low estimate", "points": [["2001-03-01", 1], ["2002-04-01", 2]]},
        {"name": "price", "points": [["2002-04-01", 3]]},
    ]
    visitor = draw("line", {"unit": "EUR", "x_type": "time", "series": series})
    assert visitor.rows == [
        ["Date", "low estimate (EUR)", "price (EUR)"], ["2001-03-01", "1", "–"], ["2002-04-01", "2", "3"],
    ]  # fmt: skip


def test_two_figures_at_one_place_are_two_rows(draw):
    series = [{"name": "a", "points": [[1, 5], [1, 6]]}, {"name": "b", "points": [[2, 7]]}]
    visitor = draw("scatter", {"x": "Size", "y": "Price", "series": series})
    assert visitor.rows == [["Size", "Series", "Price"], ["1", "a", "5"], ["1", "a", "6"], ["2", "b", "7"]]


def test_the_ends_of_intervals_have_names(draw):
    payload = {"unit": "EUR", "series": [{"name": "", "points": [["Estimate", 10, 5, 20]]}]}
    visitor = draw("interval", payload)
    assert visitor.rows == [
        ["Name", "Value (EUR)", "Value (EUR), low", "Value (EUR), high"], ["Estimate", "10", "5", "20"],
    ]  # fmt: skip


def waterfall(start: float) -> dict:
    changes = [["the artist's earlier sales", 120], ["size", -60], ["the picture's look", 15]]
    return {"unit": "EUR", "start": ["First guess", start], "total": "Estimate", "series": [{"points": changes}]}


def test_a_waterfall_begins_at_0_where_it_can(draw, form):
    visitor = draw("waterfall", waterfall(100), width=form[0], scheme=form[1])
    assert visitor.rows == [
        ["Name", "Change (EUR)", "Level (EUR)"], ["First guess", "–", "100"], ["the artist's earlier sales", "120", "220"],
        ["size", "-60", "160"], ["the picture's look", "15", "175"], ["Estimate", "–", "175"],
    ]  # fmt: skip
    assert visitor.page.locator("#tried rect.total").count() == 2
    assert "0" in visitor.page.locator("#tried svg text[text-anchor=middle]").all_text_contents()
    assert visitor.page.locator("#tried .note").count() == 0
    assert visitor.overflow_px() <= 0
    visitor.shot(f"waterfall-{form[0]}-{form[1]}")


def test_a_waterfall_far_from_0_says_so_and_cuts_no_bar(draw, form):
    visitor = draw("waterfall", waterfall(48_000), width=form[0], scheme=form[1])
    assert visitor.page.locator("#tried rect.total").count() == 0
    assert visitor.page.locator("#tried circle.total").count() == 2
    ticks = visitor.page.locator("#tried svg text[text-anchor=middle]").all_text_contents()
    assert len(set(ticks)) == len(ticks), "neighbours on the axis can be told apart"
    assert "does not begin at 0" in visitor.page.locator("#tried .note").inner_text()
    assert visitor.violations() == []
    visitor.shot(f"waterfall-cut-{form[0]}-{form[1]}")


NAMES = [
    ["艺术家较早的成交记录与拍卖行的估价", 120],
    ["Unterschriftenverzeichnisse", -60],
    ["the artist's earlier sales", 15],
]


def test_names_of_any_script_stay_inside_the_chart(draw, form):
    visitor = draw(
        "waterfall", {"title": "t", "total": "估价", "series": [{"points": NAMES}]}, width=form[0], scheme=form[1]
    )
    chart = visitor.page.locator("#tried svg").bounding_box()
    for label in visitor.page.locator("#tried svg text[text-anchor=end]").all():
        box = label.bounding_box()
        assert chart["x"] - 1 <= box["x"], label.text_content()
    visitor.shot(f"waterfall-names-{form[0]}-{form[1]}")


def test_a_matrix_names_its_rows_and_columns(draw, form):
    points = [["ink", "ink", 2], ["ink", "oil on a very long support", 1], ["oil on a very long support", "ink", 0]]
    payload = {"title": "Mistakes", "y": "In truth", "series": [{"name": "", "points": points}]}
    visitor = draw("matrix", payload, width=form[0], scheme=form[1])
    assert visitor.rows == [["In truth", "ink", "oil on a very long support"], ["ink", "2", "1"],
                            ["oil on a very long support", "0", "–"]]  # fmt: skip
    assert visitor.page.locator("#tried rect.cell").count() == 3
    assert visitor.page.locator("#tried rect title").all_text_contents()[1] == "ink → oil on a very long support: 1"
    assert visitor.overflow_px() <= 0
    assert visitor.violations() == []
