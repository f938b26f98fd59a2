"""What experts say of works, beside what the machine expects them to say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from django.db.models import Prefetch, QuerySet

from analysis.appraisal.criteria import LOWEST
from analysis.appraisal.models import Criterion, Prediction, Rating
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.queries import as_cards

LEFT_PX, STEP_PX, BASE_PX, RISE_PX, MOST_HIGH = 14, 24.67, 18, 7, 3


@dataclass(frozen=True)
class Dot:
    """A rater's score on the drawn scale, the same scores one over the other; pixels of the drawing."""

    x: float
    y: float
    is_own: bool


def scale_x(score: float) -> float:
    """Where a score from 1 to 7 lies on the drawn scale."""
    return round(LEFT_PX + STEP_PX * (score - LOWEST), 1)


@dataclass(frozen=True)
class Opinion:
    """A criterion with what was said of one work, and the asker's own rating, if any."""

    criterion: Criterion
    ratings: Sequence[Rating]
    own: Rating | None
    expected: Prediction | None

    @property
    def band(self) -> tuple[float, float, float] | None:
        """What the machine expects, on the drawn scale: from, how wide, and its middle."""
        if self.expected is None:
            return None
        low, high = scale_x(self.expected.low), scale_x(self.expected.high)
        return low, round(high - low, 1), scale_x(self.expected.middle)

    @property
    def mean(self) -> float | None:
        """Of the scores, 1 to 7; None without any."""
        return fmean(rating.score for rating in self.ratings) if self.ratings else None

    @property
    def mean_x(self) -> float | None:
        return None if self.mean is None else scale_x(self.mean)

    @property
    def dots(self) -> list[Dot]:
        heights: Counter[int] = Counter()
        dots = []
        for rating in self.ratings:
            rise = min(heights[rating.score], MOST_HIGH) * RISE_PX
            heights[rating.score] += 1
            dots.append(Dot(scale_x(rating.score), BASE_PX - rise, rating is self.own))
        return dots

    @property
    def comments(self) -> list[Rating]:
        return [rating for rating in self.ratings if rating.comment]


def opinions_of(user: User, artwork: Artwork) -> list[Opinion]:
    """By criterion, those asked for and those that somebody used. Three queries."""
    ratings = (
        Rating.objects.visible_to(user).filter(artwork=artwork).select_related("rater", "organisation").order_by("pk")
    )
    by_criterion: defaultdict[int, list[Rating]] = defaultdict(list)
    for rating in ratings:
        by_criterion[rating.criterion_id].append(rating)
    told = Prediction.objects.visible_to(user).filter(
        appraisal__image__artwork=artwork, appraisal__image__is_primary=True
    )
    expected = {each.criterion_id: each for each in told}
    return [
        Opinion(
            criterion,
            rated,
            next((each for each in rated if each.rater_id == user.pk), None),
            expected.get(criterion.pk),
        )
        for criterion in Criterion.objects.all()
        if (rated := by_criterion[criterion.pk]) or criterion.is_asked
    ]


def own_rows(user: User) -> QuerySet[Rating]:
    """The user's ratings of works that they see, with cards and criteria; the latest first."""
    works = as_cards(Artwork.objects.visible_to(user), user)
    rows: QuerySet[Rating] = Rating.objects.editable_by(user).select_related("criterion")
    return rows.prefetch_related(Prefetch("artwork", works))
