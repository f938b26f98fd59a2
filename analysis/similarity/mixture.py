# ruff: noqa: S608 - only identifiers, whole numbers and the ORM's own SQL are composed; values are bound
"""The SQL of a search that mixes senses: candidates, every sense's cosine, their weighed sum, and the cards, in one
statement. Few candidates are all compared; many come from a walk of each sense's index and are ranked again exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from analysis.similarity.hnsw import cast
from analysis.similarity.statements import (
    CARD,
    Hit,
    Question,
    asked_image,
    best_of_each,
    candidates,
    use_walk_settings,
)
from artmarket.catalogue.models import Artist
from ml.similarity.mixing import Part

FROM_EACH = 120
EF_SEARCH = 120

__all__ = ["Mixture", "Part", "cosines", "run_exact", "run_hnsw", "statement"]


@dataclass(frozen=True)
class Mixture:
    """A question, and the spaces that it is asked in: key, dimensions, and what their cosines count."""

    question: Question
    spaces: Sequence[tuple[int, int, Part]]


def asked_vectors(question: Question, spaces: Sequence[int]) -> tuple[str, list[Any]]:
    """Rows ``(space_id, vector)`` of the asked picture; none where the user may not see it."""
    if question.picture_search is not None:
        sql = (
            "SELECT v.space_id, v.vector FROM similarity_searchvector v JOIN similarity_picturesearch q "
            "ON q.id = v.search_id WHERE q.id = %s AND q.asked_by_id = %s AND v.space_id = ANY(%s)"
        )
        return sql, [question.picture_search, question.user.pk, list(spaces)]
    image, parameters = asked_image(question)
    sql = (
        f"SELECT v.space_id, v.vector FROM similarity_embedding v WHERE v.image_id = ({image}) AND v.space_id = ANY(%s)"
    )
    return sql, [*parameters, list(spaces)]


def statement(mix: Mixture, *, by_index: bool) -> tuple[str, list[Any]]:
    """Score = Σ gain · (cosine − mean) over the spaces; the best pictures with their cards, the best first."""
    question, keys = mix.question, [key for key, _dimensions, _part in mix.spaces]
    asked, asked_parameters = asked_vectors(question, keys)
    gains = ", ".join(f"({int(key)}, {part.gain:.9g}::float8, {part.mean:.9g}::float8)" for key, _d, part in mix.spaces)
    pool, pool_parameters = walked(mix) if by_index else compared(question, keys[0])
    works, works_parameters = question.works.values(*CARD).query.sql_with_params()
    artists, artist_parameters = Artist.objects.visible_to(question.user).values("id", "name").query.sql_with_params()
    columns = ", ".join(f"w.{name}" for name in CARD[:3] + CARD[4:])
    sql = (
        f"WITH asked AS MATERIALIZED (SELECT q.*, g.gain, g.mean FROM ({asked}) q "
        f"JOIN (VALUES {gains}) g(space_id, gain, mean) USING (space_id)), "
        f"pool AS MATERIALIZED ({pool}), "
        "best AS MATERIALIZED (SELECT e.image_id, sum(a.gain * (1 - (e.vector <=> a.vector) - a.mean)) AS score "
        "FROM pool p JOIN asked a ON true JOIN similarity_embedding e ON e.image_id = p.image_id "
        "AND e.space_id = a.space_id GROUP BY e.image_id HAVING count(*) = (SELECT count(*) FROM asked) "
        f"ORDER BY score DESC, e.image_id LIMIT {int(question.with_spare)}) "
        f"SELECT {columns}, a.id, a.name, i.id, i.width_px, i.height_px, best.score "
        "FROM best JOIN catalogue_artworkimage i ON i.id = best.image_id "
        f"JOIN ({works}) w ON w.id = i.artwork_id LEFT JOIN ({artists}) a ON a.id = w.artist_id "
        "ORDER BY best.score DESC, best.image_id"
    )
    return sql, [*asked_parameters, *pool_parameters, *works_parameters, *artist_parameters]


def compared(question: Question, space_id: int) -> tuple[str, list[Any]]:
    """Every picture of the works asked among."""
    source, parameters = candidates(question, space_id, columns=("id",))
    return f"SELECT e.image_id {source}", parameters


def walked(mix: Mixture) -> tuple[str, list[Any]]:
    """The nearest pictures of each sense by its index, together."""
    walks, parameters = [], []
    for key, dimensions, _part in mix.spaces:
        source, source_parameters = candidates(mix.question, key, columns=("id",))
        vector = f"(SELECT {cast('a.vector', dimensions)} FROM asked a WHERE a.space_id = {int(key)})"
        order = f"{cast('e.vector', dimensions)} <=> {vector}"
        walks.append(f"(SELECT e.image_id {source} ORDER BY {order} LIMIT {FROM_EACH})")
        parameters += source_parameters
    return " UNION ".join(walks), parameters


def run_exact(mix: Mixture) -> list[Hit]:
    """Compare every candidate in every sense."""
    with connection.cursor() as cursor:
        cursor.execute(*statement(mix, by_index=False))
        return best_of_each(cursor.fetchall(), mix.question)


def run_hnsw(mix: Mixture) -> list[Hit] | None:
    """Walk each sense's index; None where too few came back."""
    with transaction.atomic(), connection.cursor() as cursor:
        use_walk_settings(cursor, ef_search=EF_SEARCH)
        cursor.execute(*statement(mix, by_index=True))
        rows = cursor.fetchall()
    return None if len(rows) < mix.question.with_spare else best_of_each(rows, mix.question)


def cosines(question: Question, spaces: Sequence[int], images: Sequence[int]) -> dict[int, dict[int, float]]:
    """By picture and space, how near it is to the asked one."""
    asked, parameters = asked_vectors(question, spaces)
    found: dict[int, dict[int, float]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH asked AS MATERIALIZED ({asked}) SELECT e.image_id, e.space_id, 1 - (e.vector <=> a.vector) "
            "FROM asked a JOIN similarity_embedding e ON e.space_id = a.space_id WHERE e.image_id = ANY(%s)",
            [*parameters, list(images)],
        )
        for image, space, cosine in cursor.fetchall():
            found[image][space] = float(cosine)
    return found
