"""Making and withdrawing dossiers: for the page, the API and commands."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.dossier.content import canonical, content_hash, gather, may_hold
from analysis.dossier.models import Dossier
from analysis.dossier.pdf import render
from analysis.dossier.picture import freeze_picture
from analysis.dossier.purposes import PurposeRefused, Terms, reckon
from analysis.dossier.queries import may_withdraw
from analysis.dossier.terms import terms_of
from analysis.valuation.models import Valuation
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.ownership import Owned, Visibility
from artmarket.accounts.queries import organisation_ids

LONGEST_REASON = 500


class DossierRefused(ValueError):
    """What was asked cannot be done; ``code`` is for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_terms(valuation: Valuation, data: Mapping[str, Any]) -> Terms:
    """``terms.terms_of``, its refusals as ``DossierRefused``."""
    try:
        return terms_of(valuation, data)
    except PurposeRefused as refused:
        raise DossierRefused(refused.code, str(refused)) from refused


@transaction.atomic
def make_dossier(
    *,
    actor: User,
    valuation: Valuation,
    organisation: Organisation,
    purpose: str,
    terms: Terms,
    check_at: str = "",
) -> Dossier:
    """Freeze an estimate for a purpose; all members of the organisation see the dossier.

    Raises ``PermissionDenied`` for an organisation that is not the actor's, ``DossierRefused``: ``not_found``,
    ``no_estimate``, ``not_yours`` (the estimate, its work or lot is another organisation's secret), and the codes of
    ``PurposeRefused``.
    """
    if organisation.pk not in organisation_ids(actor):
        raise PermissionDenied(_("You are not a member of that organisation."))
    found = freezable(actor, valuation, organisation)
    try:
        amounts = tuple(amount for amount in (found.low, found.middle, found.high) if amount is not None)
        reckoning = reckon(purpose, amounts, found.price_basis, terms)
    except PurposeRefused as refused:
        raise DossierRefused(refused.code, str(refused)) from refused
    picture = freeze_picture(found.artwork)
    content = canonical(
        gather(
            actor=actor,
            organisation=organisation,
            valuation=found,
            purpose=purpose,
            reckoning=reckoning,
            picture=picture.facts if picture else None,
            check_at=check_at,
        )
    )
    same = Dossier.objects.filter(content_sha256=content_hash(content)).first()
    if same is not None:
        return same
    return Dossier.objects.create(
        artwork=found.artwork,
        valuation=found,
        made_by=actor,
        organisation=organisation,
        visibility=Visibility.PRIVATE,
        purpose=purpose,
        effective_date=found.effective_date,
        title=str(found.artwork)[:500],
        content=content,
        content_sha256=content_hash(content),
        picture=picture.data if picture else None,
        picture_sha256=picture.facts["sha256"] if picture else "",
        pdf_sha256=sha256(render(content, picture.data if picture else b"")).hexdigest(),
    )


def freezable(actor: User, valuation: Valuation, organisation: Organisation) -> Valuation:
    """The estimate with its records, seen by the actor and by all members of the organisation."""
    related = ("artwork__artist", "lot__sale__house", "model_version")
    found: Valuation | None = (
        Valuation.objects.visible_to(actor).select_related(*related).filter(pk=valuation.pk).first()
    )
    if found is None:
        raise DossierRefused("not_found", _("There is no such estimate."))
    if found.middle is None:
        raise DossierRefused("no_estimate", _("There is no estimate to freeze: %(why)s") % {"why": found.reason})
    records: list[Owned] = [found, found.artwork, *([found.lot.sale] if found.lot else [])]
    if not all(may_hold(organisation, record) for record in records):
        raise DossierRefused("not_yours", _("This estimate may not be told to all members of that organisation."))
    return found


@transaction.atomic
def withdraw(*, actor: User, dossier: Dossier, reason: str) -> Dossier:
    """Say that a dossier counts no more, and why; it stays readable. Raises ``PermissionDenied``, ``DossierRefused``:
    ``no_reason``, ``already_withdrawn``."""
    reason = " ".join(reason.split())
    if not may_withdraw(actor, dossier):
        raise PermissionDenied(_("Only who made a dossier, or an owner of the organisation, may withdraw it."))
    if not reason or len(reason) > LONGEST_REASON:
        raise DossierRefused("no_reason", _("Say why, in up to 500 characters."))
    rows = Dossier.objects.filter(pk=dossier.pk, withdrawn_at=None)
    now = timezone.now()
    if not rows.update(withdrawn_at=now, withdrawn_reason=reason, withdrawn_by=actor, updated_at=now):
        raise DossierRefused("already_withdrawn", _("The dossier was withdrawn before."))
    dossier.refresh_from_db()
    return dossier
