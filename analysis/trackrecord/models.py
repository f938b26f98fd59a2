"""The record of our own errors: walks through the past, estimates frozen before sales, their scores, houses' biases."""

from __future__ import annotations

import math
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analysis.trackrecord.percent import InPercent
from artmarket.accounts.ownership import Actor, visible_q
from artmarket.sales.models import Outcome, PriceBasis

MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "null": True}
BEFORE_THE_SALE = """
    SELECT lot.sale_date, lot.price, lot.outcome INTO kept FROM sales_lot lot WHERE lot.id = NEW.lot_id;
    IF NEW.sale_date IS DISTINCT FROM kept.sale_date THEN
        RAISE EXCEPTION 'a forecast carries the date of its lot''s sale' USING ERRCODE = 'check_violation';
    END IF;
    IF abs(extract(epoch FROM clock_timestamp() - NEW.made_at)) > 600 THEN
        RAISE EXCEPTION 'a forecast is made now, at no other time' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.sale_date <= (clock_timestamp() AT TIME ZONE 'UTC')::date THEN
        RAISE EXCEPTION 'a forecast is made before the day of the sale' USING ERRCODE = 'check_violation';
    END IF;
    IF kept.price IS NOT NULL OR kept.outcome IN ('sold', 'bought_in') THEN
        RAISE EXCEPTION 'a forecast is made before the result is known' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class KnowledgeQuerySet(models.QuerySet[Any]):
    """Reckoned from public sales only, therefore for everyone who is signed in."""

    def visible_to(self, user: Actor) -> Self:
        return self.all() if user.is_authenticated else self.none()


class BacktestRun(models.Model):
    """A walk through the past, as it was found: what it was given, by which code, its report. Never changed.

    ``end`` is excluded. ``lots`` are each lot's own estimates, as ``ml.valuation.backtesting.Report`` has them; ``dots``, by
    regime, some of them as estimate and price without a name, for everyone to see.
    """

    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    scope = models.CharField(_("market"), max_length=100)
    start = models.DateField(_("from"))
    end = models.DateField(_("to"))
    price_basis = models.CharField(_("price basis"), max_length=15, choices=PriceBasis.choices)
    data_fingerprint = models.CharField(_("data fingerprint"), max_length=64)
    code_version = models.CharField(_("code version"), max_length=64)
    parameters = models.JSONField(_("parameters"), default=dict)
    left_out = models.JSONField(_("left out"), default=dict)
    report = models.JSONField(_("report"))
    lots = models.JSONField(_("each lot's estimates"), default=list)
    dots = models.JSONField(default=dict)
    job_id = models.UUIDField(null=True, blank=True)

    objects = KnowledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("backtest")
        verbose_name_plural = _("backtests")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="trackrecord_backtest_dates",
                violation_error_message=_("The walk begins before it ends."),
            )
        ]
        indexes = [models.Index(fields=["scope", "-created_at"], name="trackrecord_run_by_scope")]
        triggers = [pgtrigger.Protect(name="backtest_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.scope} {self.start} – {self.end}"

    def get_absolute_url(self) -> str:
        return reverse("trackrecord:run-detail", args=[self.pk])

    @property
    def is_invented(self) -> bool:
        return self.scope.startswith("invented:")

    def as_json(self) -> dict[str, Any]:
        """All but each lot's estimates, as plain JSON values."""
        return {
            "id": self.pk,
            "made": self.created_at.isoformat() if self.created_at else None,
            "scope": self.scope,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "price_basis": self.price_basis,
            "data_fingerprint": self.data_fingerprint,
            "code_version": self.code_version,
            "parameters": self.parameters,
            "left_out": self.left_out,
            "report": self.report,
        }


class ForecastQuerySet(models.QuerySet[Any]):
    """Estimates frozen before sales, of lots that may be seen."""

    def visible_to(self, user: Actor) -> Self:
        return self.filter(visible_q(user, "lot__sale"), visible_q(user, "valuation__artwork"))

    def of_public_lots(self) -> Self:
        """For aggregated figures, which strangers may see as well."""
        return self.filter(lot__sale__visibility="public", valuation__artwork__visibility="public")


