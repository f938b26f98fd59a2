"""Appraisal of pictures: colour, light, composition and brush-work in defined, bounded measures; no score of beauty.

``python -m ml.appraisal appraise|describe|evaluate`` runs it by hand.
"""

from ml.appraisal.appraisal import CODE_VERSION, Appraisal, appraise
from ml.appraisal.colour_names import COLOUR_NAMES
from ml.appraisal.geometry import Curve, Grid, Line, Overlay, Point, Rectangle
from ml.appraisal.measures import GROUPS, MEASURES, Measure
from ml.appraisal.picture import REASONS, WARNINGS, Unappraisable
from ml.appraisal.seen import ABSTENTIONS, Swatch

__all__ = [
    "ABSTENTIONS",
    "CODE_VERSION",
    "COLOUR_NAMES",
    "GROUPS",
    "MEASURES",
    "REASONS",
    "WARNINGS",
    "Appraisal",
    "Curve",
    "Grid",
    "Line",
    "Measure",
    "Overlay",
    "Point",
    "Rectangle",
    "Swatch",
    "Unappraisable",
    "appraise",
]
