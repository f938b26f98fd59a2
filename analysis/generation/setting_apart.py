"""Which works a training learns from, which are kept aside to judge it by, and what its networks have seen before."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from analysis.generation import workplace
from analysis.generation.models import TrainingRun

if TYPE_CHECKING:
    from ml.gan.learned import Learned
    from ml.gan.pictures import TrainingPictures
    from ml.images import Pixels

HELD_OUT, LEAST_SPLIT = 0.2, 60
LEAST_HELD_OUT, MOST_HELD_OUT = 10, 500


def set_apart(run: TrainingRun, pictures: TrainingPictures) -> tuple[TrainingPictures, Pixels, Learned]:
    """The pictures to learn from, those kept aside, and all that the run's networks have seen, once they see these.

    It is written beside the run's states: what it went on from may have seen works that are no longer among the chosen, and
    they are still looked for among its pictures, and hinder sharing where not everyone may see them.
    """
    from ml.gan.learned import Learned

    folder = workplace.checkpoint_folder(run)
    before = Learned.load(folder)
    shown, held_out = split(pictures, run.seed, frozenset(before.names))
    learned = before.joined(shown.names, shown.pixels)
    learned.save(folder)
    return shown, held_out, learned


def note_on(learned: Learned, shown: TrainingPictures) -> list[str]:
    if not (count := len(learned.without(shown.names).names)):
        return []
    return [f"{count} works were learned from before this training went on without them; copies of them are told, too."]


def split(
    pictures: TrainingPictures, seed: int, learned: frozenset[str] = frozenset()
) -> tuple[TrainingPictures, Pixels]:
    """The pictures to learn from, and those kept aside to judge by: about a fifth of sixty or more, ten at least.

    Whether one is kept aside hangs on its name alone (but for a set that the draw leaves with fewer than ten), so that who
    goes on later never learns from what it is judged by; nor is anything judged by what was ``learned`` from already.
    """
    if len(pictures.names) < LEAST_SPLIT:
        return pictures, pictures.pixels[:0]
    drawn = np.array([int(sha256(f"{seed}:{name}".encode()).hexdigest()[:8], 16) / 2**32 for name in pictures.names])
    drawn[[name in learned for name in pictures.names]] = np.inf
    aside = np.zeros(len(drawn), np.bool_)
    aside[np.argsort(drawn)[: np.clip((drawn < HELD_OUT).sum(), LEAST_HELD_OUT, MOST_HELD_OUT)]] = True
    aside &= np.isfinite(drawn)
    names = tuple(name for name, kept in zip(pictures.names, ~aside, strict=True) if kept)
    return replace(pictures, pixels=pictures.pixels[~aside], names=names), pictures.pixels[aside]
