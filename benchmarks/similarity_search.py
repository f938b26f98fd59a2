"""Search among many vectors, in one sense and in a mix of two: recall@10 against brute force, and the time over the bare
SQL of the same answer.

``python -m benchmarks.similarity_search [--vectors 100000] [--dimensions 256] [--queries 30]``
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from benchmarks.database import prepare


def vectors(count: int, dimensions: int) -> np.ndarray:
    """Unit vectors around 500 centres, their spread falling along the axes as in pictures' features."""
    random = np.random.default_rng(1)
    spread = np.arange(1, dimensions + 1) ** -0.5
    centres = random.normal(size=(500, dimensions)) * spread
    made = centres[random.integers(500, size=count)] + 0.5 * random.normal(size=(count, dimensions)) * spread
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def fill(matrix: np.ndarray) -> tuple[object, list[int]]:
    """A space of as many works; media hold 1 %, 5 %, 44 % and 50 % of them. Returns the space and the works' keys."""
    from django.db import connection

    from analysis.registry.models import ModelVersion
    from analysis.similarity.models import EmbeddingSpace

    version = ModelVersion.objects.create(kind="backbone", name="benchmark", parameters={"source": "untrained"})
    space = EmbeddingSpace.objects.create(name="subject", model_version=version, dimensions=matrix.shape[1])
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE similarity_embedding, catalogue_artworkimage, catalogue_artwork CASCADE")
        cursor.execute(WORKS, [len(matrix)])
        cursor.execute(IMAGES)
        cursor.execute("SELECT id, artwork_id FROM catalogue_artworkimage ORDER BY id")
        keys = cursor.fetchall()
        with cursor.copy("COPY similarity_embedding (space_id, image_id, vector, created_at) FROM STDIN") as copy:
            for (image, _work), vector in zip(keys, matrix, strict=True):
                copy.write_row((space.pk, image, f"[{','.join(f'{x:.5g}' for x in vector)}]", "now"))
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE similarity_embedding, catalogue_artworkimage, catalogue_artwork")
    return space, [work for _image, work in keys]


WORKS = """INSERT INTO catalogue_artwork (created_at, updated_at, visibility, title, attribution, attribution_text,
date_text, date_circa, dimensions_text, medium_text, medium, support, signature, edition, style, genre, subjects,
provenance, exhibitions, literature, notes, inventory_number, is_invented)
SELECT now(), now(), 'public', 'work ' || n, 'by', '', '', false, '', '',
CASE WHEN n %% 100 = 0 THEN 'photograph' WHEN n %% 100 <= 5 THEN 'ink' WHEN n %% 100 <= 49 THEN 'print' ELSE 'oil' END,
'', '', '', '', '', '{}', '', '', '', '', '', true FROM generate_series(1, %s) n"""
IMAGES = """INSERT INTO catalogue_artworkimage (created_at, updated_at, artwork_id, file, sha256, mime_type, width_px,
height_px, size_bytes, caption, rights, credit, is_primary)
SELECT now(), now(), id, '', lpad(id::text, 64, '0'), 'image/webp', 40, 30, 1, '', 'unknown', '', true
FROM catalogue_artwork ORDER BY id"""


