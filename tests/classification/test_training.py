"""Learning from the catalogue's own words, and looking at the works that lack them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from analysis.classification import jobs
from analysis.classification.models import Reading, Suggestion
from analysis.classification.reading import read_missing, unread
from analysis.classification.services import accept, refuse
from analysis.classification.training import TooLittle, train
from analysis.registry.cards import read_card
from artmarket.catalogue.models import Artwork
from artmarket.core.longwork import WorkCancelled
from ml.reporter import Cancelled, SilentReporter
from tests.classification.conftest import UNSAID, hang, painted
from tests.factories import ArtworkFactory
from tests.ml.atelier import paint

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Context(SilentReporter):
    job_id = None

    def __init__(self, stops: bool = False) -> None:
        self.stops, self.said = stops, []

    def should_stop(self) -> bool:
        return self.stops

    def log(self, message: str) -> None:
        self.said.append(message)


def offered(work: Artwork) -> dict[str, str]:
    return {each.field: each.value for each in Suggestion.objects.filter(artwork=work).offered()}


def test_it_learns_from_public_works_and_suggests_what_others_lack(catalogue, world):
    secret = painted(
        "Blue", "oil", 900, visibility="private", organisation=world.organisation, **UNSAID | {"genre": "sea"}
    )
    half = painted("Green", "tempera", 901, **UNSAID | {"medium": "tempera"})
    result = jobs.train_classifier(Context())
    version = Reading.objects.get(artwork=secret).model_version
    assert (result["model"], result["abstained"]) == (version.pk, 0)
    assert version.is_active
    assert version.kind == "classification"
    assert offered(secret) | {"period": ""} == {"style": "Blue", "medium": "oil", "period": ""}
    assert "medium" not in offered(half)
    assert offered(half)["style"] == "Green"
    assert Artwork.objects.get(pk=secret.pk).style == ""
    for each in Suggestion.objects.all():
        assert 0.5 <= each.probability <= 1


def test_the_model_has_a_card_with_figures_beside_controls(catalogue):
    version = train(reporter=SilentReporter())
    card = read_card(version.card, version.figures)
    assert {section.name for section in card.sections} >= {"style", "medium"}
    style = next(section for section in card.sections if section.name == "style")
    assert [name for name, _own, _values in style.controls.rows][1:] == [
        "untrained network",
        "colour histogram",
        "majority",
    ]
    assert style.calibration is not None
    assert style.confusion is not None
    assert version.figures["style"]["top_1"] > 0.9
    assert len(version.data_fingerprint) == 64
    assert version.code_version


def test_private_works_teach_nothing(catalogue, world):
    before = train(reporter=SilentReporter())
    for number in range(12):
        painted("Red", "oil", 700 + number, style="Secretism", visibility="private", organisation=world.organisation)
    after = train(reporter=SilentReporter())
    assert after.data_fingerprint == before.data_fingerprint
    assert "Secretism" not in str(after.card)


def test_too_little_is_refused_with_what_is_missing(seeing):
    with pytest.raises(TooLittle, match="no public works"):
        train(reporter=SilentReporter())
    for number in range(9):
        painted("Red", "oil", number, date_text="", date_earliest=None, date_latest=None)
    with pytest.raises(TooLittle, match=r"medium: 1.*genre: 0.*style: 1"):
        train(reporter=SilentReporter())
    with pytest.raises(CommandError, match="too little"):
        call_command("train_classifier")
    said = io.StringIO()
    call_command("train_classifier", "--if-possible", stdout=said)  # as the demo's start asks
    assert "too little" in said.getvalue()
    assert not Reading.objects.exists()


@pytest.mark.django_db
def test_without_a_network_that_sees_it_says_what_to_do(storage):
    with pytest.raises(TooLittle, match="embed the pictures first"):
        train(reporter=SilentReporter())


def test_pictures_that_cannot_be_judged_get_a_reason_and_no_suggestion(catalogue):
    version = train(reporter=SilentReporter())
    blank, tiny, board = (ArtworkFactory(**UNSAID) for _work in range(3))
    hang(blank, Image.new("RGB", (120, 120), "white"))
    hang(tiny, paint("Red", "Oil on canvas", 5).resize((20, 20)))
    checks = np.kron(np.indices((32, 32)).sum(0) % 2, np.ones((8, 8))).astype(np.uint8) * 255
    hang(board, Image.fromarray(checks).convert("RGB"))
    tally = read_missing(version, SilentReporter())
    assert tally.abstained == 3
    reasons = [Reading.objects.get(artwork=work).abstained for work in (blank, tiny, board)]
    assert reasons == ["blank", "too_small", "unlike_training"]
    assert not Suggestion.objects.filter(artwork__in=[blank, tiny, board]).exists()


def test_nothing_is_looked_at_twice_and_a_new_picture_is(catalogue):
    work = painted("Red", "oil", 300, **UNSAID)
    version = train(reporter=SilentReporter())
    assert read_missing(version, SilentReporter()).read == 1
    assert read_missing(version, SilentReporter()).read == 0
    work.images.update(is_primary=False)
    hang(work, paint("Blue", "Oil on canvas", 301))
    assert read_missing(version, SilentReporter()).read == 1
    assert offered(work)["style"] == "Blue"


def test_what_a_person_refused_is_not_asked_again_by_the_next_model(catalogue, world):
    mine = {"organisation": world.organisation, **UNSAID}
    refused, accepted = painted("Red", "oil", 400, **mine), painted("Green", "oil", 401, **mine)
    read_missing(train(reporter=SilentReporter()), SilentReporter())
    refuse(actor=world.editor, suggestion=Suggestion.objects.get(artwork=refused, field="style"))
    accept(actor=world.editor, suggestion=Suggestion.objects.get(artwork=accepted, field="style"))
    read_missing(train(reporter=SilentReporter()), SilentReporter())
    assert "style" not in offered(refused)
    assert "medium" in offered(refused)
    assert Suggestion.objects.get(artwork=refused, field="style").state == "refused"
    assert Artwork.objects.get(pk=accepted.pk).style == "Green"


def test_a_stopped_run_keeps_what_it_did_and_a_stopped_training_leaves_nothing(catalogue):
    painted("Red", "oil", 500, **UNSAID)
    with pytest.raises(WorkCancelled):
        jobs.train_classifier(Context(stops=True))
    assert not Reading.objects.exists()
    version = train(reporter=SilentReporter())
    with pytest.raises(Cancelled):
        read_missing(version, Context(stops=True))
    assert unread(version).count() == 1


def test_without_a_classifier_new_pictures_wait(db):
    context = Context()
    assert jobs.read_works(context) == {"read": 0}
    assert context.said == ["There is no classifier yet."]


def test_the_command_says_what_it_measured(catalogue):
    painted("Red", "oil", 600, **UNSAID)
    out = io.StringIO()
    call_command("train_classifier", stdout=out)
    assert "style: 1.000 right on held-out works" in out.getvalue() or "style: 0.9" in out.getvalue()
    assert "1 works looked at" in out.getvalue()
