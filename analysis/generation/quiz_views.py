"""Pages of “Real or generated?”: choose a model, tell its pictures from the works that it learned from, read the result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from analysis.generation import queries, quiz_queries, quiz_services
from analysis.generation.models import QuizAnswer, QuizRound, StudioModel
from analysis.generation.quiz_pictures import shown_png
from analysis.generation.quiz_scoring import FEWEST_ANSWERS, FEWEST_PEOPLE
from analysis.generation.services import StudioRefused
from artmarket.catalogue.queries import artwork_cards

SAID = {"real": False, "generated": True}


@require_GET
def quiz(request: HttpRequest) -> HttpResponse:
    """Choose a model to play against."""
    user: Any = request.user
    context = {
        "choices": quiz_queries.choices(user),
        "needed": quiz_services.ROUND - quiz_services.LEAST_OF_A_KIND,
        "count": quiz_services.ROUND,
        **limits(),
    }
    return render(request, "generation/quiz.html", context)


def limits() -> dict[str, int]:
    return {"fewest_answers": FEWEST_ANSWERS, "fewest_people": FEWEST_PEOPLE}


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a round with a model, or go on with one's open round."""
    user: Any = request.user
    model = get_object_or_404(StudioModel.objects.visible_to(user).defer("grid"), pk=pk)
    try:
        return redirect(quiz_services.begin(actor=user, model=model))
    except StudioRefused as refused:
        messages.error(request, str(refused))
        return redirect("generation:quiz")


def own_round(request: HttpRequest, pk: int) -> QuizRound:
    rows = QuizRound.objects.visible_to(request.user).select_related("model", "job").defer("model__grid")
    found: QuizRound = get_object_or_404(rows, pk=pk)
    return found


@require_GET
def quiz_round(request: HttpRequest, pk: int) -> HttpResponse:
    """The round's next picture; before it is painted the wait for it; after the last one the result.

    For htmx, which asks while one waits: nothing, or the way to the round that has come.
    """
    found = own_round(request, pk)
    answers = quiz_queries.answers_of(found)
    is_waiting = not answers and quiz_queries.is_painted(found)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={} if is_waiting else {"HX-Redirect": found.get_absolute_url()})
    context: dict[str, Any] = {"round": found, "model": found.model, "shows_invented": found.model.is_invented}
    if not answers:
        return render(request, "generation/quiz_wait.html", {**context, "is_waiting": is_waiting})
    if shown := answered(request, answers):
        return render(request, "generation/quiz_answer.html", {**context, **revealed(request, answers, shown)})
    waiting = next((each for each in answers if each.said_generated is None), None)
    if waiting is None:
        return render(request, "generation/quiz_result.html", {**context, **result(found, answers)})
    return render(request, "generation/quiz_round.html", {**context, "asked": waiting, "count": len(answers)})


def answered(request: HttpRequest, answers: Any) -> QuizAnswer | None:
    """The answered picture that the address names."""
    named = request.GET.get("shown", "")
    found = [each for each in answers if str(each.position) == named and each.said_generated is not None]
    return found[0] if found else None


def revealed(request: HttpRequest, answers: Any, shown: QuizAnswer) -> dict[str, Any]:
    """What a picture was, and what it is near to."""
    user: Any = request.user
    nearest = queries.nearest_works(user, shown.generated)[:1] if shown.generated is not None else []
    work = None
    if shown.real is not None:
        work = artwork_cards(user).filter(pk=shown.real.artwork_id).first()
    left = sum(each.said_generated is None for each in answers)
    return {"asked": shown, "nearest": nearest, "work": work, "left": left, "count": len(answers)}


def result(found: QuizRound, answers: Any) -> dict[str, Any]:
    """How a round went, by kind, beside what all people answered."""
    kinds = {True: [0, 0], False: [0, 0]}
    for each in answers:
        kinds[each.is_generated][0] += bool(each.is_right)
        kinds[each.is_generated][1] += 1
    return {
        "answers": answers,
        "right": kinds[True][0] + kinds[False][0],
        "of_generated": kinds[True],
        "of_real": kinds[False],
        "score": quiz_queries.score_of(found.model),
        **limits(),
    }


@require_POST
def quiz_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an answer, and show what the picture was."""
    user: Any = request.user
    found = own_round(request, pk)
    said, place = SAID.get(request.POST.get("said", "")), request.POST.get("position", "")
    if said is None or not (place.isascii() and place.isdigit() and len(place) < 4):
        return redirect(found)
    try:
        quiz_services.answer(actor=user, found=found, position=int(place), said_generated=said)
    except StudioRefused as refused:
        if refused.code == "not_found":
            raise Http404 from refused
        messages.error(request, str(refused))
    return redirect(f"{found.get_absolute_url()}?shown={int(place)}")


@require_GET
def quiz_picture(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """A picture of one's round; nothing about it but what it shows tells where it comes from."""
    seen = QuizRound.objects.visible_to(request.user)
    rows = QuizAnswer.objects.filter(round__in=seen.filter(pk=pk)).select_related("round__model", "generated", "real")
    found = get_object_or_404(rows.defer("round__model__grid", "generated__style"), position=position)
    try:
        data = shown_png(found)
    except (OSError, ValueError) as error:
        raise Http404 from error
    response = HttpResponse(data, content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def quiz_score(request: HttpRequest, pk: int) -> HttpResponse:
    """A model's human score, as a fragment for its page."""
    model = get_object_or_404(StudioModel.objects.visible_to(request.user).defer("grid"), pk=pk)
    context = {"model": model, "score": quiz_queries.score_of(model), **limits()}
    return render(request, "generation/_quiz_score.html", context)
