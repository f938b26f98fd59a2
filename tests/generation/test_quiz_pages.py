"""Pages of the quiz: one's own rounds alone, answers that stand, a model's score once there is enough to tell."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from analysis.generation import quiz_services
from analysis.generation.models import QuizAnswer, QuizRound, StudioModel
from analysis.jobs.models import Job
from tests.conftest import World
from tests.generation.conftest import studio_model
from tests.generation.quizzes import all_answered, dealt, play, taught_model

pytestmark = pytest.mark.django_db
PEOPLE = ("anonymous", "outsider", "member", "editor", "owner", "staff")
QUIZ = reverse("generation:quiz")


@pytest.fixture
def model(world: World) -> StudioModel:
    return taught_model(works=30)


@pytest.fixture
def found(world: World, model: StudioModel, settings: Any, tmp_path: Any) -> QuizRound:
    """The member's round."""
    settings.MEDIA_ROOT = tmp_path
    return dealt(world.member, model, files=True)


def statuses(as_user: Any, world: World, url: str, *, post: Any = None) -> dict[str, int]:
    clients = {who: as_user(getattr(world, who, None)) for who in PEOPLE}
    return {who: (each.get(url) if post is None else each.post(url, post)).status_code for who, each in clients.items()}


def content(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_round_is_its_person_s_alone(world: World, as_user: Any, found: QuizRound) -> None:
    own = {"anonymous": 302, "outsider": 404, "member": 200, "editor": 404, "owner": 404, "staff": 404}
    assert statuses(as_user, world, found.get_absolute_url()) == own
    assert statuses(as_user, world, reverse("generation:quiz-picture", args=[found.pk, 3])) == own
    url, before = reverse("generation:quiz-answer", args=[found.pk]), list(QuizAnswer.objects.values())
    for who in ("anonymous", "outsider", "editor", "owner", "staff"):
        answer = as_user(getattr(world, who, None)).post(url, {"position": 0, "said": "real"})
        assert answer.status_code == own[who], who
        assert list(QuizAnswer.objects.values()) == before, who
    assert as_user(world.member).post(url, {"position": 0, "said": "real"}).status_code == 302
    assert list(QuizAnswer.objects.values()) != before


def test_whoever_sees_a_model_may_play_against_it(world: World, as_user: Any) -> None:
    private = taught_model(works=12, visibility="private", organisation=world.organisation)
    url = reverse("generation:quiz-begin", args=[private.pk])
    for who in ("anonymous", "outsider"):
        assert as_user(getattr(world, who, None)).post(url).status_code == (302 if who == "anonymous" else 404)
        assert not QuizRound.objects.exists()
    assert as_user(world.member).get(url).status_code == 405
    answer = as_user(world.member).post(url)
    assert answer["Location"] == QuizRound.objects.get().get_absolute_url()
    score = {"anonymous": 302, "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200}
    assert statuses(as_user, world, reverse("generation:quiz-score", args=[private.pk])) == score
    assert statuses(as_user, world, QUIZ) == dict.fromkeys(PEOPLE, 200) | {"anonymous": 302}
    assert "Harbours" not in content(as_user(world.outsider).get(QUIZ))


def test_nothing_on_the_page_tells_the_answer_before_it_is_given(world: World, as_user: Any, found: QuizRound) -> None:
    client, pages = as_user(world.member), set()
    for row in found.answers.all():
        page = content(client.get(found.get_absolute_url())).split("<main")[1].split("</main")[0]
        assert f"Picture {row.position + 1} of 12" in page
        for told in ("/artworks/", "/studio/pictures/", "Study", "It was generated", "It is real"):
            assert told not in page
        pages.add(page.count("<"))
        client.post(reverse("generation:quiz-answer", args=[found.pk]), {"position": row.position, "said": "real"})
    assert len(pages) == 1, "the pages of both kinds are built alike"


def test_an_answer_shows_what_it_was_and_what_it_is_near_to(world: World, as_user: Any, found: QuizRound) -> None:
    client, url = as_user(world.member), reverse("generation:quiz-answer", args=[found.pk])
    seen = set()
    for row in found.answers.select_related("real__artwork"):
        page = content(client.post(url, {"position": row.position, "said": "real"}, follow=True))
        seen.add(row.is_generated)
        if row.is_generated:
            assert "Wrong." in page
            assert "The nearest work that it learned from" in page
            assert "Likeness 0.30; a copy would be above 0.80." in page
        else:
            assert "Right." in page
            assert row.real.artwork.get_absolute_url() in page
    assert seen == {True, False}
    real = found.answers.filter(is_generated=False).count()
    assert f"{real} of 12 told rightly" in content(client.get(found.get_absolute_url()))


def test_a_second_answer_is_told_that_the_first_stands(world: World, as_user: Any, found: QuizRound) -> None:
    client, url = as_user(world.member), reverse("generation:quiz-answer", args=[found.pk])
    client.post(url, {"position": 0, "said": "generated"})
    page = content(client.post(url, {"position": 0, "said": "real"}, follow=True))
    assert "the first answer stands" in page
    assert found.answers.get(position=0).said_generated is True


@pytest.mark.parametrize("data", [{}, {"position": "0"}, {"position": "-1", "said": "real"}, {"position": "٣", "said": "real"},
                                  {"position": "0", "said": "both"}])  # fmt: skip
def test_a_forged_answer_changes_nothing(world: World, as_user: Any, found: QuizRound, data: Any) -> None:
    assert as_user(world.member).post(reverse("generation:quiz-answer", args=[found.pk]), data).status_code == 302
    assert not QuizAnswer.objects.exclude(said_generated=None).exists()
    there = reverse("generation:quiz-answer", args=[found.pk])
    assert as_user(world.member).post(there, {"position": 77, "said": "real"}).status_code == 404


def test_one_waits_until_the_pictures_are_painted(world: World, as_user: Any, model: StudioModel) -> None:
    waiting = quiz_services.begin(actor=world.member, model=model)
    client, url = as_user(world.member), waiting.get_absolute_url()
    assert "The model paints your pictures." in content(client.get(url))
    asked = client.get(url, headers={"HX-Request": "true"})
    assert (asked.status_code, "HX-Redirect" in asked) == (204, False)
    Job.objects.update(state="failed", finished_at="2026-01-01T00:00Z", error="The disk is full.")
    assert client.get(url, headers={"HX-Request": "true"})["HX-Redirect"] == url
    page = content(client.get(url))
    assert "The disk is full." in page
    assert "Try again" in page
    again = client.post(reverse("generation:quiz-begin", args=[model.pk]))
    assert again["Location"] != url


def test_an_open_round_is_offered_again(world: World, as_user: Any, found: QuizRound) -> None:
    assert found.get_absolute_url() in content(as_user(world.member).get(QUIZ))
    assert found.get_absolute_url() not in content(as_user(world.owner).get(QUIZ))
    play(found, right=True)
    assert "Begin a round" in content(as_user(world.member).get(QUIZ))


def test_a_model_without_works_here_cannot_be_played(world: World, as_user: Any) -> None:
    bare = studio_model(visibility="public")
    assert "no training work of it here" in content(as_user(world.member).get(QUIZ))
    page = content(as_user(world.member).post(reverse("generation:quiz-begin", args=[bare.pk]), follow=True))
    assert "too few works left" in page


def test_a_score_is_shown_once_there_is_enough_of_it(world: World, as_user: Any, found: QuizRound) -> None:
    model = taught_model(works=60, name="Seen often")
    url = reverse("generation:quiz-score", args=[model.pk])
    page = content(as_user(world.member).get(url))
    assert "Not enough answers yet." in page
    assert "from 30 answers about either kind by 3 people" in page
    all_answered(model, (world.member, world.editor, world.owner, world.outsider))
    page = content(as_user(world.member).get(url))
    assert "Taken for real" in page
    assert "0%" in page
    assert "better than by guessing" in page
    assert reverse("generation:quiz-score", args=[model.pk]) in content(
        as_user(world.member).get(model.get_absolute_url())
    )


def test_pages_cost_the_same_for_many_models(
    world: World, as_user: Any, found: QuizRound, django_assert_max_num_queries: Any
) -> None:
    for _model in range(5):
        dealt(world.member, taught_model(works=12))
    client = as_user(world.member)
    for url, most in ((QUIZ, 9), (found.get_absolute_url(), 8)):
        client.get(url)
        with django_assert_max_num_queries(most):
            client.get(url)
