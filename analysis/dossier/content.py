"""What a dossier says, as JSON-able facts gathered once. After that nothing is read from the records any more."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analysis.dossier.models import Purpose
from analysis.dossier.purposes import Reckoning
from analysis.dossier.words import WORDS
from analysis.valuation.charts import sentences, waterfall_chart
from analysis.valuation.models import Valuation
from analysis.valuation.showing import Evidence, ShownComparable, basis_name, evidence_of
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.ownership import Owned, Visibility
from artmarket.catalogue.models import Artwork
from artmarket.core.attribution import Attribution
from artmarket.web.templatetags.formats import life, size_cm

SCHEMA = "artmarket.dossier/1"


def canonical(facts: Mapping[str, Any]) -> str:
    """JSON with sorted keys, no spaces, Unicode in NFC: the same facts are the same bytes."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return unicodedata.normalize("NFC", text)


def content_hash(content: str) -> str:
    """SHA-256 of the canonical JSON in UTF-8."""
    return sha256(content.encode()).hexdigest()


def gather(
    *,
    actor: User,
    organisation: Organisation,
    valuation: Valuation,
    purpose: str,
    reckoning: Reckoning,
    picture: Mapping[str, Any] | None,
    check_at: str,
) -> dict[str, Any]:
    """All that page and PDF show. ``check_at`` is the address of the page where a hash is checked."""
    now = timezone.now()
    evidence = evidence_of(actor, valuation)
    return {
        "schema": SCHEMA,
        "language": get_language() or "en",
        "words": {key: str(word) for key, word in WORDS.items()},
        "organisation": organisation.name,
        "prepared_by": actor.get_full_name() or actor.username,
        "made_at": now.isoformat(timespec="seconds"),
        "made_on": day(timezone.localtime(now).date()),
        "check_at": check_at,
        "purpose": {"code": purpose, "label": str(Purpose(purpose).label), **reckoned(reckoning)},
        "work": work_facts(valuation.artwork),
        "picture": dict(picture) if picture else None,
        "estimate": estimate_facts(valuation),
        "waterfall": waterfall(valuation),
        "sentences": sentences(valuation) if valuation.contributions.get("effects") else [],
        "comparables": [comparable(each) for each in evidence.comparables if all_may_see(organisation, each)],
        "steps": reconciled_steps(evidence),
        "data": data_facts(valuation),
        "model": model_facts(valuation),
        "limits": list(limits(valuation)),
    }


def day(date: dt.date) -> str:
    return date_format(date, "DATE_FORMAT")


def reckoned(reckoning: Reckoning) -> dict[str, Any]:
    return {
        "statement": reckoning.statement,
        "columns": list(reckoning.columns),
        "steps": [[step.label, [str(one) for one in step.amounts], step.is_total] for step in reckoning.steps],
        "headline": [str(amount) for amount in reckoning.headline],
        "assumptions": reckoning.assumptions,
    }


def artist_words(work: Artwork) -> str:
    """``follower of Ilse Marwand (1872–1941)``; the source's words where no artist is linked."""
    if work.artist is None:
        return work.attribution_text or _("Unknown artist")
    qualifier = "" if work.attribution == Attribution.BY else f"{work.get_attribution_display()} "
    lived = life(work.artist)
    return f"{qualifier}{work.artist.name}" + (f" ({lived})" if lived else "")


def work_facts(work: Artwork) -> dict[str, Any]:
    return {
        "id": work.pk,
        "title": work.title,
        "artist": artist_words(work),
        "date": work.date_text or (str(work.date_earliest.year) if work.date_earliest else ""),
        "medium": work.medium_text or work.get_medium_display(),
        "size": size_cm(work) or work.dimensions_text,
        "signature": work.signature,
        "edition": work.edition,
        "provenance": work.provenance,
        "exhibitions": work.exhibitions,
        "literature": work.literature,
        "is_invented": work.is_invented,
    }


def estimate_facts(valuation: Valuation) -> dict[str, Any]:
    """Bands by level; those of 50 and 95 % only where the model gives them."""
    bands = {str(level): [str(low), str(high)] for level, low, high in valuation.intervals}
    return {
        "middle": str(valuation.middle),
        "bands": bands,
        "currency": valuation.currency,
        "basis": str(basis_name(valuation.price_basis)),
        "effective_date": valuation.effective_date.isoformat(),
        "effective_day": day(valuation.effective_date),
    }


