"""Accepting, refusing, taking back: one field, by a person, with its history."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis.classification.models import Suggestion
from analysis.classification.queries import looks_like, open_works, panel_of
from analysis.classification.services import accept, refuse, start_reading, start_training, take_back
from artmarket.catalogue.models import Artwork
from artmarket.core.versions import versions_of
from tests.classification.conftest import suggested
from tests.factories import ArtworkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world) -> Artwork:
    return ArtworkFactory(
        style="", medium="", medium_text="", genre="", date_text="", date_earliest=None, date_latest=None,
        organisation=world.organisation, visibility="private",
    )  # fmt: skip


def fresh(work: Artwork) -> Artwork:
    return Artwork.objects.get(pk=work.pk)


@pytest.mark.parametrize(
    ("field", "value", "column"),
    [("style", "Tonalism", "style"), ("genre", "landscape", "genre"), ("medium", "oil", "medium"),
     ("support", "canvas", "support"), ("period", "1851–1900", "date_text")],
)  # fmt: skip
def test_a_yes_writes_one_field_and_a_taken_back_yes_empties_it(work, world, field, value, column):
    before = Artwork.objects.filter(pk=work.pk).values().get()
    done = accept(actor=world.editor, suggestion=suggested(work, field, value))
    after = Artwork.objects.filter(pk=work.pk).values().get()
    changed = {name for name in before if before[name] != after[name]} - {"updated_at", "search"}
    assert changed == ({column} if field != "period" else {"date_text", "date_earliest", "date_latest"})
    assert after[column] == value
    assert (done.state, done.decided_by) == ("accepted", world.editor)
    take_back(actor=world.editor, suggestion=done)
    emptied = Artwork.objects.filter(pk=work.pk).values().get()
    assert {name for name in before if before[name] != emptied[name]} <= {"updated_at"}
    assert Suggestion.objects.get().state == "open"


def test_the_change_is_in_the_work_s_history(work, world):
    known = len(list(versions_of(work)))
    accept(actor=world.editor, suggestion=suggested(work))
    assert len(list(versions_of(fresh(work)))) == known + 1


def test_a_no_is_remembered_and_can_be_taken_back(work, world):
    suggestion = refuse(actor=world.editor, suggestion=suggested(work))
    assert fresh(work).style == ""
    assert not panel_of(world.editor, work).offered
    take_back(actor=world.editor, suggestion=suggestion)
    assert [each.pk for each in panel_of(world.editor, work).offered] == [suggestion.pk]


def test_a_filled_field_is_never_overwritten(work, world):
    suggestion = suggested(work)
    Artwork.objects.filter(pk=work.pk).update(style="Cubism")
    assert not panel_of(world.editor, fresh(work)).offered
    with pytest.raises(ValidationError, match="already"):
        accept(actor=world.editor, suggestion=suggestion)
    assert fresh(work).style == "Cubism"
    assert Suggestion.objects.get().state == "open"


def test_a_date_that_is_known_by_its_span_alone_is_filled_too(work, world):
    suggestion = suggested(work, "period", "1851–1900")
    Artwork.objects.filter(pk=work.pk).update(date_earliest="1870-01-01", date_latest="1870-12-31")
    with pytest.raises(ValidationError, match="already"):
        accept(actor=world.editor, suggestion=suggestion)


def test_an_answer_is_given_once(work, world):
    suggestion = suggested(work)
    accept(actor=world.editor, suggestion=suggestion)
    for service in (accept, refuse):
        with pytest.raises(ValidationError, match="answered already"):
            service(actor=world.editor, suggestion=suggestion)


def test_a_field_that_was_changed_since_is_not_emptied(work, world):
    suggestion = accept(actor=world.editor, suggestion=suggested(work))
    Artwork.objects.filter(pk=work.pk).update(style="Cubism")
    with pytest.raises(ValidationError, match="changed since"):
        take_back(actor=world.editor, suggestion=suggestion)
    assert fresh(work).style == "Cubism"
    with pytest.raises(ValidationError, match="no answer"):
        take_back(actor=world.editor, suggestion=suggested(work, "genre", "portrait"))


@pytest.mark.parametrize("who", ["member", "outsider"])
def test_who_may_not_change_the_work_answers_nothing(work, world, who):
    suggestion, actor = suggested(work), getattr(world, who)
    for service in (accept, refuse, take_back):
        with pytest.raises(PermissionDenied):
            service(actor=actor, suggestion=suggestion)
    with pytest.raises(PermissionDenied):
        start_reading(actor=actor, work=work)
    with pytest.raises(PermissionDenied):
        start_training(actor=actor)
    assert not panel_of(actor, work).offered
    assert not open_works(actor).exists()
    assert fresh(work).style == ""
    assert Suggestion.objects.get().state == "open"


def test_the_line_reads_like_a_catalogue_s(work, world):
    for field, value in (("style", "Impressionism"), ("genre", "landscape"), ("support", "canvas"), ("medium", "oil")):
        suggested(work, field, value)
    assert panel_of(world.editor, work).line == "oil on canvas, landscape, Impressionism"
    assert looks_like([]) == ""


def test_the_list_costs_the_same_for_one_work_and_for_many(world, django_assert_num_queries):
    def make(count: int) -> None:
        for _work in range(count):
            one = ArtworkFactory(style="", organisation=world.organisation)
            suggested(one)
            suggested(one, "genre", "portrait")

    def read() -> int:
        return sum(len(each.open_suggestions) for each in open_works(world.editor))

    make(1)
    open_works(world.editor).count()
    with CaptureQueriesContext(connection) as few:
        assert read() == 2
    make(9)
    with django_assert_num_queries(len(few)):
        assert read() == 20
