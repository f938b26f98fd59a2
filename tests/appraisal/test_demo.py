"""The demo's invented experts: named as invented, at odds to a known degree, found again by agreement and prediction."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from analysis.appraisal import overview
from analysis.appraisal.demo import EXPERTS, RATERS_A_WORK
from analysis.appraisal.models import Prediction, Rating
from analysis.registry.models import ModelVersion
from artmarket.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORKS = 34


@pytest.fixture
def demo(settings, tmp_path):
    settings.VAR_DIR, settings.MEDIA_ROOT, settings.MODELS_DIR = tmp_path, tmp_path / "media", tmp_path / "models"
    call_command("make_demo", works=WORKS, verbosity=0)
    call_command("appraise_pictures")
    call_command("make_demo_ratings", works=WORKS)


def test_invented_experts_rate_and_the_machine_learns(demo, client):
    assert Rating.objects.count() == WORKS * RATERS_A_WORK * 5
    for expert in EXPERTS:
        user = User.objects.get(username=expert.username)
        assert "(invented)" in user.get_full_name()
        assert not user.has_usable_password()
        assert not client.login(username=expert.username, password="atelier-demo")
    assert set(Rating.objects.values_list("artwork__is_invented", flat=True)) == {True}
    curator = User.objects.get(username="curator")
    found = overview.agreements(curator)
    assert all(0.2 < each["alpha"] < 0.95 for each in found.values()), "they differ, but not by chance"
    assert len(set(Rating.objects.values_list("score", flat=True))) == 7
    assert ModelVersion.objects.get(kind="appraisal").is_active
    assert Prediction.objects.filter(is_held_out=True).count() == WORKS * 5
    assert overview.differences(curator)
    before = Rating.objects.count()
    call_command("make_demo_ratings", works=WORKS)
    assert Rating.objects.count() == before
