"""What people do with restyled pictures: ask for one, keep it, say something of it, share it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.jobs import services as jobs
from analysis.registry import queries as registry
from analysis.styletransfer import rights
from analysis.styletransfer.forgetting import forget_unkept
from analysis.styletransfer.models import ContentPicture, StyledImage, StyleUse
from analysis.styletransfer.sources import (
    MOST_STYLES,
    ChosenStyle,
    StylingRefused,
    check_shape,
    check_style,
    images_seen,
)
from analysis.styletransfer.wishes import Content, Wish
from artmarket.accounts.models import User
from artmarket.accounts.ownership import Visibility
from artmarket.accounts.queries import organisation_ids
from artmarket.catalogue.models import ArtworkImage
from artmarket.core import longwork

KIND = "styletransfer"
RUN, OPTIMISE, TRAIN = "styletransfer.run", "styletransfer.optimise", "styletransfer.train"
JOB_OF = {StyledImage.Method.FEED_FORWARD: RUN, StyledImage.Method.OPTIMISED: OPTIMISE}


def restyle(*, actor: User, wish: Wish) -> StyledImage:
    """Have a worker restyle a picture; what was asked in the very same way before, and not in vain, is given again.

    All that can be known beforehand is refused here. Raises ``StylingRefused``, and ``ValidationError`` by field.
    """
    forget_unkept()
    check_sources(actor, wish)
    with transaction.atomic():
        styled, is_new = record(actor, wish)
        if is_new:
            start(actor, styled)
    return styled


def record(actor: User, wish: Wish) -> tuple[StyledImage, bool]:
    """The row of a checked wish, or that of the same one; True where it is new. Within a transaction."""
    styled = draft(actor, wish)
    styled.full_clean()
    User.objects.select_for_update().only("pk").get(pk=actor.pk)
    known = asked_before(actor, styled)
    if known is not None:
        return known, False
    styled.save(force_insert=True)
    StyleUse.objects.bulk_create([use_of(styled, each) for each in wish.styles])
    return styled, True


def start(actor: User, styled: StyledImage) -> None:
    kind = JOB_OF[StyledImage.Method(styled.method)]
    styled.job_id = longwork.start(
        kind,
        actor=actor,
        parameters={"styled_id": str(styled.pk)},
        dedupe_key=f"{kind}:{styled.pk}",
        organisation_id=styled.organisation_id,
    )
    styled.save(update_fields=["job", "updated_at"])


def check_sources(actor: User, wish: Wish) -> None:
    """Everything about content and styles that can be refused before a worker is asked."""
    if not wish.styles:
        raise StylingRefused("no_style", _("Choose at least one style."))
    if len(wish.styles) > MOST_STYLES:
        raise StylingRefused(
            "too_many_styles", _("At most %(most)d styles are mixed: choose fewer.") % {"most": MOST_STYLES}
        )
    images = [each.image for each in wish.styles]
    if len({image.pk for image in images}) < len(images):
        raise StylingRefused("same_style", _("Each picture is a style once."))
    check_seen(actor, wish.content, images)
    check_shape(wish.content.width_px, wish.content.height_px)
    if isinstance(wish.content, ArtworkImage):
        reason = rights.refusal(actor, wish.content)
        if reason:
            raise StylingRefused("rights", reason)
    for image in images:
        check_style(actor, image)
    check_owner(actor, wish)


def check_seen(actor: User, content: Content, images: Sequence[ArtworkImage]) -> None:
    if isinstance(content, ContentPicture):
        is_seen = ContentPicture.objects.visible_to(actor).filter(pk=content.pk).exists()
    else:
        is_seen = images_seen(actor).filter(pk=content.pk).exists()
    seen = set(images_seen(actor).filter(pk__in=[image.pk for image in images]).values_list("pk", flat=True))
    if not is_seen or len(seen) < len(images):
        raise StylingRefused("not_found", _("There is no such picture, or it is not yours to see."))


def check_owner(actor: User, wish: Wish) -> None:
    """A picture made from a private work belongs to that work's organisation, where it stays."""
    owner = wish.organisation
    if owner is not None and owner.pk not in organisation_ids(actor):
        raise PermissionDenied(_("You are not a member of that organisation."))
    for work in works_of(wish):
        if work.visibility == Visibility.PRIVATE and (owner is None or work.organisation_id != owner.pk):
            raise StylingRefused(
                "foreign_organisation",
                _("“%(work)s” is a private work: what is made from it belongs to its organisation. Choose that one.")
                % {"work": work},
            )


def works_of(wish: Wish) -> list[Any]:
    images = [each.image for each in wish.styles]
    if isinstance(wish.content, ArtworkImage):
        images.append(wish.content)
    return [image.artwork for image in images]


def draft(actor: User, wish: Wish) -> StyledImage:
    """The row, unsaved, with the network that answers now."""
    is_optimised = wish.method == StyledImage.Method.OPTIMISED
    version = None if is_optimised else registry.active_version(KIND)
    inputs = wish.as_inputs() | {"model": version.sha256 if version else ""}
    return StyledImage(
        made_by=actor,
        organisation=wish.organisation,
        content_image=wish.content if isinstance(wish.content, ArtworkImage) else None,
        content_picture=wish.content if isinstance(wish.content, ContentPicture) else None,
        method=wish.method,
        strength=wish.strength,
        keep_colours=wish.keep_colours,
        longest_px=wish.longest_px,
        steps=wish.steps if is_optimised else None,
        mask=wish.mask,
        style_artist=wish.artist,
        style_selection=wish.selection,
        model_version=version,
        inputs=inputs,
        inputs_sha256=sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest(),
    )


