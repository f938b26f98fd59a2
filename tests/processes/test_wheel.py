"""What ``pip install .`` brings along: every file that the code reads, not only modules."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOTS = ("artmarket", "analysis", "ml", "templates")
BUILD = "from setuptools import build_meta; import sys; build_meta.build_wheel(sys.argv[1])"
LOOK = """
import django; django.setup()
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from artmarket.intake.spec import SHIPPED, shipped_maps
from artmarket.sales.fx_files import SEEDS
import artmarket
print(artmarket.__file__)
assert len(shipped_maps()) >= 5 and SEEDS.is_file()
for name in ("web/base.html", "intake/import_list.html", "jobs/_rows.html"):
    get_template(name)
for name in ("web/app.js", "api/docs.js", "similarity/picture_drop.js"):
    assert finders.find(name), name
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("setuptools")
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ROOTS:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(out)], cwd=source, capture_output=True, text=True, timeout=120
    )
    assert built.returncode == 0, built.stderr
    return next(out.glob("*.whl"))


def test_it_holds_every_file_of_the_packages(wheel: Path) -> None:
    files = (path for name in ROOTS for path in (ROOT / name).rglob("*") if path.is_file())
    wanted = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    assert wanted - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_the_code_finds_its_files_where_it_was_unpacked(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(home)
    env = os.environ | {"PYTHONPATH": str(home), "DJANGO_SETTINGS_MODULE": "artmarket.settings", "SECRET_KEY": "wheel"}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(home)), "the packages were taken from elsewhere"
