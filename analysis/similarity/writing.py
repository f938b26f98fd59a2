"""Vectors into the database: one statement a batch, in pgvector's binary form, which neither side has to parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from django.db import connection, transaction
from pgvector import HalfVector
from pgvector.psycopg.halfvec import register_halfvec_info
from psycopg.types import TypeInfo

from analysis.similarity.models import EmbeddingSpace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

INSERT = """
INSERT INTO similarity_embedding (space_id, image_id, vector, created_at)
SELECT %s, new.image_id, new.vector, now() FROM unnest(%b::bigint[], %b::halfvec[]) AS new(image_id, vector)
WHERE EXISTS (SELECT 1 FROM similarity_embeddingspace WHERE id = %s)
AND EXISTS (SELECT 1 FROM catalogue_artworkimage i WHERE i.id = new.image_id FOR KEY SHARE)
ON CONFLICT (space_id, image_id) DO NOTHING
"""


class VectorWriter:
    """Writes into spaces, by sense. Pictures deleted meanwhile and vectors that another run wrote are passed over."""

    def __init__(self, spaces: Mapping[str, EmbeddingSpace]) -> None:
        self.spaces = spaces
        connection.ensure_connection()
        self.halfvec = TypeInfo.fetch(connection.connection, "halfvec")

    def write(self, keys: Sequence[int], seen: Mapping[str, npt.NDArray[np.float32]]) -> None:
        """Rows of each sense's vectors for the pictures ``keys``, in every space or in none."""
        with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
            register_halfvec_info(cursor, self.halfvec)  # type: ignore[arg-type]
            for name, space in self.spaces.items():
                found = [HalfVector(vector) for vector in seen[name]]
                cursor.execute(INSERT, [space.pk, list(keys), found, space.pk])