class Forecast(models.Model):
    """An estimate frozen before its lot's sale. The database takes none after that day, and lets nothing in it change.

    Amounts in ``currency`` on ``price_basis``; the house's own estimate as printed, in ``lot_currency``; ``house_middle``
    is its middle times ``house_factor``, which brings it to the prices' basis. ``bias`` is the house ledger's for this
    lot, in log price over middle. ``content_sha256`` covers all that was said, and when.
    """

    lot = models.ForeignKey("sales.Lot", models.CASCADE, related_name="forecasts", verbose_name=_("lot"))
    valuation = models.ForeignKey("valuation.Valuation", models.RESTRICT, related_name="forecasts")
    made_at = models.DateTimeField(_("frozen"))
    sale_date = models.DateField(_("date of the sale"))
    scope = models.CharField(_("market"), max_length=100)
    currency = models.CharField(_("currency"), max_length=3)
    price_basis = models.CharField(_("price basis"), max_length=15, choices=PriceBasis.choices)
    regime = models.CharField(max_length=20)
    low_95 = models.DecimalField(**MONEY)
    low_80 = models.DecimalField(_("low"), **MONEY)
    low_50 = models.DecimalField(**MONEY)
    middle = models.DecimalField(_("middle"), **MONEY)
    high_50 = models.DecimalField(**MONEY)
    high_80 = models.DecimalField(_("high"), **MONEY)
    high_95 = models.DecimalField(**MONEY)
    abstained = models.TextField(_("why there is no estimate"), blank=True)
    sale_chance = models.FloatField(_("chance of sale"), null=True)
    lot_currency = models.CharField(max_length=3)
    estimate_low = models.DecimalField(_("low estimate"), **MONEY)
    estimate_high = models.DecimalField(_("high estimate"), **MONEY)
    opening_bid = models.DecimalField(_("opening bid"), **MONEY)
    house_factor = models.FloatField(null=True)
    house_middle = models.DecimalField(**MONEY)
    bias = models.FloatField(null=True)
    bias_low = models.FloatField(null=True)
    bias_high = models.FloatField(null=True)
    facts = models.JSONField(_("inputs"), default=dict)
    inputs_sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64, unique=True)

    objects = ForecastQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen estimate")
        verbose_name_plural = _("frozen estimates")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(middle=None) & ~Q(abstained=""))
                | Q(abstained="", middle__isnull=False, low_80__isnull=False, high_80__isnull=False)
                & Q(low_80__lte=F("middle"), middle__lte=F("high_80")),
                name="trackrecord_forecast_interval_or_reason",
                violation_error_message=_("An estimate has an ordered interval, or a reason for having none."),
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "-made_at"], name="trackrecord_forecast_by_lot"),
            models.Index(fields=["scope", "sale_date"], name="trackrecord_forecast_by_sale"),
        ]
        triggers = [
            pgtrigger.Protect(name="forecast_stays", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="forecast_before_sale",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("kept", "RECORD")],
                func=BEFORE_THE_SALE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.sale_date} {self.middle} {self.currency}"

    def get_absolute_url(self) -> str:
        return reverse("trackrecord:forecast-detail", args=[self.pk])


class Score(models.Model):
    """How a frozen estimate did, once the result was known. Only the last one before the sale is scored.

    ``price`` is the lot's on the forecast's basis and in its currency, null where it could not be brought there. Errors are
    log(estimate / price). Made anew where the result is corrected.
    """

    forecast = models.OneToOneField(Forecast, models.CASCADE, related_name="score")
    scored_at = models.DateTimeField(_("scored"), auto_now=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    price = models.DecimalField(_("price"), **MONEY)
    log_error = models.FloatField(null=True)
    house_log_error = models.FloatField(null=True)
    inside_50 = models.BooleanField(null=True)
    inside_80 = models.BooleanField(null=True)
    inside_95 = models.BooleanField(null=True)
    chance_error = models.FloatField(_("squared error of the chance of sale"), null=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")

    def __str__(self) -> str:
        return f"{self.forecast_id} {self.outcome} {self.log_error}"

    @property
    def percent_off(self) -> float | None:
        """By how many per cent of the price the estimate was too high (or, below zero, too low)."""
        return None if self.log_error is None else 100 * math.expm1(self.log_error)

    @property
    def house_percent_off(self) -> float | None:
        return None if self.house_log_error is None else 100 * math.expm1(self.house_log_error)


class HouseLedger(models.Model):
    """What houses' estimates were off by, from sales before a day. ``conversions`` say how each price basis was brought to
    the estimates' own, which exclude the premium; ``variances`` and ``persistence`` are as ``ml.valuation.ledger`` has them.
    """

    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    scope = models.CharField(_("market"), max_length=100)
    before = models.DateField(_("from sales before"))
    lots = models.PositiveIntegerField(_("lots"))
    data_fingerprint = models.CharField(max_length=64)
    conversions = models.JSONField(default=dict)
    variances = models.JSONField(default=dict)
    persistence = models.JSONField(default=dict)

    objects = KnowledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("house ledger")
        verbose_name_plural = _("house ledgers")
        ordering = ["-before", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "before", "data_fingerprint"], name="trackrecord_ledger_once")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.before}"


class LedgerEntryQuerySet(KnowledgeQuerySet):
    def visible_to(self, user: Actor) -> Self:
        return super().visible_to(user).filter(Q(artist=None) | visible_q(user, "artist"))


class LedgerEntry(InPercent, models.Model):
    """A group's bias: mean log(price on the estimate's basis / middle of the estimate), shrunk; its 95 % interval."""

    class Level(models.TextChoices):
        HOUSE = "house", _("house")
        DEPARTMENT = "department", _("department")
        ARTIST = "artist", _("artist")
        GROUP = "group", _("artist in department")

    ledger = models.ForeignKey(HouseLedger, models.CASCADE, related_name="entries")
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    house = models.ForeignKey("sales.AuctionHouse", models.CASCADE, related_name="ledger_entries")
    department = models.CharField(_("department"), max_length=300, blank=True)
    artist = models.ForeignKey("catalogue.Artist", models.CASCADE, null=True, related_name="ledger_entries")
    lots = models.PositiveIntegerField(_("lots"))
    mean = models.FloatField(_("mean"))
    bias = models.FloatField(_("bias"))
    error = models.FloatField(_("standard error"))
    low = models.FloatField(_("low"))
    high = models.FloatField(_("high"))
    is_off = models.BooleanField(_("persistently off"))

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the house ledger")
        verbose_name_plural = _("entries of the house ledger")
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "level", "house", "department", "artist"],
                name="trackrecord_entry_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(low__lte=F("bias"), high__gte=F("bias")), name="trackrecord_entry_ordered"
            ),
        ]
        indexes = [models.Index(fields=["ledger", "house", "level"], name="trackrecord_entry_by_house")]

    def __str__(self) -> str:
        return f"{self.house_id} {self.department} {self.artist_id} {self.bias:+.2f}"
