"""Long work of this room."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.generation import asking_training, breeding, quiz_services
from analysis.generation.models import Brood, Film, QuizRound, StudioModel, TrainingRun
from analysis.jobs.cancelling import cancelling
from artmarket.core.longwork import Result, WorkContext, long_work


@long_work(
    asking_training.TRAIN,
    title=gettext_lazy("Train a studio model"),
    queue="gpu",
    resumable=True,
    panel="generation:run-panel",
)
@cancelling()
def train(context: WorkContext, *, run_id: str) -> Result:
    """A model of the run's works; a killed attempt goes on from its last state."""
    from analysis.generation.training import train as teach

    run = TrainingRun.objects.select_related("made_by", "continues").get(pk=UUID(run_id))
    model = teach(run, context)
    if run.made_by is not None and not model.directions.exists():
        breeding.find_directions(actor=run.made_by, model=model)
    links = [{"url": model.get_absolute_url(), "label": _("The model")}]
    return {"model": model.pk, "works": model.works, "links": links}


@long_work(breeding.BREED, title=gettext_lazy("Breed pictures"), queue="gpu-fast", resumable=True)
def breed(context: WorkContext, *, brood_id: int) -> Result:
    """A generation of pictures."""
    from analysis.generation.making import make

    brood = Brood.objects.select_related("model__version", "made_by").get(pk=brood_id)
    context.progress(0, brood.count, phase=_("painting"))
    made = make(brood)
    context.progress(len(made), brood.count, phase=_("painting"))
    if brood.made_by_id is not None:
        breeding.forget_unmarked(brood.made_by_id)
    return {"pictures": len(made), "links": [{"url": brood.get_absolute_url(), "label": _("The pictures")}]}


@long_work(breeding.FILM, title=gettext_lazy("Make a film"), queue="gpu-fast", resumable=True)
@cancelling()
def film(context: WorkContext, *, film_id: int) -> Result:
    """A walk between pictures."""
    from analysis.generation.walking import make_film

    found = Film.objects.select_related("model__version").get(pk=film_id)
    make_film(found, context)
    return {"film": found.pk, "links": [{"url": found.get_absolute_url(), "label": _("The film")}]}


@long_work(breeding.PROJECT, title=gettext_lazy("Project a picture"), queue="gpu-fast", resumable=True)
@cancelling()
def project(context: WorkContext, *, brood_id: int) -> Result:
    """The style that paints a given picture best."""
    from analysis.generation.walking import make_projection

    brood = Brood.objects.select_related("model__version", "made_by").get(pk=brood_id)
    make_projection(brood, context)
    return {"links": [{"url": brood.get_absolute_url(), "label": _("The picture")}]}


@long_work(breeding.FIND, title=gettext_lazy("Find directions"), queue="gpu", resumable=True)
@cancelling()
def find_directions(context: WorkContext, *, model_id: int) -> Result:
    """Directions through a model's latent space: some by measures, some by themselves."""
    from analysis.generation.finding import find

    model = StudioModel.objects.select_related("version").get(pk=model_id)
    found = find(model, context)
    links = [{"url": f"{model.get_absolute_url()}#directions", "label": _("The directions")}]
    return {"directions": found, "links": links}


@long_work(quiz_services.KIND, title=gettext_lazy("Mix a round of the quiz"), queue="gpu-fast", resumable=True)
def quiz(context: WorkContext, *, round_id: int) -> Result:
    """Pictures of noise, painted for one round, mixed with training works."""
    from analysis.generation.making import make

    found = QuizRound.objects.select_related("brood__model__version", "model", "person").get(pk=round_id)
    if found.brood is not None and not found.answers.exists():
        make(found.brood)
    count = quiz_services.deal(found=found)
    links = [{"url": found.get_absolute_url(), "label": _("The round")}]
    return {"pictures": count, "links": links}
