"""What an index measures, and every computation of it, frozen."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analysis.registry.kinds import describe
from analysis.valuation.records import Scope
from artmarket.accounts.ownership import Actor, Owned, OwnedQuerySet, visible_q
from artmarket.catalogue.models import Medium
from artmarket.core.models import TimeStamped
from artmarket.sales.models import Market, PriceBasis

REASONS = {
    "too_few_sales": _("%(sales)s sales are too few for an index: it takes %(needed)s."),
    "too_few_pairs": _(
        "%(pairs)s works sold again in another period are too few for repeat sales: it takes %(needed)s."
    ),
    "one_period": _("All %(sales)s sales lie in one period, %(period)s: an index needs two."),
    "too_thin": _(
        "%(shown)s of %(periods)s periods have the %(needed)s sales or pairs that it takes: an index needs two."
    ),
    "no_base": _("No sale lies in the base period %(period)s."),
    "thin_base": _("The base period %(period)s has too few sales or pairs to be 100."),
    "no_bought_in": _("No bought-in lot with an estimate is on record, so there is nothing to add to the sold ones."),
}


class Method(models.TextChoices):
    """Ways to tell the market's move from a change in what is sold."""

    HYBRID = "hybrid", _("hybrid")
    HEDONIC = "hedonic", _("hedonic")
    REPEAT_SALES = "repeat_sales", _("repeat sales")
    CENSORED = "censored", _("with bought-in lots")


class Period(models.TextChoices):
    YEAR = "year", _("years")
    HALF = "half", _("half-years")
    QUARTER = "quarter", _("quarters")


class IndexDefinitionQuerySet(OwnedQuerySet):
    def visible_to(self, user: Actor) -> IndexDefinitionQuerySet:
        """Indices whose own and whose artist's visibility both allow it."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(visible_q(user), Q(artist=None) | visible_q(user, "artist"))


class IndexDefinition(TimeStamped, Owned):
    """An index of a market and currency: of all of it, of a movement, or of an artist's own hand; perhaps of one medium.

    Prices stand on ``price_basis``, by default on that of most of them. ``deflator`` names the price index that real
    levels are reckoned by, by default the currency's usual one. Points with fewer sales than ``fewest`` are not shown.
    """

    market = models.CharField(_("market"), max_length=10, choices=Market.choices)
    currency = models.CharField(_("currency"), max_length=3)
    artist = models.ForeignKey(
        "catalogue.Artist", models.CASCADE, null=True, blank=True, related_name="indices", verbose_name=_("artist")
    )
    movement = models.CharField(_("movement"), max_length=100, blank=True)
    medium = models.CharField(_("medium"), max_length=20, choices=Medium.choices, blank=True)
    period = models.CharField(_("periods"), max_length=10, choices=Period.choices, default=Period.YEAR)
    base = models.CharField(_("period at 100"), max_length=10, blank=True)
    price_basis = models.CharField(_("price basis"), max_length=15, choices=PriceBasis.choices, blank=True)
    deflator = models.CharField(_("deflated by"), max_length=50, blank=True)
    fewest = models.PositiveSmallIntegerField(_("fewest sales of a point"), default=10)

    objects = IndexDefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("price index")
        verbose_name_plural = _("price indices")
        ordering = ["market", "currency", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "market", "currency", "artist", "movement", "medium", "period", "base", "price_basis", "deflator",
                    "fewest", "organisation",
                ],
                nulls_distinct=False,
                name="indices_definition_once",
                violation_error_message=_("There is such an index already."),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="indices_definition_currency_code",
                violation_error_message=_("A currency is a code of three capital letters."),
            ),
            models.CheckConstraint(
                condition=Q(artist=None) | Q(movement=""),
                name="indices_definition_one_subject",
                violation_error_message=_("An index is of an artist or of a movement, not of both."),
            ),
            models.CheckConstraint(
                condition=Q(visibility="public") | Q(organisation__isnull=False),
                name="indices_definition_private_has_owner",
                violation_error_message=_("A private index needs an owner organisation."),
            ),
            models.CheckConstraint(
                condition=Q(fewest__gte=3),
                name="indices_definition_fewest",
                violation_error_message=_("A point takes three sales or more."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Subject, medium and periods in the reader's language."""
        medium = str(self.get_medium_display()) if self.medium else ""
        return " · ".join(part for part in (self.subject, medium, str(self.get_period_display())) if part)

    def get_absolute_url(self) -> str:
        return reverse("indices:index-detail", args=[self.pk])

    @property
    def scope(self) -> Scope:
        return Scope(self.market, self.currency)

    @property
    def subject(self) -> str:
        """Whose prices: the artist's, the movement's, or all of the market's."""
        if self.artist is not None:
            return self.artist.name
        return self.movement or str(_("Whole market"))

    @property
    def place(self) -> str:
        """Market and currency in the reader's language."""
        return describe("", str(self.scope)).removeprefix(" · ")

    @property
    def is_invented(self) -> bool:
        return self.market == Market.INVENTED


class IndexVintage(models.Model):
    """One method's result as it was computed, never changed: ``points`` of every period, or why there are none.

    A point is ``{period, start, level, low, high, sales, pairs, why}``; a suppressed one has nulls and its reason.
    ``fingerprint`` is of data, settings and code: the same again makes no new vintage.
    """

    definition = models.ForeignKey(IndexDefinition, models.CASCADE, related_name="vintages")
    created_at = models.DateTimeField(_("computed"), auto_now_add=True)
    method = models.CharField(_("method"), max_length=15, choices=Method.choices)
    is_real = models.BooleanField(_("real"), default=False)
    base = models.CharField(_("period at 100"), max_length=10, blank=True)
    price_basis = models.CharField(_("price basis"), max_length=15, choices=PriceBasis.choices)
    points = models.JSONField(_("points"), default=list)
    refused = models.JSONField(_("why there is no index"), default=dict)
    figures = models.JSONField(_("figures"), default=dict)
    settings = models.JSONField(_("settings"), default=dict)
    left_out = models.JSONField(_("left out"), default=dict)
    last_sale = models.DateField(_("last sale"), null=True)
    data_fingerprint = models.CharField(max_length=64)
    code_version = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64)
    job_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("vintage of an index")
        verbose_name_plural = _("vintages of indices")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "method", "is_real", "fingerprint"],
                name="indices_vintage_once",
                violation_error_message=_("This vintage is on record already."),
            ),
            models.CheckConstraint(
                condition=(Q(points=[]) & ~Q(refused={})) | (~Q(points=[]) & Q(refused={})),
                name="indices_vintage_points_or_reason",
                violation_error_message=_("A vintage has points, or a reason for having none."),
            ),
        ]
        indexes = [models.Index(fields=["definition", "method", "is_real", "-id"], name="indices_vintage_latest")]
        triggers = [pgtrigger.Protect(name="indices_vintage_frozen", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.definition_id} {self.method} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def reason(self) -> str:
        """Why there is no index, in the reader's language; "" where there is one."""
        if not self.refused:
            return ""
        facts: dict[str, Any] = self.refused.get("facts", {})
        return str(REASONS[self.refused["code"]]) % facts

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The points that are not suppressed."""
        return [point for point in self.points if point["level"] is not None]

    @property
    def last_point(self) -> dict[str, Any]:
        """The latest shown point."""
        return self.shown[-1]
