"""How restyled pictures, their files, and the pictures that were sent for them go: one by one, or when nobody kept them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from analysis.jobs import services as jobs
from analysis.jobs.models import Job
from analysis.styletransfer.models import ContentPicture, StyledImage
from artmarket.accounts.models import User

UNKEPT = timedelta(days=7)
AT_ONCE = 200
SIZES = ("card", "large")


def discard(*, actor: User, styled: StyledImage) -> None:
    """Delete a picture with its files; a run under way is stopped first, unless it has ended by itself."""
    if styled.job is not None and styled.state in {"waiting", "running"}:
        with suppress(jobs.JobError):
            jobs.cancel(actor=actor, job=styled.job)
    with transaction.atomic():
        delete(locked(StyledImage.objects.filter(pk=styled.pk)))


def locked(rows: QuerySet[StyledImage], **how: Any) -> QuerySet[StyledImage]:
    """The rows as they are now, held until the transaction ends, with what is deleted with them."""
    return rows.select_for_update(of=("self",), **how).select_related("content_picture")


@transaction.atomic
def delete(pictures: Iterable[StyledImage]) -> None:
    """Delete rows, and their files once that is certain; contents that no other picture was made from go too."""
    for styled in pictures:
        content, files = styled.content_picture, files_of(styled)
        styled.delete()
        if content is not None and not content.styled.exists():
            files.append(str(content.file.name))
            content.delete()
        for name in files:
            transaction.on_commit(partial(default_storage.delete, name))


def files_of(styled: StyledImage) -> list[str]:
    return [str(styled.result.name), *(size_path(styled, size) for size in SIZES)] if styled.result else []


def size_path(styled: StyledImage, size: str) -> str:
    """Where a smaller copy of the result lies, beside it."""
    return f"{str(styled.result.name).removesuffix('.png')}-{size}.webp"


def forget_unkept() -> int:
    """Delete pictures and contents of more than a week ago that nobody kept or shared, some at a time; returns how many
    pictures. What somebody is changing at this moment is left to the next time."""
    before = timezone.now() - UNKEPT
    old = StyledImage.objects.filter(created_at__lt=before, is_kept=False, share_token=None)
    ended = old.exclude(result="", job__state__in=Job.UNFINISHED)
    with transaction.atomic():
        gone = list(locked(ended, skip_locked=True)[:AT_ONCE])
        delete(gone)
    forget_contents(before)
    return len(gone)


@transaction.atomic
def forget_contents(before: datetime) -> None:
    """Delete pictures that were sent before then and of which nothing is made, some at a time."""
    unused = ContentPicture.objects.filter(created_at__lt=before, styled=None)
    held = list(unused.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    for content in unused.filter(pk__in=[each.pk for each in held]):
        content.delete()
        transaction.on_commit(partial(default_storage.delete, str(content.file.name)))
