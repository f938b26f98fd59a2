"""What every page is held to, whichever room it is of: axe finds nothing, the console is silent, nothing is too wide."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.browser.conftest import Visit, Visitor

# Each width with each language, each colour scheme with each of both: for the pages that a test of its own opens.
FORMS = [
    pytest.param(1280, "light", "en", id="wide-light-en"),
    pytest.param(360, "dark", "en", id="narrow-dark-en"),
    pytest.param(360, "light", "zh-hans", id="narrow-light-zh"),
    pytest.param(1280, "dark", "zh-hans", id="wide-dark-zh"),
]
EVERY_FORM = list(product((360, 1280), ("light", "dark"), ("en", "zh-hans")))
Pages = dict[str, str]


def problems_of(visitor: Visitor, name: str, path: str) -> list[str]:
    """What is wrong with one page, one line each."""
    visitor.go(path)
    over = visitor.overflow_px()
    found = visitor.violations() + visitor.complaints + ([f"{over} px too wide"] if over > 0 else [])
    visitor.complaints.clear()
    return [f"{name}: {problem}" for problem in found]


def walk(visit: Visit, user: Any, pages: Pages) -> list[str]:
    """What is wrong with the pages in every form; each is pictured where SHOTS names a folder."""
    problems = []
    for width, scheme, language in EVERY_FORM:
        visitor = visit(user, width=width, scheme=scheme, language=language)
        for name, path in pages.items():
            form = f"{name}-{width}-{scheme}-{language}"
            problems += problems_of(visitor, form, path)
            visitor.shot(form)
        visitor.page.context.close()
    return problems
