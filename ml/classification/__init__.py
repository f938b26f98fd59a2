"""Style, genre, medium, support, period and artist of a picture, with probabilities that hold, or a reason to say nothing.

``python -m ml.classification train|evaluate|predict`` runs it without the site.
"""

from ml.classification.model import Answer, Choice, Classifier, Reading, load

__all__ = ["Answer", "Choice", "Classifier", "Reading", "load"]
