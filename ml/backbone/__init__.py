"""Pictures to vectors: one interface over torchvision's CNNs and a compact one of our own.

``python -m ml.backbone train|embed|describe FOLDER PICTURE…`` run it by hand.
"""

from ml.backbone.interface import Backbone, build, load, untrained
from ml.backbone.networks import COMPACT, RECIPES
from ml.backbone.weights import NoWeights

__all__ = ["COMPACT", "RECIPES", "Backbone", "NoWeights", "build", "load", "untrained"]
