"""The API's docs in a real browser, under the site's content security policy."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_docs_open_and_try_out_a_request(chromium, live_server, gallery, as_user):
    client = as_user(gallery.user)
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/api/docs/")
    page.wait_for_selector("#operations-artists-artists_list", timeout=20_000)
    page.click("#operations-artists-artists_list button.opblock-summary-control")
    page.click("#operations-artists-artists_list .try-out__btn")
    page.click("#operations-artists-artists_list .execute")
    page.wait_for_selector("#operations-artists-artists_list .live-responses-table", timeout=20_000)
    assert "Ilse Marwand" in page.inner_text("#operations-artists-artists_list .live-responses-table")
    context.close()
    assert [text for text in complaints if "Content Security Policy" in text or "Error" in text] == []
