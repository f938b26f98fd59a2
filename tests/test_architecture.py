"""The arrows between rooms, what a web process loads, and that no migration is missing."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from importlinter import cli

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "torchvision", "lightgbm", "sklearn", "scipy")


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=os.environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_arrows_point_down():
    assert cli.lint_imports(config_filename=str(ROOT / "pyproject.toml")) == cli.EXIT_STATUS_SUCCESS


@pytest.mark.parametrize(
    "start",
    [
        "import artmarket.wsgi, artmarket.urls",
        "import artmarket.celery, django; django.setup()",
    ],
    ids=["web", "worker"],
)
def test_no_process_loads_the_model_libraries_at_its_start(start):
    code = f"{start}\nimport sys\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    assert run_python(code).strip().splitlines()[-1] == "[]"


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_django_finds_nothing_to_warn_of():
    call_command("check", fail_level="WARNING")


def modules(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]


def imported_names(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("folder", ["artmarket", "analysis", "ml"])
def test_nothing_is_pickled(folder):
    for path in modules(folder):
        assert not imported_names(path) & {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}, path


@pytest.mark.parametrize("folder", ["artmarket", "analysis", "ml"])
def test_files_stay_small(folder):
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules(folder)}
    assert {name: lines for name, lines in long.items() if lines > 500} == {}


@pytest.mark.parametrize(
    "module", ["problems", "renderers", "parsers", "pagination", "schema", "viewsets", "throttles"]
)
def test_each_part_of_the_api_can_be_imported_first(module):
    """The framework loads its classes by name out of the settings; a circle shows only in some orders."""
    run_python(
        f"import artmarket.settings, django, os; os.environ.setdefault('DJANGO_SETTINGS_MODULE', "
        f"'artmarket.settings'); django.setup(); import artmarket.api.{module}"
    )
