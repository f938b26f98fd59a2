"""The front door."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from artmarket.accounts.models import User
from artmarket.home.queries import recent_sales, recent_works, roles_of
from artmarket.home.shortcuts import shortcuts_for


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the platform is for strangers; where to go on for people who are signed in."""
    if not isinstance(request.user, User):
        return render(request, "home/landing.html")
    works, sales = recent_works(request.user), recent_sales(request.user)
    context = {
        "works": works,
        "sales": sales,
        "shortcuts": shortcuts_for(roles_of(request.user), is_platform_staff=request.user.is_superuser),
        "shows_invented": any(work.is_invented for work in works) or any(sale.house.is_invented for sale in sales),
    }
    return render(request, "home/home.html", context)
