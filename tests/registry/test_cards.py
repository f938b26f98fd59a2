"""A model's card: each part where it belongs, missing parts left out, artists named to those who may see them."""

from __future__ import annotations

import pytest

from analysis.registry.card_charts import MOST_LABELS, confusion_chart, confusions, wilson
from analysis.registry.cards import read_card
from analysis.registry.models import ModelVersion
from tests.factories import ArtistFactory

KINDS = ["backbone", "valuation", "attribution", "classification", "appraisal"]
FULL = {
    "purpose": "Tells hands apart.",
    "data": {"works": 512},
    "split": "five folds over works",
    "figures_by_class": [
        {"label": "ink", "n": 3, "precision": 1.0, "recall": 0.5, "f1": 0.667},
        {"label": "oil", "n": 40, "precision": 0.93, "recall": 0.98, "f1": 0.95},
    ],
    "calibration": [
        {"low": 0.5, "high": 0.6, "predicted": 0.55, "observed": 0.5, "n": 10},
        {"low": 0.9, "high": 1.0, "predicted": 0.95, "observed": 0.97, "n": 30},
        {"low": 0.6, "high": 0.7, "predicted": 0.65, "observed": None, "n": 0},
    ],
    "confusion": {"labels": ["ink", "oil"], "counts": [[2, 1], [0, 40]]},
    "controls": [{"name": "a colour histogram", "top_1": 0.41}, {"name": "the majority", "top_1": 0.05}],
    "limits": ["Painted surfaces only.", "No sculpture."],
    "seed": 7,
}


def version_of(card, **more) -> ModelVersion:
    return ModelVersion.objects.create(**({"kind": "attribution", "name": "Hands", "card": card} | more))


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_shows_every_part(world, as_user, kind):
    version = version_of(FULL, kind=kind, figures={"top_1": 0.9412, "other": 1})
    page = as_user(world.member).get(version.get_absolute_url()).content.decode()
    for words in [
        "Tells hands apart.", "512", "five folds over works", "Painted surfaces only.", "No sculpture.", "a colour histogram",
        "the majority", "This model", "0.9412", 'data-chart="line"', 'data-chart="matrix"', "ink taken for oil: 1 work", "98",
    ]:  # fmt: skip
        assert words in page, words
    assert "More on its card" in page


def test_the_model_stands_above_its_controls_by_the_same_figures():
    found = read_card(FULL, {"top_1": 0.94, "ece": 0.02}).sections[0].controls
    assert found.figures == ["top_1"]
    assert found.rows == [
        ("This model", True, [0.94]),
        ("a colour histogram", False, [0.41]),
        ("the majority", False, [0.05]),
    ]


def test_a_calibration_point_has_its_interval_and_an_empty_bin_none():
    payload = read_card(FULL, {}).sections[0].calibration.payload
    (low, high), (least, most) = wilson(0.5, 10), wilson(0.97, 30)
    assert payload["series"][0]["points"] == [
        [55.0, 50.0, round(100 * low, 1), round(100 * high, 1)],
        [95.0, 97.0, round(100 * least, 1), round(100 * most, 1)],
    ]


def test_wilson_s_interval_is_the_published_one():
    assert [round(end, 3) for end in wilson(0.0, 10)] == [0.0, 0.278]
    assert [round(end, 3) for end in wilson(15 / 20, 20)] == [0.531, 0.888]


@pytest.mark.parametrize(
    "card",
    [
        {},
        {"limits": "one sentence"},
        {"figures_by_class": "nonsense", "calibration": 3, "controls": {"name": "x"}},
        {"confusion": {"labels": ["a", "b"], "counts": [[1]]}},
        {"parts": ["not a part", {"name": "style"}]},
        {"use": "an old card", "by decade": [{"decade": 1990}]},
    ],
    ids=["empty", "a sentence", "wrong types", "not square", "empty parts", "old"],
)
def test_a_card_that_lacks_parts_is_read_all_the_same(world, as_user, card):
    found = read_card(card, {"r2": 0.7})
    assert all(section.confusion is None for section in found.sections)
    answer = as_user(world.member).get(version_of(card).get_absolute_url())
    assert answer.status_code == 200
    assert "Class by class" not in answer.content.decode()


def test_each_answer_of_a_model_has_a_section_of_its_own(world, as_user):
    parts = [
        {"name": name, "figures": {"f1": 0.8}, "controls": [{"name": "majority", "f1": 0.1}]}
        for name in ("style", "genre")
    ]
    page = (
        as_user(world.member)
        .get(version_of({"parts": parts}, kind="classification").get_absolute_url())
        .content.decode()
    )
    assert "Style: how well it does" in page
    assert "Genre: how well it does" in page


def test_artists_are_named_to_those_who_may_see_them(world, as_user):
    known = ArtistFactory(name="Ilse Marwand")
    secret = ArtistFactory(name="Hidden Hand", visibility="private", organisation=world.organisation)
    rows = [
        {"label": label, "n": 5, "precision": 1.0, "recall": 1.0, "f1": 1.0}
        for label in (f"{known.pk}|follower_of", str(secret.pk))
    ]
    version = version_of({"labels_are": "artists", "figures_by_class": rows})
    inside = as_user(world.member).get(version.get_absolute_url()).content.decode()
    outside = as_user(world.outsider).get(version.get_absolute_url()).content.decode()
    assert "follower of Ilse Marwand" in inside
    assert "follower of Ilse Marwand" in outside
    assert "Hidden Hand" in inside
    assert "Hidden Hand" not in outside
    assert "an artist whom you may not see" in outside


def test_of_many_classes_the_most_mistaken_are_drawn():
    size = MOST_LABELS + 6
    labels = [f"artist {number}" for number in range(size)]
    counts = [[9 if row == column else 0 for column in range(size)] for row in range(size)]
    counts[size - 1][0] = 4
    drawn = {point[0] for point in confusion_chart("x", labels, counts).payload["series"][0]["points"]}
    assert len(drawn) == MOST_LABELS
    assert {labels[0], labels[-1]} <= drawn
    assert confusions(labels, counts) == [(labels[-1], labels[0], 4)]
