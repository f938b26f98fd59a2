"""The quiz: begin a round, mix it once its pictures are painted, answer. Nobody is asked twice about one picture."""

from __future__ import annotations

import random
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.generation.asking import SAMPLE, SEEDS, Ask
from analysis.generation.models import Brood, GeneratedImage, QuizAnswer, QuizRound, StudioModel
from analysis.generation.quiz_queries import open_rounds, real_pictures
from analysis.generation.services import StudioRefused
from artmarket.accounts.models import User
from artmarket.core import longwork

KIND = "generation.quiz"
ROUND, LEAST_OF_A_KIND, PAINTED = 12, 4, 12


@transaction.atomic
def begin(*, actor: User, model: StudioModel) -> QuizRound:
    """A person's open round with a model, or a new one whose pictures a worker paints.

    Raises ``StudioRefused``: ``not_found``; ``no_works`` where too few training works are left that the person may see.
    """
    if not StudioModel.objects.visible_to(actor).filter(pk=model.pk).exists():
        raise StudioRefused("not_found", _("There is no such model."))
    User.objects.select_for_update().get(pk=actor.pk)
    if found := open_rounds(actor, [model]).get(model.pk):
        return found
    if real_pictures(actor, model).count() < ROUND - LEAST_OF_A_KIND:
        raise StudioRefused(
            "no_works", _("There are too few works left that this model learned from and that you were not shown yet.")
        )
    ask = Ask(how=SAMPLE, seed=secrets.randbelow(SEEDS - PAINTED), count=PAINTED)
    brood = Brood.objects.create(model=model, asked=ask.to_json(), count=PAINTED)
    made = QuizRound.objects.create(person=actor, model=model, brood=brood)
    title = _("Mix a round of “%(name)s”") % {"name": model.name}
    made.job_id = longwork.start(KIND, actor=actor, parameters={"round_id": made.pk}, title=title)
    made.save(update_fields=["job", "updated_at"])
    return made


@transaction.atomic
def deal(*, found: QuizRound) -> int:
    """Mix a round of its brood's pictures and of training works, each kind in a number that is not told.

    Copies are left out, and pictures that were not compared. Returns how many pictures are asked; 0 where it was dealt
    before. Raises ``StudioRefused``: ``no_pictures``, ``no_works``.
    """
    User.objects.select_for_update().get(pk=found.person_id)  # two rounds of theirs must not draw one picture
    QuizRound.objects.select_for_update().get(pk=found.pk)
    if found.answers.exists():
        return 0
    dice = random.SystemRandom()
    made = GeneratedImage.objects.filter(brood=found.brood, verdict=GeneratedImage.Verdict.ORIGINAL)
    painted = list(made.values_list("pk", flat=True))
    count = dice.randint(LEAST_OF_A_KIND, ROUND - LEAST_OF_A_KIND)
    if len(painted) < LEAST_OF_A_KIND:
        raise StudioRefused("no_pictures", _("The model painted too few pictures that surely copy no training work."))
    chosen = dice.sample(painted, min(count, len(painted)))
    works = list(real_pictures(found.person, found.model).values_list("pk", flat=True))
    if len(works) < ROUND - len(chosen):
        raise StudioRefused(
            "no_works", _("There are too few works left that this model learned from and that you were not shown yet.")
        )
    rows = [QuizAnswer(is_generated=True, generated_id=key) for key in chosen]
    rows += [QuizAnswer(is_generated=False, real_id=key) for key in dice.sample(works, ROUND - len(chosen))]
    dice.shuffle(rows)
    for place, row in enumerate(rows):
        row.round, row.person, row.position = found, found.person, place
    QuizAnswer.objects.bulk_create(rows)
    GeneratedImage.objects.filter(brood=found.brood).exclude(pk__in=chosen).delete()
    return len(rows)


@transaction.atomic
def answer(*, actor: User, found: QuizRound, position: int, said_generated: bool) -> QuizAnswer:
    """What a person takes a picture for; the first answer stands. Raises ``StudioRefused``: ``not_found``, ``answered``."""
    rows = QuizAnswer.objects.select_for_update().filter(round=found, person=actor, position=position)
    row = rows.first()
    if row is None:
        raise StudioRefused("not_found", _("There is no such picture in this round."))
    if row.said_generated is not None:
        raise StudioRefused("answered", _("You have answered this one already; the first answer stands."))
    row.said_generated, row.answered_at = said_generated, timezone.now()
    row.save(update_fields=["said_generated", "answered_at", "updated_at"])
    return row
