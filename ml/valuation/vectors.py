"""Pictures' vectors beside a tidy file of offers: safetensors with ``keys`` [n] and ``vectors`` [n, d]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ml.valuation.looks import commonest_shape
from ml.valuation.offers import Offer


class BadVectors(ValueError):
    """The file is not what it should be; the message says why."""


def write_vectors(offers: Sequence[Offer], path: Path) -> int:
    """Write the vectors of the commonest space, float32, by the offers' keys. Returns how many; 0 writes no file."""
    from safetensors.numpy import save_file

    shape = commonest_shape(offers)
    pictured = {offer.key: offer.vector for offer in offers if offer.vector is not None and offer.vector.shape == shape}
    if not pictured:
        return 0
    vectors = np.stack(list(pictured.values())).astype(np.float32)
    save_file({"keys": np.array(list(pictured), dtype=np.int64), "vectors": vectors}, path)
    return len(pictured)


def with_vectors(offers: Sequence[Offer], path: Path) -> list[Offer]:
    """The offers with the file's vectors; those that it does not name stay without.

    Raises ``BadVectors`` for a file that is none, ``OSError`` where there is none.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        found = load(path.read_bytes())
    except SafetensorError as error:
        raise BadVectors(f"{path.name} is no file of vectors: {error}") from error
    if set(found) != {"keys", "vectors"}:
        raise BadVectors(f"{path.name} holds {', '.join(sorted(found)) or 'nothing'}, not keys and vectors")
    keys, vectors = found["keys"], found["vectors"]
    if keys.ndim != 1 or vectors.ndim != 2 or len(keys) != len(vectors) or keys.dtype.kind not in "iu":
        raise BadVectors(f"{path.name}: keys {keys.shape} do not name vectors {vectors.shape}")
    if len(np.unique(keys)) < len(keys):
        raise BadVectors(f"{path.name} names a key twice")
    if not np.isfinite(vectors).all():
        raise BadVectors(f"{path.name} holds a vector that is not finite")
    known = dict(zip(keys.tolist(), vectors.astype(np.float32), strict=True))
    return [replace(offer, vector=known.get(offer.key)) for offer in offers]
