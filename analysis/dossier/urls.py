"""Addresses of this room."""

from django.urls import path

from analysis.dossier import views

app_name = "dossier"

urlpatterns = [
    path("", views.dossier_list, name="dossier-list"),
    path("check/", views.dossier_check, name="dossier-check"),
    path("new/<int:pk>/", views.dossier_new, name="dossier-new"),
    path("<int:pk>/", views.dossier_detail, name="dossier-detail"),
    path("<int:pk>/pdf/", views.dossier_pdf, name="dossier-pdf"),
    path("<int:pk>/picture/", views.dossier_picture, name="dossier-picture"),
    path("<int:pk>/withdraw/", views.dossier_withdraw, name="dossier-withdraw"),
]
