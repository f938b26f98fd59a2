"""How a reader likes the pages: theme and language, kept with the person, and in a cookie before signing in."""

from __future__ import annotations

from django.http import HttpRequest

from artmarket.accounts.models import User

THEME_COOKIE = "theme"
THEMES = User.Theme.choices
COOKIE_SECONDS = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """``system``, ``light`` or ``dark``: the person's choice, else the cookie's."""
    user = getattr(request, "user", None)
    chosen = user.theme if user is not None and user.is_authenticated else request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in User.Theme.values else User.Theme.SYSTEM
