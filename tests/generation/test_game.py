"""The teaching page: who may open it, and which models it leads to."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.generation.conftest import studio_model

URL = reverse("generation:game")


def test_who_may_open_it(world, as_user):
    assert as_user(None).get(URL).status_code == 302
    for who in (world.outsider, world.member, world.editor, world.owner, world.staff):
        assert as_user(who).get(URL).status_code == 200


def test_it_leads_to_models_that_the_reader_may_see(world, as_user, model):
    shared = studio_model(name="Harbours for all", visibility="public")
    page = as_user(world.outsider).get(URL).content.decode()
    assert f"{shared.get_absolute_url()}#figures" in page
    assert model.get_absolute_url() not in page
    assert f"{model.get_absolute_url()}#figures" in as_user(world.member).get(URL).content.decode()


def test_without_models_it_says_so(world, as_user):
    assert "No model of the studio is here yet" in as_user(world.member).get(URL).content.decode()


@pytest.mark.parametrize(
    "word", ["waiting", "beginning", "contest", "discriminator", "generator", "partial", "collapse", "draw"]
)
def test_every_state_of_the_game_has_words(world, as_user, word):
    assert f'<template data-word="{word}">' in as_user(world.member).get(URL).content.decode()
