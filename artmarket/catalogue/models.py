"""Artists, their works, the pictures of them, and the names others know them by."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Owned, OwnedQuerySet
from artmarket.core.attribution import Attribution
from artmarket.core.history import tracked
from artmarket.core.models import TimeStamped


class ArtistQuerySet(OwnedQuerySet):
    def current(self) -> ArtistQuerySet:
        """Artists that were not merged into another."""
        return self.filter(merged_into=None)


@tracked(exclude=["search"])
class Artist(TimeStamped, Owned):
    """A maker of works. Life dates keep the source's text and the span it allows."""

    name = models.CharField(_("name"), max_length=300)
    sort_name = models.CharField(_("sort name"), max_length=300, blank=True)
    name_key = models.CharField(max_length=300, editable=False, db_index=True)
    other_names = ArrayField(models.CharField(max_length=300), default=list, blank=True, verbose_name=_("other names"))
    birth_text = models.CharField(_("born"), max_length=100, blank=True)
    birth_earliest = models.DateField(_("born at the earliest"), null=True, blank=True)
    birth_latest = models.DateField(_("born at the latest"), null=True, blank=True)
    death_text = models.CharField(_("died"), max_length=100, blank=True)
    death_earliest = models.DateField(_("died at the earliest"), null=True, blank=True)
    death_latest = models.DateField(_("died at the latest"), null=True, blank=True)
    nationality = models.CharField(_("nationality"), max_length=100, blank=True)
    movement = models.CharField(_("movement"), max_length=100, blank=True)
    biography = models.TextField(_("biography"), blank=True)
    is_invented = models.BooleanField(_("invented"), default=False)
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="merged_from"
    )
    search = models.GeneratedField(
        expression=SearchVector("name", "name_key", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ArtistQuerySet.as_manager()

    class Meta:
        verbose_name = _("artist")
        verbose_name_plural = _("artists")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="catalogue_artist_named",
                violation_error_message=_("An artist needs a name."),
            ),
            models.CheckConstraint(
                condition=Q(visibility="public") | Q(organisation__isnull=False),
                name="catalogue_artist_private_has_owner",
                violation_error_message=_("A private artist needs an owner organisation."),
            ),
            models.CheckConstraint(
                condition=Q(birth_latest__gte=F("birth_earliest")) | Q(birth_earliest=None),
                name="catalogue_artist_birth_ordered",
                violation_error_message=_("Born at the latest lies before born at the earliest."),
            ),
            models.CheckConstraint(
                condition=Q(death_latest__gte=F("death_earliest")) | Q(death_earliest=None),
                name="catalogue_artist_death_ordered",
                violation_error_message=_("Died at the latest lies before died at the earliest."),
            ),
            models.CheckConstraint(
                condition=Q(death_latest__gte=F("birth_earliest")) | Q(birth_earliest=None) | Q(death_latest=None),
                name="catalogue_artist_dies_after_birth",
                violation_error_message=_("The artist dies before being born."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="catalogue_artist_search"),
            models.Index(fields=["sort_name", "id"], name="catalogue_artist_sort"),
            models.Index(fields=["organisation", "visibility"], name="catalogue_artist_owner"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalogue:artist-detail", args=[self.pk])


class Medium(models.TextChoices):
    """Parsed families of medium; the source's text is kept beside."""

    OIL = "oil", _("oil")
    ACRYLIC = "acrylic", _("acrylic")
    TEMPERA = "tempera", _("tempera or fresco")
    WATERCOLOUR = "watercolour", _("watercolour or gouache")
    INK = "ink", _("ink")
    PASTEL = "pastel", _("pastel")
    DRAWING = "drawing", _("pencil, charcoal or chalk")
    PRINT = "print", _("print")
    PHOTOGRAPH = "photograph", _("photograph")
    SCULPTURE = "sculpture", _("sculpture")
    CERAMIC = "ceramic", _("ceramic or glass")
    TEXTILE = "textile", _("textile")
    MIXED = "mixed", _("mixed media")
    OTHER = "other", _("other")


@tracked(exclude=["search", "area_cm2"])
class Artwork(TimeStamped, Owned):
    """One work. Date, size and medium each keep the source's text and the parsed value."""

    title = models.CharField(_("title"), max_length=500, blank=True)
    artist = models.ForeignKey(
        Artist, models.PROTECT, null=True, blank=True, related_name="artworks", verbose_name=_("artist")
    )
    attribution = models.CharField(_("attribution"), max_length=20, choices=Attribution.choices, default=Attribution.BY)
    attribution_text = models.CharField(_("attribution as written"), max_length=500, blank=True)
    date_text = models.CharField(_("date"), max_length=200, blank=True)
    date_earliest = models.DateField(_("made at the earliest"), null=True, blank=True)
    date_latest = models.DateField(_("made at the latest"), null=True, blank=True)
    date_circa = models.BooleanField(_("circa"), default=False)
    dimensions_text = models.CharField(_("dimensions"), max_length=500, blank=True)
    height_cm = models.DecimalField(_("height (cm)"), max_digits=9, decimal_places=2, null=True, blank=True)
    width_cm = models.DecimalField(_("width (cm)"), max_digits=9, decimal_places=2, null=True, blank=True)
    depth_cm = models.DecimalField(_("depth (cm)"), max_digits=9, decimal_places=2, null=True, blank=True)
    area_cm2 = models.GeneratedField(
        expression=F("height_cm") * F("width_cm"),
        output_field=models.DecimalField(max_digits=18, decimal_places=4),
        db_persist=True,
    )
    medium_text = models.CharField(_("medium as written"), max_length=1000, blank=True)
    medium = models.CharField(_("medium"), max_length=20, choices=Medium.choices, blank=True)
    support = models.CharField(_("support"), max_length=100, blank=True)
    signature = models.CharField(_("signature"), max_length=500, blank=True)
    edition = models.CharField(_("edition"), max_length=200, blank=True)
    style = models.CharField(_("style"), max_length=100, blank=True)
    genre = models.CharField(_("genre"), max_length=100, blank=True)
    subjects = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("subjects"))
    provenance = models.TextField(_("provenance"), blank=True)
    exhibitions = models.TextField(_("exhibitions"), blank=True)
    literature = models.TextField(_("literature"), blank=True)
    notes = models.TextField(_("notes"), blank=True)
    inventory_number = models.CharField(_("inventory number"), max_length=100, blank=True)
    is_invented = models.BooleanField(_("invented"), default=False)
    search = models.GeneratedField(
        expression=SearchVector(
            Coalesce("title", models.Value("")),
            Coalesce("attribution_text", models.Value("")),
            Coalesce("medium_text", models.Value("")),
            config="simple",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("artwork")
        verbose_name_plural = _("artworks")
        constraints = [
            models.CheckConstraint(
                condition=Q(date_latest__gte=F("date_earliest")) | Q(date_earliest=None),
                name="catalogue_artwork_date_ordered",
                violation_error_message=_("Made at the latest lies before made at the earliest."),
            ),
            models.CheckConstraint(
                condition=(Q(height_cm=None) | Q(height_cm__gt=0))
                & (Q(width_cm=None) | Q(width_cm__gt=0))
                & (Q(depth_cm=None) | Q(depth_cm__gt=0)),
                name="catalogue_artwork_size_positive",
                violation_error_message=_("Sizes must be greater than zero."),
            ),
            models.CheckConstraint(
                condition=Q(visibility="public") | Q(organisation__isnull=False),
                name="catalogue_artwork_private_has_owner",
                violation_error_message=_("A private artwork needs an owner organisation."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "inventory_number"],
                condition=~Q(inventory_number=""),
                name="catalogue_artwork_inventory_once",
                violation_error_message=_("This organisation already has a work with this inventory number."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="catalogue_artwork_search"),
            GinIndex(fields=["subjects"], name="catalogue_artwork_subjects"),
            models.Index(fields=["artist", "date_earliest", "id"], name="catalogue_artwork_by_artist"),
            models.Index(fields=["title", "id"], name="catalogue_artwork_by_title"),
            models.Index(fields=["date_earliest", "id"], name="catalogue_artwork_by_date"),
            models.Index(F("date_earliest").desc(nulls_last=True), F("id").desc(), name="catalogue_artwork_by_latest"),
            models.Index(fields=["medium", "id"], name="catalogue_artwork_by_medium"),
            models.Index(fields=["style", "id"], name="catalogue_artwork_by_style"),
            models.Index(fields=["organisation", "visibility"], name="catalogue_artwork_owner"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled"))

    def get_absolute_url(self) -> str:
        return reverse("catalogue:artwork-detail", args=[self.pk])


class ArtworkImageQuerySet(OwnedQuerySet):
    owner_path = "artwork"


def original_path(image: ArtworkImage, filename: str) -> str:
    """Content-addressed place of an original, under a name that tells nothing of the upload's."""
    return f"originals/{image.sha256[:2]}/{image.sha256}.{image.extension}"


@tracked()
class ArtworkImage(TimeStamped):
    """A picture of a work. The original is kept and never served; renditions are."""

    class Rights(models.TextChoices):
        UNKNOWN = "unknown", _("unknown")
        PUBLIC_DOMAIN = "public_domain", _("public domain")
        OWNED = "owned", _("own picture")
        LICENSED = "licensed", _("licensed")

    EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/tiff": "tif"}

    artwork = models.ForeignKey(Artwork, models.CASCADE, related_name="images", verbose_name=_("artwork"))
    file = models.FileField(_("file"), upload_to=original_path, max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False, db_index=True)
    phash = models.BigIntegerField(_("perceptual hash"), null=True, editable=False, db_index=True)
    mime_type = models.CharField(_("type"), max_length=20, editable=False)
    width_px = models.PositiveIntegerField(_("width (pixels)"), editable=False)
    height_px = models.PositiveIntegerField(_("height (pixels)"), editable=False)
    size_bytes = models.PositiveIntegerField(_("bytes"), editable=False)
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    rights = models.CharField(_("rights"), max_length=20, choices=Rights.choices, default=Rights.UNKNOWN)
    credit = models.CharField(_("credit line"), max_length=300, blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)

    objects = ArtworkImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.UniqueConstraint(
                fields=["artwork", "sha256"],
                name="catalogue_image_once_per_artwork",
                violation_error_message=_("This work already has this very picture."),
            ),
            models.UniqueConstraint(
                fields=["artwork"],
                condition=Q(is_primary=True),
                name="catalogue_image_one_primary",
                violation_error_message=_("A work has one primary picture."),
            ),
            models.CheckConstraint(
                condition=Q(width_px__gt=0, height_px__gt=0),
                name="catalogue_image_has_pixels",
                violation_error_message=_("A picture needs at least one pixel."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.artwork} · {self.width_px} × {self.height_px}"

    @property
    def extension(self) -> str:
        return self.EXTENSIONS[self.mime_type]


class ExternalId(TimeStamped):
    """A name that an authority or a source uses for an artist or a work."""

    class Scheme(models.TextChoices):
        ULAN = "ulan", "ULAN"
        AAT = "aat", "AAT"
        WIKIDATA = "wikidata", "Wikidata"
        SOURCE = "source", _("source's own number")

    artist = models.ForeignKey(Artist, models.CASCADE, null=True, blank=True, related_name="external_ids")
    artwork = models.ForeignKey(Artwork, models.CASCADE, null=True, blank=True, related_name="external_ids")
    scheme = models.CharField(_("scheme"), max_length=20, choices=Scheme.choices)
    namespace = models.CharField(_("namespace"), max_length=100, blank=True)
    value = models.CharField(_("value"), max_length=200)

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        constraints = [
            models.CheckConstraint(
                condition=Q(artist__isnull=True) ^ Q(artwork__isnull=True),
                name="catalogue_externalid_one_subject",
                violation_error_message=_("An external id names one artist or one artwork."),
            ),
            models.UniqueConstraint(
                fields=["artist", "scheme", "namespace", "value"], name="catalogue_externalid_artist_once"
            ),
            models.UniqueConstraint(
                fields=["artwork", "scheme", "namespace", "value"], name="catalogue_externalid_artwork_once"
            ),
        ]
        indexes = [models.Index(fields=["scheme", "namespace", "value"], name="catalogue_externalid_lookup")]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"


class ArtistMerge(TimeStamped):
    """What a merge moved, so that it can be undone."""

    kept = models.ForeignKey(Artist, models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Artist, models.CASCADE, related_name="+")
    artwork_ids = ArrayField(models.BigIntegerField(), default=list)
    names_added = ArrayField(models.CharField(max_length=300), default=list)
    external_id_ids = ArrayField(models.BigIntegerField(), default=list)
    merged_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("merge of artists")
        verbose_name_plural = _("merges of artists")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kept=F("merged")),
                name="catalogue_artistmerge_two_artists",
                violation_error_message=_("An artist cannot be merged into itself."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"
