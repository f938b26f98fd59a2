"""Probabilities: fitted where there are pairs enough, refused with a reason where there are not, shown on each hit."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.registry.models import ModelVersion
from analysis.similarity import calibrations
from analysis.similarity.calibrated import KIND, SAME_HAND, SAME_STYLE, active_calibrations
from analysis.similarity.queries import active_spaces, search
from ml.reporter import SilentReporter
from tests.factories import ArtistFactory, ArtworkFactory
from tests.similarity.conftest import add_vector, make_image

pytestmark = pytest.mark.django_db


class Listening(SilentReporter):
    def __init__(self) -> None:
        self.said: list[str] = []

    def log(self, message: str) -> None:
        self.said.append(message)


@pytest.fixture
def school(senses):
    """Eight artists of eight works each, painted alike, without any style on record."""
    random, works = np.random.default_rng(3), []
    for _artist in range(8):
        artist, middle = ArtistFactory(), {name: random.normal(size=space.dimensions) for name, space in senses.items()}
        for _work in range(8):
            work = ArtworkFactory(artist=artist, style="")
            image = make_image(work)
            for name, space in senses.items():
                add_vector(space, image, middle[name] + 0.5 * random.normal(size=space.dimensions))
            works.append(work)
    return works


def test_one_hand_is_fitted_and_too_few_styles_are_said(school, world):
    listening = Listening()
    fitted = calibrations.calibrate(active_spaces(), listening)
    assert fitted == [SAME_HAND]
    assert any(SAME_STYLE in line for line in listening.said)
    version = ModelVersion.objects.get(kind=KIND, scope=SAME_HAND)
    assert version.is_active
    assert version.figures["auroc"] > 0.8
    assert version.figures["pairs"] == 64 * 25
    found = search(world.member, artwork=school[0].pk, weights={"style": 1, "subject": 1}, explained=True, limit=20)
    chances = [dict(hit.chances)[SAME_HAND] for hit in found.hits]
    by_same = [chance for hit, chance in zip(found.hits, chances, strict=True) if hit.artist_id == school[0].artist_id]
    by_others = [
        chance for hit, chance in zip(found.hits, chances, strict=True) if hit.artist_id != school[0].artist_id
    ]
    assert np.mean(by_same) > np.mean(by_others) + 0.2


def test_without_calibration_no_chance_is_told(work_in, world):
    asked = work_in(0, 0)
    work_in(1, 1)
    assert active_calibrations() == {}
    (hit,) = search(world.member, artwork=asked.pk, weights={"style": 1, "subject": 1}, explained=True).hits
    assert hit.chances == ()


def test_followers_are_no_proof_of_a_hand(school):
    type(school[0]).objects.filter(pk__in=[work.pk for work in school]).update(attribution="follower_of")
    assert calibrations.calibrate(active_spaces(), SilentReporter()) == []
