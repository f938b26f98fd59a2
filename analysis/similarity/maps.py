"""Maps of the collection by likeness, and the works that somebody picked out, on a map or elsewhere."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import OwnedQuerySet, PersonalQuerySet
from artmarket.core.models import TimeStamped


class CollectionMap(TimeStamped):
    """Works laid out on a plane by a mix of senses. The newest of each ``view`` is shown; the last few stay."""

    view = models.CharField(_("view"), max_length=20)
    weights = models.JSONField(_("weights"), default=dict)
    model_version = models.ForeignKey("registry.ModelVersion", models.CASCADE, related_name="+")
    works = models.PositiveIntegerField(_("works"), default=0)
    inputs_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("map of the collection")
        verbose_name_plural = _("maps of the collection")
        indexes = [models.Index(fields=["view", "-id"], name="similarity_map_newest")]

    def __str__(self) -> str:
        return f"{self.view} #{self.pk}"


class MapPointQuerySet(OwnedQuerySet):
    owner_path = "artwork"


class MapPoint(models.Model):
    """Where a work lies on a map, each coordinate within -1 to 1."""

    map = models.ForeignKey(CollectionMap, models.CASCADE, related_name="points")
    artwork = models.ForeignKey("catalogue.Artwork", models.CASCADE, related_name="+")
    x = models.FloatField()
    y = models.FloatField()

    objects = MapPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["map", "artwork"], name="similarity_mappoint_once"),
            models.CheckConstraint(
                condition=Q(x__gte=-1, x__lte=1, y__gte=-1, y__lte=1), name="similarity_mappoint_inside"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.map_id}:{self.artwork_id}"


class Selection(TimeStamped):
    """Works that somebody picked out, say with the lasso of a map; which of them are shown depends on who looks.
    A selection is its maker's alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("made by"))
    name = models.CharField(_("name"), max_length=120)
    artworks = models.ManyToManyField("catalogue.Artwork", related_name="+", verbose_name=_("artworks"))

    objects = PersonalQuerySet.as_manager()

    class Meta:
        verbose_name = _("selection")
        verbose_name_plural = _("selections")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="similarity_selection_named",
                violation_error_message=_("A selection needs a name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("similarity:selection", args=[self.pk])
