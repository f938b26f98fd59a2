"""An import step by step: start, columns, validate, review, commit, undo. Page, API and command share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from artmarket.accounts.models import Organisation, User
from artmarket.accounts.queries import editable_organisation_ids
from artmarket.core import longwork
from artmarket.core.names import name_key
from artmarket.intake import mapping
from artmarket.intake.columns import read_layout
from artmarket.intake.limits import ARCHIVE_LIMITS
from artmarket.intake.models import ImportRow, ImportSession
from artmarket.intake.picture_sources import ZipSource
from artmarket.intake.readers import open_table
from artmarket.intake.spec import Spec, SpecError, missing_columns, spec_from_json
from artmarket.sales.models import AuctionHouse, Market

State = ImportSession.State


class IntakeError(Exception):
    """A step that cannot be taken now; ``code`` for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def may_import_for(actor: User, organisation_id: int | None) -> bool:
    """Whether the actor may write records of that organisation (None: the platform's own, for staff alone)."""
    if actor.is_superuser and not hasattr(actor, "acting_organisation_id"):
        return True
    return organisation_id is not None and organisation_id in editable_organisation_ids(actor)


def find_or_create_house(*, name: str, facts: Mapping[str, str]) -> AuctionHouse:
    """The house of that name, made where unknown. ``facts``: currency (required for a new one), market, city, country.

    Raises ``IntakeError`` (house_currency, house_market).
    """
    key = name_key(name)[:200]
    found = AuctionHouse.objects.filter(name_key=key).first()
    if found is not None:
        return found
    currency, market = facts.get("currency", ""), facts.get("market") or Market.AUCTION
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        raise IntakeError("house_currency", _("A new house needs its currency, as three capital letters."))
    if market not in Market.values:
        raise IntakeError("house_market", _("Unknown market: %(market)s") % {"market": market})
    return AuctionHouse.objects.create(
        name=name.strip()[:200],
        name_key=key,
        currency=currency,
        market=market,
        city=facts.get("city", "")[:100],
        country=facts.get("country", "")[:2],
    )


def start_session(
    *,
    actor: User,
    file: BinaryIO,
    file_name: str,
    house: AuctionHouse,
    organisation: Organisation | None,
    visibility: str = "private",
    pictures: BinaryIO | None = None,
    spec: Spec | None = None,
    policy: str = ImportSession.Policy.SKIP_BAD,
) -> ImportSession:
    """Keep the file and find its column map. Nothing of it is validated yet.

    Raises ``IntakeError`` (not_allowed, pictures_too_large) and ``ReadError`` for a file that is no table and pictures
    that are no ZIP.
    """
    if not may_import_for(actor, organisation.pk if organisation else None):
        raise IntakeError("not_allowed", _("You may not import for this organisation."))
    if pictures is not None and pictures.seek(0, 2) > ARCHIVE_LIMITS.upload_bytes:
        raise IntakeError("pictures_too_large", _("The ZIP of pictures is too large."))
    if pictures is not None:
        ZipSource(pictures)
    table = open_table(file, encoding=spec.encoding if spec else "", delimiter=spec.delimiter if spec else "")
    session = ImportSession(
        created_by=actor,
        house=house,
        organisation=organisation,
        policy=policy,
        file_name=file_name[:255],
        visibility=visibility if organisation else "public",
        file_sha256=fingerprint(file),
    )
    if spec is None:
        spec, session.column_map = mapping.spec_for(session, table)
    session.spec = spec.as_json()
    session.report = layout_report(read_layout(table, spec))
    file.seek(0)
    session.file.save("catalogue", File(file), save=False)
    if pictures is not None:
        pictures.seek(0)
        session.pictures.save("pictures", File(pictures), save=False)
    session.save()
    return session


def layout_report(layout: Any) -> dict[str, Any]:
    return {
        "columns": list(layout.columns),
        "samples": [list(row) for row in layout.samples[:5]],
        "fingerprint": layout.fingerprint,
        "header": layout.header,
    }


def fingerprint(file: BinaryIO) -> str:
    digest = sha256()
    file.seek(0)
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def move(session: ImportSession, *, to: str, allowed: tuple[str, ...], only: Q | None = None, **values: Any) -> None:
    """Change the session's state, if it is still one of the allowed ones. Raises ``IntakeError`` (wrong_state)."""
    moved = ImportSession.objects.filter(only or Q(), pk=session.pk, state__in=allowed).update(state=to, **values)
    session.refresh_from_db()
    if not moved:
        message = _("This import is “%(state)s”; that step is not possible now.")
        raise IntakeError("wrong_state", message % {"state": session.get_state_display()})


def require_editable(actor: User, session: ImportSession) -> None:
    if not may_import_for(actor, session.organisation_id):
        raise IntakeError("not_allowed", _("You may not change this import."))


def require_unwritten(session: ImportSession) -> None:
    """Rows that became records are never validated anew. Raises ``IntakeError`` (wrong_state)."""
    if ImportRow.objects.filter(session=session, state=ImportRow.State.COMMITTED).exists():
        raise IntakeError("wrong_state", _("Rows of this import are written already; undo it first."))


def require_not_undone(session: ImportSession) -> None:
    """An undo that began is finished before anything is written again. Raises ``IntakeError`` (wrong_state)."""
    if session.report.get("undo"):
        raise IntakeError("wrong_state", _("Rows of this import are written already; undo it first."))


