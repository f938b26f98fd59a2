"""Experts rate works: who may, once a criterion, to be changed and withdrawn; refused requests change nothing."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import translation

from analysis.appraisal import choosing, opinions, services
from analysis.appraisal.models import RATING_ROLES, Criterion, Rating
from analysis.appraisal.services import Judgement
from artmarket.accounts.models import Membership
from tests.appraisal.conftest import pictured, rated
from tests.factories import MembershipFactory, UserFactory


def contents():
    return list(Rating.objects.order_by("pk").values())


@pytest.mark.parametrize("role", Membership.Role.values)
def test_experts_alone_rate(world, criteria, role):
    user = UserFactory()
    MembershipFactory(user=user, organisation=world.organisation, role=role)
    work, judgements = pictured(), {criteria["colour"]: Judgement(6, " Cool greys held by one red. ")}
    if role in RATING_ROLES:
        (rating,) = services.rate(actor=user, artwork=work, judgements=judgements)
        assert (rating.score, rating.comment, rating.organisation) == (
            6,
            "Cool greys held by one red.",
            world.organisation,
        )
    else:
        with pytest.raises(PermissionDenied):
            services.rate(actor=user, artwork=work, judgements=judgements)
        assert not contents()


def test_platform_staff_without_a_role_is_no_expert(world, criteria):
    with pytest.raises(PermissionDenied):
        services.rate(actor=world.staff, artwork=pictured(), judgements={criteria["colour"]: Judgement(6)})


def test_a_second_score_takes_the_place_of_the_first(world, criteria):
    work = pictured()
    for score in (3, 5):
        services.rate(actor=world.member, artwork=work, judgements={criteria["colour"]: Judgement(score)})
    assert [rating["score"] for rating in contents()] == [5]
    with pytest.raises(IntegrityError), transaction.atomic():
        rated(world.member, work, criteria["colour"], 2)


@pytest.mark.parametrize("score", [0, 8, -1])
def test_the_scale_ends_at_1_and_7(world, criteria, score):
    work = pictured()
    with pytest.raises(ValidationError) as refused:
        services.rate(actor=world.member, artwork=work, judgements={criteria["colour"]: Judgement(score)})
    assert list(refused.value.message_dict) == ["colour"]
    with pytest.raises(IntegrityError), transaction.atomic():
        rated(world.member, work, criteria["colour"], abs(score) + 8)
    assert not contents()


def test_one_bad_score_refuses_all(world, criteria):
    judgements = {criteria["colour"]: Judgement(4), criteria["technique"]: Judgement(9)}
    with pytest.raises(ValidationError):
        services.rate(actor=world.member, artwork=pictured(), judgements=judgements)
    assert not contents()


def test_a_work_that_is_not_seen_cannot_be_rated(world, criteria):
    secret = pictured(visibility="private", organisation=world.organisation)
    with pytest.raises(ValidationError):
        services.rate(actor=world.outsider, artwork=secret, judgements={criteria["colour"]: Judgement(4)})
    assert not contents()


def test_a_criterion_that_is_asked_no_more_takes_no_rating_but_keeps_its_own(world, criteria):
    work = pictured()
    kept = rated(world.member, work, criteria["colour"], 4)
    Criterion.objects.filter(code="colour").update(is_asked=False)
    colour = Criterion.objects.get(code="colour")
    with pytest.raises(ValidationError):
        services.rate(actor=world.owner, artwork=work, judgements={colour: Judgement(4)})
    shown = {opinion.criterion.code: list(opinion.ratings) for opinion in opinions.opinions_of(world.owner, work)}
    assert shown["colour"] == [kept]


def test_withdrawing_hides_a_rating_and_can_be_taken_back(world, criteria):
    rating = rated(world.member, pictured(), criteria["colour"], 4)
    services.withdraw(actor=world.member, rating=rating)
    assert not Rating.objects.visible_to(world.owner).exists()
    services.restore(actor=world.member, rating=rating)
    assert Rating.objects.visible_to(world.owner).get() == rating


def test_a_withdrawn_rating_given_again_counts_again(world, criteria):
    rating = rated(world.member, pictured(), criteria["colour"], 4)
    services.withdraw(actor=world.member, rating=rating)
    services.rate(actor=world.member, artwork=rating.artwork, judgements={criteria["colour"]: Judgement(2)})
    assert Rating.objects.visible_to(world.member).get().score == 2


@pytest.mark.parametrize("change", ["change", "withdraw", "restore"])
def test_nobody_changes_another_s_rating(world, criteria, change):
    rating = rated(world.member, pictured(), criteria["colour"], 4)
    before = contents()
    do = {
        "change": lambda: services.change_rating(actor=world.owner, rating=rating, judgement=Judgement(1)),
        "withdraw": lambda: services.withdraw(actor=world.owner, rating=rating),
        "restore": lambda: services.restore(actor=world.owner, rating=rating),
    }[change]
    with pytest.raises(PermissionDenied):
        do()
    assert contents() == before


def test_who_lost_the_role_may_still_withdraw(world, criteria):
    rating = rated(world.member, pictured(), criteria["colour"], 4)
    world.member.memberships.update(role=Membership.Role.DATA_ENTRY)
    with pytest.raises(PermissionDenied):
        services.change_rating(actor=world.member, rating=rating, judgement=Judgement(1))
    assert services.withdraw(actor=world.member, rating=rating).withdrawn_at is not None


def test_ratings_are_seen_as_their_work_is(world, criteria):
    secret = pictured(visibility="private", organisation=world.organisation)
    rated(world.member, secret, criteria["colour"], 4)
    sees = {name: Rating.objects.visible_to(getattr(world, name)).exists() for name in ("outsider", "editor", "staff")}
    assert sees == {"outsider": False, "editor": True, "staff": True}


def test_a_rated_work_is_not_deleted_under_its_rating(world, criteria):
    rating = rated(world.member, pictured(), criteria["colour"], 4)
    with pytest.raises(ProtectedError):
        rating.artwork.delete()


def test_every_change_leaves_a_trace(world, criteria):
    rating = rated(world.member, pictured(), criteria["colour"], 4)
    services.change_rating(actor=world.member, rating=rating, judgement=Judgement(6))
    services.withdraw(actor=world.member, rating=rating)
    assert [event.score for event in rating.events.order_by("pgh_id")] == [4, 6, 6]


def test_criteria_are_named_in_the_reader_s_language_and_own_ones_as_written():
    with translation.override("zh-hans"):
        assert Criterion(code="known", name="Artists").label == "艺术家"
        assert Criterion(code="wit", name="Wit of the brush").label == "Wit of the brush"


class TestWhichWorkIsNext:
    def test_one_that_others_rated_comes_first(self, world, criteria):
        pictured()
        asked = pictured()
        rated(world.owner, asked, criteria["colour"], 4)
        assert choosing.next_work_id(world.member, but_not=[]) == asked.pk

    def test_not_one_that_is_rated_through_nor_one_just_seen(self, world, criteria):
        done, half, seen = pictured(), pictured(), pictured()
        for criterion in criteria.values():
            rated(world.member, done, criterion, 4)
        rated(world.member, half, criteria["colour"], 4)
        assert choosing.next_work_id(world.member, but_not=[seen.pk]) == half.pk

    def test_never_one_that_is_not_seen_or_has_no_picture(self, world, criteria):
        pictured(visibility="private", organisation=world.organisation)
        assert choosing.next_work_id(world.outsider, but_not=[]) is None
        assert choosing.next_work_id(world.member, but_not=[]) is not None

    def test_enough_raters_are_enough(self, world, criteria):
        full, fresh = pictured(), pictured()
        for _number in range(choosing.ENOUGH_RATERS):
            user = UserFactory()
            MembershipFactory(user=user, organisation=world.organisation, role="curator")
            rated(user, full, criteria["colour"], 4)
        found = {choosing.next_work_id(world.member, but_not=[]) for _time in range(30)}
        assert fresh.pk in found

    def test_the_question_costs_the_same_among_many(self, world, criteria, django_assert_max_num_queries):
        for _number in range(10):
            pictured()
        world.member.memberships.first()
        with django_assert_max_num_queries(9):
            choosing.next_work_id(world.member, but_not=[])
