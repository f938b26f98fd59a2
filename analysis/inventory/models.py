"""An organisation's works with what they cost and what they are worth. Costs are secret: members alone see a row, and
platform staff are no members."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Membership, User
from artmarket.accounts.ownership import Actor
from artmarket.accounts.queries import roles_by_organisation
from artmarket.core.models import TimeStamped

KEEPING_ROLES = (*Membership.EDITING_ROLES, Membership.Role.DEALER)


def kept_organisation_ids(user: User) -> list[int]:
    """Ids of the organisations whose inventory the user may change."""
    return [pk for pk, role in roles_by_organisation(user).items() if role in KEEPING_ROLES]


class InventoryQuerySet(models.QuerySet[Any]):
    """Removed items are seen by nobody; ``all()`` has them, for taking a removal back."""

    def visible_to(self, user: Actor) -> Self:
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation_id__in=list(roles_by_organisation(user)), removed_at=None)

    def editable_by(self, user: Actor) -> Self:
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation_id__in=kept_organisation_ids(user), removed_at=None)


class InventoryItem(TimeStamped):
    """A work that an organisation has, had, or has been given to sell.

    ``cost`` in ``cost_currency`` was paid on ``acquired_on``. ``value_*`` in ``value_currency`` is the latest estimate, as of
    ``valued_on``, or ``value_reason`` says why there is none; ``previous_*`` is the one before. ``value_eur`` (at the rate
    of ``valued_on``; null where none is known) and ``change_eur`` (value over cost, each at its day's rate, less one) are for
    sorting.
    """

    class Status(models.TextChoices):
        IN_STOCK = "in_stock", _("in stock")
        ON_CONSIGNMENT = "on_consignment", _("on consignment")
        SOLD = "sold", _("sold")

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    artwork = models.ForeignKey(
        "catalogue.Artwork", models.PROTECT, related_name="inventory_items", verbose_name=_("artwork")
    )
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=2, null=True, blank=True)
    cost_currency = models.CharField(_("currency of the cost"), max_length=3, blank=True)
    acquired_on = models.DateField(_("acquired on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.IN_STOCK)
    location = models.CharField(_("location"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), blank=True, max_length=5000)
    sold_price = models.DecimalField(_("sold for"), max_digits=14, decimal_places=2, null=True, blank=True)
    sold_currency = models.CharField(_("currency of the sale"), max_length=3, blank=True)
    sold_on = models.DateField(_("sold on"), null=True, blank=True)
    added_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, editable=False)

    valuation = models.ForeignKey("valuation.Valuation", models.SET_NULL, null=True, related_name="+", editable=False)
    valued_on = models.DateField(_("estimated as of"), null=True, editable=False)
    value_currency = models.CharField(max_length=3, blank=True, editable=False)
    value_low = models.DecimalField(max_digits=14, decimal_places=2, null=True, editable=False)
    value_middle = models.DecimalField(max_digits=14, decimal_places=2, null=True, editable=False)
    value_high = models.DecimalField(max_digits=14, decimal_places=2, null=True, editable=False)
    value_reason = models.CharField(max_length=500, blank=True, editable=False)
    value_eur = models.DecimalField(max_digits=16, decimal_places=2, null=True, editable=False)
    change_eur = models.DecimalField(max_digits=14, decimal_places=4, null=True, editable=False)
    previous_on = models.DateField(null=True, editable=False)
    previous_currency = models.CharField(max_length=3, blank=True, editable=False)
    previous_middle = models.DecimalField(max_digits=14, decimal_places=2, null=True, editable=False)

    objects = InventoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("inventory item")
        verbose_name_plural = _("inventory items")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "artwork"],
                condition=Q(removed_at=None) & ~Q(status="sold"),
                name="inventory_item_once_unsold",
                violation_error_message=_("This work is in the inventory already."),
            ),
            models.CheckConstraint(
                condition=Q(cost=None, cost_currency="") | (Q(cost__gte=0) & ~Q(cost_currency="")),
                name="inventory_cost_with_currency",
                violation_error_message=_("A cost is not below zero and has a currency."),
            ),
            models.CheckConstraint(
                condition=(~Q(status="sold") & Q(sold_price=None, sold_currency="", sold_on=None))
                | (Q(status="sold", sold_price__gte=0, sold_on__isnull=False) & ~Q(sold_currency="")),
                name="inventory_sold_with_price_and_date",
                violation_error_message=_(
                    "A sold work has a price, its currency and a date; others have none of them."
                ),
            ),
            models.CheckConstraint(
                condition=Q(sold_on=None) | Q(acquired_on=None) | Q(sold_on__gte=F("acquired_on")),
                name="inventory_sold_after_acquired",
                violation_error_message=_("A work is not sold before it was acquired."),
            ),
            models.CheckConstraint(
                condition=Q(value_low__lte=F("value_middle"), value_middle__lte=F("value_high"))
                | Q(value_low=None, value_middle=None, value_high=None),
                name="inventory_value_ordered",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="inventory_newest"),
            models.Index(fields=["organisation", "value_eur", "id"], name="inventory_by_value"),
            models.Index(fields=["organisation", "change_eur", "id"], name="inventory_by_change"),
            models.Index(fields=["organisation", "acquired_on", "id"], name="inventory_by_acquired"),
        ]

    def __str__(self) -> str:
        return str(self.artwork)

    def get_absolute_url(self) -> str:
        return reverse("inventory:item-edit", args=[self.pk])


class InventoryValue(models.Model):
    """What an item was estimated at on a day: one row a day, so that a refresh twice a day counts once."""

    item = models.ForeignKey(InventoryItem, models.CASCADE, related_name="values")
    on = models.DateField(_("as of"))
    currency = models.CharField(max_length=3)
    low = models.DecimalField(max_digits=14, decimal_places=2)
    middle = models.DecimalField(max_digits=14, decimal_places=2)
    high = models.DecimalField(max_digits=14, decimal_places=2)
    valuation = models.ForeignKey("valuation.Valuation", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["item", "on"], name="inventory_value_once_a_day"),
            models.CheckConstraint(
                condition=Q(low__lte=F("middle"), middle__lte=F("high")), name="inventory_value_row_ordered"
            ),
        ]
        indexes = [models.Index(fields=["on", "currency"], name="inventory_value_by_day")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.on} {self.middle} {self.currency}"