def waterfall(valuation: Valuation) -> dict[str, Any] | None:
    """Start, changes and end in money, as the estimate's own page draws them; None where they were not kept."""
    if not valuation.contributions.get("effects"):
        return None
    chart = waterfall_chart(valuation)
    return {
        "start": chart["start"],
        "points": [[str(name), change] for name, change in chart["series"][0]["points"]],
        "total": [chart["total"], float(valuation.middle or 0)],
    }


def reconciled_steps(evidence: Evidence) -> list[list[str]]:
    """What leads from the adjusted comparables to the estimate, in money of the model's currency."""
    return [[name, str(money)] for name, money in evidence.steps]


def all_may_see(organisation: Organisation, each: ShownComparable) -> bool:
    return may_hold(organisation, each.work) and may_hold(organisation, each.lot.sale)


def may_hold(organisation: Organisation, record: Owned) -> bool:
    """Whether what this record says may be told to all members of the organisation."""
    return record.visibility == Visibility.PUBLIC or record.organisation_id == organisation.pk


def comparable(each: ShownComparable) -> dict[str, Any]:
    """``adjusted`` is null, and ``adjustments`` empty, where the model that gave the estimate adjusts none."""
    return {
        "lot": each.lot.pk,
        "title": each.work.title,
        "artist": artist_words(each.work),
        "size": size_cm(each.work),
        "medium": each.work.medium_text or each.work.get_medium_display(),
        "date": each.date.isoformat(),
        "house": str(each.lot.sale.house),
        "price": str(each.price),
        "currency": each.currency,
        "adjustments": [[name, str(money)] for name, money in each.adjustments],
        "adjusted": None if each.adjusted is None else str(each.adjusted),
        "share": None if each.share is None else f"{each.share:.0f}",
        "struck": each.struck,
    }


def data_facts(valuation: Valuation) -> dict[str, Any]:
    known = valuation.inputs.get("known", {})
    return {
        "offers": known.get("offers"),
        "sold": known.get("sold"),
        "until": known.get("until") or "",
        "sha256": known.get("sha256", ""),
        "inputs_sha256": valuation.inputs_sha256,
        "regime": valuation.inputs.get("regime", ""),
    }


def model_facts(valuation: Valuation) -> dict[str, Any]:
    version = valuation.model_version
    figures = version.figures.get(valuation.inputs.get("regime", ""), {})
    return {
        "name": str(version),
        "scope": version.scope,
        "sha256": version.sha256,
        "code_version": version.code_version,
        "measured": measured(figures) if figures.get("coverage") else "",
    }


def measured(figures: Mapping[str, Any]) -> str:
    words = {
        "n": f"{figures.get('n', 0):,.0f}",
        "within": f"{100 * figures['coverage']:.0f}",
        "width": f"{figures.get('width', 0):.1f}",
        "error": f"{100 * figures.get('median_ape', 0):.0f}",
    }
    return (
        _(
            "Of %(n)s sales %(within)s %% lay within their interval, which was %(width)s times as high as low; the middle "
            "was off by %(error)s %% in the median."
        )
        % words
    )


def limits(valuation: Valuation) -> Iterator[str]:
    """What the estimate does not know. Said in every dossier, whatever its purpose."""
    yield _(
        "The estimate rests on recorded sales alone. Nobody has looked at the work's condition or authenticity for it."
    )
    yield _("It is the price if the work is sold, not a promise that it will be.")
    if valuation.artwork.attribution != Attribution.BY:
        yield _("The attribution is taken as recorded: %(artist)s.") % {"artist": artist_words(valuation.artwork)}
    if valuation.known_until:
        yield _("The last sale on record in this market is of %(date)s: what prices did since is not known.") % {
            "date": day(valuation.known_until)
        }
    if valuation.learned_until:
        yield _(
            "History and comparables end before the date, but the model itself learned from sales until %(date)s."
        ) % {"date": day(valuation.learned_until)}
    if valuation.artwork.is_invented:
        yield _("The work and its market were invented for trying things out.")
