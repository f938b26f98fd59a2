"""The one loop that all networks of ours are trained by.

``train`` moves one network along a loss; ``run`` moves several in turns, fed by ``ml.training.loading``. Both resume to
the same numbers, stop when told, and write their figures as they go. ``torchrun -m …`` runs either in several processes.
"""

from ml.training.loop import run, train
from ml.training.outcome import Outcome
from ml.training.schedule import Schedule
from ml.training.turns import Diverged, Turn

__all__ = ["Diverged", "Outcome", "Schedule", "Turn", "run", "train"]
