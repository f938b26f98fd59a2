"""Every name that the library gives has its words here, and every sentence fills."""

from __future__ import annotations

import re

from analysis.appraisal import colour_words, criteria, models, sentence_words, words
from ml.appraisal import ABSTENTIONS, COLOUR_NAMES, GROUPS, MEASURES, REASONS, WARNINGS
from ml.appraisal.overlays import OVERLAYS
from ml.appraisal.sentences import COMPARATIVES, TEMPLATES, VOCABULARY

FILLED = re.compile(r"%\((\w+)\)")


def test_nothing_is_without_a_word():
    assert set(words.MEASURES) == set(MEASURES)
    assert set(words.GROUPS) == set(GROUPS)
    assert set(words.OVERLAYS) == set(OVERLAYS)
    assert set(words.REASONS) >= set(REASONS)
    assert set(words.WARNINGS) == set(WARNINGS)
    assert set(words.ABSTENTIONS) == set(ABSTENTIONS)
    assert set(colour_words.COLOURS) == set(COLOUR_NAMES)
    assert set(words.ORDERS) == set(models.SORTED)
    assert set(models.SORTED) <= set(MEASURES)


def test_sentences_are_those_of_the_library_with_the_same_values():
    assert set(sentence_words.COMPARATIVES) == set(COMPARATIVES)
    placed = {name for name in TEMPLATES if name.startswith("place_")}
    assert set(sentence_words.SENTENCES) == set(TEMPLATES) - placed
    for name, text in sentence_words.SENTENCES.items():
        assert set(FILLED.findall(str(text))) == set(FILLED.findall(TEMPLATES[name])), name
    assert set(sentence_words.VOCABULARY) == set(VOCABULARY)
    for name, table in VOCABULARY.items():
        assert set(sentence_words.VOCABULARY[name]) == set(table), name
    for name in placed:
        told = {"percent": 92, "works": 34, "group": "works by Ada Brush"}
        assert "34 works by Ada Brush" in sentence_words.text_of(name, told), name


def test_a_sentence_newer_than_our_words_is_said_in_english(monkeypatch):
    monkeypatch.setitem(TEMPLATES, "marks_swirl", "The marks swirl about %(count)d places.")
    assert sentence_words.text_of("marks_swirl", {"count": 2}) == "The marks swirl about 2 places."


def test_colours_in_sentences_are_named():
    text = sentence_words.text_of("accent", {"colour": "dark_umber", "share": 4})
    assert text == "A small accent of dark umber, 4 % of the picture, stands against the rest."


def test_no_figure_sums_a_work_up():
    names = {*MEASURES, *(first.code for first in criteria.FIRST)}
    assert not names & {"beauty", "quality", "score", "total", "overall", "aesthetic"}
