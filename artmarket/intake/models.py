"""A catalogue on its way in: session → columns mapped → rows validated and matched → committed → undone."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Owned, OwnedQuerySet
from artmarket.core.models import TimeStamped


class ColumnMap(TimeStamped, Owned):
    """How a house's files name their columns, and how their values read. Data, not code."""

    name = models.CharField(_("name"), max_length=100)
    house = models.ForeignKey("sales.AuctionHouse", models.CASCADE, null=True, blank=True, related_name="column_maps")
    header_fingerprint = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    spec = models.JSONField(_("map"), default=dict)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("column map")
        verbose_name_plural = _("column maps")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="intake_columnmap_once",
                nulls_distinct=False,
                violation_error_message=_("A column map of this name exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


def upload_path(session: ImportSession, filename: str) -> str:
    return f"imports/{session.pk}/catalogue"


def pictures_path(session: ImportSession, filename: str) -> str:
    return f"imports/{session.pk}/pictures"


class ImportSession(TimeStamped, Owned):
    """One file's way in. ``report`` counts rows by state and errors by column and code.

    ``run`` names whoever works on it now: another run can write nothing any more. ``done_by`` tells which job brought
    it last to each state, so that a job run anew after its work was done knows that it was.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        VALIDATING = "validating", _("being read")
        REVIEW = "review", _("ready for review")
        COMMITTING = "committing", _("being written")
        COMMITTED = "committed", _("written")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("failed")

    class Policy(models.TextChoices):
        REJECT_ALL = "reject_all", _("reject all if one row is bad")
        SKIP_BAD = "skip_bad", _("skip bad rows")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(_("file"), upload_to=upload_path, max_length=200)
    file_name = models.CharField(_("file name"), max_length=255)
    file_sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    house = models.ForeignKey("sales.AuctionHouse", models.PROTECT, related_name="imports", verbose_name=_("house"))
    column_map = models.ForeignKey(ColumnMap, models.SET_NULL, null=True, blank=True)
    spec = models.JSONField(_("map used"), default=dict)
    policy = models.CharField(max_length=12, choices=Policy.choices, default=Policy.SKIP_BAD)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.UPLOADED)
    pictures = models.FileField(_("pictures (ZIP)"), upload_to=pictures_path, max_length=200, blank=True)
    report = models.JSONField(default=dict)
    progress = models.JSONField(default=dict, editable=False)
    job_id = models.UUIDField(null=True, editable=False)
    run = models.UUIDField(null=True, editable=False)
    done_by = models.JSONField(default=dict, editable=False)
    error = models.TextField(_("error"), blank=True)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="imports")
    committed_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.file_name} · {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("intake:import-detail", args=[self.pk])


class ImportRow(models.Model):
    """One row of the file: as read, as understood, what is wrong with it, what it became."""

    class State(models.TextChoices):
        VALID = "valid", _("ready")
        INVALID = "invalid", _("refused")
        DOUBTFUL = "doubtful", _("to be reviewed")
        UNCHANGED = "unchanged", _("already known")
        COMMITTED = "committed", _("written")
        SKIPPED = "skipped", _("skipped")
        UNDONE = "undone", _("undone")

    # No index of its own: the constraint's begins with the session.
    session = models.ForeignKey(ImportSession, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("row"))
    raw = models.JSONField()
    parsed = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    error_codes = ArrayField(models.CharField(max_length=80), default=list)
    state = models.CharField(max_length=10, choices=State.choices)
    natural_key = models.CharField(max_length=64, blank=True)
    candidates = models.JSONField(default=list)
    artist = models.ForeignKey("catalogue.Artist", models.SET_NULL, null=True, related_name="+")
    artwork = models.ForeignKey("catalogue.Artwork", models.SET_NULL, null=True, related_name="+")
    lot = models.ForeignKey("sales.Lot", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="intake_row_once"),
            models.CheckConstraint(condition=~Q(state="invalid") | ~Q(errors=[]), name="intake_row_invalid_has_errors"),
        ]
        indexes = [
            models.Index(fields=["session", "state", "number"], name="intake_row_by_state"),
            models.Index(fields=["natural_key"], name="intake_row_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}:{self.number}"


class ImportedRecord(models.Model):
    """A record that an import made or changed, so that it can be taken back. ``before`` is null for a new one."""

    session = models.ForeignKey(ImportSession, models.CASCADE, related_name="records", db_index=False)
    table = models.CharField(max_length=50)
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "table", "object_id"], name="intake_record_once")]

    def __str__(self) -> str:
        return f"{self.table}:{self.object_id}"
