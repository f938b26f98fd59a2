"""Static files are collected again when what they are made from has changed, and only then."""

from __future__ import annotations

import os

import pytest

from artmarket import static_sources, supervisor


@pytest.fixture
def base(tmp_path):
    for name in ("artmarket/web/static/web/app.js", "analysis/similarity/static/s.js", "package-lock.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    return tmp_path


@pytest.mark.parametrize(
    "name", ["artmarket/web/static/web/app.js", "analysis/similarity/static/s.js", "package-lock.json"]
)
def test_the_state_changes_with_every_source(base, name):
    before = static_sources.state(base)
    assert static_sources.state(base) == before
    (base / name).write_text("two!")
    assert static_sources.state(base) != before


def test_a_new_package_may_bring_other_files(base, monkeypatch):
    before = static_sources.state(base)
    monkeypatch.setattr(static_sources, "distributions", lambda: [])
    assert static_sources.state(base) != before


def test_a_second_start_collects_nothing(base, monkeypatch, tmp_path_factory):
    var, steps = tmp_path_factory.mktemp("var"), []
    (var / "static").mkdir()
    monkeypatch.setattr(supervisor, "BASE", base)
    monkeypatch.setattr(supervisor, "step", lambda title, *_rest: steps.append(title))
    for _start in range(2):
        supervisor.collect_static(var, os.environ)
    assert steps == ["collecting static files"]
    (base / "package-lock.json").write_text("another")
    supervisor.collect_static(var, os.environ)
    assert len(steps) == 2
