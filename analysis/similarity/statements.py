# ruff: noqa: S608 - only identifiers, whole numbers and the ORM's own SQL are composed; values are bound
"""The two SQL statements of a search. Each asks once for scores and all that the cards show.

The asked vector stays in the database as a scalar subquery, and no stored vector is sent to Python. Statements are
never prepared (Django binds on the client), so a plan is always made under the settings of its own transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from analysis.similarity.hnsw import cast
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.core.attribution import Attribution

if TYPE_CHECKING:
    from analysis.similarity.senses import Alikeness

EF_SEARCH = 100
WALK_SETTINGS = {
    "hnsw.iterative_scan": "relaxed_order",
    "hnsw.ef_search": str(EF_SEARCH),
    "enable_sort": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
CARD = ("id", "title", "attribution", "artist_id", "date_text", "medium", "is_invented", "date_earliest")


@dataclass(frozen=True)
class Hit:
    """A work that looks alike: what its card shows; artist fields only where visible.

    ``score`` is the cosine in one sense, or in a mix how many deviations nearer than chance; ``alikeness`` says how near it
    is in every sense, and ``chances`` how probably it is of one hand or style, where that was asked for.
    """

    artwork_id: int
    title: str
    attribution: str
    date_text: str
    medium: str
    is_invented: bool
    date_earliest: dt.date | None
    artist_id: int | None
    artist_name: str | None
    image_id: int
    width_px: int
    height_px: int
    score: float
    alikeness: tuple[Alikeness, ...] = ()
    chances: tuple[tuple[str, float], ...] = ()

    @property
    def chances_in_words(self) -> list[tuple[str, int]]:
        """What may be the same, and its probability in whole per cent."""
        from analysis.similarity.calibrated import LABELS

        return [(str(LABELS[question]), round(100 * chance)) for question, chance in self.chances]

    @property
    def explanation(self) -> str:
        """In which senses it is alike and in which not, as a sentence."""
        from analysis.similarity.senses import in_words

        return in_words({each.sense: each.rank for each in self.alikeness})

    @property
    def attribution_label(self) -> str:
        """The qualifier before the artist's name; "" for a work by the artist."""
        return "" if self.attribution == Attribution.BY else str(Attribution(self.attribution).label)


@dataclass(frozen=True)
class Question:
    """What is asked: by one of three kinds of picture, among ``works``, in one space."""

    user: Actor
    space_id: int
    dimensions: int
    works: QuerySet[Artwork]
    limit: int
    threshold: float | None
    artwork: int | None = None
    image: int | None = None
    picture_search: UUID | None = None

    @property
    def with_spare(self) -> int:
        """Pictures to find for ``limit`` works, some of which have several."""
        return 2 * self.limit + 8


def asked_vector(question: Question) -> tuple[str, list[Any]]:
    """Scalar subquery for the asked vector; empty where the user may not see the picture."""
    own = cast("q.vector", question.dimensions)
    if question.picture_search is not None:
        sql = (
            f"SELECT {own} FROM similarity_searchvector q JOIN similarity_picturesearch s ON s.id = q.search_id "
            "WHERE s.id = %s AND q.space_id = %s AND s.asked_by_id = %s"
        )
        return sql, [question.picture_search, question.space_id, question.user.pk]
    return from_asked(question, own)


def asked_image(question: Question) -> tuple[str, list[Any]]:
    """Scalar subquery for the key of the asked picture."""
    return from_asked(question, "q.image_id")


def from_asked(question: Question, column: str) -> tuple[str, list[Any]]:
    """A column of the asked picture's embedding: of an artwork, its first picture that has one."""
    images = ArtworkImage.objects.visible_to(question.user)
    if question.image is not None:
        images = images.filter(pk=question.image)
    else:
        images = images.filter(artwork_id=question.artwork)
    sql, parameters = images.order_by("-is_primary", "pk").values("id", "is_primary").query.sql_with_params()
    sql = (
        f"SELECT {column} FROM ({sql}) mine JOIN similarity_embedding q ON q.image_id = mine.id AND q.space_id = %s "
        "ORDER BY mine.is_primary DESC, mine.id LIMIT 1"
    )
    return sql, [*parameters, question.space_id]


