"""Valuation dossiers: an estimate frozen for a purpose. The database itself refuses to change or delete one."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Owned, OwnedQuerySet
from artmarket.core.models import TimeStamped

FROZEN = [
    "organisation", "visibility", "purpose", "effective_date", "title", "content", "content_sha256", "picture",
    "picture_sha256", "pdf_sha256", "created_at",
]  # fmt: skip
SHORT = 12


class Purpose(models.TextChoices):
    AUCTION = "auction", _("auction estimate")
    INSURANCE = "insurance", _("insurance value")
    NET_TO_SELLER = "net_to_seller", _("net to the seller")


class Dossier(TimeStamped, Owned):
    """What was said of a work's value on a day, word for word: ``content`` is canonical JSON, named by its SHA-256.

    Page and PDF are made of ``content`` and ``picture`` (JPEG) alone. The links to the work and the estimate are for
    finding it; they may go, the dossier stays. It is never deleted, only withdrawn, with a reason.
    """

    artwork = models.ForeignKey("catalogue.Artwork", models.SET_NULL, null=True, related_name="dossiers")
    valuation = models.ForeignKey("valuation.Valuation", models.SET_NULL, null=True, related_name="dossiers")
    made_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="dossiers")
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    effective_date = models.DateField(_("as of"))
    title = models.CharField(_("title"), max_length=500)
    content = models.TextField(_("content"))
    content_sha256 = models.CharField(_("content hash"), max_length=64)
    picture = models.BinaryField(_("picture"), null=True)
    picture_sha256 = models.CharField(max_length=64, blank=True)
    pdf_sha256 = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)
    withdrawn_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["content_sha256"], name="dossier_content_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="dossier_withdrawn_with_reason",
                violation_error_message=_("A dossier is withdrawn with a reason."),
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False),
                name="dossier_has_owner",
                violation_error_message=_("A dossier belongs to an organisation."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="dossier_by_organisation")]
        triggers = [
            pgtrigger.Protect(name="dossier_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="dossier_is_frozen", fields=FROZEN),
            pgtrigger.Protect(
                name="dossier_stays_withdrawn",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False)
                & (
                    pgtrigger.Q(old__withdrawn_at__df=pgtrigger.F("new__withdrawn_at"))
                    | pgtrigger.Q(old__withdrawn_reason__df=pgtrigger.F("new__withdrawn_reason"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.get_purpose_display()} · {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("dossier:dossier-detail", args=[self.pk])

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The frozen content, read."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def reference(self) -> str:
        """The hash's beginning, by which people name it."""
        return self.content_sha256[:SHORT]
