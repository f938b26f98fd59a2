"""Estimates as given: inputs, interval, evidence and the model that gave them. Never overwritten."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Actor, Owned, OwnedQuerySet, visible_q
from artmarket.core.models import TimeStamped

A_YEAR = dt.timedelta(days=365)
REASONS = {
    "no_sales": _("No sale is known before this date."),
    "unknown": _("Neither an earlier offer of this artist nor the size of the work is known."),
    "no_comparables": _("The artist was never offered before, and no sale of a like medium is known."),
    "cold_wide": _("The artist was never offered before, and the upper end would be %(ratio)s times the lower one."),
    "outside_size": _("The work is smaller or larger than any sold work that the model has seen."),
    "outside_medium": _("The model has seen no sold work of this medium."),
    "outside_attribution": _("The model has seen no sold work under this attribution."),
    "outside_date": _("The last sale that the model has seen lies more than ten years before this date."),
    "too_wide": _("The upper end would be %(ratio)s times the lower one: the evidence is too thin."),
}


class ValuationQuerySet(OwnedQuerySet):
    def visible_to(self, user: Actor) -> ValuationQuerySet:
        """Estimates whose own, work's and lot's visibility all allow it: they carry the lot's estimates and bids."""
        if not user.is_authenticated:
            return self.none()
        lot_seen = Q(lot=None) | visible_q(user, "lot__sale")
        return self.filter(visible_q(user), visible_q(user, "artwork"), lot_seen)


class Valuation(TimeStamped, Owned):
    """Low, middle and high price of a work on a date, with the evidence. Amounts in ``currency`` on ``price_basis``.

    ``low`` and ``high`` are the ends of the interval of ``level``; those of 50 and 95 % are null where they could not be
    calibrated. ``comparables``: each with its adjustments (name, log, money), adjusted price and weight. Together with
    ``reconciliation`` they add up to the middle: see ``reconciling``. ``base`` is the model's own estimate, where
    comparables were struck out of it or added.

    Where the evidence does not suffice, amounts are null and ``abstained`` says why, as a code of ``REASONS`` with what
    belongs into its words (``too_wide:85``). A lot's estimates go with the lot.
    """

    artwork = models.ForeignKey("catalogue.Artwork", models.CASCADE, related_name="valuations")
    lot = models.ForeignKey("sales.Lot", models.CASCADE, null=True, blank=True, related_name="valuations")
    model_version = models.ForeignKey("registry.ModelVersion", models.PROTECT, related_name="valuations")
    effective_date = models.DateField(_("as of"))
    currency = models.CharField(_("currency"), max_length=3)
    price_basis = models.CharField(_("price basis"), max_length=15)
    low = models.DecimalField(_("low"), max_digits=14, decimal_places=2, null=True)
    middle = models.DecimalField(_("middle"), max_digits=14, decimal_places=2, null=True)
    high = models.DecimalField(_("high"), max_digits=14, decimal_places=2, null=True)
    low_50 = models.DecimalField(_("low, half of prices"), max_digits=14, decimal_places=2, null=True)
    high_50 = models.DecimalField(_("high, half of prices"), max_digits=14, decimal_places=2, null=True)
    low_95 = models.DecimalField(_("low, 95 % of prices"), max_digits=14, decimal_places=2, null=True)
    high_95 = models.DecimalField(_("high, 95 % of prices"), max_digits=14, decimal_places=2, null=True)
    level = models.DecimalField(_("interval's level"), max_digits=4, decimal_places=3, default="0.8")
    abstained = models.TextField(_("why there is no estimate"), blank=True)
    comparables = models.JSONField(_("comparables"), default=list)
    contributions = models.JSONField(_("contributions"), default=dict)
    reconciliation = models.JSONField(_("from the comparables to the estimate"), default=dict)
    base = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="amended",
        verbose_name=_("the model's own estimate, before comparables were struck out or added"),
    )
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
                condition=Q(
                    low__isnull=False,
                    high__isnull=False,
                    low__lte=F("middle"),
                    middle__isnull=False,
                    middle__lte=F("high"),
                    abstained="",
                )
                | (Q(low=None, middle=None, high=None) & ~Q(abstained="")),
                name="valuation_interval_or_reason",
                violation_error_message=_("An estimate has an ordered interval, or a reason for having none."),
            ),
            models.CheckConstraint(
                condition=Q(low_50=None, high_50=None)
                | Q(
                    low_50__isnull=False,
                    high_50__isnull=False,
                    low_50__gte=F("low"),
                    low_50__lte=F("middle"),
                    high_50__gte=F("middle"),
                    high_50__lte=F("high"),
                ),
                name="valuation_half_within_interval",
                violation_error_message=_("The interval of half of prices lies within the wider one."),
            ),
            models.CheckConstraint(
                condition=Q(low_95=None, high_95=None)
                | Q(low_95__isnull=False, high_95__isnull=False, low_95__lte=F("low"), high_95__gte=F("high")),
                name="valuation_95_around_interval",
                violation_error_message=_("The widest interval lies around the narrower one."),
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

    @property
    def reason(self) -> str:
        """Why there is no estimate, in the reader's language; empty where there is one."""
        code, _colon, ratio = self.abstained.partition(":")
        return str(REASONS[code]) % {"ratio": ratio} if code in REASONS else self.abstained

    @property
    def intervals(self) -> list[tuple[int, Decimal, Decimal]]:
        """Level in percent, low and high, narrowest first; none where abstained."""
        ends = {
            50: (self.low_50, self.high_50),
            int(100 * Decimal(self.level)): (self.low, self.high),
            95: (self.low_95, self.high_95),
        }
        return [(level, low, high) for level, (low, high) in ends.items() if low is not None and high is not None]

    @property
    def learned_until(self) -> dt.date | None:
        """The last sale that the model itself learned from, where that is not before the estimate's date."""
        last = dt.date.fromisoformat(self.model_version.card.get("last sale", "0001-01-01"))
        return last if last >= self.effective_date else None

    @property
    def known_until(self) -> dt.date | None:
        """Day of the last offer on record, where that is more than a year before the estimate's date."""
        until = self.inputs.get("known", {}).get("until")
        last = dt.date.fromisoformat(until) if until else None
        return last if last and self.effective_date - last > A_YEAR else None

    def get_absolute_url(self) -> str:
        return reverse("valuation:valuation-detail", args=[self.pk])
