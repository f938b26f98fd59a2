"""The paper of a dossier: fonts, colours, heading and foot of each page, and words upon it. Lengths are millimetres."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fpdf import FPDF

MARGIN, TOP, BOTTOM = 20.0, 27.0, 24.0
WIDTH, HEIGHT = 210.0, 297.0
INNER = WIDTH - 2 * MARGIN
Colour = tuple[int, int, int]
INK: Colour = (31, 28, 24)
SOFT: Colour = (91, 85, 75)
LINE: Colour = (214, 208, 196)
MAT: Colour = (243, 240, 234)
ACCENT: Colour = (143, 45, 31)
BLUE: Colour = (35, 97, 142)
FONTS = (
    ("serif", "", "font_source_serif_pro", "files/SourceSerifPro-Regular.ttf"),
    ("serif", "B", "font_source_serif_pro", "files/SourceSerifPro-Semibold.ttf"),
    ("sans", "", "font_source_sans_pro", "files/SourceSansPro-Regular.ttf"),
    ("sans", "B", "font_source_sans_pro", "files/SourceSansPro-Semibold.ttf"),
)
logging.getLogger("fontTools").setLevel(logging.WARNING)
FALLBACK = ("pylopdf_fonts_zh_cn", "NotoSerifSC-Regular.otf")


@cache
def font_file(package: str, name: str) -> Path:
    """The file of a font in its package, which need not be imported for it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(package)
    return Path(spec.submodule_search_locations[0]) / name


class Sheet(FPDF):
    """A4 pages that carry whose dossier it is above, and the content's hash below."""

    def __init__(self, facts: Mapping[str, Any], content_sha256: str) -> None:
        super().__init__("P", "mm", "A4")
        self.facts, self.words, self.content_sha256 = facts, facts["words"], content_sha256
        self.set_creation_date(dt.datetime.fromisoformat(facts["made_at"]))
        for family, style, package, name in FONTS:
            self.add_font(family, style, font_file(package, name))
        self.add_font("cjk", "", font_file(*FALLBACK))
        self.set_fallback_fonts(["cjk"], exact_match=False)
        self.set_margins(MARGIN, TOP, MARGIN)
        self.set_auto_page_break(True, BOTTOM)
        self.set_title(f"{self.words['dossier']}: {facts['work']['title'] or self.words['untitled']}")
        self.set_author(facts["organisation"])
        self.set_lang(facts["language"])
        self.set_text_color(*INK)

    def header(self) -> None:
        self.set_xy(MARGIN, 11)
        self.style("sans", 8, SOFT, bold=True)
        self.cell(INNER * 0.62, 5, self.fitted(self.facts["organisation"], INNER * 0.62))
        self.style("sans", 8, SOFT)
        self.cell(INNER * 0.38, 5, self.words["dossier"], align="R")
        self.rule(17.5, ACCENT, 0.35)
        self.set_xy(MARGIN, TOP)

    def footer(self) -> None:
        self.rule(HEIGHT - 16.5, LINE, 0.2)
        self.set_xy(MARGIN, HEIGHT - 15)
        self.style("sans", 6.4, SOFT)
        self.cell(INNER * 0.8, 4, f"SHA-256  {self.content_sha256}")
        self.cell(INNER * 0.2, 4, f"{self.words['page']} {self.page_no()} {self.words['of']} {{nb}}", align="R")

    def style(self, family: str, size: float, colour: Colour = INK, *, bold: bool = False) -> None:
        self.pen = (family, "B" if bold else "", size)
        self.set_text_color(*colour)
        self.take_pen()

    def take_pen(self) -> None:
        """Name the font anew in the page: a dry run or a line in another script leaves the wrong one behind."""
        self.font_family = ""
        self.set_font(*self.pen)

    def rule(self, y: float, colour: Colour = LINE, wide: float = 0.2) -> None:
        self.set_draw_color(*colour)
        self.set_line_width(wide)
        self.line(MARGIN, y, WIDTH - MARGIN, y)

    def lines(self, text: str, wide: float) -> list[str]:
        """The text broken into lines in the present style."""
        found: Any = self.multi_cell(wide, 1, text, align="L", dry_run=True, output="LINES") if text else []
        self.take_pen()
        return list(found)

    def block(self, text: str, wide: float = INNER, high: float = 4.6, align: str = "L") -> None:
        """Words in a column that begins where the pen stands; the pen ends below them, at the same edge."""
        x = self.get_x()
        for line in self.lines(text, wide):
            self.take_pen()
            self.cell(wide, high, line, align=align, new_x="LEFT", new_y="NEXT")
            self.set_x(x)

    def height_of(self, text: str, wide: float, high: float) -> float:
        """How much ``block`` would take in the present style."""
        return high * len(self.lines(text, wide))

    def fitted(self, text: str, wide: float) -> str:
        """The text, cut with an ellipsis where it is wider than ``wide``."""
        if self.get_string_width(text) <= wide - 2:
            return text
        while text and self.get_string_width(f"{text}…") > wide - 2:
            text = text[:-1]
        return f"{text}…"

    def heading(self, text: str, room: float = 30.0) -> None:
        """A heading; begins a page where less than ``room`` would be left below it."""
        self.ensure(room + 12)
        if self.get_y() > TOP + 1:
            self.ln(5)
        self.set_x(MARGIN)
        self.style("serif", 15, INK)
        self.start_section(text)
        self.block(text, INNER, 7)
        self.ln(1.5)

    def ensure(self, room: float) -> None:
        """Begin a page where less than ``room`` is left on this one."""
        if self.get_y() + room > HEIGHT - BOTTOM:
            self.add_page()
            self.set_xy(MARGIN, TOP)

    def pairs(self, rows: list[tuple[str, str]], x: float, wide: float, label: float = 30.0) -> None:
        """Names and what they say, in two columns; empty ones are left out."""
        for name, text in rows:
            if not text:
                continue
            self.style("sans", 9, INK)
            self.ensure(min(self.height_of(text, wide - label, 4.6), 60) + 1)
            y = self.get_y()
            self.set_xy(x, y)
            self.style("sans", 8, SOFT)
            self.block(name, label)
            below = self.get_y()
            self.set_xy(x + label, y)
            self.style("sans", 9, INK)
            self.block(text, wide - label)
            self.set_xy(x, max(below, self.get_y()) + 0.8)