def add_sense(matrix: np.ndarray, first: object) -> object:
    """A second space over the same pictures."""
    from django.db import connection

    from analysis.similarity.models import EmbeddingSpace

    version = first.model_version  # type: ignore[attr-defined]
    space = EmbeddingSpace.objects.create(name="style", model_version=version, dimensions=matrix.shape[1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM catalogue_artworkimage ORDER BY id")
        keys = cursor.fetchall()
        with cursor.copy("COPY similarity_embedding (space_id, image_id, vector, created_at) FROM STDIN") as copy:
            for (image,), vector in zip(keys, matrix, strict=True):
                copy.write_row((space.pk, image, f"[{','.join(f'{x:.5g}' for x in vector)}]", "now"))
        cursor.execute("ANALYZE similarity_embedding")
    return space


def related(matrix: np.ndarray, dimensions: int) -> np.ndarray:
    """Another sense of the same pictures: a part of the first one's directions, and as much that is its own."""
    random = np.random.default_rng(5)
    spread = np.arange(1, dimensions + 1) ** -0.5
    own = random.normal(size=(len(matrix), dimensions)) * spread
    mixed = matrix[:, :dimensions] / matrix[:, :dimensions].std() + own / own.std()
    return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)


def milliseconds(calls: list[Callable[[], object]]) -> float:
    """The median of the calls' times."""
    taken = []
    for call in calls:
        start = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def compare(space: object, works: list[int], matrix: np.ndarray, media: np.ndarray, medium: str, asked: list[int]):
    """One line of the table for one filter."""
    from analysis.similarity.filters import Filters, narrowed
    from analysis.similarity.queries import Space, search
    from analysis.similarity.routing import Route
    from analysis.similarity.statements import Question, run_exact, run_hnsw
    from artmarket.accounts.models import User

    user, filters = User(is_superuser=True, pk=1), Filters(medium=medium)
    shown = Space(space, len(matrix))  # type: ignore[arg-type]
    kept = np.arange(len(matrix)) if not medium else np.flatnonzero(media == medium)
    hits, route = 0, Route.EXACT
    for row in asked:
        found = search(user, artwork=works[row], filters=filters, limit=10, spaces={"subject": shown})
        route = Route.EXACT if found.exact else Route.HNSW
        scores = matrix[kept] @ matrix[row]
        best = [int(kept[at]) for at in np.argsort(-scores)[:11] if kept[at] != row][:10]
        hits += len({works[at] for at in best} & {hit.artwork_id for hit in found.hits})

    def bare(row: int) -> object:
        question = questions[row]
        return run_exact(question) if route is Route.EXACT else run_hnsw(question)

    from django.db import connection, transaction

    from analysis.similarity.statements import statement, use_walk_settings

    questions = {
        row: Question(user, space.pk, matrix.shape[1], narrowed(user, filters), 10, None, artwork=works[row])
        for row in asked
    }
    texts = {row: statement(questions[row], by_index=route is Route.HNSW) for row in asked}

    def sql(row: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if route is Route.HNSW:
                use_walk_settings(cursor)
            cursor.execute(*texts[row])
            cursor.fetchall()

    plain = milliseconds([lambda row=row: sql(row) for row in asked])
    ours = milliseconds(
        [
            lambda row=row: search(user, artwork=works[row], filters=filters, limit=10, spaces={"subject": shown})
            for row in asked
        ]
    )
    share = f"{100 * len(kept) / len(matrix):.0f} %"
    print(
        f"{share:>6} {route.value:>6}  recall@10 {hits / (10 * len(asked)):.3f}  bare SQL {plain:6.2f} ms  "
        f"search {ours:6.2f} ms  ratio {ours / plain:.2f}"
    )


def compare_mix(
    spaces: dict, works: list[int], matrices: dict, media: np.ndarray, medium: str, asked: list[int]
) -> None:
    """One line of the table for a mix of both senses in equal parts and one filter."""
    from django.db import connection, transaction

    from analysis.similarity import mixture
    from analysis.similarity.filters import Filters, narrowed
    from analysis.similarity.queries import Space, gains, search
    from analysis.similarity.statements import Question, use_walk_settings
    from artmarket.accounts.models import User

    user, filters, weights = User(is_superuser=True, pk=1), Filters(medium=medium), {"subject": 1, "style": 1}
    count = len(works)
    shown = {name: Space(space, count) for name, space in spaces.items()}
    parts = dict(gains(shown, weights))
    kept = np.arange(count) if not medium else np.flatnonzero(media == medium)
    hits, exact = 0, True
    for row in asked:
        found = search(user, artwork=works[row], filters=filters, limit=10, spaces=shown, weights=weights)
        exact = found.exact
        scores = sum(part.gain * (matrices[name][kept] @ matrices[name][row]) for name, part in parts.items())
        best = [int(kept[at]) for at in np.argsort(-scores)[:11] if kept[at] != row][:10]
        hits += len({works[at] for at in best} & {hit.artwork_id for hit in found.hits})
    texts = {}
    for row in asked:
        question = Question(
            user,
            spaces["subject"].pk,
            spaces["subject"].dimensions,
            narrowed(user, filters),
            10,
            None,
            artwork=works[row],
        )
        mix = mixture.Mixture(
            question, [(spaces[name].pk, spaces[name].dimensions, part) for name, part in parts.items()]
        )
        texts[row] = mixture.statement(mix, by_index=not exact)

    def sql(row: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if not exact:
                use_walk_settings(cursor, ef_search=mixture.EF_SEARCH)
            cursor.execute(*texts[row])
            cursor.fetchall()

    def ours(row: int) -> object:
        return search(user, artwork=works[row], filters=filters, limit=10, spaces=shown, weights=weights)

    plain = milliseconds([lambda row=row: sql(row) for row in asked])
    took = milliseconds([lambda row=row: ours(row) for row in asked])
    share = f"{100 * len(kept) / count:.0f} %"
    print(
        f"{share:>6} {'exact' if exact else 'hnsw':>6}  recall@10 {hits / (10 * len(asked)):.3f}  bare SQL {plain:6.2f} ms  "
        f"search {took:6.2f} ms  ratio {took / plain:.2f}   mix of two"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--vectors", type=int, default=100_000)
    parser.add_argument("--dimensions", type=int, default=256)
    parser.add_argument("--queries", type=int, default=30)
    asked = parser.parse_args()
    prepare()
    from analysis.similarity import hnsw

    matrix = vectors(asked.vectors, asked.dimensions)
    space, works = fill(matrix)
    start = time.perf_counter()
    hnsw.build_index(space)
    print(f"{asked.vectors} × {asked.dimensions}: index built in {time.perf_counter() - start:.1f} s")
    place = np.arange(1, len(matrix) + 1) % 100
    media = np.select([place == 0, place <= 5, place <= 49], ["photograph", "ink", "print"], "oil")
    rows = np.random.default_rng(2).integers(len(matrix), size=asked.queries).tolist()
    for medium in ("", "photograph", "ink", "oil"):
        compare(space, works, matrix, media, medium, rows)
    other = related(matrix, min(128, asked.dimensions))
    spaces = {"subject": space, "style": add_sense(other, space)}
    hnsw.build_index(spaces["style"])
    for medium in ("", "photograph", "ink", "oil"):
        compare_mix(spaces, works, {"subject": matrix, "style": other}, media, medium, rows)
    for each in spaces.values():
        hnsw.drop_index(each)


if __name__ == "__main__":
    main()
