"""Estimates as given: inputs, interval, evidence and the model that gave them. Never overwritten."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Actor, Owned, OwnedQuerySet, visible_q
from artmarket.core.models import TimeStamped


class ValuationQuerySet(OwnedQuerySet):
    def visible_to(self, user: Actor) -> ValuationQuerySet:
        if not user.is_authenticated:
            return self.none()
        own = visible_q(user) | Q(requested_by=user)
        # An estimate carries its lot's estimates and bids: who may not see the lot may not read them here.
        lot_seen = Q(lot=None) | visible_q(user, "lot__sale")
        return self.filter(own).filter(visible_q(user, "artwork")).filter(lot_seen)


class Valuation(TimeStamped, Owned):
    """Low, middle and high price of a work on a date, with the evidence. Amounts in ``currency`` on ``price_basis``.

    Where the evidence does not suffice, amounts are null and ``abstained`` says why.
    """

    artwork = models.ForeignKey("catalogue.Artwork", models.CASCADE, related_name="valuations")
    lot = models.ForeignKey("sales.Lot", models.SET_NULL, null=True, blank=True, related_name="valuations")
    model_version = models.ForeignKey("registry.ModelVersion", models.PROTECT, related_name="valuations")
    effective_date = models.DateField(_("as of"))
    currency = models.CharField(_("currency"), max_length=3)
    price_basis = models.CharField(_("price basis"), max_length=15)
    low = models.DecimalField(_("low"), max_digits=14, decimal_places=2, null=True)
    middle = models.DecimalField(_("middle"), max_digits=14, decimal_places=2, null=True)
    high = models.DecimalField(_("high"), max_digits=14, decimal_places=2, null=True)
    level = models.DecimalField(_("interval's level"), max_digits=4, decimal_places=3, default="0.8")
    abstained = models.TextField(_("why there is no estimate"), blank=True)
    comparables = models.JSONField(_("comparables"), default=list)
    contributions = models.JSONField(_("contributions"), default=dict)
    inputs = models.JSONField(_("inputs"), default=dict)
    inputs_sha256 = models.CharField(max_length=64)
    requested_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="valuations")

    objects = ValuationQuerySet.as_manager()

    class Meta:
        verbose_name = _("estimate")
        verbose_name_plural = _("estimates")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__lte=F("middle"), middle__lte=F("high"), abstained="")
                | (Q(low=None, middle=None, high=None) & ~Q(abstained="")),
                name="valuation_interval_or_reason",
                violation_error_message=_("An estimate has an ordered interval, or a reason for having none."),
            ),
            models.UniqueConstraint(
                fields=["artwork", "model_version", "inputs_sha256", "requested_by"],
                name="valuation_once_per_input",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["artwork", "-created_at"], name="valuation_by_artwork")]

    def __str__(self) -> str:
        return f"{self.artwork_id} {self.effective_date} {self.middle} {self.currency}"

    def get_absolute_url(self) -> str:
        return reverse("valuation:valuation-detail", args=[self.pk])