def use_of(styled: StyledImage, chosen: ChosenStyle) -> StyleUse:
    work: Any = chosen.image.artwork
    title = f"{work.artist.name}, {work}" if work.artist is not None else str(work)
    return StyleUse(
        styled=styled, image=chosen.image, title=title[:500], sha256=chosen.image.sha256, weight=chosen.weight
    )


def asked_before(actor: User, styled: StyledImage) -> StyledImage | None:
    """The person's own picture from the very same inputs that is done or under way."""
    same = StyledImage.objects.filter(
        made_by=actor, inputs_sha256=styled.inputs_sha256, organisation=styled.organisation
    )
    found = [each for each in same.select_related("job") if each.state in {"done", "waiting", "running"}]
    return found[0] if found else None


def start_training(*, actor: User) -> UUID:
    """Have a worker train the network; one at a time. Raises ``PermissionDenied`` for all but those who may change the register
    of models."""
    if not actor.has_perm("registry.change_modelversion"):
        raise PermissionDenied(_("Only platform staff may train models."))
    return longwork.start(TRAIN, actor=actor, parameters={}, dedupe_key=TRAIN)


def cancel(*, actor: User, styled: StyledImage) -> None:
    """Stop the run. Raises ``jobs.JobError`` where it has ended."""
    if styled.job is not None:
        jobs.cancel(actor=actor, job=styled.job)


def try_again(*, actor: User, styled: StyledImage) -> None:
    """Run what failed or was stopped once more, from its beginning. Nothing for what is done or under way."""
    with transaction.atomic():
        locked = StyledImage.objects.select_for_update(of=("self",)).select_related("job").get(pk=styled.pk)
        if locked.state in {"failed", "cancelled"}:
            start(actor, locked)


def keep(*, styled: StyledImage, is_kept: bool = True, note: str | None = None) -> StyledImage:
    """Keep a finished picture for its maker's organisation, or no longer; and say something of it.

    Raises ``StylingRefused`` (``not_done``), ``ValidationError`` for too long a note.
    """
    if not styled.result:
        raise StylingRefused("not_done", _("The picture is not finished."))
    styled.is_kept = is_kept
    if note is not None:
        styled.note = note.strip()
    styled.full_clean()
    styled.save(update_fields=["is_kept", "note", "updated_at"])
    return styled


def share(*, styled: StyledImage) -> StyledImage:
    """Give the picture an address for everyone signed in who is told it; shared already, it keeps its address.

    Raises ``StylingRefused``: ``not_done``, ``private_source``, ``held_back``.
    """
    if not styled.result:
        raise StylingRefused("not_done", _("The picture is not finished."))
    check_may_be_shared(styled)
    if styled.share_token is None:
        styled.share_token, styled.shared_at = secrets.token_urlsafe(24), timezone.now()
        styled.save(update_fields=["share_token", "shared_at", "updated_at"])
    return styled


def unshare(*, styled: StyledImage) -> StyledImage:
    """Take the address back: who has it finds nothing there any more. Shared again, the picture gets another one."""
    styled.share_token = styled.shared_at = None
    styled.save(update_fields=["share_token", "shared_at", "updated_at"])
    return styled


def check_may_be_shared(styled: StyledImage) -> None:
    """Raise ``StylingRefused`` (``held_back``, ``private_source``) where what is on record now does not let it have an address."""
    check_may_leave(styled)
    for image in sources_of(styled):
        if image.artwork.visibility == Visibility.PRIVATE:
            raise StylingRefused(
                "private_source",
                _("“%(work)s” is a private work: what is made from it is not shown to others.")
                % {"work": image.artwork},
            )


def check_may_leave(styled: StyledImage) -> None:
    """Raise ``StylingRefused`` (``held_back``) where the rights on a source do not allow to export or share the result, or
    where a source is gone: nobody knows any more what it allowed."""
    is_content_gone = styled.content_image_id is None and styled.content_picture_id is None
    if is_content_gone or any(use.image_id is None for use in styled.styles.all()):
        raise StylingRefused(
            "held_back",
            _(
                "A picture that this was made from is no longer on record, nor what it allowed: this stays in the house."
            ),
        )
    for image in sources_of(styled):
        reason = rights.held_back(image)
        if reason:
            raise StylingRefused("held_back", reason)


def sources_of(styled: StyledImage) -> list[Any]:
    """The catalogue's pictures that it was made from, as far as they are still there. One query."""
    keys = [use.image_id for use in styled.styles.all() if use.image_id]
    if styled.content_image_id:
        keys.append(styled.content_image_id)
    rows = ArtworkImage.objects.filter(pk__in=keys).select_related("artwork__artist")
    return list(rows.defer("artwork__search", "artwork__area_cm2", "artwork__artist__search").order_by("pk"))
