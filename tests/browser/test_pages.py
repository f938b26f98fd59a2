"""Every page in a real browser: axe finds nothing, the console is silent, nothing is wider than the window."""

from __future__ import annotations

import pytest

from tests.browser.walking import EVERY_VIEW, HALF_THE_VIEWS, problems_of, walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", HALF_THE_VIEWS)
def test_no_page_shuts_anybody_out(visit, gallery, language):
    problems = walk(visit, gallery.user, gallery.pages, {language: HALF_THE_VIEWS[language]})
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", HALF_THE_VIEWS)
def test_no_stranger_is_shut_out(visit, gallery, language):
    pages = {"landing": "/", "login": "/accounts/login/"}
    problems = walk(visit, None, pages, {language: HALF_THE_VIEWS[language]})
    assert not problems, "\n".join(problems)


ODDITIES = """document.addEventListener("DOMContentLoaded", () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`.odd { display: none; } @media (max-width: 500px) { h1 { width: 900px; } }
        @media (prefers-color-scheme: dark) { h1 { color: #222; } @media (min-width: 500px) { .odd { display: block; } } }`);
    document.adoptedStyleSheets = [sheet];
    document.querySelector("main").append(Object.assign(document.createElement("button"), {className: "odd"}));
});"""


@pytest.mark.parametrize("language", EVERY_VIEW)
def test_what_one_view_alone_has_wrong_is_found_there(visit, gallery, language):
    visitor = visit(gallery.user, language=language)
    visitor.page.add_init_script(ODDITIES)
    found = problems_of(visitor, "odd", "/accounts/keys/", EVERY_VIEW[language])
    where = {
        word: {line.split(":")[0] for line in found if word in line} for word in ("wide", "contrast", "button-name")
    }
    narrow, dark = {f"odd-360-{scheme}-{language}" for scheme in ("light", "dark")}, f"odd-1280-dark-{language}"
    assert where == {"wide": narrow, "contrast": {f"odd-360-dark-{language}", dark}, "button-name": {dark}}


def test_panels_load_and_charts_are_drawn(visit, gallery):
    visitor = visit(gallery.user)
    visitor.go(gallery.work.get_absolute_url())
    chart = visitor.page.locator("#history ~ * .chart svg")
    chart.wait_for()
    assert visitor.page.locator("#history ~ * .chart path.line").count() == 3
    visitor.page.locator("#history ~ * .chart summary").click()
    visitor.page.locator("#history ~ * .chart tbody tr").first.wait_for()
    assert visitor.page.locator("#history ~ * .chart tbody tr").count() == 4


def test_a_panel_within_a_panel_does_not_call_its_outer_one_again(visit, gallery):
    visitor, asked = visit(gallery.user), []
    visitor.page.on("request", lambda request: asked.append(request.url.removeprefix(visitor.base)))
    visitor.go(gallery.work.get_absolute_url())
    panels = [path for path in asked if path.startswith("/sales/artworks/")]
    assert sorted(panels) == sorted(set(panels))
    assert len(panels) == 2


def test_charts_take_the_night_colours(visit, gallery):
    visitor = visit(gallery.user, scheme="dark")
    visitor.go(gallery.artist.get_absolute_url())
    dot = visitor.page.locator("path.line").first
    assert dot.evaluate("node => getComputedStyle(node).stroke") == "rgb(240, 154, 130)"


def test_deep_zoom_opens_by_keyboard_and_breaks_no_policy(visit, gallery):
    visitor = visit(gallery.user)
    visitor.go(gallery.work.get_absolute_url())
    visitor.page.locator("[data-zoom-open]").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".openseadragon-canvas").wait_for()
    visitor.page.locator("[data-zoom-act=in]").click()
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.complaints == []
    assert visitor.violations() == []
    visitor.shot("artwork-zoom")
