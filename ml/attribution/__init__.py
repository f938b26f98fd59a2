"""Whose hand is it? A ranking of the hands that are known, "none of those", and whether one name holds.

``python -m ml.attribution train|evaluate|opine`` run it by hand.
"""

from ml.attribution.gathering import TrainingPicture
from ml.attribution.model import Attributor, load
from ml.attribution.opinion import Candidate, Opinion, PartOpinion, Verification
from ml.attribution.settings import Settings
from ml.attribution.training import TooFewPictures, Trained, train

__all__ = [
    "Attributor",
    "Candidate",
    "Opinion",
    "PartOpinion",
    "Settings",
    "TooFewPictures",
    "Trained",
    "TrainingPicture",
    "Verification",
    "load",
    "train",
]
