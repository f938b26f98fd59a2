"""The one router. A room's ``api.py`` has ``register(router)``, which says ``router.register("artists", …)``."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule
from rest_framework.routers import SimpleRouter

OUR_ROOMS = ("artmarket.", "analysis.")
UUID_KEY = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Router(SimpleRouter):
    """Addresses end with a slash. Keys are digits unless the view sets ``lookup_value_regex`` (``UUID_KEY``)."""

    def get_lookup_regex(self, viewset: type, lookup_prefix: str = "") -> str:
        if getattr(viewset, "lookup_value_regex", None) is None:
            viewset.lookup_value_regex = "[0-9]+"  # type: ignore[attr-defined]
        return super().get_lookup_regex(viewset, lookup_prefix)


def discover() -> Router:
    """A router with the endpoints of every room that has an ``api.py``."""
    router = Router()
    for config in apps.get_app_configs():
        if config.name.startswith(OUR_ROOMS) and module_has_submodule(config.module, "api"):
            import_module(f"{config.name}.api").register(router)
    return router
