"""Pictures on different works that may show one work, and which pictures were looked through for such pairs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Actor, visible_q
from artmarket.core.models import TimeStamped


class PossibleDuplicateQuerySet(models.QuerySet["PossibleDuplicate"]):
    def visible_to(self, user: Actor) -> PossibleDuplicateQuerySet:
        """Pairs of which the user may see both works."""
        return self.filter(visible_q(user, "first__artwork") & visible_q(user, "second__artwork"))


class PossibleDuplicate(TimeStamped):
    """Two pictures on different works that may show one work. ``first`` came before ``second``.

    A decided pair stays, so that what was dismissed is not flagged again; ``moved`` is what gathering the pictures
    under one work changed, for undoing it.
    """

    class Kind(models.TextChoices):
        FILE = "file", _("the same file")
        WORK = "work", _("the same work")

    class State(models.TextChoices):
        OPEN = "open", _("to decide")
        SAME = "same", _("the same work")
        GATHERED = "gathered", _("gathered under one work")
        DISMISSED = "dismissed", _("not the same")

    first = models.ForeignKey("catalogue.ArtworkImage", models.CASCADE, related_name="+")
    second = models.ForeignKey("catalogue.ArtworkImage", models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    probability = models.FloatField(_("probability"))
    evidence = models.JSONField(_("evidence"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    moved = models.JSONField(default=dict, blank=True, editable=False)

    objects = PossibleDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="similarity_duplicate_once"),
            models.CheckConstraint(
                condition=Q(second_id__gt=models.F("first_id")),
                name="similarity_duplicate_ordered",
                violation_error_message=_("A pair names its older picture first."),
            ),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1),
                name="similarity_duplicate_probability",
                violation_error_message=_("A probability lies between 0 and 1."),
            ),
        ]
        indexes = [models.Index(fields=["state", "-probability", "-id"], name="similarity_duplicate_queue")]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class LookedThrough(models.Model):
    """A picture that was compared with those before it; a run that is cut off goes on with the others."""

    image = models.OneToOneField("catalogue.ArtworkImage", models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return str(self.image_id)
