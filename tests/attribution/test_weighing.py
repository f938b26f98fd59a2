"""An opinion as weights for the price under another attribution."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from analysis.attribution.weighing import weights_of
from analysis.registry.models import ModelVersion
from analysis.valuation.models import Valuation
from tests.attribution.conftest import said
from tests.factories import ArtworkFactory

pytestmark = pytest.mark.django_db


def test_what_is_given_to_other_hands_goes_to_the_recorded_qualifier(world, opine, hands):
    work = ArtworkFactory(artist=hands.master, attribution="studio_of")
    opine(work)
    assert weights_of(world.member, work).percents == {"by": 70, "studio_of": 30}


def test_of_a_work_by_the_artist_it_goes_to_a_follower(world, opine, hands):
    work = ArtworkFactory(artist=hands.rival)
    opine(work)
    found = weights_of(world.member, work)
    assert found.percents == {"by": 20, "follower_of": 80}
    assert (found.own_percent, found.assumed) == (20, "follower_of")


def test_hands_under_a_qualifier_are_weighed_as_they_are(world, opine, hands):
    candidates = [
        {"artist": f"{hands.master.pk}:after", "probability": 0.6},
        {"artist": str(hands.master.pk), "probability": 0.333},
    ]
    work = ArtworkFactory(artist=hands.master)
    opine(work, candidates=candidates, unknown=0.067)
    found = weights_of(world.member, work).percents
    assert found == {"after": 60, "by": 33, "follower_of": 7}
    assert sum(found.values()) == 100


def test_there_are_no_weights_without_an_opinion_or_a_name(world, opine, hands):
    assert weights_of(world.member, ArtworkFactory(artist=hands.master)) is None
    nameless = ArtworkFactory(artist=None)
    opine(nameless)
    assert weights_of(world.member, nameless) is None
    silent = ArtworkFactory(artist=hands.master)
    opine(silent, abstained="blank", candidates=[], parts=[], leading=None)
    assert weights_of(world.member, silent) is None


@pytest.fixture
def valuation(world, hands, opine):
    work = ArtworkFactory(artist=hands.master, visibility="private", organisation=world.organisation)
    opine(work, **said(hands.master, hands.rival, first=0.82, unknown=0.1))
    version = ModelVersion.objects.create(kind="valuation", scope="auction:EUR", name="Prices")
    return Valuation.objects.create(
        artwork=work, model_version=version, effective_date=dt.date(2019, 5, 14), currency="EUR", price_basis="hammer",
        low=800, middle=1000, high=1500, organisation=world.organisation, inputs_sha256="c" * 64,
    )  # fmt: skip


def test_the_price_page_offers_the_opinion_s_weights(world, as_user, valuation):
    page = as_user(world.member).get(reverse("attribution:weights-panel", args=[valuation.pk])).content.decode()
    whatif = reverse("valuation:what-if-panel", args=[valuation.pk])
    assert f"{whatif}?by=82&amp;follower_of=18" in page
    assert "82 % by the artist" in page


def test_the_weights_of_a_private_price_are_its_organisation_s(world, as_user, valuation):
    url = reverse("attribution:weights-panel", args=[valuation.pk])
    assert [as_user(who).get(url).status_code for who in (None, world.outsider, world.owner)] == [302, 404, 200]
