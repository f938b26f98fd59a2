"""Reads of the register of models. Lists and cards are narrowed to what ``user`` may see; what answers, answers for all."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from analysis.registry import artefacts
from analysis.registry.cards import labels_of
from analysis.registry.models import ModelVersion
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artist
from artmarket.core.attribution import Attribution

LABEL = re.compile(r"(?P<key>[0-9]{1,18})(?:[:|](?P<qualifier>[a-z_]+))?")

# Hashing hundreds of megabytes at every use would be felt: a folder is checked once a process and state of its files.
_checked: set[tuple[str, str, tuple[tuple[str, int, int], ...]]] = set()


def active_version(kind: str, scope: str = "") -> ModelVersion | None:
    """The version that answers now for a kind and scope; None where there is none yet."""
    return ModelVersion.objects.filter(kind=kind, scope=scope, is_active=True).first()


def artefact_path(version: ModelVersion) -> Path:
    """The folder of a version's files, unchanged since they were kept. Raises ``ArtefactError`` where they are not."""
    folder = artefacts.locate(version.artefact)
    if not folder.is_dir():
        raise artefacts.ArtefactError(_("The files of the model {model} are missing.").format(model=version))
    state = (str(folder), version.sha256, files_state(folder))
    if state not in _checked:
        if artefacts.checksum(folder) != version.sha256:
            raise artefacts.ArtefactError(
                _("The files of the model {model} differ from those that were kept.").format(model=version)
            )
        _checked.add(state)
    return folder


def files_state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times (ns) of a folder's files: what changes when a file does."""
    return tuple(
        (os.fspath(file), file.stat().st_size, file.stat().st_mtime_ns)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    )


def versions(user: Actor) -> QuerySet[ModelVersion]:
    """The versions that ``user`` may see, for the list: answering ones first, then the newest; without their bulky parts."""
    seen: QuerySet[ModelVersion] = ModelVersion.objects.visible_to(user).defer("parameters", "card")
    return seen.order_by("-is_active", "kind", "scope", "-created_at")


def siblings(user: Actor, version: ModelVersion, *, most: int = 10) -> Sequence[ModelVersion]:
    """The newest other versions of the same kind and scope that ``user`` may see."""
    same = ModelVersion.objects.visible_to(user).filter(kind=version.kind, scope=version.scope).exclude(pk=version.pk)
    return list(same.only("pk", "name", "is_active", "created_at").order_by("-created_at")[:most])


def label_names(user: Actor, card: Mapping[str, Any]) -> dict[str, str]:
    """Words for the labels of a card whose labels are artists' keys (``12``, or ``12|follower_of``).

    An artist whom the reader may not see is not named. Nothing for cards whose labels are words already.
    """
    if card.get("labels_are") != "artists":
        return {}
    parts = {label: LABEL.fullmatch(label) for label in labels_of(card)}
    keys = [int(each["key"]) for each in parts.values() if each]
    names = dict(Artist.objects.visible_to(user).filter(pk__in=keys).values_list("pk", "name"))
    return {label: named(names, int(each["key"]), each["qualifier"] or "") for label, each in parts.items() if each}


def named(names: Mapping[int, str], key: int, qualifier: str) -> str:
    name = names.get(key) or _("an artist whom you may not see (%(key)s)") % {"key": key}
    return f"{Attribution(qualifier).label} {name}" if qualifier in Attribution.values else name
