"""What changes the register of models: adding a version with its files, making one answer, pruning old ones."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from analysis.registry import artefacts
from analysis.registry.models import ModelVersion
from artmarket.accounts.models import User
from artmarket.accounts.ownership import Visibility


def register_version(
    *,
    kind: str,
    scope: str = "",
    name: str,
    folder: Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    figures: Mapping[str, Any] | None = None,
    card: Mapping[str, Any] | None = None,
    data_fingerprint: str = "",
    code_version: str = "",
    job_id: UUID | None = None,
    make_active: bool = False,
    visibility: str = Visibility.PUBLIC,
    organisation_id: int | None = None,
    made_by: User | None = None,
) -> ModelVersion:
    """Keep a trained model: its row, and a copy of ``folder`` under the models directory with a checksum of its files.

    The files are in place before the row can be seen; where the transaction rolls back they stay behind until a
    ``prune`` a day later. Everyone signed in may read about it; where ``visibility`` is private, only the organisation and
    whoever made it. Raises ``artefacts.ArtefactError`` for a missing or empty folder.
    """
    kept = artefacts.keep(folder, kind=kind, scope=scope) if folder is not None else artefacts.Kept("", "")
    with transaction.atomic():
        version = ModelVersion.objects.create(
            kind=kind,
            scope=scope,
            name=name,
            parameters=dict(parameters or {}),
            figures=dict(figures or {}),
            card=dict(card or {}),
            data_fingerprint=data_fingerprint,
            code_version=code_version,
            artefact=kept.path,
            sha256=kept.sha256,
            job_id=job_id,
            visibility=visibility,
            organisation_id=organisation_id,
            made_by=made_by,
        )
        if make_active:
            activate(version=version)
    return version


def activate(*, version: ModelVersion) -> ModelVersion:
    """Let this version answer for its kind and scope, in place of the one that did; readers see one or the other."""
    with transaction.atomic():
        rivals = ModelVersion.objects.filter(kind=version.kind, scope=version.scope)
        list(rivals.select_for_update().order_by("pk").values_list("pk", flat=True))
        rivals.filter(is_active=True).exclude(pk=version.pk).update(is_active=False)
        rivals.filter(pk=version.pk).update(is_active=True)
    version.is_active = True
    return version


def show_to(*, version: ModelVersion, visibility: str) -> ModelVersion:
    """Let everyone signed in read about a version, or its own people alone."""
    version.visibility = visibility
    version.save(update_fields=["visibility", "updated_at"])
    return version


def prune(*, kind: str, scope: str = "", keep: int = 3) -> list[int]:
    """Delete all but the active and the ``keep`` newest versions, with their files; returns the deleted keys.

    Versions that findings still name are left alone. Files that no version names are deleted when a day old.
    """
    versions = ModelVersion.objects.filter(kind=kind, scope=scope).order_by("-created_at", "-pk")
    deleted = []
    for version in [each for each in versions[keep:] if not each.is_active]:
        key, folder = version.pk, version.artefact
        try:
            with transaction.atomic():
                version.delete()
        except ProtectedError:
            continue
        deleted.append(key)
        if folder:
            transaction.on_commit(partial(shutil.rmtree, artefacts.locate(folder), ignore_errors=True))
    known = ModelVersion.objects.filter(kind=kind).values_list("artefact", flat=True)
    transaction.on_commit(partial(artefacts.sweep, kind, set(known)))
    return deleted
