"""Having pictures bred, walked through as a film, projected: what pages and API ask, handed to a worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analysis.generation.asking import Ask, AskRefused
from analysis.generation.models import Brood, Film, GeneratedImage, StudioModel, UploadedPicture
from analysis.generation.services import StudioRefused, editable_model, home_of
from artmarket.accounts.models import User
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import as_webp, shrunk
from artmarket.core import longwork
from artmarket.core.pictures import decode_picture

BREED, FILM, PROJECT, FIND = "generation.breed", "generation.film", "generation.project", "generation.find_directions"
KEPT_UPLOADS = timedelta(days=7)
KEPT_UNMARKED = timedelta(days=30)
UPLOAD_PX = 512
FEWEST_STOPS, MOST_STOPS = 2, 12


def usable(actor: User, model: StudioModel) -> StudioModel:
    if not StudioModel.objects.visible_to(actor).filter(pk=model.pk).exists():
        raise StudioRefused("not_found", _("There is no such model."))
    return model


def parents_of(actor: User, model: StudioModel, keys: Sequence[int]) -> list[GeneratedImage]:
    """Pictures that the actor sees, in the order of their keys. Raises ``AskRefused``: ``not_found``, ``other_model``."""
    found = GeneratedImage.objects.visible_to(actor).defer("picture").in_bulk(list(keys))
    if len(found) != len(set(keys)):
        raise AskRefused("not_found", _("One of the picked pictures is not there any more."))
    if any(each.model_id != model.pk for each in found.values()):
        raise AskRefused("other_model", _("Only pictures of one model can be crossed."))
    return [found[key] for key in keys]


@transaction.atomic
def breed(*, actor: User, model: StudioModel, ask: Ask, previous: Brood | None = None) -> Brood:
    """Have a worker make a generation of pictures. Raises ``StudioRefused`` (not_found), ``AskRefused``."""
    usable(actor, model)
    parents_of(actor, model, ask.parents)
    if ask.direction is not None and not model.directions.filter(pk=ask.direction).exists():
        raise AskRefused("no_direction", _("This model has no such direction."))
    brood = Brood.objects.create(
        model=model,
        made_by=actor,
        organisation_id=home_of(actor, model),
        previous=previous,
        asked=ask.to_json(),
        count=ask.count,
    )
    return started(brood, actor, BREED, {"brood_id": brood.pk}, title=bred_title(model, ask))


def bred_title(model: StudioModel, ask: Ask) -> str:
    return ngettext("%(n)d picture by “%(model)s”", "%(n)d pictures by “%(model)s”", ask.count) % {
        "n": ask.count,
        "model": model.name,
    }


def started(row: Any, actor: User, kind: str, parameters: dict[str, Any], *, title: str) -> Any:
    """The row, with the job that fills it."""
    row.job_id = longwork.start(
        kind, actor=actor, parameters=parameters, title=title, organisation_id=row.organisation_id
    )
    row.save(update_fields=["job", "updated_at"])
    return row


@transaction.atomic
def film(*, actor: User, model: StudioModel, stops: Sequence[int], frames: int = 24) -> Film:
    """Have a worker make a film that walks from picture to picture. Raises ``AskRefused``, ``ValidationError``."""
    usable(actor, model)
    if not FEWEST_STOPS <= len(stops) <= MOST_STOPS:
        raise AskRefused("no_parents", _("Pick 2 to %(most)d pictures to walk between.") % {"most": MOST_STOPS})
    parents_of(actor, model, stops)
    made = Film(model=model, made_by=actor, organisation_id=home_of(actor, model), stops=list(stops), frames=frames)
    made.full_clean()
    made.save()
    found: Film = started(made, actor, FILM, {"film_id": made.pk}, title=_("Film by “%(name)s”") % {"name": model.name})
    return found


@transaction.atomic
def project(
    *,
    actor: User,
    model: StudioModel,
    image: ArtworkImage | None = None,
    upload: BinaryIO | None = None,
    name: str = "",
) -> Brood:
    """Have a worker look for the style that paints a picture best: a work's that the actor sees, or one that is sent.

    Raises ``StudioRefused`` (not_found, no_picture), ``core.pictures.PictureRefused``.
    """
    usable(actor, model)
    asked: dict[str, Any] = {"how": "project"}
    if image is not None:
        if not ArtworkImage.objects.visible_to(actor).filter(pk=image.pk).exists():
            raise StudioRefused("not_found", _("There is no such artwork."))
        asked["image"] = image.pk
    elif upload is not None:
        asked["upload"] = str(keep_upload(actor, upload, name).pk)
    else:
        raise StudioRefused("no_picture", _("Choose a picture first."))
    brood = Brood.objects.create(
        model=model, made_by=actor, organisation_id=home_of(actor, model), asked=asked, count=1
    )
    title = _("Project a picture into “%(name)s”") % {"name": model.name}
    found: Brood = started(brood, actor, PROJECT, {"brood_id": brood.pk}, title=title)
    return found


def keep_upload(actor: User, source: BinaryIO, name: str) -> UploadedPicture:
    """Keep a sent picture small, for a week. Raises ``PictureRefused``."""
    UploadedPicture.objects.filter(created_at__lt=timezone.now() - KEPT_UPLOADS).delete()
    picture = decode_picture(source, name=name)
    small = as_webp(shrunk(picture.image, UPLOAD_PX), 92)
    return UploadedPicture.objects.create(made_by=actor, picture=small, sha256=picture.sha256)


def find_directions(*, actor: User, model: StudioModel) -> UUID:
    """Have a worker look for directions; names that people gave stay. Raises ``StudioRefused``, ``PermissionDenied``."""
    editable_model(actor, model)
    return longwork.start(
        FIND,
        actor=actor,
        parameters={"model_id": model.pk},
        title=_("Find directions of “%(name)s”") % {"name": model.name},
        dedupe_key=finding_key(model),
        organisation_id=model.organisation_id if model.organisation_id == home_of(actor, model) else None,
    )


def finding_key(model: StudioModel) -> str:
    """The key that the unfinished job that looks for a model's directions bears."""
    return f"{FIND}:{model.pk}"


def forget_unmarked(actor_id: int) -> int:
    """Delete a person's pictures of a month ago that nobody marked, noted, published or bred from; returns how many."""
    old = GeneratedImage.objects.filter(
        made_by_id=actor_id,
        created_at__lt=timezone.now() - KEPT_UNMARKED,
        is_favourite=False,
        published_at=None,
        note="",
        children=None,
    )
    keys = list(old.values_list("pk", flat=True)[:1000])
    GeneratedImage.objects.filter(pk__in=keys).only("pk").delete()
    return len(keys)
