"""Every address of the site. Rooms are named as strings, so that nothing below is imported by what lies above."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from artmarket.core.health import health

urlpatterns = [
    path("healthz/", health, name="health"),
    path("", include("artmarket.home.urls")),
    path("", include("artmarket.web.urls")),
    path("accounts/", include("artmarket.accounts.urls")),
    path("", include("artmarket.catalogue.urls")),
    path("", include("artmarket.sales.urls")),
    path("imports/", include("artmarket.intake.urls")),
    path("jobs/", include("analysis.jobs.urls")),
    path("models/", include("analysis.registry.urls")),
    path("similar/", include("analysis.similarity.urls")),
    path("suggestions/", include("analysis.classification.urls")),
    path("valuation/", include("analysis.valuation.urls")),
    path("appraisals/", include("analysis.appraisal.urls")),
    path("attribution/", include("analysis.attribution.urls")),
    path("studio/", include("analysis.generation.urls")),
    path("restyle/", include("analysis.styletransfer.urls")),
    path("track-record/", include("analysis.trackrecord.urls")),
    path("indices/", include("analysis.indices.urls")),
    path("dossiers/", include("analysis.dossier.urls")),
    path("inventory/", include("analysis.inventory.urls")),
    path("api/", include("artmarket.api.urls")),
    path("admin/", admin.site.urls),
    path(
        "favicon.ico",
        login_not_required(RedirectView.as_view(url="/static/web/favicon.svg", permanent=True)),
    ),
]
