"""Long work as a row: what was asked, how far it is, what came of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Actor, Owned, OwnedQuerySet, visible_q
from artmarket.core.models import TimeStamped


class JobQuerySet(OwnedQuerySet):
    def visible_to(self, user: Actor) -> JobQuerySet:
        """One's own jobs and those of one's organisations."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(visible_q(user) | Q(asked_by=user))


class Job(TimeStamped, Owned):
    """One piece of long work. Its key is the Celery task's id."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        SUCCEEDED = "succeeded", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        LOST = "lost", _("lost")

    UNFINISHED = (State.QUEUED, State.RUNNING)

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
    attempt = models.PositiveIntegerField(_("attempt"), default=1)
    checkpoint = models.JSONField(default=dict)
    cancel_requested = models.BooleanField(default=False)
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
        return self.title or self.kind

    def get_absolute_url(self) -> str:
        return reverse("jobs:job-detail", args=[self.pk])


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
