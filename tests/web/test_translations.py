"""Every word that a person reads is there in 简体中文."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from artmarket.core import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def chinese():
    path = messages.LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as text:
        return read_po(text, locale="zh_Hans")


def texts_of(value):
    return [value] if isinstance(value, str) else list(value)


def test_there_are_words_to_translate():
    assert len(template_words()) > 300


def template_words():
    return [(text, context) for text, context, _file, _line in messages.all_messages()]


def test_every_message_is_translated(chinese):
    missing = []
    for text, context in template_words():
        entry = chinese.get(texts_of(text)[0], context)
        if entry is None or not all(texts_of(entry.string)):
            missing.append(text)
    assert not missing, (
        f"{len(missing)} messages lack 简体中文, e.g. {missing[:5]}; run `python -m artmarket.core.messages update`"
    )


def test_translations_keep_the_placeholders(chinese):
    for entry in chinese:
        if not entry.id:
            continue
        allowed = set(PLACEHOLDER.findall(" ".join(texts_of(entry.id))))
        for translated in texts_of(entry.string):
            assert set(PLACEHOLDER.findall(translated)) <= allowed, entry.id
            if isinstance(entry.id, str):
                assert set(PLACEHOLDER.findall(translated)) == allowed, entry.id
