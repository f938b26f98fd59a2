"""Restyling: a picture in the manner of others, by optimisation or in one pass of an attention network.

``python -m ml.styletransfer run|train|evaluate`` by hand.
"""

from ml.styletransfer.feedforward import Restyler, packaged
from ml.styletransfer.optimising import restyle
from ml.styletransfer.pictures import NotEnoughMemory, Reached, Restyled, Style, UnsuitablePicture
from ml.styletransfer.seeing import Eye
from ml.styletransfer.settings import LossSettings, NetworkSettings, OptimisationSettings

__all__ = [
    "Eye",
    "LossSettings",
    "NetworkSettings",
    "NotEnoughMemory",
    "OptimisationSettings",
    "Reached",
    "Restyled",
    "Restyler",
    "Style",
    "UnsuitablePicture",
    "packaged",
    "restyle",
]
