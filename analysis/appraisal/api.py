"""This room's endpoints."""

from __future__ import annotations

from analysis.appraisal.appraisal_api import AppraisalViewSet
from analysis.appraisal.rating_api import CriterionViewSet, RatingViewSet
from artmarket.api.router import Router


def register(router: Router) -> None:
    router.register("appraisals", AppraisalViewSet, basename="appraisal")
    router.register("criteria", CriterionViewSet, basename="criterion")
    router.register("ratings", RatingViewSet, basename="rating")
