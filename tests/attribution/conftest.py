"""Opinions as a model gave them, written down: works, hands, parts and names put to the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from analysis.attribution.models import AttributionOpinion, Verification
from analysis.registry.models import ModelVersion
from artmarket.catalogue.models import Artist, Artwork
from tests.factories import ArtistFactory, ArtworkFactory
from tests.similarity.conftest import make_image, space, work_at

__all__ = ["space", "work_at"]
HEAT = {"rows": 2, "columns": 3, "values": [100, 50, 0, 0, -50, -100]}


@dataclass
class Hands:
    """Two masters whom the active model knows."""

    model: ModelVersion
    master: Artist
    rival: Artist


def make_model(*artists: Artist, is_active: bool = True, **more: Any) -> ModelVersion:
    parameters = {"artists": [str(artist.pk) for artist in artists]}
    return ModelVersion.objects.create(
        kind="attribution", name="Hands", parameters=parameters, is_active=is_active, **more
    )


@pytest.fixture
def hands(db: None) -> Hands:
    master, rival = ArtistFactory(name="Ilse Marwand"), ArtistFactory(name="Otto Rival")
    return Hands(make_model(master, rival), master, rival)


def said(master: Artist, rival: Artist, *, first: float = 0.7, unknown: float = 0.1) -> dict[str, Any]:
    """An opinion's fields: ``first`` for the master, the rest for the rival."""
    candidates = [
        {"artist": str(master.pk), "probability": first},
        {"artist": str(rival.pk), "probability": round(1 - first - unknown, 5)},
    ]
    parts = [
        {"name": "whole", "box": [0, 0, 1, 1], "candidates": candidates, "unknown": unknown},
        {"name": "detail", "box": [0.1, 0.1, 0.5, 0.5], "candidates": candidates[::-1], "unknown": 0.95},
        {"name": "patch", "box": [0.6, 0.2, 0.2, 0.2], "candidates": candidates, "unknown": 0.0},
    ]
    leads = first > unknown
    return {
        "candidates": candidates, "unknown": unknown, "parts": parts, "disagreement": 0.25, "strength": "moderate",
        "right_share": 0.8, "right_count": 40, "leading": master if leads else None, "leading_share": first if leads else 0,
    }  # fmt: skip


def make_opinion(hands: Hands, work: Artwork, *, tests: bool = True, **fields: Any) -> AttributionOpinion:
    """The active model's opinion on a work's primary picture, which is made where there is none."""
    image = work.images.filter(is_primary=True).first() or make_image(work)
    facts = {"model_version": hands.model, **said(hands.master, hands.rival), "inputs_sha256": "a" * 64} | fields
    opinion = AttributionOpinion.objects.create(image=image, artwork=work, **facts)
    if tests and not opinion.abstained:
        for artist, ratio, typicality in ((hands.master, 38.0, 0.05), (hands.rival, 0.05, None)):
            Verification.objects.create(
                opinion=opinion, artist=artist, likelihood_ratio=ratio, threshold=1.5, false_accept=0.05,
                false_reject=0.1, accepted=ratio > 1.5, compared_with=60, heat_map=HEAT,
                typicality=typicality,
            )  # fmt: skip
    return opinion


@pytest.fixture
def opine(hands: Hands) -> Callable[..., AttributionOpinion]:
    """``opine(work=…, **fields)``: an opinion on a work, by default a public one by the rival's follower."""

    def make(work: Artwork | None = None, **fields: Any) -> AttributionOpinion:
        work = work or ArtworkFactory(artist=hands.rival, attribution="follower_of")
        return make_opinion(hands, work, **fields)

    return make