def candidates(question: Question, space_id: int, *, columns: Sequence[str] = CARD) -> tuple[str, list[Any]]:
    """FROM and WHERE over a space's pictures of the works asked among, with columns of theirs, the asked work left out."""
    works, parameters = question.works.values(*columns).query.sql_with_params()
    sql = (
        f"FROM similarity_embedding e JOIN catalogue_artworkimage i ON i.id = e.image_id "
        f"JOIN ({works}) w ON w.id = i.artwork_id WHERE e.space_id = {int(space_id)}"
    )
    if question.artwork is not None:
        return f"{sql} AND i.artwork_id <> %s", [*parameters, question.artwork]
    if question.image is not None:
        own = "(SELECT own.artwork_id FROM catalogue_artworkimage own WHERE own.id = %s)"
        return f"{sql} AND i.artwork_id <> {own}", [*parameters, question.image]
    return sql, list(parameters)


def statement(question: Question, *, by_index: bool) -> tuple[str, list[Any]]:
    """Nearest pictures first, then the best picture of each work with its artist, nearest first again."""
    vector, vector_parameters = asked_vector(question)
    source, source_parameters = candidates(question, question.space_id)
    artists, artist_parameters = Artist.objects.visible_to(question.user).values("id", "name").query.sql_with_params()
    distance = f"{cast('e.vector', question.dimensions)} <=> ({vector})"
    if not by_index:
        distance = f"({distance}) + 0"
    columns = ", ".join(f"w.{name}" for name in CARD)
    sql = (
        f"WITH near AS MATERIALIZED (SELECT {columns}, i.id AS image_id, i.width_px, i.height_px, "
        f"{distance} AS distance {source} ORDER BY distance LIMIT {int(question.with_spare)}) "
        "SELECT near.id, near.title, near.attribution, near.date_text, near.medium, near.is_invented, "
        "near.date_earliest, a.id, a.name, near.image_id, near.width_px, near.height_px, 1 - near.distance "
        f"FROM near LEFT JOIN ({artists}) a ON a.id = near.artist_id "
        "WHERE near.distance IS NOT NULL ORDER BY near.distance, near.image_id"
    )
    return sql, [*vector_parameters, *source_parameters, *artist_parameters]


def run_exact(question: Question) -> list[Hit]:
    """Compare every candidate. The ``+ 0`` keeps the planner off the index."""
    with connection.cursor() as cursor:
        cursor.execute(*statement(question, by_index=False))
        return best_of_each(cursor.fetchall(), question)


def run_hnsw(question: Question) -> list[Hit] | None:
    """Walk the index until the filters have let enough through; None where too few came back."""
    with transaction.atomic(), connection.cursor() as cursor:
        use_walk_settings(cursor)
        cursor.execute(*statement(question, by_index=True))
        rows = cursor.fetchall()
    if len(rows) < question.with_spare:
        return None
    return best_of_each(rows, question)


def use_walk_settings(cursor: Any, *, ef_search: int = EF_SEARCH) -> None:
    """For this transaction alone: keep walking past what the filters refuse, and let the index lead the plan."""
    settings = WALK_SETTINGS | {"hnsw.ef_search": str(ef_search)}
    calls = ", ".join("set_config(%s, %s, true)" for _name in settings)
    cursor.execute(f"SELECT {calls}", [part for pair in settings.items() for part in pair])


def best_of_each(rows: list[tuple[Any, ...]], question: Question) -> list[Hit]:
    """One hit a work, its nearest picture, down to the threshold."""
    hits: dict[int, Hit] = {}
    for row in rows:
        if question.threshold is not None and row[-1] < question.threshold:
            break
        hits.setdefault(row[0], Hit(*row))
        if len(hits) == question.limit:
            break
    return list(hits.values())
