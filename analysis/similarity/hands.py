"""The sense of the hand: what attribution has learned, handed in by name, as that room lies above this one.

``settings.SIMILARITY_HAND`` names a callable without arguments that gives a ``LearnedHand``, or None while nothing was
learned. Its space stands beside the inborn ones and is built anew when its model is another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from analysis.registry.models import ModelVersion
from analysis.similarity import hnsw
from analysis.similarity.embedding import Tally, embed_missing
from analysis.similarity.models import Embedding, EmbeddingSpace
from analysis.similarity.senses import HAND

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ml.images import Pixels
    from ml.reporter import Reporter
    from ml.similarity.spreads import Spread

SAMPLE = 2_000


@dataclass(frozen=True)
class LearnedHand:
    """A model's version, and how it turns pictures ``uint8 [n, 3, input_px, input_px]`` into unit vectors."""

    version: ModelVersion
    look_at: Callable[[Pixels], npt.NDArray[np.float32]]
    input_px: int
    batch_size: int = 32

    def look(self, batch: Pixels) -> Mapping[str, npt.NDArray[np.float32]]:
        return {HAND: self.look_at(batch)}


def learned_hand() -> LearnedHand | None:
    """What attribution has learned; None where the setting is empty or nothing was."""
    if not settings.SIMILARITY_HAND:
        return None
    found: LearnedHand | None = import_string(settings.SIMILARITY_HAND)()
    return found


def build(hand: LearnedHand, reporter: Reporter) -> tuple[EmbeddingSpace, Tally]:
    """A filled and indexed space of the hand, ready to take over; a half-built one of the same model is gone on with."""
    space = EmbeddingSpace.objects.filter(name=HAND, state="building", model_version=hand.version).last()
    if space is None:
        import numpy as np

        blank = hand.look_at(np.zeros((1, 3, hand.input_px, hand.input_px), np.uint8))
        space = EmbeddingSpace.objects.create(name=HAND, model_version=hand.version, dimensions=blank.shape[1])
    tally = embed_missing({HAND: space}, hand, reporter)
    space.spread = measured(space).as_json()
    space.save(update_fields=["spread", "updated_at"])
    hnsw.build_index(space)
    return space, tally


def measured(space: EmbeddingSpace) -> Spread:
    """How far apart the catalogue's pictures lie in a space, over at most 2,000 of them."""
    import numpy as np

    from ml.similarity.spreads import measure

    keys = list(Embedding.objects.filter(space=space).order_by("image_id").values_list("pk", flat=True))
    rows = Embedding.objects.filter(pk__in=keys[:: max(1, -(-len(keys) // SAMPLE))]).values_list("vector", flat=True)
    return measure(np.array(list(rows), np.float32).reshape(-1, space.dimensions))
