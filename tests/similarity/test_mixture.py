"""Mixing senses: the weights decide, the statement agrees with arithmetic, and each hit says in what it is alike."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from analysis.similarity import hnsw, mixture
from analysis.similarity.models import Embedding
from analysis.similarity.queries import active_spaces, search
from analysis.similarity.routing import Route
from analysis.similarity.senses import in_words
from artmarket.catalogue.models import Artwork
from tests.factories import ArtworkFactory
from tests.similarity.conftest import add_vector, make_image

pytestmark = pytest.mark.django_db
URL = "/api/v1/similar/"


def titles(found):
    return [hit.title for hit in found.hits]


@pytest.fixture
def asked(work_in):
    """A work; another that is like it in what it shows, and one that is painted like it."""
    asked = work_in(0, 0, 0)
    work_in(5, 80, 40, title="same subject")
    work_in(80, 5, 40, title="same style")
    return asked


@pytest.fixture
def many(senses):
    """300 works at random in every sense, indexed."""
    random, works = np.random.default_rng(4), []
    artist = ArtworkFactory().artist
    for number in range(300):
        work = Artwork.objects.create(title=f"work {number}", artist=artist, visibility="public")
        image = make_image(work)
        for space in senses.values():
            add_vector(space, image, random.normal(size=space.dimensions))
        works.append(work)
    for space in senses.values():
        hnsw.build_index(space)
    return works


def by_hand(work, weights, senses):
    """Keys of the works by the mix, worked out in memory; every space's deviation is 0.5 and mean 0."""
    scores: dict[int, float] = {}
    for name, weight in weights.items():
        rows = {row.image.artwork_id: np.asarray(row.vector, float) for row in
                Embedding.objects.filter(space=senses[name]).select_related("image")}  # fmt: skip
        for key, vector in rows.items():
            scores[key] = scores.get(key, 0) + weight / sum(weights.values()) * float(vector @ rows[work.pk]) / 0.5
    return sorted(((key, score) for key, score in scores.items() if key != work.pk), key=lambda pair: -pair[1])


def test_the_weights_decide_what_is_near(world, asked):
    assert titles(search(world.member, artwork=asked.pk, weights={"subject": 3, "style": 1}))[0] == "same subject"
    assert titles(search(world.member, artwork=asked.pk, weights={"subject": 1, "style": 3}))[0] == "same style"
    assert titles(search(world.member, artwork=asked.pk, weights={"style": 1}))[0] == "same style"


@pytest.mark.parametrize("route", [Route.EXACT, Route.HNSW], ids=["exact", "index"])
def test_the_statement_agrees_with_arithmetic(world, senses, many, route):
    weights = {"subject": 60, "style": 30, "colour": 10}
    found = search(world.member, artwork=many[0].pk, weights=weights, limit=10, route=route)
    expected = by_hand(many[0], weights, senses)
    assert found.exact is (route is Route.EXACT)
    assert [hit.artwork_id for hit in found.hits] == [key for key, _score in expected[:10]]
    assert [hit.score for hit in found.hits] == pytest.approx([score for _key, score in expected[:10]], abs=5e-3)


