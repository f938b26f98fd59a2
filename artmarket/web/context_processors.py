"""What every page's shell needs."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from artmarket.web.navigation import address, navigation
from artmarket.web.preferences import THEMES, theme_of


def shell(request: HttpRequest) -> dict[str, object]:
    """The site's name, its navigation, and the reader's theme."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_TAGLINE": settings.SITE_TAGLINE,
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "api_docs_url": SimpleLazyObject(lambda: address("api:docs")),
        "theme": theme_of(request),
        "themes": THEMES,
    }
