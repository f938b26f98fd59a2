"""Which pictures look alike: the search itself, and what the pages say about the spaces they searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from django.core.cache import cache

from analysis.similarity import mixture
from analysis.similarity.calibrated import SAME_HAND, SAME_STYLE, active_calibrations
from analysis.similarity.filters import Filters, narrowed
from analysis.similarity.models import Embedding, EmbeddingSpace
from analysis.similarity.routing import Route, choose_route
from analysis.similarity.senses import SENSES, SUBJECT, Alikeness
from analysis.similarity.statements import Hit, Question, run_exact, run_hnsw
from artmarket.accounts.ownership import Actor
from ml.similarity.mixing import parts
from ml.similarity.spreads import UNMEASURED, Spread

COUNT_SECONDS = 30
Weights = Mapping[str, float]


@dataclass(frozen=True)
class Space:
    """An active space as a page shows it. ``pictures`` counts its vectors, at most half a minute ago."""

    record: EmbeddingSpace
    pictures: int

    @property
    def model_name(self) -> str:
        return str(self.record.model_version.name)

    @property
    def source(self) -> str:
        """Where the weights are from: file, download, trained or untrained."""
        return str(self.record.model_version.parameters.get("source", ""))

    @cached_property
    def spread(self) -> Spread:
        return Spread.of_json(self.record.spread) if self.record.spread else UNMEASURED


@dataclass(frozen=True)
class Found:
    """``hits`` from the nearest on, one a work. ``exact``: every candidate was compared, none can be missing.

    ``weights``: the senses that were mixed; one alone where the score is its cosine. ``space`` is the first of theirs.
    """

    hits: Sequence[Hit]
    exact: bool
    space: Space | None
    weights: Weights

    @property
    def is_mixed(self) -> bool:
        return len(self.weights) > 1


def active_spaces() -> dict[str, Space]:
    """The spaces that answer now, by sense; none before the first pictures were embedded."""
    records = {
        record.name: record
        for record in EmbeddingSpace.objects.select_related("model_version")
        .defer("model_version__card", "model_version__figures")
        .filter(state=EmbeddingSpace.State.ACTIVE)
    }
    known = [name for name in (*SENSES, *records) if name in records]
    return {name: Space(records[name], count_pictures(records[name].pk)) for name in dict.fromkeys(known)}


def active_space(name: str = SUBJECT) -> Space | None:
    """The space that answers for one sense."""
    return active_spaces().get(name)


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
    weights: Weights | None = None,
    spaces: Mapping[str, Space] | None = None,
    route: Route | None = None,
    explained: bool = False,
) -> Found:
    """Works whose pictures look most like the asked one, among those ``user`` may see and ``filters`` keep.

    Ask by exactly one of an artwork's primary picture, an image, or an embedded ``PictureSearch`` of the user's.
    ``weights`` (any scale, the subject alone where not given) mix senses; those without a space are left out. The score
    of one sense is its cosine, -1 to 1; of a mix, how many deviations nearer than chance pairs; ``threshold`` is the
    least one shown. The asked work itself is left out. A picture that the user may not see, or that has no vector yet,
    finds nothing. ``route`` overrides the choice of a way; ``explained`` adds to each hit how near it is in every sense.
    """
    spaces = active_spaces() if spaces is None else spaces
    asked = {name: weight for name, weight in (weights or {SUBJECT: 1}).items() if weight > 0 and name in spaces}
    if not asked or not user.is_authenticated:
        return Found([], True, None, asked)
    first = spaces[next(iter(asked))]
    filters = filters or Filters()
    question = Question(
        user,
        first.record.pk,
        first.record.dimensions,
        narrowed(user, filters),
        limit,
        threshold,
        artwork=artwork,
        image=image,
        picture_search=picture_search,
    )
    route = route or choose_route(user, filters, question.works, first.pictures)
    hits, exact = run(question, route, spaces, asked)
    if explained and hits:
        hits = with_alikeness(question, hits, spaces)
    return Found(hits, exact, first, asked)


def run(question: Question, route: Route, spaces: Mapping[str, Space], asked: Weights) -> tuple[list[Hit], bool]:
    """Hits of one sense or a mix, by the route; a walk that comes back short is done again exactly."""
    if len(asked) == 1:
        hits = run_hnsw(question) if route is Route.HNSW else None
        return (hits, False) if hits is not None else (run_exact(question), True)
    mix = mixture.Mixture(
        question,
        [(spaces[name].record.pk, spaces[name].record.dimensions, part) for name, part in gains(spaces, asked)],
    )
    hits = mixture.run_hnsw(mix) if route is Route.HNSW else None
    return (hits, False) if hits is not None else (mixture.run_exact(mix), True)


def gains(spaces: Mapping[str, Space], asked: Weights) -> list[tuple[str, mixture.Part]]:
    return list(parts(asked, {name: spaces[name].spread for name in asked}).items())


def with_alikeness(question: Question, hits: Sequence[Hit], spaces: Mapping[str, Space]) -> list[Hit]:
    """The hits with their cosine and rank in every sense that has a space; one statement for all."""
    senses = {space.record.pk: name for name, space in spaces.items() if name in SENSES}
    cosines = mixture.cosines(question, list(senses), [hit.image_id for hit in hits])
    explained = []
    for hit in hits:
        found = {senses[space]: cosine for space, cosine in cosines.get(hit.image_id, {}).items()}
        ordered = [name for name in SENSES if name in found]
        near = tuple(Alikeness(name, found[name], spaces[name].spread.rank(found[name])) for name in ordered)
        explained.append(replace(hit, alikeness=near, chances=chances(near, spaces)))
    return explained


def chances(near: Sequence[Alikeness], spaces: Mapping[str, Space]) -> tuple[tuple[str, float], ...]:
    """How probably the two works are by one hand and of one style, where that could be learned here."""
    scores = {each.sense: spaces[each.sense].spread.standardise(each.cosine) for each in near}
    known = active_calibrations()
    asked = [
        (question, known[question].probability(scores)) for question in (SAME_HAND, SAME_STYLE) if question in known
    ]
    return tuple((question, chance) for question, chance in asked if chance is not None)
