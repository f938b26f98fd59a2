"""How far experts agree, how well the machine foretells them, and where the two differ most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Avg, Count, F, FloatField, Max, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Abs, Cast

from analysis.appraisal.models import Appraisal, Criterion, Prediction, Rating
from analysis.registry.models import ModelVersion
from artmarket.accounts.models import User
from artmarket.accounts.queries import organisation_ids
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.catalogue.queries import as_cards

MOST_RATINGS = 20_000
KEPT_SECONDS = 3600
DIFFERENCES = 12


@dataclass(frozen=True)
class Standing:
    """A criterion: its agreement (Krippendorff's alpha with its interval, None where too little was rated), and the machine's
    measured figures."""

    criterion: Criterion
    agreement: Mapping[str, Any] | None
    figures: Mapping[str, float]

    @property
    def reads_as(self) -> str:
        """By Krippendorff's custom: ``reliable``, ``tentative``, ``low``; "" where there is no alpha."""
        alpha = self.agreement["alpha"] if self.agreement else None
        if alpha is None:
            return ""
        return "reliable" if alpha >= 0.8 else "tentative" if alpha >= 0.667 else "low"


@dataclass(frozen=True)
class Difference:
    """A work on which experts and machine differ: ``mean`` of ``raters`` against the expected interval."""

    prediction: Prediction
    work: Artwork
    mean: float
    raters: int

    @property
    def apart(self) -> float:
        return self.mean - self.prediction.middle

    @property
    def is_outside(self) -> bool:
        """Whether the experts' mean lies beyond the machine's interval."""
        return not self.prediction.low <= self.mean <= self.prediction.high


def standings(user: User, version: ModelVersion | None) -> list[Standing]:
    """Every criterion that is asked for or was used. Agreement is over the ratings that the user sees."""
    agreed = agreements(user)
    figures = version.figures if version is not None else {}
    return [
        Standing(criterion, agreed.get(criterion.code), figures.get(criterion.code, {}))
        for criterion in Criterion.objects.all()
        if criterion.is_asked or criterion.code in agreed
    ]


def agreements(user: User) -> dict[str, Any]:
    """By criterion, reckoned anew when a rating that the user sees was given, changed or withdrawn."""
    seen = Rating.objects.visible_to(user)
    state = seen.aggregate(count=Count("pk"), latest=Max("updated_at"))
    whose = "all" if user.is_superuser else "-".join(map(str, sorted(organisation_ids(user))))
    key = f"appraisal:agreement:{whose}:{state['count']}:{state['latest'] and state['latest'].timestamp()}"
    return dict(cache.get_or_set(key, lambda: reckon(seen), KEPT_SECONDS) or {})


def reckon(seen: QuerySet[Rating]) -> dict[str, Any]:
    """Alpha by criterion, of the latest ratings up to a number that is quick to reckon with."""
    from ml.appraisal.ratings import Rating as Told
    from ml.appraisal.ratings import agreements as agreements_of

    rows = seen.order_by("-pk").values_list("rater", "artwork", "criterion__code", "score")[:MOST_RATINGS]
    told = [Told(str(rater), str(work), code, float(score)) for rater, work, code, score in rows]
    return {code: found.as_json() if found else None for code, found in agreements_of(told).items()}


def differences(user: User, criterion: str = "") -> list[Difference]:
    """The works where the experts' mean lies farthest from what was expected, the farthest first. Five queries."""
    of_pair = Rating.objects.filter(
        withdrawn_at=None, artwork=OuterRef("appraisal__image__artwork"), criterion=OuterRef("criterion")
    ).order_by()
    mean = of_pair.values("artwork").annotate(mean=Avg(Cast("score", FloatField()))).values("mean")
    raters = of_pair.values("artwork").annotate(count=Count("pk")).values("count")
    rated = Rating.objects.visible_to(user).values("artwork")
    rows = Prediction.objects.visible_to(user).filter(
        appraisal__image__artwork__in=rated, appraisal__image__is_primary=True
    )
    if criterion:
        rows = rows.filter(criterion__code=criterion)
    rows = rows.annotate(mean=Subquery(mean), raters=Subquery(raters)).filter(mean__isnull=False)
    works = as_cards(Artwork.objects.visible_to(user), user)
    images = ArtworkImage.objects.only("id", "artwork_id").prefetch_related(Prefetch("artwork", works))
    pictures = Appraisal.objects.only("id", "image_id").prefetch_related(Prefetch("image", images))
    rows = rows.select_related("criterion").prefetch_related(Prefetch("appraisal", pictures))
    found: Sequence[Any] = list(rows.order_by(Abs(F("mean") - F("middle")).desc(), "pk")[:DIFFERENCES])
    return [Difference(row, row.appraisal.image.artwork, row.mean, row.raters) for row in found]
