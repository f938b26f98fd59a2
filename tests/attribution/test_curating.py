"""Curators decide, experts are heard, and the record changes only by its own button."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from analysis.attribution import deciding
from analysis.attribution.models import AttributionOpinion, Decision, ExpertOpinion, Verification
from artmarket.accounts.models import Membership
from tests.attribution.conftest import make_model, make_opinion, said
from tests.factories import ArtistFactory, ArtworkFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(world):
    user = UserFactory(username="curator")
    MembershipFactory(user=user, organisation=world.organisation, role=Membership.Role.CURATOR)
    return user


def post(client, name, *args, **body):
    return client.post(reverse(f"attribution:{name}", args=args), body)


def test_a_verdict_is_kept_with_who_and_why_and_leaves_the_record_alone(world, as_user, curator, opine):
    opinion = opine()
    before = (opinion.artwork.artist_id, opinion.artwork.attribution)
    client = as_user(curator)
    body = {"organisation": world.organisation.pk, "verdict": "accepted", "text": "The underdrawing agrees."}
    assert post(client, "decide", opinion.pk, **body).status_code == 302
    kept = Decision.objects.get()
    assert (kept.verdict, kept.decided_by, kept.organisation) == ("accepted", curator, world.organisation)
    opinion.artwork.refresh_from_db()
    assert (opinion.artwork.artist_id, opinion.artwork.attribution) == before
    page = client.get(opinion.get_absolute_url()).content.decode()
    assert "The underdrawing agrees." in page
    assert "accepted" in page


def test_a_new_verdict_takes_the_former_back_and_both_stay(curator, world, opine):
    opinion = opine()
    facts = {"actor": curator, "opinion": opinion, "organisation": world.organisation}
    first = deciding.decide(**facts, verdict="accepted")
    comment = deciding.decide(**facts, verdict="comment", text="Look at the hands.")
    second = deciding.decide(**facts, verdict="refused", text="No.")
    first.refresh_from_db(), comment.refresh_from_db()
    assert first.withdrawn_at is not None
    assert first.withdrawn_by == curator
    assert comment.withdrawn_at is None
    assert set(Decision.objects.standing()) == {comment, second}
    assert first.events.count() == 2, "the database itself keeps what it was before"


def test_a_decision_is_taken_back_and_stands_again(world, as_user, curator, opine):
    opinion, client = opine(), as_user(curator)
    kept = deciding.decide(actor=curator, opinion=opinion, organisation=world.organisation, verdict="refused")
    post(client, "decision-undo", kept.pk, "withdraw")
    assert not Decision.objects.standing().exists()
    page = client.get(opinion.get_absolute_url()).content.decode()
    assert "Let it stand again" in page
    assert "taken back by curator" in page
    post(client, "decision-undo", kept.pk, "restore")
    assert Decision.objects.standing().get() == kept
    assert post(client, "decision-undo", kept.pk, "burn").status_code == 404


def test_a_former_verdict_cannot_stand_beside_a_new_one(curator, world, opine):
    facts = {"actor": curator, "opinion": opine(), "organisation": world.organisation}
    first = deciding.decide(**facts, verdict="accepted")
    deciding.decide(**facts, verdict="refused")
    with pytest.raises(ValidationError, match="stands"):
        deciding.restore(actor=curator, decision=first)


def test_a_comment_needs_words_and_an_abstention_no_verdict(curator, world, as_user, opine):
    opinion, client = opine(), as_user(curator)
    body = {"organisation": world.organisation.pk, "text": " "}
    answer = post(client, "decide", opinion.pk, verdict="comment", **body)
    assert answer.status_code == 422
    assert "A comment needs words." in answer.content.decode()
    silent = opine(abstained="blank", candidates=[], parts=[], leading=None)
    assert post(client, "decide", silent.pk, verdict="accepted", **body).status_code == 422
    assert not Decision.objects.exists()


@pytest.mark.parametrize("who", [None, "member", "outsider", "staff"])
def test_who_may_not_decide_nor_keep_experts(world, as_user, opine, hands, who):
    """A dealer reads; others' members work for others; staff belong to no organisation."""
    opinion = opine(ArtworkFactory(artist=hands.master, visibility="private", organisation=world.organisation))
    client = as_user(getattr(world, who) if who else None)
    decision = {"organisation": world.organisation.pk, "verdict": "accepted", "text": ""}
    expert = {"organisation": world.organisation.pk, "expert": "Dr Ada", "qualifier": "by", "confidence": "certain"}
    codes = {
        post(client, "decide", opinion.pk, **decision).status_code,
        post(client, "expert-add", opinion.artwork_id, **expert).status_code,
    }
    assert codes == {None: {302}, "member": {403}, "outsider": {404}, "staff": {403}}[who]
    assert not Decision.objects.exists()
    assert not ExpertOpinion.objects.exists()


