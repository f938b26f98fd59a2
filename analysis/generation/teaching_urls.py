"""Addresses of what the studio teaches with."""

from django.urls import path

from analysis.generation import game_views

urlpatterns = [
    path("game/", game_views.game, name="game"),
]
