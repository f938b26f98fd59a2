"""Which pictures look alike: the search itself, and what the pages say about the space they searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

from analysis.similarity.filters import Filters, narrowed
from analysis.similarity.models import Embedding, EmbeddingSpace
from analysis.similarity.routing import Route, choose_route
from analysis.similarity.statements import Hit, Question, run_exact, run_hnsw
from artmarket.accounts.ownership import Actor

COUNT_SECONDS = 30


@dataclass(frozen=True)
class Space:
    """The active space as a page shows it. ``pictures`` counts its vectors, at most half a minute ago."""

    record: EmbeddingSpace
    pictures: int

    @property
    def model_name(self) -> str:
        return str(self.record.model_version.name)

    @property
    def source(self) -> str:
        """Where the weights are from: file, download, trained or untrained."""
        return str(self.record.model_version.parameters.get("source", ""))


@dataclass(frozen=True)
class Found:
    """``hits`` from the nearest on, one a work. ``exact``: every candidate was compared, none can be missing."""

    hits: Sequence[Hit]
    exact: bool
    space: Space | None


def active_space(name: str = "subject") -> Space | None:
    """The space that answers now; None before the first pictures were embedded."""
    record = (
        EmbeddingSpace.objects.select_related("model_version")
        .defer("model_version__card", "model_version__figures")
        .filter(name=name, state=EmbeddingSpace.State.ACTIVE)
        .first()
    )
    return Space(record, count_pictures(record.pk)) if record else None


def count_pictures(space_id: int) -> int:
    """Vectors in a space, counted at most twice a minute; counted anew while there are none."""
    key = f"similarity:count:{space_id}"
    count = cache.get(key)
    if not count:
        count = Embedding.objects.filter(space_id=space_id).count()
        cache.set(key, count, COUNT_SECONDS)
    return int(count)


def search(
    user: Actor,
    *,
    artwork: int | None = None,
    image: int | None = None,
    picture_search: UUID | None = None,
    filters: Filters | None = None,
    limit: int = 12,
    threshold: float | None = None,
    space: Space | None = None,
    route: Route | None = None,
) -> Found:
    """Works whose pictures look most like the asked one, among those ``user`` may see and ``filters`` keep.

    Ask by exactly one of an artwork's primary picture, an image, or an embedded ``PictureSearch`` of the user's.
    Scores are cosines, -1 to 1; ``threshold`` is the least one shown. The asked work itself is left out. A picture
    that the user may not see, or that has no vector yet, finds nothing. ``route`` overrides the choice of a way.
    """
    space = space or active_space()
    if space is None or not user.is_authenticated:
        return Found([], True, space)
    filters = filters or Filters()
    question = Question(
        user,
        space.record.pk,
        space.record.dimensions,
        narrowed(user, filters),
        limit,
        threshold,
        artwork=artwork,
        image=image,
        picture_search=picture_search,
    )
    route = route or choose_route(user, filters, question.works, space.pictures)
    if route is Route.HNSW:
        hits = run_hnsw(question)
        if hits is not None:
            return Found(hits, False, space)
    return Found(run_exact(question), True, space)
