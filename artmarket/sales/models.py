"""Houses, sales and lots; the rates, indices and premium schedules that make prices comparable."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Owned, OwnedQuerySet
from artmarket.core.attribution import Attribution
from artmarket.core.days import is_to_come
from artmarket.core.history import tracked
from artmarket.core.models import TimeStamped
from artmarket.core.money import check_currency


class Market(models.TextChoices):
    """Markets whose prices are never pooled in one model or statistic."""

    AUCTION = "auction", _("auction")
    DEALER = "dealer", _("dealer's stock books")
    INVENTED = "invented", _("invented (demo)")


class AuctionHouseQuerySet(models.QuerySet["AuctionHouse"]):
    def visible_to(self, user: object) -> AuctionHouseQuerySet:
        """Houses are common knowledge to everyone signed in."""
        return self if getattr(user, "is_authenticated", False) else self.none()


@tracked()
class AuctionHouse(TimeStamped):
    """Who sells. Its organisation, where it uses this platform, owns its catalogues."""

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, unique=True, editable=False)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166 code"))
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    market = models.CharField(_("market"), max_length=10, choices=Market.choices, default=Market.AUCTION)
    website = models.URLField(_("website"), blank=True)
    organisation = models.OneToOneField(
        "accounts.Organisation", models.SET_NULL, null=True, blank=True, related_name="house"
    )

    objects = AuctionHouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("auction house")
        verbose_name_plural = _("auction houses")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="sales_house_currency_code",
                violation_error_message=_("A currency is a code of three capital letters."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sales:house-detail", args=[self.pk])

    @property
    def is_invented(self) -> bool:
        return self.market == Market.INVENTED


@tracked()
class Sale(TimeStamped, Owned):
    """An auction, or a dealer's book: where and when lots change hands."""

    house = models.ForeignKey(AuctionHouse, models.PROTECT, related_name="sales", verbose_name=_("house"))
    title = models.CharField(_("title"), max_length=300, blank=True)
    number = models.CharField(_("sale number"), max_length=100, blank=True)
    date = models.DateField(_("date"))
    end_date = models.DateField(_("last day"), null=True, blank=True)
    location = models.CharField(_("place"), max_length=100, blank=True)
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    category = models.CharField(_("department"), max_length=100, blank=True)
    source_url = models.URLField(_("source"), blank=True, max_length=500)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        constraints = [
            models.UniqueConstraint(
                fields=["house", "date", "number", "title"],
                name="sales_sale_once",
                violation_error_message=_("This house already has this sale on this date."),
            ),
            models.UniqueConstraint(fields=["id", "date"], name="sales_sale_id_date"),
            models.CheckConstraint(
                condition=Q(end_date__gte=F("date")) | Q(end_date=None),
                name="sales_sale_ends_after_start",
                violation_error_message=_("The sale ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(visibility="public") | Q(organisation__isnull=False),
                name="sales_sale_private_has_owner",
                violation_error_message=_("A private sale needs an owner organisation."),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="sales_sale_currency_code",
                violation_error_message=_("A currency is a code of three capital letters."),
            ),
        ]
        indexes = [
            models.Index(fields=["-date", "-id"], name="sales_sale_by_date"),
            models.Index(fields=["organisation", "visibility"], name="sales_sale_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.house} · {self.title or self.number} · {self.date:%Y-%m-%d}"

    def clean(self) -> None:
        """A sale that has results is not moved to a day to come."""
        if self.pk and self.date and is_to_come(self.date) and self.lots.filter(outcome__in=RESULTS).exists():
            words = {"date": self.date.isoformat()}
            text = _("This sale has results: its date cannot be %(date)s, which is still to come.") % words
            raise ValidationError({"date": ValidationError(text, code="sale_in_future")})

    def get_absolute_url(self) -> str:
        return reverse("sales:sale-detail", args=[self.pk])


class LotQuerySet(OwnedQuerySet):
    owner_path = "sale"


class Outcome(models.TextChoices):
    SOLD = "sold", _("sold")
    BOUGHT_IN = "bought_in", _("bought in")
    WITHDRAWN = "withdrawn", _("withdrawn")
    UNKNOWN = "unknown", _("not known")


RESULTS = (Outcome.SOLD, Outcome.BOUGHT_IN)


class PriceBasis(models.TextChoices):
    """What the price includes. Two bases are never compared unconverted."""

    HAMMER = "hammer", _("hammer price")
    WITH_PREMIUM = "with_premium", _("with buyer's premium")
    ALL_IN = "all_in", _("all in")
    UNKNOWN = "unknown", _("not known")


@tracked(exclude=["search"])
class Lot(TimeStamped):
    """What is offered under one number. The price belongs to the lot, not to its works.

    ``sale_date`` repeats the sale's date, kept equal by a composite foreign key, so that a million lots sort by index.
    ``price`` is the amount as printed by the source, on ``price_basis``; ``price_usd`` is that amount at the rate of
    the sale's date, null where no rate is known.
    """

    sale = models.ForeignKey(Sale, models.CASCADE, related_name="lots", verbose_name=_("sale"))
    sale_date = models.DateField(_("date"), editable=False)
    number = models.CharField(_("lot number"), max_length=50)
    number_sort = models.PositiveIntegerField(editable=False, default=0)
    description = models.TextField(_("description"), blank=True)
    artworks = models.ManyToManyField("catalogue.Artwork", through="LotArtwork", related_name="lots")
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    estimate_low = models.DecimalField(_("low estimate"), max_digits=14, decimal_places=2, null=True, blank=True)
    estimate_high = models.DecimalField(_("high estimate"), max_digits=14, decimal_places=2, null=True, blank=True)
    opening_bid = models.DecimalField(_("opening bid"), max_digits=14, decimal_places=2, null=True, blank=True)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2, null=True, blank=True)
    price_basis = models.CharField(
        _("price basis"), max_length=15, choices=PriceBasis.choices, default=PriceBasis.UNKNOWN
    )
    price_usd = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.UNKNOWN)
    source_url = models.URLField(_("source"), blank=True, max_length=500)
    search = models.GeneratedField(
        expression=SearchVector("number", "description", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.UniqueConstraint(
                fields=["sale", "number"],
                name="sales_lot_once",
                violation_error_message=_("This sale already has a lot with this number."),
            ),
            models.CheckConstraint(
                condition=Q(estimate_high__gte=F("estimate_low")) | Q(estimate_low=None) | Q(estimate_high=None),
                name="sales_lot_estimate_ordered",
                violation_error_message=_("The high estimate lies below the low one."),
            ),
            models.CheckConstraint(
                condition=(Q(price=None) | Q(price__gt=0))
                & (Q(estimate_low=None) | Q(estimate_low__gt=0))
                & (Q(estimate_high=None) | Q(estimate_high__gt=0))
                & (Q(opening_bid=None) | Q(opening_bid__gte=0)),
                name="sales_lot_amounts_positive",
                violation_error_message=_("Prices and estimates must be greater than zero."),
            ),
            models.CheckConstraint(
                condition=Q(price=None) | Q(outcome="sold"),
                name="sales_lot_price_means_sold",
                violation_error_message=_("Only a sold lot has a price."),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="sales_lot_currency_code",
                violation_error_message=_("A currency is a code of three capital letters."),
            ),
        ]
        indexes = [
            models.Index(fields=["-sale_date", "-id"], name="sales_lot_by_date"),
            models.Index(fields=["sale", "number_sort", "id"], name="sales_lot_in_sale"),
            models.Index(F("price_usd").desc(nulls_last=True), F("id").desc(), name="sales_lot_by_price"),
            models.Index(fields=["outcome", "-sale_date", "-id"], name="sales_lot_by_outcome"),
            models.Index(
                "outcome", F("price_usd").desc(nulls_last=True), F("id").desc(), name="sales_lot_by_outcome_price"
            ),
            GinIndex(fields=["search"], name="sales_lot_search"),
        ]

    def __str__(self) -> str:
        return str(_("lot %(number)s")) % {"number": self.number}

    def clean(self) -> None:
        """A sale to come has no results yet."""
        has_result = self.price is not None or self.outcome in RESULTS
        if has_result and self.sale_date and is_to_come(self.sale_date):
            text = _("The sale of %(date)s is still to come: it cannot have results.") % {
                "date": self.sale_date.isoformat()
            }
            field = "outcome" if self.outcome in RESULTS else "price"
            raise ValidationError({field: ValidationError(text, code="sale_in_future")})

    def get_absolute_url(self) -> str:
        return reverse("sales:lot-detail", args=[self.pk])


class LotArtwork(models.Model):
    """A work's place in a lot; a lot of several works has several."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="lot_artworks")
    artwork = models.ForeignKey("catalogue.Artwork", models.PROTECT, related_name="lot_artworks")
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("work in a lot")
        verbose_name_plural = _("works in a lot")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "artwork"],
                name="sales_lotartwork_once",
                violation_error_message=_("This work is already in this lot."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.lot} · {self.artwork}"


class Offer(models.Model):
    """A work as it was offered in a lot, with all that statistics read of both, in one row and one index.

    Kept by the database: triggers on lots, works and places write it, whoever changes those and however (COPY, SQL,
    admin); nobody else does. The place's key is its key. ``is_only`` says that the lot holds no other work, so that
    its price is this work's. ``over_estimate`` is price over mid-estimate, of hammer prices only.
    """

    place = models.OneToOneField(
        LotArtwork, models.DO_NOTHING, primary_key=True, db_column="id", db_constraint=False, related_name="offer"
    )
    lot = models.ForeignKey(Lot, models.DO_NOTHING, db_constraint=False, related_name="offers")
    artwork = models.ForeignKey(
        "catalogue.Artwork", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="offers"
    )
    artist = models.ForeignKey(
        "catalogue.Artist", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="offers"
    )
    attribution = models.CharField(max_length=20, choices=Attribution.choices)
    sale = models.ForeignKey(Sale, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="offers")
    sale_date = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    price_basis = models.CharField(max_length=15, choices=PriceBasis.choices)
    price_usd = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    over_estimate = models.FloatField(null=True)
    is_only = models.BooleanField()

    class Meta:
        verbose_name = _("work in a lot")
        verbose_name_plural = _("works in a lot")
        default_permissions = ()
        indexes = [
            models.Index(
                F("artist"),
                F("sale_date").desc(),
                F("lot").desc(),
                include=[
                    "artwork", "attribution", "sale", "outcome", "price_basis", "price_usd", "over_estimate", "is_only",
                ],
                name="sales_offer_by_artist",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.lot} · {self.artwork}"


class FxRate(models.Model):
    """Units of ``quote`` for one unit of ``base``, valid from its date until the next one."""

    base = models.CharField(_("base"), max_length=3, validators=[check_currency])
    quote = models.CharField(_("quote"), max_length=3, validators=[check_currency])
    date = models.DateField(_("valid from"))
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8)
    source = models.CharField(_("source"), max_length=100)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(
                fields=["base", "quote", "date"],
                name="sales_fxrate_once",
                violation_error_message=_("There is a rate of this day already."),
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0),
                name="sales_fxrate_positive",
                violation_error_message=_("A rate must be greater than zero."),
            ),
            models.CheckConstraint(
                condition=~Q(base=F("quote")),
                name="sales_fxrate_two_currencies",
                violation_error_message=_("A rate is between two currencies."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.date} {self.rate}"


class PriceIndex(models.Model):
    """A month's level of a named index of prices in one currency, for real prices."""

    name = models.CharField(_("index"), max_length=50)
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    month = models.DateField(_("month"))
    level = models.DecimalField(_("level"), max_digits=14, decimal_places=4)
    source = models.CharField(_("source"), max_length=100)

    class Meta:
        verbose_name = _("price index")
        verbose_name_plural = _("price indices")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "month"],
                name="sales_priceindex_once",
                violation_error_message=_("This index has a level of this month already."),
            ),
            models.CheckConstraint(
                condition=Q(level__gt=0),
                name="sales_priceindex_positive",
                violation_error_message=_("The level of an index must be greater than zero."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="sales_priceindex_first_of_month",
                violation_error_message=_("A month is named by its first day."),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="sales_priceindex_currency_code",
                violation_error_message=_("A currency is a code of three capital letters."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.month:%Y-%m} {self.level}"


class PremiumSchedule(models.Model):
    """A house's buyer's premium from a date on, in one currency."""

    house = models.ForeignKey(AuctionHouse, models.CASCADE, related_name="premium_schedules")
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("premium schedule")
        verbose_name_plural = _("premium schedules")
        constraints = [
            models.UniqueConstraint(
                fields=["house", "currency", "valid_from"],
                name="sales_premiumschedule_once",
                violation_error_message=_("This house has a schedule of this date and currency already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.house} {self.currency} {self.valid_from}"


class PremiumBand(models.Model):
    """The rate charged on the part of the hammer price above ``above``.

    The lowest band of a schedule begins at zero: the database says so when a transaction ends, by
    ``sales_premiumband_from_zero``. A part without premium is a band with the rate zero.
    """

    schedule = models.ForeignKey(PremiumSchedule, models.CASCADE, related_name="bands")
    above = models.DecimalField(_("on the part above"), max_digits=14, decimal_places=2)
    rate = models.DecimalField(_("rate"), max_digits=6, decimal_places=4)

    class Meta:
        verbose_name = _("premium band")
        verbose_name_plural = _("premium bands")
        ordering = ["above"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "above"],
                name="sales_premiumband_once",
                violation_error_message=_("Two bands of a schedule begin at the same amount."),
            ),
            models.CheckConstraint(
                condition=Q(rate__gte=0, rate__lt=1, above__gte=0),
                name="sales_premiumband_sane",
                violation_error_message=_("A rate is a share from 0 to below 1, of a part above zero or more."),
            ),
        ]

    def __str__(self) -> str:
        return f"> {self.above}: {self.rate}"
