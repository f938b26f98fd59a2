"""Addresses of this room."""

from django.urls import path

from analysis.generation import breeding_views, picture_views, teaching_urls, training_views, views

app_name = "generation"

urlpatterns = [
    path("", views.home, name="home"),
    *teaching_urls.urlpatterns,
    path("train/", training_views.train, name="train"),
    path("train/check/", training_views.train_check, name="train-check"),
    path("trainings/<uuid:job_id>/", training_views.run_panel, name="run-panel"),
    path("trainings/<uuid:job_id>/stop/", training_views.stop_early, name="stop-early"),
    path("trainings/<uuid:job_id>/go-on/", training_views.go_on, name="go-on"),
    path("trainings/<uuid:pk>/grid.webp", training_views.run_grid, name="run-grid"),
    path("models/<int:pk>/", views.model_detail, name="model-detail"),
    path("models/<int:pk>/grid.webp", views.model_grid, name="model-grid"),
    path("models/<int:pk>/change/", views.model_change, name="model-change"),
    path("models/<int:pk>/breed/", breeding_views.bench, name="bench"),
    path("models/<int:pk>/project/", breeding_views.project, name="project"),
    path("directions/<int:pk>/", views.direction_change, name="direction-change"),
    path("generations/<int:pk>/", breeding_views.brood, name="brood"),
    path("pictures/<int:pk>/", picture_views.picture, name="picture"),
    path("pictures/<int:pk>/picture.png", picture_views.picture_png, name="picture-png"),
    path("pictures/<int:pk>/change/", picture_views.picture_change, name="picture-change"),
    path("films/<int:pk>/", picture_views.film, name="film"),
    path("films/<int:pk>/film.webp", picture_views.film_webp, name="film-webp"),
    path("films/<int:pk>/delete/", picture_views.film_delete, name="film-delete"),
]