def test_decisions_and_experts_are_their_organisation_s_alone(world, as_user, curator, opine, hands):
    opinion = opine()
    facts = {"actor": curator, "organisation": world.organisation}
    kept = deciding.decide(**facts, opinion=opinion, verdict="comment", text="Between ourselves.")
    expert = deciding.record_expert(**facts, artwork=opinion.artwork, expert="Dr Ada", confidence="probable")
    outside = as_user(world.outsider)
    pages = [
        outside.get(opinion.get_absolute_url()),
        outside.get(reverse("attribution:work", args=[opinion.artwork_id])),
    ]
    for page in pages:
        assert "Between ourselves." not in page.content.decode()
        assert "Dr Ada" not in page.content.decode()
    assert post(outside, "decision-undo", kept.pk, "withdraw").status_code == 404
    assert post(outside, "expert-undo", expert.pk, "withdraw").status_code == 404
    assert post(as_user(world.member), "decision-undo", kept.pk, "withdraw").status_code == 403
    assert post(as_user(world.member), "expert-undo", expert.pk, "withdraw").status_code == 403
    kept.refresh_from_db(), expert.refresh_from_db()
    assert kept.withdrawn_at is None
    assert expert.withdrawn_at is None


def test_an_expert_s_opinion_stands_beside_the_machines(world, as_user, curator, opine, hands):
    opinion, client = opine(), as_user(curator)
    body = {
        "organisation": world.organisation.pk, "expert": "Dr Ada  Brush", "artist": "ilse marwand", "qualifier": "studio_of",
        "confidence": "probable", "reason": "The ground is hers.", "stated_on": "2020-05-01",
    }  # fmt: skip
    assert post(client, "expert-add", opinion.artwork_id, **body).status_code == 302
    kept = ExpertOpinion.objects.get()
    assert (kept.artist, kept.expert, kept.recorded_by) == (hands.master, "Dr Ada Brush", curator)
    work_page = reverse("attribution:work", args=[opinion.artwork_id])
    page = client.get(work_page).content.decode()
    for words in ["Dr Ada Brush", "studio of", "The ground is hers.", "2020-05-01", "probable"]:
        assert words in page
    undone = post(client, "expert-undo", kept.pk, "withdraw").url
    page = client.get(undone).content.decode()
    assert "The opinion of Dr Ada Brush was taken back." in page
    post(client, "expert-undo", kept.pk, "restore")
    assert "Dr Ada Brush" in client.get(work_page).content.decode()
    assert kept.events.count() == 3


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("artist", "Nobody Known", "no artist of this name"),
        ("expert", "A", "at least 2"),
        ("stated_on", "2999-01-01", "lies ahead"),
        ("confidence", "utterly", "valid choice"),
    ],
    ids=["unknown artist", "no name", "future", "no such confidence"],
)
def test_what_an_expert_cannot_have_said_is_refused_at_its_field(world, as_user, curator, hands, field, value, error):
    body = {"organisation": world.organisation.pk, "expert": "Dr Ada", "qualifier": "by", "confidence": "certain"}
    answer = post(as_user(curator), "expert-add", ArtworkFactory().pk, **(body | {field: value}))
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert not ExpertOpinion.objects.exists()


