"""The teaching page: the adversarial game, played in the reader's browser by ``static/generation/game.js``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analysis.generation import queries

MOST_MODELS = 5


@require_GET
def game(request: HttpRequest) -> HttpResponse:
    """The game, its rules and exercises, and the way to models whose figures are read in the same way."""
    user: Any = request.user
    return render(request, "generation/game.html", {"models": queries.models_for(user)[:MOST_MODELS]})
