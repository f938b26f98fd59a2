"""How far judges agree: kappa by published figures, and the page that shows it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from analysis.attribution import deciding
from analysis.attribution.agreement import agreement, kappa
from tests.attribution.conftest import said
from tests.factories import ArtistFactory, ArtworkFactory


def table(*cells: tuple[str, str, int]) -> list[tuple[str, str]]:
    return [(one, other) for one, other, times in cells for _time in range(times)]


def test_kappa_is_the_textbook_s():
    """Two readers of 50 grant proposals: 20 yes-yes, 15 no-no, 5 and 10 mixed give 0.4."""
    pairs = table(("yes", "yes", 20), ("yes", "no", 5), ("no", "yes", 10), ("no", "no", 15))
    assert kappa(pairs) == pytest.approx(0.4)
    found = agreement(pairs)
    assert (found.works, found.share) == (50, 0.7)
    low, high = found.kappa_interval
    assert low < 0.4 < high
    assert 0.10 < low < 0.22
    assert 0.58 < high < 0.70


def test_full_agreement_is_one_and_chance_is_none():
    assert kappa(table(("a", "a", 5), ("b", "b", 5))) == 1
    assert kappa(table(("a", "a", 5))) is None, "who names one hand throughout agrees by chance as well"
    assert kappa(table(("a", "b", 5), ("b", "a", 5))) == -1
    assert agreement([("a", "a")]) is None


@pytest.fixture
def heard(world, hands, opine):
    """Four works: the expert follows the machine on two, differs on one, and one is an abstention."""
    works = [ArtworkFactory(title=f"Work {letter}") for letter in "ABCD"]
    for work in works[:3]:
        opine(work)
    opine(works[3], abstained="blank", candidates=[], parts=[], leading=None, leading_share=0)
    artists = [hands.master, hands.master, hands.rival, hands.rival]
    for work, artist in zip(works, artists, strict=True):
        keep(world, work, "Dr Ada", artist)
    return works


def keep(world, work, expert, artist, **more):
    return deciding.record_expert(
        actor=world.owner, artwork=work, organisation=world.organisation, expert=expert, confidence="certain",
        artist=artist, **more,
    )  # fmt: skip


def shown(client) -> str:
    return client.get(reverse("attribution:agreement")).content.decode()


@pytest.mark.django_db
def test_the_page_reckons_agreement_and_lists_where_they_differ(world, as_user, hands, heard):
    page = shown(as_user(world.member))
    assert "Dr Ada" in page
    assert "67\u00a0%" in page
    assert "On 1 of these works the model says nothing" in page
    differing = page[page.index("Where they differ") :]
    assert "Work C" in differing
    assert "Work A" not in differing
    assert "Otto Rival" in differing


@pytest.mark.django_db
def test_a_follower_s_work_is_another_hand_for_expert_and_machine_alike(world, as_user, hands, opine):
    doubt = said(hands.master, hands.rival, first=0.1, unknown=0.8)
    works = [ArtworkFactory(), ArtworkFactory()]
    for work in works:
        opine(work, **doubt)
        keep(world, work, "Dr Ada", hands.master, qualifier="follower_of")
    page = shown(as_user(world.member))
    assert "100\u00a0%" in page
    assert "On no work." in page


@pytest.mark.django_db
def test_experts_are_measured_with_each_other_and_their_last_word_counts(world, as_user, hands, heard):
    for work in heard[:3]:
        keep(world, work, "Dr Bo", ArtistFactory())
        keep(world, work, "Dr Bo", hands.master)
    page = shown(as_user(world.member))
    assert "Dr Ada · Dr Bo" in page


@pytest.mark.django_db
def test_others_see_nothing_of_it(world, as_user, hands, heard):
    assert "Dr Ada" not in shown(as_user(world.outsider))
    assert "No expert was heard yet" in shown(as_user(world.outsider))
    assert as_user(None).get(reverse("attribution:agreement")).status_code == 302


@pytest.mark.django_db
def test_the_page_costs_as_many_queries_for_many_as_for_one(
    world, as_user, hands, heard, opine, django_assert_max_num_queries
):
    for _each in range(10):
        work = ArtworkFactory()
        opine(work)
        keep(world, work, "Dr Ada", hands.rival)
    client = as_user(world.member)
    shown(client)
    with django_assert_max_num_queries(14):
        shown(client)
