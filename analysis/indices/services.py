"""What makes indices: defining one, computing its vintages, asking a worker to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from analysis.indices.gathering import Evidence, columns_of, deflated, gather
from analysis.indices.models import IndexDefinition, IndexVintage, Method
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.ownership import Visibility
from artmarket.accounts.queries import editable_organisation_ids, organisation_ids
from artmarket.catalogue.models import Artist
from artmarket.core import longwork
from artmarket.sales.deflating import NoIndex, deflator

if TYPE_CHECKING:
    from ml.indices.index import Settings
    from ml.indices.sales import Sales
    from ml.reporter import Reporter


def define(
    *, actor: User, organisation: Organisation | None, visibility: str = Visibility.PRIVATE, **subject: Any
) -> IndexDefinition:
    """A new index, or the one that there is already of the same subject and owner.

    Members may define for their organisation; public ones take an editing role, common ones platform staff. Raises
    ``PermissionDenied``, or ``ValidationError`` for what breaks a rule or names an artist that the actor may not see.
    """
    is_platform_staff = actor.is_superuser and not hasattr(actor, "acting_organisation_id")
    allowed = editable_organisation_ids(actor) if visibility == Visibility.PUBLIC else organisation_ids(actor)
    if not is_platform_staff and (organisation is None or organisation.pk not in allowed):
        raise PermissionDenied(_("You may not define this index for this organisation."))
    artist = subject.get("artist")
    if artist is not None and not Artist.objects.visible_to(actor).filter(pk=artist.pk).exists():
        raise ValidationError({"artist": _("There is no such artist.")})
    return kept(IndexDefinition(organisation=organisation, visibility=visibility, **subject))


def kept(definition: IndexDefinition) -> IndexDefinition:
    """The definition saved, or its equal that is on record."""
    named = [name for name in SUBJECT if name not in ("artist", "organisation")]
    same: dict[str, Any] = {name: getattr(definition, name) for name in named}
    same |= {"artist": definition.artist_id, "organisation": definition.organisation_id}
    found: IndexDefinition | None = IndexDefinition.objects.filter(**same).first()
    if found is not None:
        return found
    definition.full_clean()
    definition.save()
    return definition


SUBJECT = (
    "market", "currency", "artist", "movement", "medium", "period", "base", "price_basis", "deflator", "fewest",
    "organisation",
)  # fmt: skip


def request_computation(*, actor: User | None, definition: IndexDefinition) -> UUID:
    """Have a worker compute the index; the job's id. Asked again before it is done, the same job answers."""
    if actor is not None and not IndexDefinition.objects.visible_to(actor).filter(pk=definition.pk).exists():
        raise PermissionDenied(_("There is no such index."))
    organisation_id = None
    if actor is not None and definition.organisation_id in organisation_ids(actor):
        organisation_id = definition.organisation_id
    with transaction.atomic():
        return longwork.start(
            "indices.compute",
            actor=actor,
            parameters={"definition": definition.pk},
            title=_("Index: {subject}").format(subject=definition),
            dedupe_key=dedupe_key(definition),
            organisation_id=organisation_id,
        )


def dedupe_key(definition: IndexDefinition) -> str:
    """What an unfinished computation of the index is known by."""
    return f"indices.compute:{definition.pk}"


def compute(*, definition: IndexDefinition, reporter: Reporter, job_id: UUID | None = None) -> list[IndexVintage]:
    """Every method's vintage of today's records, nominal and (by the currency's price index) real; what is
    unchanged is not added.

    All vintages come at once or, cancelled (``ml.reporter.Cancelled``), none. Raises ``NoIndex`` for a deflator that is
    not on record.
    """
    made: list[IndexVintage] = []
    for evidence, by in evidences(definition):
        reporter.log(f"{definition}: {len(evidence.offers)} offers; left out: {dict(evidence.left_out) or 'none'}")
        columns = columns_of(evidence)
        made += [
            vintage(definition, evidence, columns, settings_of(definition, method), reporter, by)
            for method in Method.values
        ]
    with transaction.atomic():
        IndexDefinition.objects.select_for_update().get(pk=definition.pk)
        return [each for each in made if add_unless_known(each, job_id)]


def settings_of(definition: IndexDefinition, method: str) -> Settings:
    from ml.indices.index import Settings

    return Settings(
        method=method,
        period=definition.period,
        base=definition.base,
        fewest_sales=definition.fewest,
        fewest_pairs=definition.fewest,
    )


def evidences(definition: IndexDefinition) -> Iterator[tuple[Evidence, str]]:
    """Nominal evidence, and real evidence with its deflator's name where there is one."""
    nominal = gather(definition)
    yield nominal, ""
    try:
        found = deflator(definition.currency, definition.deflator)
    except NoIndex:
        if definition.deflator:
            raise
        return
    yield deflated(nominal, found), found.name


def vintage(
    definition: IndexDefinition, evidence: Evidence, columns: Sales, settings: Settings, reporter: Reporter, by: str
) -> IndexVintage:
    """One method's result, not saved yet, real if deflated ``by`` an index; where it refused, the reason."""
    from ml.indices import CODE_VERSION
    from ml.indices.index import IndexRefused
    from ml.indices.index import compute as reckon

    found = IndexVintage(
        definition=definition,
        method=settings.method,
        is_real=bool(by),
        price_basis=evidence.basis,
        settings={**asdict(settings), "deflator": by},
        left_out=dict(evidence.left_out),
        last_sale=evidence.last_sale,
        data_fingerprint=columns.fingerprint(),
        code_version=CODE_VERSION,
    )
    found.fingerprint = fingerprint_of(found)
    try:
        if settings.method == Method.CENSORED and not has_bought_in(columns):
            raise IndexRefused("no_bought_in", "no bought-in lot with an estimate is on record")
        index = reckon(columns, settings, reporter)
        found.points, found.base, found.figures = index.as_json()["points"], index.base, index.figures
    except IndexRefused as refused:
        found.refused = {"code": refused.code, "facts": refused.facts}
    return found


def has_bought_in(columns: Sales) -> bool:
    return bool((~columns.is_sold & (columns.log_low_estimate == columns.log_low_estimate)).any())


def fingerprint_of(found: IndexVintage) -> str:
    facts: Mapping[str, Any] = {
        "data": found.data_fingerprint,
        "settings": found.settings,
        "basis": found.price_basis,
        "code": found.code_version,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def add_unless_known(found: IndexVintage, job_id: UUID | None) -> bool:
    """Save a vintage unless its method has the same on record."""
    rivals = IndexVintage.objects.filter(
        definition=found.definition_id, method=found.method, is_real=found.is_real, fingerprint=found.fingerprint
    )
    if rivals.exists():
        return False
    found.job_id = job_id
    found.save()
    return True