def test_an_artist_whom_one_may_not_see_is_not_found_by_name(world, as_user, hands):
    secret = ArtistFactory(name="Hidden Hand", visibility="private", organisation=world.organisation)
    user = UserFactory()
    MembershipFactory(user=user, organisation=world.other_organisation, role=Membership.Role.CURATOR)
    body = {"organisation": world.other_organisation.pk, "expert": "Dr Ada", "qualifier": "by", "confidence": "certain"}
    answer = post(as_user(user), "expert-add", ArtworkFactory().pk, **body, artist=secret.name)
    assert answer.status_code == 422
    with pytest.raises(ValidationError, match="no such artist"):
        deciding.record_expert(
            actor=user, artwork=ArtworkFactory(), organisation=world.other_organisation, expert="Dr Ada", confidence="certain",
            artist=secret,
        )  # fmt: skip


def test_the_record_is_changed_by_its_own_button_with_history(world, as_user, hands):
    work = ArtworkFactory(artist=hands.rival, attribution="by", organisation=world.organisation)
    client = as_user(world.editor)
    assert "Change the record" in client.get(reverse("attribution:work", args=[work.pk])).content.decode()
    assert post(client, "record-change", work.pk, artist="Ilse Marwand", qualifier="follower_of").status_code == 302
    work.refresh_from_db()
    assert (work.artist, work.attribution) == (hands.master, "follower_of")
    history = client.get(reverse("attribution:history", args=[work.pk])).content.decode()
    assert "follower_of" in history
    assert "<s>" in history


@pytest.mark.parametrize("who", [None, "outsider", "member"])
def test_who_may_not_change_the_record(world, as_user, hands, curator, who):
    work = ArtworkFactory(artist=hands.rival, organisation=world.organisation)
    client = as_user(getattr(world, who) if who else None)
    answer = post(client, "record-change", work.pk, artist="Ilse Marwand", qualifier="by")
    assert answer.status_code == (302 if who is None else 403)
    work.refresh_from_db()
    assert work.artist == hands.rival
    if who:
        assert "Change the record" not in client.get(reverse("attribution:work", args=[work.pk])).content.decode()
        assert client.get(reverse("attribution:history", args=[work.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        deciding.change_record(actor=curator, artwork=work, artist=hands.master, qualifier="by")


def test_models_stand_side_by_side(world, as_user, hands, opine):
    opinion = opine()
    older = make_model(hands.master, is_active=False)
    make_opinion(
        hands, opinion.artwork, tests=False, model_version=older, **said(hands.master, hands.rival, first=0.11)
    )
    page = as_user(world.member).get(reverse("attribution:work", args=[opinion.artwork_id])).content.decode()
    assert page.index(str(hands.model)) < page.index(str(older))
    assert "70\u00a0%" in page
    assert "11\u00a0%" in page


@pytest.mark.parametrize(
    "change", [{"unknown": 0.5}, {"candidates": []}, {"strength": "strong"}, {"abstained": "blank"}]
)
def test_the_database_lets_nobody_change_what_was_said(opine, change):
    opinion = opine()
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        AttributionOpinion.objects.filter(pk=opinion.pk).update(**change)
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        Verification.objects.filter(opinion=opinion).update(likelihood_ratio=1e6)


def test_the_work_page_costs_as_many_queries_for_many_as_for_one(
    world, as_user, curator, opine, hands, django_assert_max_num_queries
):
    opinion = opine()
    for number in range(8):
        deciding.record_expert(
            actor=curator, artwork=opinion.artwork, organisation=world.organisation, expert=f"Dr {number}", confidence="certain",
            artist=hands.master,
        )  # fmt: skip
        make_opinion(hands, opinion.artwork, tests=False, model_version=make_model(hands.master, is_active=False))
    client = as_user(curator)
    url = reverse("attribution:work", args=[opinion.artwork_id])
    client.get(url)
    with django_assert_max_num_queries(26):
        assert client.get(url).status_code == 200
