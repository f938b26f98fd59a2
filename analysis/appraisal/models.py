"""What was measured of pictures, and how experts rate works. No row anywhere sums a work up in one figure."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analysis.appraisal.criteria import HIGHEST, LOWEST
from artmarket.accounts.models import Membership
from artmarket.accounts.ownership import Actor, OwnedQuerySet, visible_q
from artmarket.core.history import tracked
from artmarket.core.models import TimeStamped

RATING_ROLES = (
    Membership.Role.OWNER,
    Membership.Role.CURATOR,
    Membership.Role.DEALER,
    Membership.Role.AUCTION_HOUSE,
)


class CriterionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Actor) -> Self:
        return self.all() if user.is_authenticated else self.none()

    def asked(self) -> Self:
        """Those that raters are asked for now."""
        return self.filter(is_asked=True)


class Criterion(TimeStamped):
    """One thing that experts judge, from 1 (weakest) to 7 (strongest). ``name`` and ``question`` are English or the
    installation's own words; where the site knows a translation, readers see that."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    question = models.CharField(_("question"), max_length=300, blank=True)
    place = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_asked = models.BooleanField(_("asked for"), default=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return gettext(self.name) if self.name else self.code

    @property
    def asks(self) -> str:
        return gettext(self.question) if self.question else ""


class RatingQuerySet(OwnedQuerySet):
    """Seen as the work is; a withdrawn rating is seen by nobody. ``all()`` has it, for taking that back."""

    owner_path = "artwork"

    def visible_to(self, user: Actor) -> Self:
        return self.filter(visible_q(user, self.owner_path), withdrawn_at=None)

    def editable_by(self, user: Actor) -> Self:
        """One's own, as long as one sees the work."""
        return self.visible_to(user).filter(rater_id=user.pk) if user.is_authenticated else self.none()


@tracked()
class Rating(TimeStamped):
    """How an expert judges a work by one criterion. A work that somebody judged is not deleted under the judgement."""

    rater = models.ForeignKey("accounts.User", models.CASCADE, related_name="ratings", verbose_name=_("rater"))
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    artwork = models.ForeignKey("catalogue.Artwork", models.PROTECT, related_name="ratings", verbose_name=_("artwork"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="ratings", verbose_name=_("criterion"))
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), blank=True, max_length=2000)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rater", "artwork", "criterion"],
                name="appraisal_rating_once",
                violation_error_message=_("You have rated this work by this criterion already."),
            ),
            models.CheckConstraint(
                condition=Q(score__gte=LOWEST, score__lte=HIGHEST),
                name="appraisal_rating_on_the_scale",
                violation_error_message=_("A score is a whole number from 1 to 7."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["artwork", "criterion"], condition=Q(withdrawn_at=None), name="appraisal_rating_by_work"
            ),
            models.Index(fields=["rater", "-id"], name="appraisal_rating_by_rater"),
        ]

    def __str__(self) -> str:
        return f"{self.artwork_id} {self.criterion_id}: {self.score}"
