"""Reads of the studio, each narrowed to what ``user`` may see. Lists come without the pictures' bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from analysis.generation.models import Brood, Film, GeneratedImage, Parenthood, StudioModel, TrainingRun
from analysis.jobs.models import Job
from artmarket.accounts.models import User
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.catalogue.queries import artwork_cards

FEW, MANY = 12, 24
BULKY = ("grid", "version__card", "version__figures", "version__parameters", "run__grid")


def models_for(user: Actor) -> Sequence[StudioModel]:
    """The models that the user may breed with, the newest first."""
    return list(StudioModel.objects.visible_to(user).defer("grid").select_related("made_by", "organisation"))


def pictures_for(user: Actor) -> QuerySet[Any]:
    """Generated pictures that the user may see."""
    rows: QuerySet[Any] = GeneratedImage.objects.visible_to(user).light().select_related("model")
    return rows.defer("picture", "style", "model__grid")


def running(user: Actor) -> Sequence[TrainingRun]:
    """Trainings that wait or run."""
    rows = TrainingRun.objects.visible_to(user).filter(job__state__in=Job.UNFINISHED)
    return list(rows.select_related("job").defer("grid").order_by("-created_at")[:FEW])


def favourites(user: User, model: StudioModel | None = None, *, most: int = MANY) -> Sequence[GeneratedImage]:
    """What the user marked, the newest first."""
    rows = pictures_for(user).filter(made_by=user, is_favourite=True)
    if model is not None:
        rows = rows.filter(model=model)
    return list(rows.order_by("-id")[:most])


def published(user: Actor, *, most: int = FEW) -> Sequence[GeneratedImage]:
    """What was published last."""
    rows = pictures_for(user).filter(published_at__isnull=False)
    return list(rows.order_by("-published_at", "-id")[:most])


def of_model(user: Actor, model: StudioModel, *, most: int = FEW) -> Sequence[GeneratedImage]:
    """A model's pictures that were published or that the user marked."""
    rows = pictures_for(user).filter(model=model)
    kept = rows.filter(published_at__isnull=False) | rows.filter(is_favourite=True)
    return list(kept.order_by("-id")[:most])


def films(user: Actor, *, most: int = FEW) -> Sequence[Film]:
    rows = Film.objects.visible_to(user).defer("data").select_related("model", "job").defer("data", "model__grid")
    return list(rows.order_by("-id")[:most])


def training_works(user: Actor, model: StudioModel, *, most: int = FEW) -> Sequence[Artwork]:
    """Some of the works that a model learned from, as far as the user may see them."""
    keys = model.training_pictures.values("image__artwork")
    return list(artwork_cards(user).filter(pk__in=keys).order_by("pk")[:most])


def works_to_project(user: User, text: str = "", *, most: int = FEW) -> Sequence[Artwork]:
    """The newest works with a picture whose title holds the text."""
    works = artwork_cards(user).filter(images__is_primary=True).order_by("-pk")
    return list((works.filter(title__icontains=text[:100]) if text else works)[:most])


def latest_brood(user: User, model: StudioModel) -> Brood | None:
    """The generation that the user made last with a model."""
    return Brood.objects.visible_to(user).filter(model=model, made_by=user).order_by("-id").first()  # type: ignore[no-any-return]


def brood_pictures(user: Actor, brood: Brood) -> Sequence[GeneratedImage]:
    """A generation's pictures in their places."""
    return list(pictures_for(user).filter(brood=brood).order_by("position"))


def family(user: Actor, picture: GeneratedImage, *, levels: int = 3) -> tuple[list[Any], list[Any]]:
    """Ancestors by level, the parents first, and the newest children; only those whom the user may see.

    A level's rows are pictures with the weight that they had for some child below.
    """
    above, below = [], [picture.pk]
    for _level in range(levels):
        links = Parenthood.objects.filter(child__in=below).order_by("position")
        weights = {link.parent_id: link.weight for link in links}
        rows = list(pictures_for(user).filter(pk__in=weights))
        if not rows:
            break
        for row in rows:
            row.weight = weights[row.pk]
        above.append(rows)
        below = [row.pk for row in rows]
    children = pictures_for(user).filter(parents=picture).order_by("-id")[:MANY]
    return above, list(children)


def nearest_works(user: Actor, picture: GeneratedImage) -> Sequence[Mapping[str, Any]]:
    """The nearest training works with how near they are; ``work`` is None where the user may not see it."""
    keys = [each.get("image") for each in picture.nearest if each.get("image")]
    works = artwork_cards(user).filter(images__in=keys).distinct()
    image_rows = Prefetch("images", ArtworkImage.objects.filter(pk__in=keys).only("id", "artwork_id"), to_attr="near")
    found = {image.pk: work for work in works.prefetch_related(image_rows) for image in work.near}
    return [{**each, "work": found.get(each.get("image"))} for each in picture.nearest]