def set_columns(*, actor: User, session: ImportSession, spec: Spec) -> None:
    """Use another column map. Rows validated before are validated anew at the next validation."""
    require_editable(actor, session)
    with session.file.open("rb") as file:
        layout = read_layout(open_table(cast(BinaryIO, file), encoding=spec.encoding, delimiter=spec.delimiter), spec)
    if missing := missing_columns(spec, layout.columns):
        raise SpecError(_("The file has no column %(names)s.") % {"names": ", ".join(missing)})
    allowed = (State.UPLOADED, State.REVIEW, State.FAILED)
    require_unwritten(session)
    move(session, to=State.UPLOADED, allowed=allowed, spec=spec.as_json(), report=layout_report(layout), error="")


def request_validation(*, actor: User, session: ImportSession) -> UUID:
    """Queue the validation; returns the job's id."""
    require_editable(actor, session)
    spec_from_json(session.spec)
    require_unwritten(session)
    with transaction.atomic():
        move(session, to=State.VALIDATING, allowed=(State.UPLOADED, State.REVIEW, State.FAILED), error="", progress={})
        return queue(actor, session, "intake.validate", _("Check %(file)s"))


def request_commit(*, actor: User, session: ImportSession, policy: str) -> UUID:
    """Queue the writing. With ``reject_all``, one refused row refuses all and nothing is queued.

    Raises ``IntakeError`` (not_allowed, policy, bad_rows, wrong_state).
    """
    require_editable(actor, session)
    check_policy(session, policy)
    require_not_undone(session)
    with transaction.atomic():
        allowed = (State.REVIEW, State.COMMITTED, State.FAILED)
        move(session, to=State.COMMITTING, allowed=allowed, policy=policy, error="", progress={})
        return queue(actor, session, "intake.commit", _("Write %(file)s"))


def check_policy(session: ImportSession, policy: str) -> None:
    """Raises ``IntakeError`` where the policy forbids the commit."""
    if policy not in ImportSession.Policy.values:
        raise IntakeError("policy", _("Unknown policy."))
    rows = ImportRow.objects.filter(session=session)
    bad = rows.filter(state=ImportRow.State.INVALID).count()
    if policy == ImportSession.Policy.REJECT_ALL and bad:
        raise IntakeError("bad_rows", _("%(rows)d rows are refused, so nothing is written.") % {"rows": bad})
    if not rows.exists():
        raise IntakeError("wrong_state", _("The file has to be checked first."))


def request_undo(*, actor: User, session: ImportSession) -> UUID:
    """Queue the undoing of all that this import wrote."""
    require_editable(actor, session)
    with transaction.atomic():
        move(session, to=State.UNDOING, allowed=(State.COMMITTED, State.FAILED), error="", progress={})
        return queue(actor, session, "intake.undo", _("Undo %(file)s"))


def queue(actor: User, session: ImportSession, kind: str, title: str) -> UUID:
    """Queue the job of a step. Needs no key against doubles: only one request can move the session's state."""
    job_id = longwork.start(
        kind,
        actor=actor,
        parameters={"session_id": str(session.pk)},
        title=(title % {"file": session.file_name})[:200],
        organisation_id=session.organisation_id,
    )
    ImportSession.objects.filter(pk=session.pk).update(job_id=job_id)
    return job_id


def choose_artist(*, actor: User, row: ImportRow, artist_id: int | None) -> None:
    """Settle a doubtful row: one of its candidates, or None for a new artist. Rows of the same credit follow."""
    require_editable(actor, row.session)
    if row.state != ImportRow.State.DOUBTFUL:
        raise IntakeError("wrong_state", _("This row is not waiting for a choice."))
    if artist_id is not None and artist_id not in {candidate["id"] for candidate in row.candidates}:
        raise IntakeError("no_candidate", _("This artist is not among the candidates."))
    same = ImportRow.objects.filter(
        session_id=row.session_id,
        state=ImportRow.State.DOUBTFUL,
        parsed__artist__key=row.parsed["artist"]["key"],
        parsed__artist__birth=row.parsed["artist"]["birth"],
        parsed__artist__death=row.parsed["artist"]["death"],
    )
    same.update(artist_id=artist_id, state=ImportRow.State.VALID)


def accept_all_as_new(*, actor: User, session: ImportSession) -> int:
    """Settle every doubtful row as a new artist; returns how many rows that were."""
    require_editable(actor, session)
    doubtful = ImportRow.objects.filter(session=session, state=ImportRow.State.DOUBTFUL)
    return doubtful.update(state=ImportRow.State.VALID)


def discard(*, actor: User, session: ImportSession) -> None:
    """Delete an import that has written nothing, or whose writing was undone, with its files."""
    require_editable(actor, session)
    if session.state not in {State.UPLOADED, State.REVIEW, State.UNDONE, State.FAILED} or session.records.exists():
        raise IntakeError("wrong_state", _("Only an import that wrote nothing can be discarded."))
    for file in (session.file, session.pictures):
        if file:
            file.delete(save=False)
    session.delete()


def with_options(spec: Spec, **options: Any) -> Spec:
    """The map with some options replaced; checked."""
    changed = replace(spec, options=replace(spec.options, **options))
    return spec_from_json(changed.as_json())
