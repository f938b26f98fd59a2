"""Choices about the pages themselves: theme and language."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from artmarket.accounts.models import User
from artmarket.accounts.preferences import set_preferences
from artmarket.web.preferences import COOKIE_SECONDS, THEME_COOKIE


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the posted theme and go back; an unknown one is refused."""
    theme = request.POST.get("theme", "")
    if theme not in User.Theme.values:
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        set_preferences(actor=request.user, theme=theme)
    response = HttpResponseRedirect(way_back(request))
    response.set_cookie(THEME_COOKIE, theme, max_age=COOKIE_SECONDS, samesite="Lax", secure=settings.HTTPS_ONLY)
    return response


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the posted language and go back."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        set_preferences(actor=request.user, language=language)
    return set_language(request)


def way_back(request: HttpRequest) -> str:
    """The page that asked, where it is one of ours."""
    for url in (request.POST.get("next", ""), request.META.get("HTTP_REFERER", "")):
        if url and url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
            return url
    return "/"
