"""What changes ratings: giving, changing, withdrawing one's own, and taking that back; and asking for an appraisal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.appraisal.criteria import HIGHEST, LOWEST
from analysis.appraisal.jobs import MAKE_ONE, TRAIN
from analysis.appraisal.models import RATING_ROLES, Appraisal, Criterion, Rating
from artmarket.accounts.models import User
from artmarket.accounts.queries import roles_by_organisation
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.core import longwork

MOST_COMMENT = 2000


@dataclass(frozen=True)
class Judgement:
    """A score from 1 to 7, and in words why."""

    score: int
    comment: str = ""


def rating_organisation_id(user: User) -> int | None:
    """The organisation for which the user may rate: the first whose role is an expert's; None where there is none."""
    return next((pk for pk, role in sorted(roles_by_organisation(user).items()) if role in RATING_ROLES), None)


def check_may_rate(actor: User) -> int:
    """The organisation that the actor rates for. Raises ``PermissionDenied``."""
    organisation_id = rating_organisation_id(actor)
    if organisation_id is None:
        raise PermissionDenied(
            _("Rating takes an expert's role in an organisation: owner, curator, dealer or auction house.")
        )
    return organisation_id


@transaction.atomic
def rate(*, actor: User, artwork: Artwork, judgements: Mapping[Criterion, Judgement]) -> list[Rating]:
    """Rate a work that the actor sees by some criteria; what was rated before, or withdrawn, is changed.

    Raises ``PermissionDenied``, or ``ValidationError`` by criterion code (``artwork`` for one that is not seen).
    """
    organisation_id = check_may_rate(actor)
    if not Artwork.objects.visible_to(actor).filter(pk=artwork.pk).exists():
        raise ValidationError({"artwork": ValidationError(_("There is no such artwork."), "does_not_exist")})
    refuse_bad(judgements)
    known = {rating.criterion_id: rating for rating in own_ratings(actor, artwork).select_for_update()}
    return [
        save(
            known.get(criterion.pk) or Rating(rater=actor, artwork=artwork, criterion=criterion),
            judgement,
            organisation_id,
        )
        for criterion, judgement in judgements.items()
    ]


@transaction.atomic
def add_rating(*, actor: User, artwork: Artwork, criterion: Criterion, judgement: Judgement) -> Rating:
    """Rate a work by one criterion for the first time, or again after withdrawing.

    Raises ``PermissionDenied``, or ``ValidationError``: also where one's rating stands already.
    """
    check_may_rate(actor)
    if own_ratings(actor, artwork).filter(criterion=criterion, withdrawn_at=None).exists():
        raise ValidationError(_("You have rated this work by this criterion already."), "unique")
    (rating,) = rate(actor=actor, artwork=artwork, judgements={criterion: judgement})
    return rating


def own_ratings(actor: User, artwork: Artwork) -> QuerySet[Rating]:
    """What the actor said of a work, the withdrawn included."""
    return Rating.objects.filter(rater=actor, artwork=artwork)


def refuse_bad(judgements: Mapping[Criterion, Judgement]) -> None:
    errors = {}
    for criterion, judgement in judgements.items():
        if not LOWEST <= judgement.score <= HIGHEST:
            errors[criterion.code] = ValidationError(_("A score is a whole number from 1 to 7."), "out_of_range")
        elif len(judgement.comment) > MOST_COMMENT:
            errors[criterion.code] = ValidationError(_("A comment has at most 2,000 characters."), "max_length")
        elif not criterion.is_asked:
            errors[criterion.code] = ValidationError(_("This criterion is not asked for any more."), "not_asked")
    if errors:
        raise ValidationError(errors)


def save(rating: Rating, judgement: Judgement, organisation_id: int) -> Rating:
    rating.score, rating.comment = judgement.score, judgement.comment.strip()
    rating.organisation_id, rating.withdrawn_at = organisation_id, None
    rating.save()
    return rating


@transaction.atomic
def change_rating(*, actor: User, rating: Rating, judgement: Judgement) -> Rating:
    """Change one's own rating. Raises ``PermissionDenied``, ``ValidationError``."""
    check_own(actor, rating)
    organisation_id = check_may_rate(actor)
    refuse_bad({rating.criterion: judgement})
    return save(rating, judgement, organisation_id)


@transaction.atomic
def withdraw(*, actor: User, rating: Rating) -> Rating:
    """Take one's own rating back, whatever role one has now; ``restore`` undoes that. Raises ``PermissionDenied``."""
    check_own(actor, rating)
    now = timezone.now()
    Rating.objects.filter(pk=rating.pk, withdrawn_at=None).update(withdrawn_at=now, updated_at=now)
    rating.refresh_from_db()
    return rating


@transaction.atomic
def restore(*, actor: User, rating: Rating) -> Rating:
    """Let a withdrawn rating count again. Raises ``PermissionDenied``."""
    check_own(actor, rating)
    check_may_rate(actor)
    Rating.objects.filter(pk=rating.pk).update(withdrawn_at=None, updated_at=timezone.now())
    rating.refresh_from_db()
    return rating


def check_own(actor: User, rating: Rating) -> None:
    if rating.rater_id != actor.pk or not Artwork.objects.visible_to(actor).filter(pk=rating.artwork_id).exists():
        raise PermissionDenied(_("Only its rater may change a rating."))


def asking_key(image_id: int) -> str:
    """What keeps one picture from being asked for twice at once."""
    return f"{MAKE_ONE}:{image_id}"


@transaction.atomic
def request_appraisal(*, actor: User, image: ArtworkImage) -> UUID:
    """Have a worker look at one picture soon, again where it was refused; returns the job's id.

    Raises ``PermissionDenied`` for a picture that the actor may not see.
    """
    if not ArtworkImage.objects.visible_to(actor).filter(pk=image.pk).exists():
        raise PermissionDenied(_("You may not see this picture."))
    Appraisal.objects.filter(image=image, state=Appraisal.State.REFUSED).delete()
    return longwork.start(MAKE_ONE, actor=actor, parameters={"image_id": image.pk}, dedupe_key=asking_key(image.pk))


def request_training(*, actor: User) -> UUID:
    """Have a worker learn how experts rate; what waits already is not queued twice. Raises ``PermissionDenied``."""
    check_may_rate(actor)
    return longwork.start(TRAIN, actor=actor, parameters={}, dedupe_key=TRAIN)
