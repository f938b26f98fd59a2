"""Long work as a row: what was asked, how far it is, what came of it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Actor, Owned, OwnedQuerySet, editable_q, visible_q
from artmarket.core import longwork
from artmarket.core.models import TimeStamped


def own_q(user: Actor) -> Q:
    """Condition for the jobs that ``user`` asked for; through an API key only those that its organisation may know."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    acting_id = getattr(user, "acting_organisation_id", None)
    own = Q(asked_by=user)
    return own if acting_id is None else own & (Q(organisation=None) | Q(organisation_id=acting_id))


class JobQuerySet(OwnedQuerySet):
    def visible_to(self, user: Actor) -> JobQuerySet:
        """One's own jobs and those of one's organisations."""
        return self.within(visible_q(user), user)

    def editable_by(self, user: Actor) -> JobQuerySet:
        """One's own jobs and those of the organisations where one's role is an editing one."""
        return self.within(editable_q(user), user)

    def within(self, shared: Q, user: Actor) -> JobQuerySet:
        """Jobs of ``shared`` or one's own. An empty condition means all, but would vanish from an ``or``."""
        return self.filter(shared | own_q(user)) if shared else self.all()


class Job(TimeStamped, Owned):
    """One piece of long work. Its key is the Celery task's id.

    ``attempt`` fences: whoever runs an older attempt can write nothing any more. ``series`` keeps each figure's course
    as ``{name: [[done, value], …]}``; ``seconds_left`` is the worker's own estimate at the last heartbeat.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        SUCCEEDED = "succeeded", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        LOST = "lost", _("lost")

    UNFINISHED = (State.QUEUED, State.RUNNING)
    RESTARTABLE = (State.FAILED, State.CANCELLED, State.LOST)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=50)
    queue = models.CharField(_("queue"), max_length=20, default="default")
    title = models.CharField(_("title"), max_length=200, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict)
    dedupe_key = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    phase = models.CharField(_("phase"), max_length=100, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    metrics = models.JSONField(_("figures"), default=dict)
    series = models.JSONField(_("course of the figures"), default=dict)
    seconds_left = models.FloatField(_("seconds left"), null=True, blank=True)
    attempt = models.PositiveIntegerField(_("attempt"), default=1)
    checkpoint = models.JSONField(default=dict)
    cancel_requested = models.BooleanField(default=False)
    queued_at = models.DateTimeField(_("waiting since"), default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(_("worker"), max_length=200, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    result = models.JSONField(_("result"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    asked_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="jobs", verbose_name=_("asked by")
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"],
                condition=Q(state__in=["queued", "running"]) & ~Q(dedupe_key=""),
                name="jobs_job_one_unfinished_per_key",
                violation_error_message=_("The same work is already waiting or running."),
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | ~Q(state__in=["queued", "running"]),
                name="jobs_job_finished_means_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="jobs_job_by_time"),
            models.Index(fields=["state", "heartbeat_at"], name="jobs_job_by_heartbeat"),
        ]

    def __str__(self) -> str:
        return str(self.label)

    def get_absolute_url(self) -> str:
        return reverse("jobs:job-detail", args=[self.pk])

    @property
    def label(self) -> str | Promise:
        """The title given, else that of its kind in the reader's language, else the kind."""
        return self.title or self.kind_title

    @property
    def kind_title(self) -> str | Promise:
        """What work of this kind is called; the kind itself where it is not known here any more."""
        try:
            return longwork.find_kind(self.kind).title
        except KeyError:
            return self.kind

    @property
    def panel_url(self) -> str:
        """Where the kind's own part of the job's page is loaded from; "" for a kind that has none."""
        try:
            panel = longwork.find_kind(self.kind).panel
        except KeyError:
            return ""
        return reverse(panel, args=[self.pk]) if panel else ""

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def is_restartable(self) -> bool:
        return self.state in self.RESTARTABLE

    @property
    def waited(self) -> dt.timedelta:
        """From the request to the start, or to now or the end where it never started."""
        end = self.started_at or self.finished_at or timezone.now()
        return max(end - self.queued_at, dt.timedelta())

    @property
    def ran(self) -> dt.timedelta | None:
        """How long the last attempt has run or ran; None where it never started."""
        if self.started_at is None:
            return None
        return max((self.finished_at or timezone.now()) - self.started_at, dt.timedelta())


class JobLogLine(models.Model):
    """A line that a job said, shown live."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="log_lines")
    at = models.DateTimeField(auto_now_add=True)
    attempt = models.PositiveIntegerField(default=1)
    level = models.CharField(max_length=10, default="info")
    message = models.TextField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["job", "id"], name="jobs_logline_by_job")]

    def __str__(self) -> str:
        return self.message
