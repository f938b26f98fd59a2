"""Ways through the site as people go them: with the keyboard, at night, in another language, with a program's key."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_signing_in_leads_to_the_page_that_was_asked_for(visit, gallery):
    visitor = visit()
    visitor.go("/artworks/")
    visitor.page.fill("#id_username", "vera")
    visitor.page.fill("#id_password", "canvas-and-oil")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(visitor.base + "/artworks/")
    assert visitor.page.locator("h1").inner_text() == "Artworks"


def test_a_wrong_password_is_said_at_the_form(visit, gallery):
    visitor = visit()
    visitor.go("/accounts/login/")
    visitor.page.fill("#id_username", "vera")
    visitor.page.fill("#id_password", "wrong")
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".errorlist").wait_for()
    assert visitor.violations() == []


def test_the_keyboard_reaches_the_content_first(visit, gallery):
    visitor = visit(gallery.user)
    visitor.go("/artworks/")
    visitor.page.keyboard.press("Tab")
    assert "skip-link" in visitor.focused()
    expect(visitor.page.locator(".skip-link")).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.closest('main') !== null")


def test_every_stop_of_the_keyboard_can_be_seen(visit, gallery):
    visitor = visit(gallery.user)
    visitor.go("/artworks/")
    unseen = []
    for _step in range(40):
        visitor.page.keyboard.press("Tab")
        shown = visitor.page.evaluate(
            """() => { const one = document.activeElement; if (one === document.body) return true;
            const box = one.getBoundingClientRect(); const outer = one.closest('.work-card') ?? one;
            return box.width > 0 && box.height > 0 && [one, outer].some(e => getComputedStyle(e).outlineStyle !== 'none'); }"""
        )
        if not shown:
            unseen.append(visitor.focused())
    assert unseen == []


def test_the_menu_opens_and_closes_with_the_keyboard(visit, gallery):
    visitor = visit(gallery.user, width=360)
    visitor.go("/artworks/")
    menu = visitor.page.locator("details.narrow-only")
    menu.locator("summary").focus()
    visitor.page.keyboard.press("Enter")
    assert menu.get_by_role("link", name="Lots").is_visible()
    assert visitor.violations() == []
    visitor.shot("menu-360")
    visitor.page.keyboard.press("Escape")
    assert not menu.get_by_role("link", name="Lots").is_visible()
    assert "summary" in visitor.focused()


def test_without_scripts_the_menu_and_the_filters_work(chromium, live_server, visit, gallery):
    visitor = visit(gallery.user, width=360)
    state = visitor.page.context.cookies()
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    context.add_cookies(state)
    page = context.new_page()
    page.goto(live_server.url + "/artworks/")
    page.locator("details.narrow-only summary").click()
    page.locator("details.narrow-only").get_by_role("link", name="Artists").click()
    assert page.locator("h1").inner_text() == "Artists"
    context.close()


def test_night_is_kept_when_the_page_changes(visit, gallery):
    visitor = visit(gallery.user)
    visitor.go("/lots/")
    visitor.page.locator("details[data-menu]:visible summary").first.click()
    visitor.page.get_by_role("button", name="Dark").click()
    visitor.page.wait_for_load_state()
    assert visitor.page.url.endswith("/lots/")
    visitor.go("/sales/")
    assert visitor.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_language_is_switched_and_kept(visit, gallery):
    visitor = visit(gallery.user)
    visitor.go("/lots/")
    visitor.page.locator("details[data-menu]:visible summary").first.click()
    visitor.page.get_by_role("button", name="简体中文").click()
    visitor.page.wait_for_load_state()
    assert visitor.page.locator("html").get_attribute("lang") == "zh-hans"


def test_a_filter_makes_an_address_that_can_be_shared(visit, gallery):
    visitor = visit(gallery.user)
    visitor.go("/artworks/")
    visitor.page.locator(".filters summary").click()
    visitor.page.fill("#id_text", "red sail")
    visitor.page.locator(".filters").get_by_role("button", name="Show").click()
    visitor.page.wait_for_url("**text=red*")
    assert visitor.page.locator(".work-card").count() == 1
    assert "medium=" not in visitor.page.url


def test_a_key_shows_its_secret_once_and_is_revoked(visit, gallery):
    visitor = visit(gallery.user)
    visitor.go("/accounts/keys/")
    visitor.page.fill("#id_name", "catalogue upload")
    visitor.page.get_by_role("button", name="Make the key").click()
    secret = visitor.page.locator(".secret").inner_text()
    assert secret.startswith("am_")
    assert visitor.violations() == []
    visitor.shot("key-made")
    visitor.go("/accounts/keys/")
    assert secret not in visitor.page.content()
    visitor.page.get_by_role("button", name="Revoke").click()
    visitor.page.get_by_text("revoked", exact=True).wait_for()


def test_a_slash_leads_to_the_search(visit, gallery):
    visitor = visit(gallery.user)
    visitor.go("/artworks/")
    visitor.page.keyboard.press("/")
    expect(visitor.page.locator("#id_text")).to_be_focused()
    visitor.page.keyboard.type("a/b")
    expect(visitor.page.locator("#id_text")).to_have_value("a/b")
