"""Words of the site in other languages, with Babel alone, so that no gettext tools are needed.

``python -m artmarket.core.messages compile`` writes the ``.mo`` files; ``update`` brings the ``.po`` files up to date with the
code and the templates, keeping the translations that are there.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

BASE = Path(__file__).resolve().parent.parent.parent
LOCALE = BASE / "artmarket" / "locale"
CODE = ("artmarket", "analysis")
KEYWORDS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy")
STRING = r"""(?:u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({STRING}(?:\s*,\s*{STRING})*)")

Message = tuple[str | tuple[str, str], str | None, str, int]


def messages_of_python(path: Path) -> Iterator[Message]:
    """Each marked message of a module: (text or (singular, plural), context, file, line)."""
    with path.open("rb") as source:
        for line, function, found, _comments in extract_python(source, dict.fromkeys(KEYWORDS), [], {}):
            texts = [str(text) for text in (found if isinstance(found, tuple) else (found,)) if text]
            if texts:
                yield as_message(str(function), texts, path, line)


def messages_of_template(path: Path) -> Iterator[Message]:
    """Each marked message of a template, by Django's own reading of it."""
    from django.utils.translation.template import templatize

    source = templatize(path.read_text(), origin=str(path))
    for call in TEMPLATE_CALL.finditer(source):
        texts = [ast.literal_eval(text) for text in re.findall(STRING, call.group(2))]
        yield as_message(call.group(1), texts, path, source.count("\n", 0, call.start()) + 1)


def as_message(function: str, texts: list[str], path: Path, line: int) -> Message:
    context = texts.pop(0) if function.startswith(("pg", "npg")) else None
    plural = function.startswith("n") and len(texts) > 1
    return ((texts[0], texts[1]) if plural else texts[0], context, str(path.relative_to(BASE)), line)


def all_messages() -> Iterator[Message]:
    """Every message that a person may read, from modules and templates."""
    for folder in CODE:
        for path in sorted((BASE / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from messages_of_python(path)
    for path in sorted((BASE / "templates").rglob("*.html")):
        yield from messages_of_template(path)


def template_catalog() -> Catalog:
    """All messages, untranslated."""
    catalog = Catalog(project="artmarket", charset="utf-8")
    for text, context, file, _line in all_messages():
        catalog.add(text, context=context, locations=[(file, 0)], flags=flags_of(text))
    return catalog


def flags_of(text: str | tuple[str, str]) -> list[str]:
    sample = text if isinstance(text, str) else text[1]
    return ["python-format"] if re.search(r"%\(\w+\)[sd]", sample) else []


def update_all(locale: Path = LOCALE) -> None:
    """Add new messages to each ``.po`` file and drop those no longer used; nothing is guessed."""
    wanted = template_catalog()
    for path in sorted(locale.glob("*/LC_MESSAGES/django.po")):
        with path.open("rb") as text:
            catalog = read_po(text, locale=path.parent.parent.name)
        catalog.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        with path.open("wb") as out:
            write_po(out, catalog, width=110, include_lineno=False, sort_output=True, ignore_obsolete=True)


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write each ``.po`` file's ``.mo`` beside it where that is older; returns the files written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text, target.open("wb") as compiled:
            write_mo(compiled, read_po(text, locale=source.parent.parent.name))
        written.append(target)
    return written


def main(arguments: list[str]) -> str | None:
    actions: dict[tuple[str, ...], Callable[[], object]] = {("compile",): compile_all, ("update",): update_all}
    action = actions.get(tuple(arguments))
    if action is None:
        return "usage: python -m artmarket.core.messages compile|update"
    if action is update_all:
        import django
        from django.conf import settings

        settings.configure(USE_I18N=True)
        django.setup()
    action()
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
