"""The hand: a sense that another room hands in by name; its space is filled, used in a mix, and replaced with its model."""

from __future__ import annotations

import io

import numpy as np
import pytest

from analysis.registry.models import ModelVersion
from analysis.similarity import jobs, services
from analysis.similarity.hands import LearnedHand
from analysis.similarity.models import Embedding, EmbeddingSpace
from analysis.similarity.queries import active_spaces, search
from ml.reporter import SilentReporter
from tests.pictures import shaded
from tests.similarity.test_embedding import COLOURS, Context, paint, pictures, storage, untrained

__all__ = ["pictures", "storage", "untrained"]
pytestmark = pytest.mark.django_db
NAME = "tests.similarity.test_hands.hand"


def reddish(batch: np.ndarray) -> np.ndarray:
    """A hand that knows one thing: how red a picture is."""
    share = batch[:, 0].mean((1, 2)) / (batch.mean((1, 2, 3)) * 3 + 1)
    return np.stack([np.cos(share), np.sin(share)], axis=1).astype(np.float32)


def large_hand() -> LearnedHand | None:
    """The same, looking at larger squares than the network does."""
    found = hand()
    return found and LearnedHand(found.version, reddish, 192)


def hand() -> LearnedHand | None:
    version = ModelVersion.objects.filter(kind="attribution").order_by("-pk").first()
    return None if version is None else LearnedHand(version, reddish, 128)


def learn() -> ModelVersion:
    return ModelVersion.objects.create(kind="attribution", name="a hand")


def test_before_anything_was_learned_there_is_no_such_sense(pictures, settings):
    settings.SIMILARITY_HAND = NAME
    jobs.embed(Context())
    assert services.take_in_hand(reporter=SilentReporter()).embedded == 0
    assert "hand" not in active_spaces()


def test_a_learned_hand_becomes_a_sense_that_a_mix_can_weigh(pictures, settings, world):
    settings.SIMILARITY_HAND = NAME
    jobs.embed(Context())
    version = learn()
    assert services.take_in_hand(reporter=SilentReporter()).embedded == len(COLOURS)
    space = active_spaces()["hand"].record
    assert (space.model_version, space.dimensions) == (version, 2)
    assert space.spread["deviation"] > 0
    found = search(world.member, artwork=pictures[0].artwork_id, weights={"hand": 1}, explained=True)
    assert found.hits[0].title == "firebrick"
    assert {each.sense for each in found.hits[0].alikeness} == {"style", "subject", "colour", "composition", "hand"}
    assert services.take_in_hand(reporter=SilentReporter()).embedded == 0


def test_new_pictures_get_their_hand_in_the_same_look(pictures, settings):
    settings.SIMILARITY_HAND = NAME
    jobs.embed(Context())
    learn()
    services.take_in_hand(reporter=SilentReporter())
    late = paint("orange")
    assert jobs.embed(Context())["embedded"] == 1
    assert Embedding.objects.filter(image=late).count() == 5


def test_another_model_takes_over_whole(pictures, settings):
    settings.SIMILARITY_HAND = NAME
    jobs.embed(Context())
    learn()
    services.take_in_hand(reporter=SilentReporter())
    old, newer = active_spaces()["hand"].record, learn()
    services.take_in_hand(reporter=SilentReporter())
    assert active_spaces()["hand"].record.model_version == newer
    old.refresh_from_db()
    assert old.state == "retired"
    learn()
    services.take_in_hand(reporter=SilentReporter())
    assert not EmbeddingSpace.objects.filter(pk=old.pk).exists()
    assert EmbeddingSpace.objects.get(state="active", name="subject").model_version.is_active


def test_a_hand_that_looks_closer_than_the_network_sees_uploaded_pictures_too(pictures, settings, world):
    settings.SIMILARITY_HAND = "tests.similarity.test_hands.large_hand"
    jobs.embed(Context())
    learn()
    services.take_in_hand(reporter=SilentReporter())
    out = io.BytesIO()
    shaded((90, 60), "crimson").save(out, "PNG")
    asked = services.search_by_picture(actor=world.member, source=out)
    services.embed_search(search_id=asked.pk)
    assert asked.vectors.count() == 5
    assert search(world.member, picture_search=asked.pk, weights={"hand": 1}).hits[0].title == "crimson"
