"""A real Chromium on a live server, with a small gallery hung."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image, ImageDraw, ImageFilter

from artmarket.accounts.models import Membership
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.catalogue.renditions import encode_renditions, write_renditions
from tests.browser.install import find_chromium
from tests.factories import (
    ArtistFactory,
    ArtworkFactory,
    AuctionHouseFactory,
    LotFactory,
    MembershipFactory,
    OrganisationFactory,
    SaleFactory,
    UserFactory,
)

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SETTLE = """async () => {
    const waiting = "[hx-trigger^=revealed]:not([data-hx-revealed], details:not([open]) *)", end = Date.now() + 15000;
    const coming = ".htmx-request, [data-chart]:empty";
    for (let panel; Date.now() < end; await new Promise(next => setTimeout(next, 30))) {
        if (panel = document.querySelector(waiting)) panel.scrollIntoView({block: "center"});
        else if (!document.querySelector(coming)) return;
    }
    throw new Error("a part did not come: " + document.querySelector(coming + ", " + waiting)?.outerHTML);
}"""
# What observes a size, as charts do, has drawn anew once a second frame is due.
DRAWN = "() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))"
# What axe judges but for colours: the elements, and where each of them lies.
SHAPE = """() => document.documentElement.outerHTML + [...document.querySelectorAll("*")].map(each => {
    const {x, y, width, height} = each.getBoundingClientRect(), {visibility} = getComputedStyle(each);
    return [x, y, width, height, visibility].join();
}).join(";")"""
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
PALETTES = [("#29506b", "#d9b26a", "#b4472e"), ("#46603a", "#e7dcc0", "#8b3b3b"), ("#2b2b3a", "#c98f5b", "#e8d8b8")]

# Playwright's synchronous form runs an event loop in this thread, where Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: python -m tests.browser.install")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def painted(seed: int) -> Image.Image:
    """A harbour of sorts: enough for a picture to look like one."""
    sky, light, sail = PALETTES[seed % len(PALETTES)]
    wide, high = (900, 640) if seed % 2 else (620, 820)
    image = Image.new("RGB", (wide, high), sky)
    brush = ImageDraw.Draw(image)
    for row in range(high // 2, high, 14):
        shift = (row * 37 + seed * 101) % 160
        brush.line([(shift, row), (wide - shift // 2, row + 6)], fill=light, width=5)
    brush.ellipse([wide * 0.6, high * 0.12, wide * 0.6 + 120, high * 0.12 + 120], fill=light)
    for mast in range(3):
        left = wide * (0.15 + 0.22 * mast) + seed * 7 % 40
        brush.polygon([(left, high * 0.55), (left + 90, high * 0.55), (left + 30, high * 0.2)], fill=sail)
    return image.filter(ImageFilter.GaussianBlur(2))


@cache
def framed(seed: int) -> tuple[bytes, dict[str, bytes], tuple[int, int]]:
    """A picture as PNG, its sizes, and how many pixels it is wide and high; painted once however often it hangs."""
    image, out = painted(seed), io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue(), encode_renditions(image), image.size


def hang(work: Artwork, seed: int) -> ArtworkImage:
    """Give a work a picture with all its sizes."""
    png, sizes, (wide, high) = framed(seed)
    sha = f"{seed:064x}"
    write_renditions(sha, sizes)
    name = default_storage.save(f"originals/00/{sha}.png", ContentFile(png))
    return ArtworkImage.objects.create(
        artwork=work, file=name, sha256=sha, mime_type="image/png", width_px=wide, height_px=high,
        size_bytes=len(png), is_primary=True, rights="owned", credit="Painted for the tests",
    )  # fmt: skip


@dataclass
class Gallery:
    """The addresses that the tests walk to."""

    pages: dict[str, str]
    user: Any
    artist: Any
    work: Any


@pytest.fixture
def gallery(transactional_db: None, tmp_path: Path) -> Gallery:
    settings.MEDIA_ROOT = tmp_path
    user = UserFactory(username="vera", first_name="Vera", is_staff=True)
    house_owner = OrganisationFactory(name="Atelier", slug="atelier")
    MembershipFactory(user=user, organisation=house_owner, role=Membership.Role.OWNER)
    artist = ArtistFactory(
        name="Ilse Marwand",
        birth_text="1872",
        death_text="1941",
        nationality="Baltic",
        movement="Tonalism",
        is_invented=True,
    )
    house = AuctionHouseFactory(name="Kestrel & Moor", city="Porto", country="PT", market="invented")
    titles = [
        "Harbour before rain",
        "The red sail",
        "Evening, low tide",
        "Three boats",
        "The mole at noon",
        "Fog lifting",
    ]
    works = [
        ArtworkFactory(title=title, artist=artist, style="Tonalism", is_invented=True, provenance="The artist's estate")
        for title in titles
    ]
    for seed, work in enumerate(works):
        hang(work, seed)
    for year in (2003, 2009, 2014, 2019):
        sale = SaleFactory(house=house, title="Paintings of the coast", date=dt.date(year, 5, 14), location="Porto")
        for number, work in enumerate(works[:4], 1):
            price = Decimal(900 + 37 * (year - 2000) * number)
            LotFactory(sale=sale, number=str(number), number_sort=number, artwork=work, price=price, price_usd=price)
    LotFactory(sale=sale, number="5", number_sort=5, artwork=works[4], price=None, outcome="bought_in")
    lot = sale.lots.first()
    pages = {
        "home": "/", "artworks": "/artworks/", "artworks-table": "/artworks/?view=table&medium=oil",
        "artworks-none": "/artworks/?text=nothing+like+this", "artwork": works[0].get_absolute_url(),
        "artists": "/artists/", "artist": artist.get_absolute_url(), "houses": "/houses/",
        "house": house.get_absolute_url(), "sales": "/sales/", "sale": sale.get_absolute_url(),
        "sale-grid": sale.get_absolute_url() + "?view=grid", "lots": "/lots/", "lot": lot.get_absolute_url(),
        "profile": "/accounts/profile/", "keys": "/accounts/keys/", "missing": "/artworks/999999/",
    }  # fmt: skip
    return Gallery(pages, user, artist, works[0])


@dataclass
class Visitor:
    """A browser page that remembers all it complained about."""

    page: Any
    base: str
    language: str = "en"
    complaints: list[str] = field(default_factory=list)
    asked: int = 0
    under_way: set[Any] = field(default_factory=set)

    def ask(self, request: Any) -> None:
        self.asked += 1
        self.under_way.add(request)

    def answer(self, request: Any) -> None:
        self.under_way.discard(request)

    def go(self, path: str) -> None:
        """Open a page, and wait until all of it has come."""
        self.under_way.clear()
        self.page.goto(self.base + path, wait_until="load")
        self.settle()

    def settle(self) -> None:
        """Scroll to each panel until all have come, those within panels too, and wait until nothing more is asked for.

        Twice as quick as Playwright's own wait, which is half a second of silence whatever the page still does.
        """
        end, known = time.monotonic() + 15, -1
        while self.under_way or known != self.asked:
            assert time.monotonic() < end, f"still under way: {[request.url for request in self.under_way]}"
            known = self.asked
            self.page.evaluate(SETTLE)
            self.page.evaluate(DRAWN)
            self.page.wait_for_timeout(50)

    def look(self, width: int, scheme: str) -> None:
        """Make the window as wide and as dark, whatever stands in it."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)

    def shape(self) -> str:
        """The page but for its colours, the same text for the same."""
        self.page.evaluate("window.scrollTo(0, 0)")
        return str(self.page.evaluate(SHAPE))

    def violations(self, *, only_colours: bool = False) -> list[str]:
        """What axe finds, one line each; ``only_colours`` asks nothing but the rules that colours can break.

        From the page's top, where the header that stays in view lies over nothing: elsewhere axe takes what happens
        to lie under it for a target too small to be hit.
        """
        self.page.evaluate("window.scrollTo(0, 0)")
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(AXE.read_text())
        # Without preloading: axe reads imported style sheets by an inline one, which the site's policy forbids.
        run = {"type": "rule", "values": COLOUR_RULES} if only_colours else {"type": "tag", "values": TAGS}
        options = json.dumps({"runOnly": run, "resultTypes": ["violations"], "preload": False})
        found = self.page.evaluate(f"async () => (await axe.run(document, {options})).violations")
        return [f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:4]}" for one in found]

    def overflow_px(self) -> int:
        """By how much the page is wider than the window."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.outerHTML.slice(0, 160)"))

    def shot(self, name: str) -> None:
        """A picture of the whole page, kept where SHOTS names a folder."""
        if folder := os.environ.get("SHOTS"):
            self.page.evaluate("window.scrollTo(0, 0)")
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Any, live_server: Any) -> Iterator[Visit]:
    """``visit(user, width=1280, scheme="light", language="en")`` opens a browser signed in as the user."""
    contexts = []

    def open_browser(user: Any = None, *, width: int = 1280, scheme: str = "light", language: str = "en") -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, locale="zh-CN" if language[:2] == "zh" else "en-GB",
            reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            context.add_cookies(
                [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
            )
        context.set_default_timeout(15000)
        visitor = Visitor(context.new_page(), live_server.url, language)
        visitor.page.on("request", visitor.ask)
        visitor.page.on("requestfinished", visitor.answer)
        visitor.page.on("requestfailed", visitor.answer)
        visitor.page.on("console", lambda message: note(visitor, message))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        return visitor

    yield open_browser
    for context in contexts:
        context.close()


def note(visitor: Visitor, message: Any) -> None:
    """Errors and warnings of the console; a page that is missing on purpose complains of itself alone."""
    if message.type in {"error", "warning"} and "status of 404" not in message.text:
        visitor.complaints.append(message.text)
