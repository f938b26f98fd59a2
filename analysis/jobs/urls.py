"""Addresses of this room."""

from django.urls import path, re_path

from analysis.jobs import views

app_name = "jobs"
ID = r"(?P<pk>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"

urlpatterns = [
    path("", views.job_list, name="job-list"),
    path("<uuid:pk>/", views.job_detail, name="job-detail"),
    path("<uuid:pk>/panel/", views.job_panel, name="job-panel"),
    path("<uuid:pk>/log/<int:last_id>/", views.job_log, name="job-log"),
    path("<uuid:pk>/charts/", views.job_charts, name="job-charts"),
    re_path(rf"^{ID}/(?P<action>cancel|retry|resume)/$", views.job_action, name="job-action"),
]
