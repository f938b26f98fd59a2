"""Asking for opinions: of a work, of many works, of a picture that is sent, and whether one name holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.attribution import queries
from analysis.attribution.attributors import KEPT_PX, active_model
from analysis.attribution.models import AskedPicture, AttributionOpinion, Verification
from analysis.jobs.models import Job
from analysis.registry.models import ModelVersion
from analysis.similarity.services import search_by_picture
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.catalogue.renditions import as_webp, shrunk
from artmarket.core import longwork
from artmarket.core.pictures import decode_picture
from artmarket.core.text import CodedError

KEPT_PICTURES = timedelta(days=7)
MOST_WORKS = 5_000
ONE, MANY, VERIFY = "attribution.opine", "attribution.opine_many", "attribution.verify"


class OpinionRefused(CodedError):
    """No opinion can be asked for. Codes: not_found, no_model, no_picture, no_works, unknown_artist, abstained."""


@dataclass(frozen=True)
class Asked:
    """An opinion that is there, or the job that makes it."""

    opinion: AttributionOpinion | None
    job_id: UUID | None = None


def needed_model() -> ModelVersion:
    version = active_model()
    if version is None:
        raise OpinionRefused("no_model", _("No model that tells hands apart has been trained yet."))
    return version


def ask(*, actor: User, work: Artwork) -> Asked:
    """An opinion on a work's picture: at once where the model has given it, else by a worker.

    Raises ``OpinionRefused``: ``not_found``, ``no_model``, ``no_picture``.
    """
    version = needed_model()
    if not Artwork.objects.visible_to(actor).filter(pk=work.pk).exists():
        raise OpinionRefused("not_found", _("There is no such artwork."))
    image = queries.primary_image(work)
    if image is None:
        raise OpinionRefused("no_picture", _("The work has no picture to look at."))
    known = AttributionOpinion.objects.filter(image=image, model_version=version).first()
    if known is not None:
        return Asked(known)
    return Asked(None, start(ONE, actor, f"{ONE}:{image.pk}:{version.pk}", image_id=image.pk))


def start(kind: str, actor: User, dedupe_key: str, **parameters: Any) -> UUID:
    return longwork.start(kind, actor=actor, parameters=parameters, dedupe_key=dedupe_key)


def ask_many(*, actor: User, work_ids: Collection[int] | None = None) -> UUID:
    """Have a worker look at the given works that the actor sees, or at all whose hand is open. Returns the job.

    Raises ``OpinionRefused``: ``no_model``, ``no_works``.
    """
    needed_model()
    works = Artwork.objects.visible_to(actor) if work_ids is not None else queries.open_works(actor)
    if work_ids is not None:
        works = works.filter(pk__in=list(work_ids)[:MOST_WORKS])
    keys = sorted(works.values_list("pk", flat=True)[:MOST_WORKS])
    if not keys:
        raise OpinionRefused("no_works", _("There is no work to look at."))
    return start(MANY, actor, f"{MANY}:{actor.pk}" if work_ids is None else "", work_ids=keys)


def images_to_see(actor: User | None, work_ids: Collection[int], version: ModelVersion) -> list[ArtworkImage]:
    """Primary pictures of the works, as far as the actor sees them (None: all), that lack this model's opinion."""
    rows = ArtworkImage.objects.filter(artwork__in=work_ids, is_primary=True)
    if actor is not None:
        rows = rows.visible_to(actor)
    done = AttributionOpinion.objects.filter(model_version=version, image__isnull=False).values("image")
    return list(rows.exclude(pk__in=done).select_related("artwork").defer("artwork__search", "artwork__area_cm2"))


def ask_about_picture(*, actor: User, source: BinaryIO, name: str = "") -> AskedPicture:
    """Keep a picture that is in nobody's catalogue for a week, its asker's alone, and have a worker look at it.

    Raises ``core.pictures.PictureRefused``, ``OpinionRefused`` (``no_model``).
    """
    version = needed_model()
    forget_old_pictures()
    picture = decode_picture(source, name=name)
    small = shrunk(picture.image, KEPT_PX)
    source.seek(0)
    with transaction.atomic():
        asked = AskedPicture.objects.create(
            asked_by=actor,
            picture=as_webp(small, 90),
            sha256=picture.sha256,
            width_px=small.width,
            height_px=small.height,
            search=search_by_picture(actor=actor, source=source, name=name),
        )
        asked.job_id = start(ONE, actor, f"{ONE}:{asked.pk}:{version.pk}", picture_id=str(asked.pk))
        asked.save(update_fields=["job", "updated_at"])
    return asked


def forget_old_pictures() -> int:
    """Delete pictures that were sent more than a week ago, with their opinions; returns how many."""
    old = AskedPicture.objects.filter(created_at__lt=timezone.now() - KEPT_PICTURES)
    keys = list(old.values_list("pk", flat=True))
    old.delete()
    return len(keys)


@dataclass(frozen=True)
class Verified:
    """A name that was put to the test, or the job that does it."""

    verification: Verification | None
    job_id: UUID | None = None


def verify(*, actor: User, opinion: AttributionOpinion, artist: Artist) -> Verified:
    """Whether a picture is by an artist: at once where that was asked before, else by a worker.

    Raises ``OpinionRefused``: ``not_found``, ``abstained``, ``unknown_artist`` (the model has not learned that hand).
    """
    if not AttributionOpinion.objects.visible_to(actor).filter(pk=opinion.pk).exists():
        raise OpinionRefused("not_found", _("There is no such opinion."))
    if not Artist.objects.visible_to(actor).filter(pk=artist.pk).exists():
        raise OpinionRefused("not_found", _("There is no such artist."))
    if opinion.abstained:
        raise OpinionRefused(
            "abstained", _("The model says nothing of this picture: %(why)s") % {"why": opinion.reason}
        )
    if str(artist.pk) not in opinion.model_version.parameters.get("artists", []):
        raise OpinionRefused(
            "unknown_artist", _("The model has not learned the hand of %(artist)s.") % {"artist": artist}
        )
    known = opinion.verifications.filter(artist=artist).select_related("artist").first()
    if known is not None:
        return Verified(known)
    key = f"{VERIFY}:{opinion.pk}:{artist.pk}"
    return Verified(None, start(VERIFY, actor, key, opinion_id=opinion.pk, artist_id=artist.pk))


def job_of(job_id: UUID | None) -> Job | None:
    """The job as a page shows it."""
    return Job.objects.filter(pk=job_id).first() if job_id else None


def running_job(work: Artwork) -> Job | None:
    """The unfinished job that looks at this work's picture for the active model."""
    version, image = active_model(), queries.primary_image(work)
    if version is None or image is None:
        return None
    unfinished = Job.objects.filter(dedupe_key=f"{ONE}:{image.pk}:{version.pk}", state__in=Job.UNFINISHED)
    return unfinished.first()
