"""A database of its own for benchmarks, beside the one that holds the catalogue."""

from __future__ import annotations

import os
from pathlib import Path


def prepare(name: str = "artmarket_bench") -> None:
    """Start the embedded servers, make and migrate the database ``name``, and set Django up on it."""
    from artmarket import embedded, supervisor

    var = supervisor.default_var()
    servers = embedded.start(var, database=name)
    os.environ |= {
        "ARTMARKET_VAR": str(var / "bench"),
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "SECRET_KEY": "benchmark",
        "DJANGO_SETTINGS_MODULE": "artmarket.settings",
        "LOG_LEVEL": "WARNING",
    }
    Path(os.environ["ARTMARKET_VAR"]).mkdir(parents=True, exist_ok=True)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
