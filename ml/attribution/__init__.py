"""Whose hand is it? A ranking of the hands that are known, "none of those", and whether one name holds."""

from ml.attribution.opinion import Candidate, Opinion, PartOpinion, Verification

__all__ = ["Candidate", "Opinion", "PartOpinion", "Verification"]
