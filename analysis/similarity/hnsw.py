"""The one place that writes pgvector's SQL: how vectors are cast and compared, and each space's partial index."""

from __future__ import annotations

from django.db import connection, transaction

from analysis.similarity.models import EmbeddingSpace

BUILD_MEMORY = "1GB"
M = 16
EF_CONSTRUCTION = 128


def cast(column: str, dimensions: int) -> str:
    """The column as the index knows it; only this very expression finds the index."""
    return f"({column}::halfvec({int(dimensions)}))"


def index_name(space: EmbeddingSpace) -> str:
    return f"similarity_hnsw_{space.pk}"


def build_index(space: EmbeddingSpace) -> None:
    """Build the space's index after its load. Outside a transaction readers and writers go on meanwhile."""
    inside = connection.in_atomic_block
    with connection.cursor() as cursor:
        if is_valid(space):
            return
        if inside:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP INDEX IF EXISTS {index_name(space)}")
        for name, value in (("maintenance_work_mem", BUILD_MEMORY), ("max_parallel_maintenance_workers", "2")):
            cursor.execute("SELECT set_config(%s, %s, %s)", [name, value, inside])
        try:
            cursor.execute(
                f"CREATE INDEX {'' if inside else 'CONCURRENTLY'} {index_name(space)} ON similarity_embedding "
                f"USING hnsw ({cast('vector', space.dimensions)} halfvec_cosine_ops) "
                f"WITH (m = {M}, ef_construction = {EF_CONSTRUCTION}) WHERE space_id = {int(space.pk)}"
            )
        finally:
            if not inside:
                cursor.execute("RESET maintenance_work_mem")
                cursor.execute("RESET max_parallel_maintenance_workers")


def is_valid(space: EmbeddingSpace) -> bool:
    """Whether the index exists whole; a build that was cut off leaves an invalid one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass(%s)", [index_name(space)])
        row = cursor.fetchone()
    return bool(row and row[0])


def drop_index(space: EmbeddingSpace) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP INDEX IF EXISTS {index_name(space)}")
