"""Model versions: what was trained on which data, how well it does, and which one answers now."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analysis.registry.kinds import describe
from artmarket.accounts.ownership import MadeQuerySet, Owned, Visibility
from artmarket.core.models import TimeStamped


class ModelVersion(TimeStamped, Owned):
    """A trained or packaged model. ``artefact`` is a folder under the models directory; ``sha256`` covers its files.

    ``kind`` and ``scope`` name its task (``backbone``/``""``, ``valuation``/``auction:USD``); one a pair is active.
    Everyone signed in may read about it, unless it is private to an organisation and to whoever made it.
    """

    kind = models.CharField(_("kind"), max_length=50)
    scope = models.CharField(_("scope"), max_length=100, blank=True)
    name = models.CharField(_("name"), max_length=200)
    data_fingerprint = models.CharField(_("data fingerprint"), max_length=64, blank=True)
    code_version = models.CharField(_("code version"), max_length=64, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict)
    figures = models.JSONField(_("figures"), default=dict)
    card = models.JSONField(_("model card"), default=dict)
    artefact = models.CharField(_("artefact"), max_length=300, blank=True)
    sha256 = models.CharField(_("checksum"), max_length=64, blank=True)
    is_active = models.BooleanField(_("active"), default=False)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, blank=True, related_name="model_versions")

    made_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    visibility = models.CharField(_("visible to"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)

    objects = MadeQuerySet.as_manager()

    class Meta:
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope"],
                condition=Q(is_active=True),
                name="registry_modelversion_one_active",
                violation_error_message=_("Another version of this model is active."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("registry:model-detail", args=[self.pk])

    @property
    def purpose(self) -> str:
        """What it answers for, in words: "prices · auction · USD"."""
        return describe(self.kind, self.scope)
