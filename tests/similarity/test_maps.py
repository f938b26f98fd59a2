"""The map: drawn once for the same vectors, showing each person only what that person may see; and selections."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from analysis.similarity import mapping, services
from analysis.similarity.models import CollectionMap, MapPoint, Selection
from analysis.similarity.queries import active_spaces
from artmarket.sales.models import LotArtwork
from ml.reporter import SilentReporter
from tests.factories import ArtworkFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(work_in, world):
    made = [work_in(30 * n, 20 * n, 10 * n, title=f"work {n}") for n in range(5)]
    made.append(work_in(7, 7, title="secret", visibility="private", organisation=world.organisation))
    return made


@pytest.fixture
def chart(works):
    return mapping.draw(active_spaces(), mapping.MIX, SilentReporter())


def points(client):
    return {each["title"]: each for each in client.get(reverse("similarity:map-points")).json()["points"]}


def test_every_work_has_a_place_and_the_map_names_its_model(chart, works):
    assert chart.works == len(works)
    assert MapPoint.objects.filter(map=chart).count() == len(works)
    assert set(chart.weights) == {"style", "subject", "colour"}
    assert chart.model_version_id is not None


def test_the_same_vectors_are_not_drawn_again_and_old_maps_go(chart, work_in):
    assert mapping.draw(active_spaces(), mapping.MIX, SilentReporter()) == chart
    for angle in (1, 2, 3):
        work_in(angle, angle)
        mapping.draw(active_spaces(), mapping.MIX, SilentReporter())
    assert CollectionMap.objects.filter(view=mapping.MIX).count() == mapping.KEPT


def test_a_map_is_drawn_anew_once_the_collection_has_grown_by_a_tenth(chart, work_in):
    from django.core.cache import cache

    spaces = active_spaces()
    assert not mapping.refresh(spaces, mapping.MIX, SilentReporter())
    work_in(3, 3)
    cache.clear()
    assert mapping.refresh(active_spaces(), mapping.MIX, SilentReporter())


def test_each_sees_ones_own_works_and_prices_alone(chart, works, world, as_user):
    sale = SaleFactory(visibility="private", organisation=world.organisation)
    LotFactory(artwork=works[0], sale=sale, price_usd=Decimal(900))
    mine, theirs = points(as_user(world.member)), points(as_user(world.outsider))
    assert "secret" in mine
    assert "secret" not in theirs
    assert mine["work 0"]["price"] == 900
    assert theirs["work 0"]["price"] is None
    assert -1 <= mine["work 0"]["x"] <= 1
    assert as_user(None).get(reverse("similarity:map-points")).status_code in {302, 401, 403}


def test_the_page_has_a_table_beside_the_canvas(chart, world, as_user):
    page = as_user(world.outsider).get(reverse("similarity:map")).content.decode()
    assert "<canvas" in page
    assert "work 3" in page
    assert "secret" not in page
    assert "t-SNE" in page


def test_without_a_map_the_page_says_so(world, as_user):
    assert "No map yet" in as_user(world.member).get(reverse("similarity:map")).content.decode()


def test_points_cost_as_many_queries_for_few_as_for_many(chart, world, as_user, django_assert_max_num_queries):
    client = as_user(world.member)
    client.get(reverse("similarity:map-points"))
    with django_assert_max_num_queries(8):
        client.get(reverse("similarity:map-points"))


def test_a_points_card_is_shown_to_those_who_see_the_work(works, world, as_user):
    url = reverse("similarity:map-card", args=[works[-1].pk])
    assert "secret" in as_user(world.member).get(url).content.decode()
    assert as_user(world.outsider).get(url).status_code == 404


def test_only_staff_have_maps_drawn(world, senses, as_user):
    url = reverse("similarity:map-draw")
    assert as_user(world.owner).post(url).status_code == 403
    assert as_user(world.staff).post(url).status_code == 302


def test_a_lasso_becomes_a_selection_of_works_that_one_sees(works, world, as_user):
    ids = ",".join(str(work.pk) for work in works)
    answer = as_user(world.outsider).post(reverse("similarity:selection-new"), {"works": ids, "name": "Blue"})
    selection = Selection.objects.get()
    assert answer.url == selection.get_absolute_url()
    assert selection.artworks.count() == len(works) - 1
    page = as_user(world.outsider).get(answer.url).content.decode()
    assert "work 1" in page
    assert "secret" not in page


@pytest.mark.parametrize("works_given", ["", "x", "1,2;3", "999999999"], ids=["none", "word", "mixed", "unknown"])
def test_a_selection_of_nothing_is_refused(world, as_user, works_given):
    answer = as_user(world.member).post(reverse("similarity:selection-new"), {"works": works_given})
    assert answer.status_code == 302
    assert not Selection.objects.exists()


def test_a_selection_is_its_makers_alone(world, as_user):
    kept = Selection.objects.create(made_by=world.member, name="Mine")
    kept.artworks.add(ArtworkFactory())
    change = reverse("similarity:selection-change", args=[kept.pk])
    for who in (world.outsider, world.owner, world.staff):
        assert as_user(who).get(kept.get_absolute_url()).status_code == 404
        assert as_user(who).post(change, {"action": "delete"}).status_code == 404
    assert as_user(None).post(change, {"action": "delete"}).status_code in {302, 401, 403}
    as_user(world.member).post(change, {"name": "Ours"})
    kept.refresh_from_db()
    assert kept.name == "Ours"
    as_user(world.member).post(change, {"name": " "})
    kept.refresh_from_db()
    assert kept.name == "Ours"
    as_user(world.member).post(change, {"action": "delete"})
    assert not Selection.objects.exists()


def test_settling_without_spaces_does_nothing(world):
    assert services.settle(reporter=SilentReporter()) == {"duplicates": 0, "maps": 0}


def test_the_price_of_a_lot_of_two_works_is_the_price_of_neither(chart, works, world, as_user):
    lot = LotFactory(artwork=works[0], price_usd=Decimal(900))
    LotArtwork.objects.create(lot=lot, artwork=works[1], position=2)
    shown = points(as_user(world.member))
    assert shown["work 0"]["price"] is None
    assert shown["work 1"]["price"] is None
