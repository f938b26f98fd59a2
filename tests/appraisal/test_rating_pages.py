"""Pages of ratings: the panel on a work, one work after the other, one's own."""

from __future__ import annotations

import pytest
from django.urls import reverse

from analysis.appraisal.models import Criterion, Rating
from tests.appraisal.conftest import pictured, rated

PEOPLE = ("anonymous", "outsider", "member", "editor", "owner", "staff")
NEXT, MINE = reverse("appraisal:rate-next"), reverse("appraisal:own-ratings")


@pytest.fixture
def secret(world, criteria):
    return pictured(visibility="private", organisation=world.organisation)


def statuses(as_user, world, url, method="get", data=None):
    return {who: getattr(as_user(getattr(world, who, None)), method)(url, data).status_code for who in PEOPLE}


def test_who_may_open_which_page(world, as_user, secret):
    panel, rate = (reverse(f"appraisal:{name}", args=[secret.pk]) for name in ("ratings-panel", "rate"))
    seen = {"anonymous": 302, "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200}
    assert statuses(as_user, world, panel) == seen
    assert statuses(as_user, world, rate) == seen | {"editor": 403, "staff": 403}
    assert statuses(as_user, world, MINE) == dict.fromkeys(PEOPLE, 200) | {"anonymous": 302}
    go_on = {"anonymous": 302, "outsider": 200, "member": 302, "editor": 403, "owner": 302, "staff": 403}
    assert statuses(as_user, world, NEXT) == go_on


@pytest.mark.parametrize("action", ["rate", "withdraw", "restore"])
def test_who_is_refused_changes_nothing(world, as_user, secret, criteria, action):
    rating = rated(world.member, secret, criteria["colour"], 4)
    if action == "restore":
        Rating.objects.update(withdrawn_at="2024-01-01T00:00Z")
    url = reverse(f"appraisal:{action}", args=[secret.pk if action == "rate" else rating.pk])
    data = {f"score_{criteria['colour'].pk}": "7"}
    before = list(Rating.objects.values())
    refused = {
        "rate": {"anonymous": 302, "outsider": 404, "editor": 403, "staff": 403},
        "withdraw": {"anonymous": 302, "outsider": 404, "editor": 404, "owner": 404, "staff": 404},
    }
    for who, status in refused.get(action, refused["withdraw"]).items():
        assert as_user(getattr(world, who, None)).post(url, data).status_code == status, who
        assert list(Rating.objects.values()) == before, who
    as_user(world.member).post(url, data)
    assert list(Rating.objects.values()) != before
    assert as_user(world.member).get(url).status_code == (200 if action == "rate" else 405)


def test_rating_leads_to_the_next_work_and_back_to_change(world, as_user, criteria):
    first, second = pictured(), pictured()
    client, url = as_user(world.member), reverse("appraisal:rate", args=[first.pk])
    colour, technique = criteria["colour"].pk, criteria["technique"].pk
    answer = client.post(url, {f"score_{colour}": "6", f"comment_{colour}": "sings", f"score_{technique}": "3"})
    assert answer["Location"] == NEXT
    following = client.get(NEXT, follow=True)
    assert following.context["work"] == second
    assert f'<a href="{url}">Change it</a>' in following.content.decode()
    again = client.get(url).content.decode()
    assert f'name="score_{colour}" value="6" id="id_score_{colour}_5" checked' in again
    assert "sings" in again


def test_an_empty_form_is_refused_with_the_reason(world, as_user, criteria):
    answer = as_user(world.member).post(reverse("appraisal:rate", args=[pictured().pk]), {"score_": ""})
    assert answer.status_code == 422
    assert "Choose a score for one criterion at least." in answer.content.decode()
    assert not Rating.objects.exists()


def test_a_forged_score_is_refused(world, as_user, criteria):
    data = {f"score_{criteria['colour'].pk}": "9"}
    assert as_user(world.member).post(reverse("appraisal:rate", args=[pictured().pk]), data).status_code == 422
    assert not Rating.objects.exists()


def test_who_rates_does_not_see_what_others_said(world, as_user, criteria):
    work = pictured()
    rated(world.owner, work, criteria["colour"], 7, comment="a marvel of grey")
    page = as_user(world.member).get(reverse("appraisal:rate", args=[work.pk])).content.decode()
    assert "a marvel of grey" not in page
    panel = as_user(world.member).get(reverse("appraisal:ratings-panel", args=[work.pk])).content.decode()
    assert "a marvel of grey" in panel
    assert "7.0" in panel


def test_a_passed_work_is_not_shown_again_at_once(world, as_user, criteria):
    works = {pictured().pk, pictured().pk, pictured().pk}
    client = as_user(world.member)
    shown = [client.get(NEXT, follow=True).context["work"].pk for _time in range(3)]
    assert set(shown) == works
    assert client.get(NEXT, follow=True).context["work"].pk in works, "when all were seen it begins again"
    for work in works:
        for criterion in criteria.values():
            Rating.objects.create(
                rater=world.member, artwork_id=work, criterion=criterion, score=4, organisation=world.organisation
            )
    assert "You have rated every work" in client.get(NEXT).content.decode()


def test_withdrawing_and_taking_it_back(world, as_user, criteria):
    rating = rated(world.member, pictured(title="Low tide"), criteria["colour"], 4)
    client = as_user(world.member)
    page = client.post(reverse("appraisal:withdraw", args=[rating.pk]), follow=True).content.decode()
    assert "Low tide" not in page
    undo = reverse("appraisal:restore", args=[rating.pk])
    assert undo in page
    assert "Low tide" in client.post(undo, follow=True).content.decode()
    assert undo not in as_user(world.owner).get(f"{MINE}?withdrawn={rating.pk}").content.decode()


def test_the_panel_is_asked_for_by_the_work_s_page(world, as_user, criteria):
    work = pictured()
    assert (
        reverse("appraisal:ratings-panel", args=[work.pk])
        in as_user(world.member).get(work.get_absolute_url()).content.decode()
    )


def test_own_criteria_are_asked_for_without_a_line_of_code(world, as_user, criteria):
    Criterion.objects.create(code="wit", name="Wit of the brush", place=9)
    page = as_user(world.member).get(reverse("appraisal:rate", args=[pictured().pk])).content.decode()
    assert "Wit of the brush" in page


def test_pages_cost_the_same_for_many_ratings(world, as_user, criteria, django_assert_max_num_queries):
    work = pictured()
    for criterion in criteria.values():
        rated(world.member, work, criterion, 4)
        rated(world.owner, work, criterion, 5)
        rated(world.member, pictured(), criterion, 4)
    client = as_user(world.member)
    for url, most in ((MINE, 11), (reverse("appraisal:ratings-panel", args=[work.pk]), 8)):
        client.get(url)
        with django_assert_max_num_queries(most):
            client.get(url)