def test_every_index_is_walked(world, senses, many):
    from django.db import connection, transaction

    from analysis.similarity.filters import Filters, narrowed
    from analysis.similarity.statements import Question, use_walk_settings

    works = narrowed(world.member, Filters())
    question = Question(world.member, senses["subject"].pk, 8, works, 12, None, artwork=many[0].pk)
    part = mixture.Part(1.0, 0.0)
    mix = mixture.Mixture(question, [(space.pk, space.dimensions, part) for space in senses.values()])
    sql, parameters = mixture.statement(mix, by_index=True)
    with transaction.atomic(), connection.cursor() as cursor:
        use_walk_settings(cursor)
        cursor.execute(f"EXPLAIN {sql}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    for space in senses.values():
        assert f"similarity_hnsw_{space.pk}" in plan


def test_a_walk_that_comes_back_short_is_done_again_exactly(world, asked, senses):
    for space in senses.values():
        hnsw.build_index(space)
    found = search(world.member, artwork=asked.pk, weights={"subject": 1, "style": 1}, route=Route.HNSW)
    assert found.exact
    assert len(found.hits) == 2


def test_a_mix_shows_nobody_anothers_private_works(world, work_in):
    asked = work_in(0, 0)
    work_in(1, 1, title="private", visibility="private", organisation=world.organisation)
    weights = {"subject": 1, "style": 1}
    assert titles(search(world.member, artwork=asked.pk, weights=weights)) == ["private"]
    assert titles(search(world.outsider, artwork=asked.pk, weights=weights)) == []
    secret = work_in(1, 1, visibility="private", organisation=world.organisation)
    assert titles(search(world.outsider, artwork=secret.pk, weights=weights)) == []


def test_each_hit_says_in_what_it_is_alike(world, asked):
    found = search(world.member, artwork=asked.pk, weights={"style": 1, "subject": 1}, explained=True)
    hit = next(hit for hit in found.hits if hit.title == "same style")
    near = {each.sense: each for each in hit.alikeness}
    assert near["style"].cosine == pytest.approx(np.cos(np.radians(5)), abs=2e-3)
    assert near["style"].rank > 0.95
    assert near["subject"].rank < 0.6
    assert hit.explanation == "Alike in brush-work, not in subject."


def test_words_for_likeness():
    assert (
        in_words({"colour": 0.99, "style": 0.97, "subject": 0.2}) == "Alike in palette and brush-work, not in subject."
    )
    assert in_words({"subject": 0.3, "composition": 0.1}) == "Not alike in layout or subject."
    assert in_words({"subject": 0.8}) == "A little alike in every sense."
    assert in_words({}) == ""


def test_a_sense_without_a_space_takes_no_part(world, asked):
    found = search(world.member, artwork=asked.pk, weights={"style": 1, "hand": 5})
    assert dict(found.weights) == {"style": 1}
    assert not search(world.member, artwork=asked.pk, weights={"hand": 1}).hits


def test_three_statements_answer_and_explain_a_mix(world, asked, django_assert_max_num_queries):
    spaces = active_spaces()
    search(world.member, artwork=asked.pk, explained=True)
    with django_assert_max_num_queries(2):
        search(world.member, artwork=asked.pk, weights={"subject": 1, "style": 1}, spaces=spaces, explained=True)
    with django_assert_max_num_queries(3):
        search(world.member, artwork=asked.pk, weights={"subject": 1, "style": 1}, explained=True)


def test_the_page_has_sliders_that_the_address_remembers(world, asked, as_user):
    address = reverse("similarity:artwork", args=[asked.pk])
    usual = as_user(world.member).get(address).content.decode()
    assert 'name="style" id="filter-style" min="0" max="100" step="5" value="100"' in usual
    assert "filter-hand" not in usual
    page = as_user(world.member).get(address, {"style": 0, "subject": 90, "colour": 10})
    text = page.content.decode()
    assert 'name="subject" id="filter-subject" min="0" max="100" step="5" value="90"' in text
    assert 'name="style" id="filter-style" min="0" max="100" step="5" value="0"' in text
    assert next(hit.title for hit in page.context["found"].hits) == "same subject"
    assert "Alike in" in text


def test_the_api_takes_weights_and_gives_every_senses_score(world, asked, as_user):
    answer = as_user(world.member).get(URL, {"artwork": asked.pk, "style": 100, "subject": 10}).json()
    assert answer["weights"] == {"subject": 10, "style": 100}
    first = answer["results"][0]
    assert first["title"] == "same style"
    assert set(first["senses"]) == {"style", "subject", "colour"}
    assert first["senses"]["style"]["cosine"] == pytest.approx(0.996, abs=2e-3)
    assert first["explanation"].startswith("Alike in")
    alone = as_user(world.member).get(URL, {"artwork": asked.pk}).json()
    assert alone["weights"] == {"subject": 1}
    assert alone["results"][0]["score"] == pytest.approx(0.996, abs=2e-3)


@pytest.mark.parametrize("bad", [{"style": "101"}, {"colour": "-1"}, {"hand": "much"}, {"threshold": "1.5"}], ids=str)
def test_a_bad_weight_is_named(world, asked, as_user, bad):
    answer = as_user(world.member).get(URL, {"artwork": asked.pk} | bad)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] in bad


def test_a_mixs_threshold_is_in_deviations(world, asked, as_user):
    query = {"artwork": asked.pk, "style": 100, "subject": 1, "threshold": "1.9"}
    assert [hit["title"] for hit in as_user(world.member).get(URL, query).json()["results"]] == ["same style"]
