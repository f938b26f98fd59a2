"""Addresses of this room."""

from django.urls import path

from analysis.attribution import curating_views, picture_views, views

app_name = "attribution"

urlpatterns = [
    path("", views.opinion_list, name="opinion-list"),
    path("open/", views.ask_open, name="ask-open"),
    path("agreement/", curating_views.agreement, name="agreement"),
    path("opinions/<int:pk>/", views.opinion_detail, name="opinion-detail"),
    path("opinions/<int:pk>/evidence/", views.evidence, name="evidence"),
    path("opinions/<int:pk>/verify/", views.verify, name="verify"),
    path("opinions/<int:pk>/decide/", curating_views.decide, name="decide"),
    path("decisions/<int:pk>/<str:action>/", curating_views.decision_undo, name="decision-undo"),
    path("verifications/<int:pk>/<str:side>.png", views.heat, name="heat"),
    path("artworks/<int:pk>/", curating_views.work, name="work"),
    path("artworks/<int:pk>/panel/", views.artwork_panel, name="artwork-panel"),
    path("artworks/<int:pk>/ask/", views.ask, name="ask"),
    path("artworks/<int:pk>/experts/", curating_views.expert_add, name="expert-add"),
    path("artworks/<int:pk>/record/", curating_views.record_change, name="record-change"),
    path("artworks/<int:pk>/history/", curating_views.history, name="history"),
    path("experts/<int:pk>/<str:action>/", curating_views.expert_undo, name="expert-undo"),
    path("valuations/<int:pk>/weights/", views.weights_panel, name="weights-panel"),
    path("pictures/", picture_views.send_picture, name="send-picture"),
    path("pictures/<uuid:pk>/", picture_views.picture, name="picture"),
    path("pictures/<uuid:pk>/wait/", picture_views.picture_wait, name="picture-wait"),
    path("pictures/<uuid:pk>/picture.webp", picture_views.sent_picture, name="sent-picture"),
]
