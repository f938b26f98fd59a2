"""The register of models: files kept whole, one version answering, old ones pruned; and its pages."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from analysis.registry import artefacts, kinds, queries, services
from analysis.registry.models import ModelVersion
from analysis.similarity.models import EmbeddingSpace


@pytest.fixture(autouse=True)
def models_dir(settings, tmp_path) -> Path:
    settings.MODELS_DIR = tmp_path / "models"
    return settings.MODELS_DIR


@pytest.fixture
def trained(tmp_path) -> Path:
    """What a training leaves behind."""
    folder = tmp_path / "trained"
    (folder / "deep").mkdir(parents=True)
    (folder / "model.txt").write_text("tree")
    (folder / "deep" / "weights.safetensors").write_bytes(b"\0" * 100)
    return folder


def register(trained: Path | None = None, **more) -> ModelVersion:
    return services.register_version(
        **{"kind": "valuation", "scope": "auction:USD", "name": "LightGBM", **more}, folder=trained
    )


def test_a_model_s_files_are_copied_and_found_again(db, trained, models_dir):
    version = register(trained, figures={"r2": 0.7})
    folder = queries.artefact_path(version)
    assert models_dir in folder.parents
    assert (folder / "model.txt").read_text() == "tree"
    assert (folder / "deep" / "weights.safetensors").stat().st_size == 100
    assert len(version.sha256) == 64
    assert not list(models_dir.rglob(".*")), "nothing half-written stays"


def test_the_checksum_covers_names_and_bytes(trained):
    before = artefacts.checksum(trained)
    (trained / "model.txt").rename(trained / "other.txt")
    renamed = artefacts.checksum(trained)
    (trained / "other.txt").write_text("tref")
    assert len({before, renamed, artefacts.checksum(trained)}) == 3


def test_changed_files_are_refused(db, trained):
    version = register(trained)
    file = queries.artefact_path(version) / "model.txt"
    file.write_text("tampered")
    with pytest.raises(artefacts.ArtefactError, match="differ"):
        queries.artefact_path(version)


def test_missing_files_are_named(db, trained):
    version = register(trained)
    version.artefact = "valuation/none"
    with pytest.raises(artefacts.ArtefactError, match="missing"):
        queries.artefact_path(version)


@pytest.mark.parametrize("path", ["", "../../etc", "/etc", "."])
def test_a_path_out_of_the_models_directory_is_refused(db, path):
    with pytest.raises(artefacts.ArtefactError):
        queries.artefact_path(ModelVersion(artefact=path))


def test_an_empty_folder_is_refused(db, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(artefacts.ArtefactError):
        register(tmp_path / "empty")
    assert not ModelVersion.objects.exists()


def test_one_version_answers_a_kind_and_scope(db):
    first, second = register(make_active=True), register(make_active=True)
    other = register(scope="auction:EUR", make_active=True)
    assert queries.active_version("valuation", "auction:USD") == second
    assert queries.active_version("valuation", "auction:EUR") == other
    assert queries.active_version("valuation") is None
    services.activate(version=first)
    assert queries.active_version("valuation", "auction:USD") == first
    assert ModelVersion.objects.filter(is_active=True).count() == 2


def test_pruning_keeps_the_active_the_newest_and_the_named(db, trained, django_capture_on_commit_callbacks):
    active, named, old, newer, newest = (register(trained) for _ in range(5))
    services.activate(version=active)
    EmbeddingSpace.objects.create(model_version=named, dimensions=2)
    folders = {version.pk: queries.artefact_path(version) for version in (active, named, old, newer, newest)}
    orphan = folders[old.pk].parent / "orphan"
    orphan.mkdir()
    os.utime(orphan, (time.time() - 90_000,) * 2)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.prune(kind="valuation", scope="auction:USD", keep=2) == [old.pk]
    assert not folders.pop(old.pk).exists()
    assert all(folder.exists() for folder in folders.values())
    assert not orphan.exists()


CARD = {
    "use": "estimates for auctions",
    "limits": ["no sculpture", "<script>alert(1)</script>"],
    "course": {"title": "Loss", "series": [{"name": "loss", "points": [[1, 2.0], [2, 1.5]]}]},
    "by decade": [{"decade": 1990, "r2": 0.61}, {"decade": 2000, "r2": 0.66}],
}


@pytest.mark.parametrize("who", ["outsider", "member", "staff"])
def test_everyone_signed_in_reads_a_model_s_card(world, as_user, who):
    version = register(card=CARD, figures={"r2_log_price": 0.7361, "lots": 12345}, make_active=True)
    client = as_user(getattr(world, who))
    assert version.name in client.get("/models/").content.decode()
    page = client.get(version.get_absolute_url()).content.decode()
    for words in [
        "estimates for auctions",
        "no sculpture",
        "0.7361",
        "12,345",
        "r2 log price",
        'data-chart="line"',
        "1990",
    ]:
        assert words in page
    assert "<script>alert" not in page


def test_nobody_reads_models_without_signing_in(db, as_user):
    version = register()
    for address in ["/models/", version.get_absolute_url()]:
        assert as_user(None).get(address).status_code == 302


def test_pages_ask_no_more_for_more_models(world, as_user, django_assert_max_num_queries):
    client = as_user(world.member)
    for _ in range(30):
        version = register(make_active=True)
    with django_assert_max_num_queries(6):
        assert client.get("/models/").status_code == 200
    with django_assert_max_num_queries(8):
        assert client.get(version.get_absolute_url()).status_code == 200
    assert connection.vendor == "postgresql"


def test_a_model_s_task_is_said_in_words(db, trained, as_user, world):
    version = register(trained)
    client = as_user(world.member)
    page = client.get(version.get_absolute_url()).content.decode()
    assert '<dd>prices · auction · USD <code class="muted">valuation auction:USD</code></dd>' in page
    assert '<td title="valuation auction:USD">prices · auction · USD</td>' in client.get("/models/").content.decode()


def test_an_unknown_task_is_shown_as_it_is():
    assert kinds.describe("clay", "ours") == "clay · ours"
    assert kinds.describe("backbone") == "likeness of pictures"


def readers(world, as_user, version) -> set[str]:
    """Who finds a version in the list and reads its card; both or neither."""
    found = set()
    for name in ["outsider", "member", "owner", "staff"]:
        client = as_user(getattr(world, name))
        is_listed = version.get_absolute_url() in client.get("/models/").content.decode()
        assert client.get(version.get_absolute_url()).status_code == (200 if is_listed else 404)
        found |= {name} if is_listed else set()
    return found


def test_a_private_version_is_its_organisation_s_until_it_is_shown(world, as_user):
    version = register(visibility="private", organisation_id=world.organisation.pk)
    assert readers(world, as_user, version) == {"member", "owner", "staff"}
    services.show_to(version=version, visibility="public")
    assert readers(world, as_user, version) == {"outsider", "member", "owner", "staff"}


def test_a_private_version_of_nobody_else_is_its_maker_s(world, as_user):
    version = register(visibility="private", made_by=world.outsider)
    assert readers(world, as_user, version) == {"outsider", "staff"}


def test_an_open_card_names_no_private_sibling(world, as_user):
    shown, hidden = register(), register(visibility="private", organisation_id=world.organisation.pk)
    assert hidden.get_absolute_url() in as_user(world.member).get(shown.get_absolute_url()).content.decode()
    assert hidden.get_absolute_url() not in as_user(world.outsider).get(shown.get_absolute_url()).content.decode()


def test_the_admin_lists_what_its_reader_may_see(world, as_user):
    hidden = register(name="Hidden hand", visibility="private", organisation_id=world.organisation.pk)
    world.outsider.is_staff = True
    world.outsider.save()
    world.outsider.user_permissions.add(Permission.objects.get(codename="view_modelversion"))
    for who, is_shown in [(world.outsider, False), (world.staff, True)]:
        page = as_user(who).get("/admin/registry/modelversion/")
        assert page.status_code == 200
        assert (hidden.name in page.content.decode()) is is_shown
