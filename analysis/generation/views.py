"""Pages of the studio."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analysis.generation import queries


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Models to breed with, what was kept, and what others published."""
    return render(request, "generation/home.html", {"models": queries.models_for(request.user)})
