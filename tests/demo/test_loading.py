"""The demo loads at once, twice without change, and is marked as invented."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from artmarket.accounts.models import User
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.demo import loading, people
from artmarket.demo.atelier.painter import paint
from artmarket.demo.works import plan_works
from artmarket.sales.models import AuctionHouse, Lot, Sale

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORKS = 32


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo's folder; its records stand in a transaction around those of the tests, each of which is rolled back."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        override_settings(VAR_DIR=folder, MEDIA_ROOT=folder / "media"),
        ExitStack() as around,
    ):
        around.enter_context(transaction.atomic())
        call_command("make_demo", works=WORKS, verbosity=0)
        around = around.pop_all()
    yield folder
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.close()


@pytest.fixture
def demo(loaded, db, settings, tmp_path):
    """The demo, loaded once for all; records and files are the test's own to change."""
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def counts():
    return [model.objects.count() for model in (Artist, Artwork, ArtworkImage, Sale, Lot, AuctionHouse, User)]


def test_every_work_has_its_picture_and_a_second_run_changes_nothing(demo):
    assert Artwork.objects.count() == ArtworkImage.objects.filter(is_primary=True).count() == WORKS
    before = counts()
    call_command("make_demo", works=WORKS, verbosity=0)
    assert counts() == before


def test_a_run_that_was_killed_before_the_last_pictures_is_completed(demo):
    ArtworkImage.objects.filter(artwork__inventory_number__in=["DEMO-0001", "DEMO-0002"]).delete()
    call_command("make_demo", works=WORKS, verbosity=0)
    assert ArtworkImage.objects.count() == WORKS


def test_all_of_it_is_marked_as_invented(demo):
    assert not Artist.objects.filter(is_invented=False).exists()
    assert not Artwork.objects.filter(is_invented=False).exists()
    assert set(AuctionHouse.objects.values_list("market", flat=True)) == {"invented"}


def test_a_coming_sale_is_seen_by_its_house_alone(demo):
    sees = {
        name: Sale.objects.visible_to(User.objects.get(username=name)).filter(visibility="private").count()
        for name in ("house", "rival", "dealer", "staff")
    }
    assert sees == {"house": 1, "rival": 1, "dealer": 0, "staff": 2}
    mine, theirs = (
        Sale.objects.visible_to(User.objects.get(username=name)).filter(visibility="private").get()
        for name in ("house", "rival")
    )
    assert mine.house != theirs.house


def test_an_announced_sale_is_seen_by_all_before_it_is_held(demo):
    dealer = User.objects.get(username="dealer")
    sale = Sale.objects.visible_to(dealer).get(date__gt=timezone.localdate())
    assert set(sale.lots.visible_to(dealer).values_list("outcome", "price")) == {("unknown", None)}


def test_the_truth_is_kept_beside_the_data(demo):
    truth = json.loads((demo / "demo" / "truth.json").read_text())
    assert set(truth["works"]) == set(Artwork.objects.values_list("inventory_number", flat=True))
    assert set(truth["fame"]) == set(Artist.objects.values_list("name", flat=True))


def test_the_logins_work_and_data_entry_may_open_the_admin(demo, client):
    for person in people.PEOPLE:
        assert client.login(username=person.username, password=people.PASSWORD)
    assert User.objects.get(username="data").is_staff
    assert not User.objects.get(username="dealer").is_staff


def test_it_can_be_taken_away_again(demo):
    assert loading.remove() == WORKS
    assert not Artwork.objects.exists()
    assert not Sale.objects.exists()
    assert User.objects.filter(username="dealer").exists()


@pytest.mark.parametrize("work", plan_works(30, 7), ids=lambda work: work.painter.hand)
def test_each_hand_paints_the_same_picture_twice_and_no_empty_one(work):
    first, second = paint(work.order), paint(work.order)
    assert first.tobytes() == second.tobytes()
    assert 480 <= max(first.size) <= 900
    assert len(first.resize((64, 64)).getcolors(4096) or range(4096)) > 50
