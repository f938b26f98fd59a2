"""In what pictures are alike: style, subject, colour, composition, each a space of unit vectors, and their mix.

``python -m ml.similarity evaluate FOLDER [--weights FILE]`` says how well each of them finds an artist and a style.
"""

from ml.similarity.senses import Senses
from ml.similarity.spaces import SENSES

__all__ = ["SENSES", "Senses"]
