"""What every page is held to, whichever room it is of: axe finds nothing, the console is silent, nothing is too wide."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Visit, Visitor

View = tuple[int, str]
Pages = dict[str, str]
# A page is opened anew for each language; the window is then made as wide and as dark as the other views of it.
# Each width and each colour scheme is one in which pages are opened.
EVERY_VIEW: dict[str, list[View]] = {
    "en": [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")],
    "zh-hans": [(1280, "dark"), (1280, "light"), (360, "dark"), (360, "light")],
}
# Each width with each language, each colour scheme with each of both.
HALF_THE_VIEWS: dict[str, list[View]] = {
    "en": [(1280, "light"), (360, "dark")],
    "zh-hans": [(360, "light"), (1280, "dark")],
}


def problems_of(visitor: Visitor, name: str, path: str, views: list[View]) -> list[str]:
    """What is wrong with one page, one line each: opened in the first of the views, then seen in the others.

    Where nothing but colours differs from a view that all rules were held to, those of colours alone are asked again.
    """
    problems, shapes = [], set()
    for place, (width, scheme) in enumerate(views):
        visitor.look(width, scheme)
        if place == 0:
            visitor.go(path)
        else:
            visitor.settle()
        shape, over = visitor.shape(), visitor.overflow_px()
        found = visitor.violations(only_colours=shape in shapes) + visitor.complaints
        shapes.add(shape)
        form = f"{name}-{width}-{scheme}-{visitor.language}"
        problems += [f"{form}: {problem}" for problem in found + ([f"{over} px too wide"] if over > 0 else [])]
        visitor.complaints.clear()
        visitor.shot(form)
    return problems


def walk(visit: Visit, user: Any, pages: Pages, views: dict[str, list[View]] = EVERY_VIEW) -> list[str]:
    """What is wrong with the pages in each view in each language; each is pictured where SHOTS names a folder."""
    problems = []
    for language, seen in views.items():
        visitor = visit(user, language=language)
        for name, path in pages.items():
            problems += problems_of(visitor, name, path, seen)
        visitor.page.context.close()
    return problems
