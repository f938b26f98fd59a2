"""What the documentation names is there: pages, headings, files, commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")
TREE = re.compile(
    r"`((?:artmarket|analysis|ml|tests|templates|benchmarks|docs)/[\w/.-]+\.(?:py|json|yaml|md|css|js|html))`"
)


def headings(page: Path) -> set[str]:
    words = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", word.lower()).replace(" ", "-") for word in words}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for path, heading in LINK.findall(page.read_text()):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not heading or heading in headings(target), f"{path}#{heading}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_command_exists(page):
    text = page.read_text()
    assert [path for path in TREE.findall(text) if not (ROOT / path).exists()] == []
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())
    makes = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text)) | set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE)) <= makes


def test_the_readme_leads_to_every_page():
    found, waiting = set(), [PAGES[0]]
    while waiting:
        page = waiting.pop()
        found.add(page)
        linked = {(page.parent / path).resolve() for path, _heading in LINK.findall(page.read_text()) if path}
        waiting += [other for other in linked & set(PAGES) if other not in found]
    assert found == set(PAGES)
