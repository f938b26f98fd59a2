"""Who sees a generated picture, and that a copy is never published: the service says so, and the database too."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from analysis.generation import services
from analysis.generation.models import GeneratedImage, Parenthood, StudioModel
from analysis.generation.services import StudioRefused
from analysis.registry.models import ModelVersion
from tests.conftest import World
from tests.generation.conftest import generated, small_gan, studio_model

pytestmark = pytest.mark.django_db
ORIGINAL, COPY = GeneratedImage.Verdict.ORIGINAL, GeneratedImage.Verdict.COPY


@pytest.fixture
def small(settings: Any, tmp_path: Path) -> Path:
    """The folder of a generator that somebody trained."""
    settings.MODELS_DIR = tmp_path / "models"
    return small_gan(tmp_path / "small")


def seen_by(world: World) -> set[str]:
    people = {"outsider": world.outsider, "member": world.member, "editor": world.editor, "staff": world.staff}
    return {name for name, user in people.items() if GeneratedImage.objects.visible_to(user).exists()}


def test_a_picture_is_its_organisations_until_it_is_published(picture: GeneratedImage, world: World) -> None:
    assert seen_by(world) == {"member", "editor", "staff"}
    GeneratedImage.objects.filter(pk=picture.pk).update(verdict=ORIGINAL)
    services.publish(actor=world.member, picture=picture)
    assert seen_by(world) == {"outsider", "member", "editor", "staff"}
    services.unpublish(actor=world.member, picture=picture)
    assert seen_by(world) == {"member", "editor", "staff"}


def test_a_picture_made_for_nobody_is_its_makers_alone(model: StudioModel, world: World) -> None:
    generated(model, made_by=world.member)
    assert seen_by(world) == {"member", "staff"}


@pytest.mark.parametrize(("verdict", "code"), [("copy", "copy"), ("unknown", "not_compared")])
def test_only_what_was_compared_and_is_no_copy_is_published(
    picture: GeneratedImage, world: World, verdict: str, code: str
) -> None:
    GeneratedImage.objects.filter(pk=picture.pk).update(verdict=verdict)
    with pytest.raises(StudioRefused) as refused:
        services.publish(actor=world.member, picture=picture)
    assert refused.value.code == code
    picture.refresh_from_db()
    assert picture.published_at is None
    with pytest.raises(IntegrityError, match="generation_image_no_copy_published"), transaction.atomic():
        GeneratedImage.objects.filter(pk=picture.pk).update(published_at=timezone.now())


def test_what_is_published_cannot_turn_out_a_copy_and_stay(picture: GeneratedImage, world: World) -> None:
    GeneratedImage.objects.filter(pk=picture.pk).update(verdict=ORIGINAL, published_at=timezone.now())
    with pytest.raises(IntegrityError, match="generation_image_no_copy_published"), transaction.atomic():
        GeneratedImage.objects.filter(pk=picture.pk).update(verdict=COPY)


def test_a_projection_is_not_published(model: StudioModel, world: World) -> None:
    shown = generated(model, kind="project", verdict=ORIGINAL, made_by=world.member)
    with pytest.raises(StudioRefused, match="only its children"):
        services.publish(actor=world.member, picture=shown)
    with pytest.raises(IntegrityError, match="generation_image_no_projection_published"), transaction.atomic():
        GeneratedImage.objects.filter(pk=shown.pk).update(published_at=timezone.now())


def card_read_by(model: StudioModel, world: World) -> set[str]:
    people = {"outsider": world.outsider, "member": world.member, "staff": world.staff}
    versions = ModelVersion.objects.filter(pk=model.version_id)
    return {name for name, user in people.items() if versions.visible_to(user).exists()}


def test_a_model_s_card_is_shown_to_whom_the_model_is(small: Path, world: World) -> None:
    owned = {"organisation": world.organisation, "made_by": world.member, "visibility": "private"}
    model = services.adopt(folder=small, name="Harbours", **owned)
    assert card_read_by(model, world) == {"member", "staff"}
    services.share_model(actor=world.member, model=model, is_shared=True)
    assert card_read_by(model, world) == {"outsider", "member", "staff"}
    services.share_model(actor=world.member, model=model, is_shared=False)
    assert card_read_by(model, world) == {"member", "staff"}


def test_cards_of_models_from_before_get_their_models_owners(model: StudioModel, world: World) -> None:
    shared = studio_model(organisation=world.organisation, made_by=world.member, visibility="public")
    assert card_read_by(model, world) == {"outsider", "member", "staff"}
    import_module("analysis.generation.migrations.0004_versions_owned_as_models").own(apps, None)
    assert card_read_by(model, world) == {"member", "staff"}
    assert card_read_by(shared, world) == {"outsider", "member", "staff"}


def test_strangers_change_nothing(picture: GeneratedImage, world: World) -> None:
    GeneratedImage.objects.filter(pk=picture.pk).update(verdict=ORIGINAL)
    with pytest.raises(StudioRefused, match="no such picture"):
        services.publish(actor=world.outsider, picture=picture)
    services.publish(actor=world.member, picture=picture)
    for change in (services.unpublish, services.publish):
        with pytest.raises(PermissionDenied):
            change(actor=world.outsider, picture=picture)
    with pytest.raises(PermissionDenied):
        services.set_favourite(actor=world.outsider, picture=picture, is_favourite=True)
    picture.refresh_from_db()
    assert picture.published_at is not None
    assert not picture.is_favourite


def test_nobody_descends_from_oneself(model: StudioModel) -> None:
    parent = generated(model)
    child = generated(model, parents=(parent,))
    assert child.depth == 1
    for one, other in ((child, child), (parent, child)):
        with pytest.raises(IntegrityError, match="generation_parenthood_older"), transaction.atomic():
            Parenthood.objects.create(child=one, parent=other, position=1)


def test_what_was_made_stays_as_it_was_made(picture: GeneratedImage) -> None:
    with pytest.raises(ProgrammingError, match="picture_stays"), transaction.atomic():
        GeneratedImage.objects.filter(pk=picture.pk).update(style=b"another")
    GeneratedImage.objects.filter(pk=picture.pk).update(note="The one with the red sail")


def test_a_child_outlives_its_parents(model: StudioModel) -> None:
    parent = generated(model)
    child = generated(model, parents=(parent,))
    style = child.styles()
    parent.delete()
    child.refresh_from_db()
    assert (child.styles() == style).all()
    assert not child.parents.exists()
