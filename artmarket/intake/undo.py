"""Take an import back: delete what it made, restore what it changed, keep and report what others touched since."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError, RestrictedError

from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.intake.changing import typed
from artmarket.intake.models import ImportedRecord, ImportRow, ImportSession
from artmarket.intake.progress import Progress
from artmarket.intake.runs import writing
from artmarket.sales import fx
from artmarket.sales.models import Lot, LotArtwork, Sale

CHUNK = 1_000
EXAMPLES = 50
ORDER: tuple[type[Model], ...] = (Lot, ArtworkImage, Artwork, Artist, Sale)


@dataclass
class Undone:
    """What became of the import's records."""

    deleted: Counter[str] = field(default_factory=Counter)
    restored: Counter[str] = field(default_factory=Counter)
    kept: list[dict[str, Any]] = field(default_factory=list)
    kept_count: int = 0

    @classmethod
    def so_far(cls, session: ImportSession) -> Undone:
        """What an undo that was cut short has done already."""
        report = session.report.get("undo") or {}
        counters = Counter(report.get("deleted", {})), Counter(report.get("restored", {}))
        return cls(*counters, list(report.get("kept", [])), report.get("kept_count", 0))

    def keep(self, record: Model, reason: str) -> None:
        self.kept_count += 1
        if len(self.kept) < EXAMPLES:
            self.kept.append({"table": record._meta.db_table, "id": record.pk, "label": str(record), "reason": reason})

    def as_json(self) -> dict[str, Any]:
        return {
            "deleted": dict(self.deleted),
            "restored": dict(self.restored),
            "kept": self.kept,
            "kept_count": self.kept_count,
        }


def undo_records(session: ImportSession, progress: Progress) -> dict[str, Any]:
    """Undo batch by batch; a record dealt with loses its note, so a killed undo goes on where it stopped."""
    total, done = session.records.count(), 0
    outcome = Undone.so_far(session)
    with pghistory.context(user=session.created_by_id, undo_of_import=str(session.pk)):
        for model in ORDER:
            while True:
                progress.step(done, total, phase="undoing")
                with writing(session):
                    if not (notes := next_notes(session, model)):
                        break
                    undo_chunk(model, notes, outcome)
                    tell(session, outcome)
                done += len(notes)
        with writing(session):
            session.rows.filter(state=ImportRow.State.COMMITTED).update(state=ImportRow.State.UNDONE)
    return outcome.as_json()


def next_notes(session: ImportSession, model: type[Model]) -> list[ImportedRecord]:
    notes = ImportedRecord.objects.filter(session=session, table=model._meta.db_table).order_by("-id")
    return list(notes[:CHUNK])


def tell(session: ImportSession, outcome: Undone) -> None:
    """Write what was done with what was done, so that a killed undo's report stays whole."""
    session.report = {**session.report, "undo": outcome.as_json()}
    ImportSession.objects.filter(pk=session.pk).update(report=session.report)


def undo_chunk(model: type[Model], notes: list[ImportedRecord], outcome: Undone) -> None:
    records = model._base_manager.select_for_update().in_bulk([note.object_id for note in notes])
    deletable, restored = [], []
    for note in notes:
        record = records.get(note.object_id)
        if record is None:
            continue
        if touched(record, note):
            outcome.keep(record, "changed_since")
        elif note.before is not None:
            restore(record, note.before)
            restored.append(record.pk)
            outcome.restored[model._meta.db_table] += 1
        else:
            deletable.append(record)
    if model is Lot and restored:
        fx.refresh_usd(Lot.objects.filter(pk__in=restored))
    delete(model, deletable, outcome)
    ImportedRecord.objects.filter(pk__in=[note.pk for note in notes]).delete()


def touched(record: Model, note: ImportedRecord) -> bool:
    """Whether somebody saved the record after the import did."""
    changed = getattr(record, "updated_at", None)
    return changed is not None and changed > note.written_at


def restore(record: Model, before: dict[str, Any]) -> None:
    values = {name: typed(record, name, value) for name, value in before.items()}
    type(record)._base_manager.filter(pk=record.pk).update(**values)


def delete(model: type[Model], records: list[Model], outcome: Undone) -> None:
    """Delete all that nobody uses; the rest is kept with its reason."""
    used = in_use(model, [record.pk for record in records])
    free = []
    for record in records:
        if record.pk in used:
            outcome.keep(record, "in_use")
        else:
            free.append(record)
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=[record.pk for record in free]).delete()
            outcome.deleted[model._meta.db_table] += len(free)
    except (ProtectedError, RestrictedError, IntegrityError):
        one_by_one(free, outcome)


def one_by_one(records: list[Model], outcome: Undone) -> None:
    for record in records:
        table, label = record._meta.db_table, record
        try:
            with transaction.atomic():
                type(record)._base_manager.filter(pk=record.pk).delete()
                outcome.deleted[table] += 1
        except (ProtectedError, RestrictedError, IntegrityError):
            outcome.keep(label, "in_use")


def in_use(model: type[Model], ids: list[int]) -> set[int]:
    """Records that later work stands on: works in other lots or with pictures of others, artists with works, sales
    with lots."""
    if model is Artwork:
        placed = LotArtwork.objects.filter(artwork_id__in=ids).values_list("artwork_id", flat=True)
        pictured = ArtworkImage.objects.filter(artwork_id__in=ids).values_list("artwork_id", flat=True)
        return {*placed, *pictured}
    if model is Artist:
        works = Artwork.objects.filter(artist_id__in=ids).values_list("artist_id", flat=True)
        merged = Artist.objects.filter(merged_into_id__in=ids).values_list("merged_into_id", flat=True)
        return {*works, *(pk for pk in merged if pk)}
    if model is Sale:
        return set(Lot.objects.filter(sale_id__in=ids).values_list("sale_id", flat=True))
    if model is Lot:
        return lots_in_use(ids)
    return set()


def lots_in_use(ids: list[int]) -> set[int]:
    """Lots that another import has brought up to date since."""
    notes = ImportedRecord.objects.filter(table=Lot._meta.db_table, object_id__in=ids).exclude(before=None)
    return set(notes.values_list("object_id", flat=True))
