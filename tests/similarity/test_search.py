"""What a search promises: the nearest works that the asker may see, exactly or by the index."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection

from analysis.similarity.filters import Filters, narrowed
from analysis.similarity.models import Embedding
from analysis.similarity.queries import search
from analysis.similarity.routing import Route, choose_route
from analysis.similarity.statements import Question, run_hnsw, statement, use_walk_settings
from tests.factories import AuctionHouseFactory, LotFactory, SaleFactory
from tests.similarity.conftest import add_vector, make_image

pytestmark = pytest.mark.django_db


def titles(found):
    return [hit.title for hit in found.hits]


def brute_force(space, asked):
    rows = Embedding.objects.filter(space=space).select_related("image")
    own = next(np.asarray(row.vector) for row in rows if row.image.artwork_id == asked.pk)
    scored = [(float(own @ np.asarray(row.vector)), row.image.artwork_id) for row in rows]
    return [pk for _score, pk in sorted(scored, reverse=True) if pk != asked.pk]


def test_it_works(world, work_at):
    asked = work_at(1, 0, title="asked")
    work_at(0, 1, title="far")
    work_at(1, 0.1, title="near")
    found = search(world.member, artwork=asked.pk)
    assert titles(found) == ["near", "far"]
    assert found.hits[0].score == pytest.approx(0.995, abs=1e-3)
    assert found.exact
    assert found.space.pictures == 3


def test_exact_search_is_brute_force(world, space, crowd):
    found = search(world.member, artwork=crowd[0].pk, limit=20)
    assert [hit.artwork_id for hit in found.hits] == brute_force(space, crowd[0])[:20]


def test_the_index_finds_what_brute_force_finds_and_says_that_it_is_not_exact(world, space, crowd):
    found = search(world.member, artwork=crowd[0].pk, limit=20, route=Route.HNSW)
    assert not found.exact
    wanted = set(brute_force(space, crowd[0])[:20])
    assert len(wanted & {hit.artwork_id for hit in found.hits}) >= 19


def test_many_candidates_are_found_by_the_hnsw_index(world, space, crowd):
    question = Question(world.member, space.pk, 8, narrowed(world.member, Filters()), 12, None, artwork=crowd[0].pk)
    sql, parameters = statement(question, by_index=True)
    with connection.cursor() as cursor:
        use_walk_settings(cursor)
        cursor.execute(f"EXPLAIN {sql}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert f"similarity_hnsw_{space.pk}" in plan
    assert "Sort Key: (((e.vector" not in plan


def test_a_walk_that_comes_back_short_is_done_again_exactly(world, space, crowd):
    works = narrowed(world.member, Filters(medium="ink"))
    few = works.filter(pk__in=[work.pk for work in crowd[:4]])
    assert run_hnsw(Question(world.member, space.pk, 8, few, 12, None, artwork=crowd[0].pk)) is None
    found = search(world.member, artwork=crowd[0].pk, limit=200, route=Route.HNSW)
    assert found.exact
    assert len(found.hits) == 200


def test_few_pictures_or_a_narrow_filter_are_searched_exactly(world, crowd):
    narrow = Filters(medium="photograph")
    assert choose_route(world.member, Filters(), narrowed(world.member, Filters()), 5_000) is Route.EXACT
    assert choose_route(world.member, Filters(), narrowed(world.member, Filters()), 5_001) is Route.HNSW
    assert choose_route(world.member, narrow, narrowed(world.member, narrow), 100_000) is Route.EXACT


@pytest.mark.parametrize("route", list(Route))
def test_a_private_work_of_others_is_never_found(world, work_at, route):
    asked = work_at(1, 0, title="asked")
    work_at(1, 0, title="ours", visibility="private", organisation=world.organisation)
    work_at(1, 0, title="theirs", visibility="private", organisation=world.other_organisation)
    assert titles(search(world.member, artwork=asked.pk, route=route)) == ["ours"]
    assert titles(search(world.outsider, artwork=asked.pk, route=route)) == ["theirs"]
    assert sorted(titles(search(world.staff, artwork=asked.pk, route=route))) == ["ours", "theirs"]


def test_a_private_work_of_others_is_no_question_either(world, work_at):
    work_at(1, 0, title="public")
    theirs = work_at(1, 0, visibility="private", organisation=world.other_organisation)
    assert titles(search(world.member, artwork=theirs.pk)) == []
    assert titles(search(world.member, image=theirs.images.get().pk)) == []


def test_a_private_artist_is_not_named(world, work_at):
    asked, other = work_at(1, 0), work_at(1, 0)
    other.artist.visibility, other.artist.organisation = "private", world.other_organisation
    other.artist.save()
    assert search(world.member, artwork=asked.pk).hits[0].artist_name is None
    assert search(world.outsider, artwork=asked.pk).hits[0].artist_name == other.artist.name


def test_a_work_with_several_pictures_is_shown_once_by_its_nearest(world, space, work_at):
    asked, other = work_at(1, 0), work_at(0, 1, title="other")
    near = make_image(other, is_primary=False)
    add_vector(space, near, [1, 0.1])
    (hit,) = search(world.member, artwork=asked.pk).hits
    assert hit.image_id == near.pk


def test_the_threshold_is_the_least_score_shown(world, work_at):
    asked = work_at(1, 0)
    work_at(1, 0.1, title="near")
    work_at(0, 1, title="far")
    assert titles(search(world.member, artwork=asked.pk, threshold=0.9)) == ["near"]


def test_filters_narrow_by_artist_medium_and_year(world, work_at):
    asked = work_at(1, 0)
    old = dt.date(1850, 1, 1)
    ink = work_at(1, 0.1, title="ink", medium="ink", date_earliest=old, date_latest=old)
    work_at(1, 0.2, title="oil")

    def found(**filters):
        return titles(search(world.member, artwork=asked.pk, filters=Filters(**filters)))

    assert found() == ["ink", "oil"]
    assert found(artist=ink.artist_id) == ["ink"]
    assert found(medium="oil") == ["oil"]
    assert found(year_max=1850) == ["ink"]
    assert found(year_min=1851) == ["oil"]


def test_filters_narrow_by_sales_that_one_may_see(world, work_at):
    asked, sold = work_at(1, 0), work_at(1, 0.1, title="sold")
    unsold = work_at(1, 0.2, title="unsold")
    house = AuctionHouseFactory()
    LotFactory(artwork=sold, sale=SaleFactory(house=house), price_usd=Decimal(1200))
    LotFactory(artwork=unsold, outcome="bought_in", price=None)
    secret = SaleFactory(house=house, visibility="private", organisation=world.other_organisation)
    LotFactory(artwork=unsold, sale=secret, price_usd=Decimal(9000))

    def found(user, **filters):
        return titles(search(user, artwork=asked.pk, filters=Filters(**filters)))

    assert found(world.member, sold=True) == ["sold"]
    assert found(world.member, sold=False) == ["unsold"]
    assert found(world.member, house=house.pk) == ["sold"]
    assert found(world.member, price_min=Decimal(1000), price_max=Decimal(2000)) == ["sold"]
    assert found(world.outsider, price_min=Decimal(5000)) == ["unsold"]


def test_two_statements_answer_an_exact_search(world, work_at, django_assert_max_num_queries):
    asked = work_at(1, 0)
    world.member.pk and search(world.member, artwork=asked.pk)
    with django_assert_max_num_queries(2):
        search(world.member, artwork=asked.pk)


def test_without_a_space_nothing_is_found(world):
    found = search(world.member, artwork=1)
    assert found.space is None
    assert titles(found) == []
