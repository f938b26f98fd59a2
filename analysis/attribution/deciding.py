"""What people say beside the machine: curators' verdicts, experts' opinions, and, apart from both, the record itself."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.attribution.models import AttributionOpinion, Decision, ExpertOpinion
from analysis.attribution.queries import deciding_organisations
from artmarket.accounts.models import Organisation, User
from artmarket.catalogue.models import Artist, Artwork
from artmarket.catalogue.services import update_artwork


def check_may_decide(actor: User, organisation_id: int) -> None:
    """Raise ``PermissionDenied`` unless the actor's role there is a curator's or an editing one."""
    if not deciding_organisations(actor).filter(pk=organisation_id).exists():
        raise PermissionDenied(_("You may not decide on attributions for this organisation."))


@transaction.atomic
def decide(
    *, actor: User, opinion: AttributionOpinion, organisation: Organisation, verdict: str, text: str = ""
) -> Decision:
    """Accept, refuse or comment on an opinion on a work, for an organisation. The record stays as it is.

    A new verdict takes the organisation's former one back. Raises ``PermissionDenied``, or ``ValidationError`` by field.
    """
    check_may_decide(actor, organisation.pk)
    seen = AttributionOpinion.objects.visible_to(actor).filter(pk=opinion.pk, artwork__isnull=False)
    if not seen.exists():
        raise ValidationError({"opinion": ValidationError(_("There is no such opinion."), "does_not_exist")})
    if opinion.abstained and verdict != Decision.Verdict.COMMENT:
        raise ValidationError(
            {"verdict": ValidationError(_("The model said nothing that could be judged."), "abstained")}
        )
    AttributionOpinion.objects.select_for_update().only("pk").get(pk=opinion.pk)
    made = Decision(opinion=opinion, organisation=organisation, decided_by=actor, verdict=verdict, text=text.strip())
    if verdict != Decision.Verdict.COMMENT:
        former = Decision.objects.standing().filter(opinion=opinion, organisation=organisation)
        for each in former.exclude(verdict=Decision.Verdict.COMMENT):
            withdraw(actor=actor, decision=each)
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def withdraw(*, actor: User, decision: Decision) -> Decision:
    """Take a decision back; it stays in the history. Raises ``PermissionDenied``."""
    check_may_decide(actor, decision.organisation_id)
    locked: Decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by = timezone.now(), actor
        locked.save(update_fields=["withdrawn_at", "withdrawn_by", "updated_at"])
    return locked


@transaction.atomic
def restore(*, actor: User, decision: Decision) -> Decision:
    """Let a decision that was taken back stand again. Raises ``PermissionDenied``; ``ValidationError`` where another
    verdict of the organisation stands."""
    check_may_decide(actor, decision.organisation_id)
    locked: Decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    locked.withdrawn_at = locked.withdrawn_by = None
    locked.validate_constraints()
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "updated_at"])
    return locked


@transaction.atomic
def record_expert(
    *,
    actor: User,
    artwork: Artwork,
    organisation: Organisation,
    expert: str,
    confidence: str,
    artist: Artist | None = None,
    qualifier: str = "by",
    reason: str = "",
    stated_on: dt.date | None = None,
) -> ExpertOpinion:
    """Keep what an expert holds a work to be. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    check_may_decide(actor, organisation.pk)
    if not Artwork.objects.visible_to(actor).filter(pk=artwork.pk).exists():
        raise ValidationError({"artwork": ValidationError(_("There is no such artwork."), "does_not_exist")})
    if artist is not None and not Artist.objects.visible_to(actor).filter(pk=artist.pk).exists():
        raise ValidationError({"artist": ValidationError(_("There is no such artist."), "does_not_exist")})
    if stated_on is not None and stated_on > timezone.localdate():
        raise ValidationError({"stated_on": ValidationError(_("This day lies ahead."), "future")})
    made = ExpertOpinion(
        artwork=artwork,
        organisation=organisation,
        expert=" ".join(expert.split()),
        artist=artist,
        qualifier=qualifier if artist is not None else "by",
        confidence=confidence,
        reason=reason.strip(),
        stated_on=stated_on,
        recorded_by=actor,
    )
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def withdraw_expert(*, actor: User, opinion: ExpertOpinion, back: bool = False) -> ExpertOpinion:
    """Take an expert's opinion back, or with ``back`` let it stand again. Raises ``PermissionDenied``."""
    check_may_decide(actor, opinion.organisation_id)
    locked: ExpertOpinion = ExpertOpinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    locked.withdrawn_at = None if back else locked.withdrawn_at or timezone.now()
    locked.save(update_fields=["withdrawn_at", "updated_at"])
    return locked


def change_record(*, actor: User, artwork: Artwork, artist: Artist | None, qualifier: str) -> Artwork:
    """Give the work another artist and qualifier, by the catalogue's own service and with its history.

    Nothing in this room calls it by itself. Raises ``PermissionDenied``, or ``ValidationError`` by field.
    """
    return update_artwork(actor=actor, artwork=artwork, artist=artist, attribution=qualifier)
