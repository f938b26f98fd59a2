"""The panel on a work's page and in data entry, the list, and who may press which button."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from analysis.classification.models import Reading, Suggestion
from analysis.jobs.models import Job
from artmarket.catalogue.models import Artwork
from tests.classification.conftest import make_version, suggested
from tests.factories import ArtworkFactory

pytestmark = pytest.mark.django_db
PANEL = b"What the picture suggests"


@pytest.fixture
def work(world) -> Artwork:
    return ArtworkFactory(style="", genre="", organisation=world.organisation, visibility="private")


def panel_url(work: Artwork) -> str:
    return reverse("classification:artwork-panel", args=[work.pk])


def test_the_panel_says_what_it_looks_like_and_how_likely(work, world, as_user):
    suggested(work)
    answer = as_user(world.editor).get(panel_url(work))
    text = answer.content.decode()
    assert "Looks like: Tonalism" in text
    assert "80 %" in text
    assert "Cubism 10 %" in text
    assert Suggestion.objects.get().model_version.get_absolute_url() in text


@pytest.mark.parametrize(
    ("who", "status", "shown"),
    [(None, 302, False), ("outsider", 404, False), ("member", 200, False), ("editor", 200, True), ("owner", 200, True),
     ("staff", 200, True)],
)  # fmt: skip
def test_who_sees_the_panel(work, world, as_user, who, status, shown):
    suggested(work)
    answer = as_user(getattr(world, who) if who else None).get(panel_url(work))
    assert answer.status_code == status
    assert (PANEL in answer.content) == shown


@pytest.mark.parametrize("name", ["accept", "refuse", "take-back"])
@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 302), ("outsider", 404), ("member", 404), ("editor", 302), ("owner", 302), ("staff", 302)],
)
def test_who_may_answer(work, world, as_user, who, status, name):
    suggestion = suggested(work)
    before = list(Suggestion.objects.values()), Artwork.objects.filter(pk=work.pk).values().get()
    answer = as_user(getattr(world, who) if who else None).post(reverse(f"classification:{name}", args=[suggestion.pk]))
    assert answer.status_code == status
    after = list(Suggestion.objects.values()), Artwork.objects.filter(pk=work.pk).values().get()
    may = who in {"editor", "owner", "staff"} and name != "take-back"
    assert (before == after) != may


def test_answers_need_a_post(work, world, as_user):
    suggestion = suggested(work)
    for name in ("accept", "refuse", "take-back"):
        assert as_user(world.owner).get(reverse(f"classification:{name}", args=[suggestion.pk])).status_code == 405


def test_an_answer_by_htmx_brings_the_panel_anew_with_undo(work, world, as_user):
    client, suggestion = as_user(world.editor), suggested(work)
    answer = client.post(reverse("classification:accept", args=[suggestion.pk]), headers={"HX-Request": "true"})
    assert b"1 answered suggestion" in answer.content
    assert json.loads(answer["HX-Trigger"]) == {"suggestionAnswered": {"written": {"style": "Tonalism"}}}
    assert reverse("classification:take-back", args=[suggestion.pk]) in answer.content.decode()
    again = client.post(reverse("classification:accept", args=[suggestion.pk]), headers={"HX-Request": "true"})
    assert b"answered already" in again.content
    assert b'role="alert"' in again.content


def test_why_nothing_is_suggested_is_said(work, world, as_user):
    client = as_user(world.editor)
    assert b"once a classifier was trained" in client.get(panel_url(work)).content
    version = make_version()
    assert b"Look at the picture" in client.get(panel_url(work)).content
    Reading.objects.create(artwork=work, model_version=version, input_sha256="0" * 64, abstained="blank")
    assert b"The picture is blank." in client.get(panel_url(work)).content
    Reading.objects.update(abstained="")
    assert b"No answer is likelier than not" in client.get(panel_url(work)).content


def test_a_work_that_says_all_has_no_panel(world, as_user):
    version = make_version()
    work = ArtworkFactory(style="Cubism", genre="portrait", organisation=world.organisation)
    assert PANEL in as_user(world.editor).get(panel_url(work)).content
    version.parameters = {"questions": ["style", "genre"]}
    version.save()
    assert as_user(world.editor).get(panel_url(work)).content == b""


def test_a_look_can_be_asked_for_by_who_may_edit(work, world, as_user):
    make_version()
    url = reverse("classification:read", args=[work.pk])
    assert as_user(world.member).post(url).status_code == 404
    assert not Job.objects.exists()
    answer = as_user(world.editor).post(url, headers={"HX-Request": "true"})
    assert b"Looking at the picture" in answer.content
    assert Job.objects.get().kind == "classification.read"


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("editor", 403), ("owner", 403), ("staff", 302)])
def test_only_staff_start_a_training(world, as_user, who, status):
    assert as_user(getattr(world, who)).post(reverse("classification:train")).status_code == status
    assert Job.objects.filter(kind="classification.train").exists() == (status == 302)


def test_the_list_shows_works_that_wait_for_an_answer_to_those_who_may_give_it(work, world, as_user):
    url = reverse("classification:suggestion-list")
    assert as_user(None).get(url).status_code == 302
    assert b"no classifier yet" in as_user(world.editor).get(url).content
    suggested(work)
    assert work.title.encode() in as_user(world.editor).get(url).content
    for who in ("member", "outsider"):
        answer = as_user(getattr(world, who)).get(url)
        assert work.title.encode() not in answer.content
        assert b"Nothing waits for an answer" in answer.content


def test_data_entry_shows_the_panel_on_a_work_s_form(work, world, as_user):
    answer = as_user(world.staff).get(reverse("admin:catalogue_artwork_change", args=[work.pk]))
    assert panel_url(work).encode() in answer.content
    assert b"htmx.min.js" in answer.content
    added = as_user(world.staff).get(reverse("admin:catalogue_artwork_add"))
    assert added.status_code == 200
    assert b"suggestions" not in added.content


def test_the_work_s_page_asks_for_the_panel(work, world, as_user):
    assert panel_url(work).encode() in as_user(world.editor).get(work.get_absolute_url()).content
