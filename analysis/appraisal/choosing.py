"""Which work an expert is asked to rate next: those that others have rated come first, for only they tell of agreement."""

from __future__ import annotations

import random

from django.db.models import Count, Exists, OuterRef, QuerySet

from analysis.appraisal.models import Criterion, Rating
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artwork, ArtworkImage

ENOUGH_RATERS = 4
TRIES = 3


def next_work_id(user: User, *, but_not: list[int]) -> int | None:
    """A visible work with a picture that the user has not rated by all criteria, nor is in ``but_not``; None where
    there is none left."""
    open_works = unrated(user).exclude(pk__in=but_not)
    return shared(user, open_works) or by_chance(open_works)


def unrated(user: User) -> QuerySet[Artwork]:
    """Works that the user could rate and has not, by as many criteria as are asked for."""
    asked = Criterion.objects.asked().count()
    own = Rating.objects.filter(rater=user, withdrawn_at=None, criterion__is_asked=True)
    done = own.values("artwork").annotate(by=Count("criterion")).filter(by__gte=max(asked, 1)).values("artwork")
    pictured = Exists(ArtworkImage.objects.filter(artwork=OuterRef("pk"), is_primary=True))
    works: QuerySet[Artwork] = Artwork.objects.visible_to(user).filter(pictured).exclude(pk__in=done)
    return works


def shared(user: User, works: QuerySet[Artwork]) -> int | None:
    """The work that most others, but not yet enough, have rated."""
    others = Rating.objects.filter(withdrawn_at=None).exclude(rater=user)
    counted = others.values("artwork").annotate(raters=Count("rater", distinct=True))
    few = counted.filter(raters__lt=ENOUGH_RATERS, artwork__in=works.values("pk"))
    return few.order_by("-raters", "artwork").values_list("artwork", flat=True).first()


def by_chance(works: QuerySet[Artwork]) -> int | None:
    """Some work: the next after a key drawn by chance, which costs the same among a million."""
    keys = works.order_by("pk").values_list("pk", flat=True)
    first, last = keys.first(), keys.last()
    if first is None or last is None:
        return None
    for _try in range(TRIES):
        found = keys.filter(pk__gte=random.randint(first, last)).first()  # noqa: S311 - no secret
        if found is not None:
            return found
    return first
