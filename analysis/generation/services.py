"""What people do with pictures and models: take in a model, keep, note, publish and take back, name."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.generation.adopting import adopt as adopt
from analysis.generation.models import Direction, Film, GeneratedImage, StudioModel
from analysis.registry.services import show_to
from artmarket.accounts.models import User
from artmarket.accounts.ownership import Visibility
from artmarket.accounts.queries import organisation_ids
from artmarket.core.text import CodedError


class StudioRefused(CodedError):
    """What was asked cannot be done. Codes: not_found, copy, not_compared, projection, private_works, in_use, …"""


def home_of(actor: User | None, model: StudioModel | None = None) -> int | None:
    """For which organisation a person makes something: the model's where it is theirs, else their only one, else none."""
    if actor is None:
        return None
    own = organisation_ids(actor)
    if model is not None and model.organisation_id in own:
        return model.organisation_id
    return own[0] if len(own) == 1 else None


def editable(actor: User, picture: GeneratedImage) -> GeneratedImage:
    """The picture, locked. Raises ``StudioRefused`` (not_found) unseen, ``PermissionDenied`` seen but not one's own."""
    if not GeneratedImage.objects.visible_to(actor).filter(pk=picture.pk).exists():
        raise StudioRefused("not_found", _("There is no such picture."))
    own = (
        GeneratedImage.objects.editable_by(actor).light().select_for_update(of=("self",)).filter(pk=picture.pk).first()
    )
    if own is None:
        raise PermissionDenied(_("You may see this picture, but not change it."))
    return own  # type: ignore[no-any-return]


@transaction.atomic
def set_favourite(*, actor: User, picture: GeneratedImage, is_favourite: bool) -> GeneratedImage:
    """Mark a picture that one may change, or take the mark away."""
    own = editable(actor, picture)
    own.is_favourite = is_favourite
    own.save(update_fields=["is_favourite", "updated_at"])
    return own


@transaction.atomic
def write_note(*, actor: User, picture: GeneratedImage, note: str) -> GeneratedImage:
    """Raises ``ValidationError`` for a note that is too long."""
    own = editable(actor, picture)
    own.note = note.strip()
    own.clean_fields(exclude={f.name for f in own._meta.fields} - {"note"})
    own.save(update_fields=["note", "updated_at"])
    return own


@transaction.atomic
def publish(*, actor: User, picture: GeneratedImage) -> GeneratedImage:
    """Show a picture to everyone signed in. Raises ``StudioRefused``: ``copy``, ``not_compared``, ``projection``."""
    own = editable(actor, picture)
    refuse_copies(own)
    if own.published_at is None:
        own.published_at = timezone.now()
        own.save(update_fields=["published_at", "updated_at"])
    return own


def refuse_copies(picture: GeneratedImage) -> None:
    if picture.kind == GeneratedImage.Kind.PROJECT:
        raise StudioRefused(
            "projection", _("A projected picture shows somebody's picture again: only its children can be published.")
        )
    if picture.copying.get("shows_projection"):
        raise StudioRefused(
            "projection",
            _("The picture still shows the projected picture that it descends from, and cannot be published."),
        )
    if picture.verdict == GeneratedImage.Verdict.COPY:
        raise StudioRefused("copy", _("The picture copies a training work and cannot be published."))
    if picture.verdict != GeneratedImage.Verdict.ORIGINAL:
        raise StudioRefused("not_compared", _("The picture was not compared with the training works yet."))


@transaction.atomic
def unpublish(*, actor: User, picture: GeneratedImage) -> GeneratedImage:
    """Show a picture to its own people alone again."""
    own = editable(actor, picture)
    own.published_at = None
    own.save(update_fields=["published_at", "updated_at"])
    return own


def editable_model(actor: User, model: StudioModel) -> StudioModel:
    if not StudioModel.objects.visible_to(actor).filter(pk=model.pk).exists():
        raise StudioRefused("not_found", _("There is no such model."))
    if not StudioModel.objects.editable_by(actor).filter(pk=model.pk).exists():
        raise PermissionDenied(_("You may use this model, but not change it."))
    return model


@transaction.atomic
def rename_direction(*, actor: User, direction: Direction, name: str) -> Direction:
    """Give a direction a name of one's own. Raises ``ValidationError`` for an empty one or one that is taken."""
    editable_model(actor, direction.model)
    direction.name, direction.named_by = name.strip(), actor
    direction.full_clean(exclude=["vector"])
    direction.save(update_fields=["name", "named_by", "updated_at"])
    return direction


@transaction.atomic
def rename_model(*, actor: User, model: StudioModel, name: str) -> StudioModel:
    """Raises ``ValidationError`` for an empty name."""
    editable_model(actor, model)
    model.name = name.strip()
    if not model.name:
        raise ValidationError(_("A model needs a name."), code="empty")
    model.save(update_fields=["name", "updated_at"])
    return model


@transaction.atomic
def share_model(*, actor: User, model: StudioModel, is_shared: bool) -> StudioModel:
    """Let everyone signed in breed with a model and read its card, or its own people alone.

    Raises ``StudioRefused``: ``private_works``, where it learned from a work that not everyone may see; ``works_gone``, where
    it learned from one that was deleted.
    """
    editable_model(actor, model)
    if is_shared:
        refuse_hidden_works(model)
    model.visibility = Visibility.PUBLIC if is_shared else Visibility.PRIVATE
    model.save(update_fields=["visibility", "updated_at"])
    show_to(version=model.version, visibility=model.visibility)
    return model


def refuse_hidden_works(model: StudioModel) -> None:
    known = model.training_pictures.exclude(image=None)
    if known.exclude(image__artwork__visibility=Visibility.PUBLIC).exists():
        raise StudioRefused(
            "private_works", _("It learned from works that not everyone may see, and could show something of them.")
        )
    if not model.is_invented and model.training_pictures.filter(image=None).exists():
        raise StudioRefused(
            "works_gone", _("It learned from works that were deleted: nobody can tell any more who may see them.")
        )


@transaction.atomic
def delete_film(*, actor: User, film: Film) -> None:
    """Raises ``StudioRefused`` (not_found), ``PermissionDenied``."""
    if not Film.objects.visible_to(actor).filter(pk=film.pk).exists():
        raise StudioRefused("not_found", _("There is no such film."))
    if not Film.objects.editable_by(actor).filter(pk=film.pk).exists():
        raise PermissionDenied(_("You may see this film, but not change it."))
    film.delete()
