"""Addresses of what the studio teaches with."""

from django.urls import path

from analysis.generation import game_views, quiz_views

urlpatterns = [
    path("game/", game_views.game, name="game"),
    path("quiz/", quiz_views.quiz, name="quiz"),
    path("models/<int:pk>/quiz/", quiz_views.begin, name="quiz-begin"),
    path("models/<int:pk>/quiz/score/", quiz_views.quiz_score, name="quiz-score"),
    path("quiz/<int:pk>/", quiz_views.quiz_round, name="quiz-round"),
    path("quiz/<int:pk>/answer/", quiz_views.quiz_answer, name="quiz-answer"),
    path("quiz/<int:pk>/<int:position>.png", quiz_views.quiz_picture, name="quiz-picture"),
]
