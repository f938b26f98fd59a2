"""Learning to restyle from the catalogue: from what may be used, kept with its card, refused before hours are lost."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from analysis.registry.models import ModelVersion
from analysis.styletransfer import restylers, training
from analysis.styletransfer.training import TooFewToLearn, train_restyler
from ml.reporter import SilentReporter
from ml.styletransfer.lesson import Lesson
from ml.styletransfer.training import Trained
from tests.styletransfer.conftest import living, pictured

pytestmark = pytest.mark.django_db


def test_it_learns_from_what_may_be_used_and_answers_only_if_it_has_learned(world, network):
    for seed in range(18):
        pictured(seed)
    pictured(30, rights="licensed")
    pictured(31, rights="unknown", artist=living(), date_latest=None)
    pictured(32, visibility="private", organisation=world.organisation)
    pictured(33, picture=Image.new("RGB", (80, 80), "red"))
    version = train_restyler(reporter=SilentReporter(), steps=2)
    data, figures = version.card["data"], version.figures
    assert (data["pictures learned from"] + data["held out"], data["left out: rights"]) == (18, 2)
    assert data["left out: unreadable, or of one colour"] == 1
    assert version.card["controls"][0]["style_loss"] == figures["style_loss_untouched"] > 0
    assert version.is_active is (figures["style_loss"] < figures["style_loss_untouched"])
    assert not list(Path(settings.MODELS_DIR).rglob(".training-*"))
    assert restylers.load_restyler(version)[1] == str(version)


@pytest.mark.parametrize(("style_loss", "answers"), [(0.2, True), (0.9, False)], ids=["learned", "not learned"])
def test_what_has_not_learned_does_not_answer(world, network, style_loss, answers):
    figures = {"style_loss": style_loss, "style_loss_untouched": 0.8, "content_loss": 0.3}
    trained = Trained(restylers.load_restyler(network)[0], figures, () if answers else ("Train longer.",))
    version = training.keep(trained, training.gather(), Lesson([], []), 2, None)
    assert (version.is_active, ModelVersion.objects.get(pk=network.pk).is_active) == (answers, not answers)
    assert version.card["warnings"] == list(trained.warnings)


@pytest.mark.parametrize("unmeasured", ["images_per_second", "style_loss", "style_loss_untouched"])
def test_what_could_not_be_measured_is_left_out_of_the_figures(world, network, unmeasured):
    figures = {"style_loss": 0.2, "style_loss_untouched": 0.8, "images_per_second": 3.0} | {unmeasured: math.nan}
    trained = Trained(restylers.load_restyler(network)[0], figures, ())
    version = training.keep(trained, training.gather(), Lesson([], []), 2, None)
    version.refresh_from_db()
    assert set(version.figures) == set(figures) - {unmeasured}
    assert version.is_active is (unmeasured == "images_per_second"), "nothing says that it has learned"


def test_too_few_pictures_are_refused_before_anything_is_learned(content, network):
    with pytest.raises(TooFewToLearn, match="1 public pictures"):
        train_restyler(reporter=SilentReporter(), steps=2)
    assert ModelVersion.objects.get() == network
