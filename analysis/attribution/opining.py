"""Asking the model and keeping what it says. Runs in a worker."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from analysis.attribution.attributors import Pixels, decoded, load_attributor, pixels_of, size_for
from analysis.attribution.models import AskedPicture, AttributionOpinion, Verification
from analysis.attribution.naming import Hand
from analysis.registry.models import ModelVersion
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artist, ArtworkImage

if TYPE_CHECKING:
    from ml.attribution import Attributor, Candidate, Opinion, PartOpinion
    from ml.reporter import Reporter

VERIFIED = 3  # the first candidates' names are put to the test at once, others on request
LARGEST_RATIO = 1e9
DIGITS = 5


def opine_on_image(
    image: ArtworkImage, version: ModelVersion, *, asked_by: User | None = None, job_id: UUID | None = None
) -> AttributionOpinion:
    """The model's opinion on a picture of a work; the stored one where it has given it already."""
    known = AttributionOpinion.objects.filter(image=image, model_version=version).first()
    if known is not None:
        return known
    whose = [image.artwork.artist_id] if image.artwork.artist_id is not None else []
    subject: dict[str, Any] = {"image": image, "artwork_id": image.artwork_id, "asked_by": asked_by, "job_id": job_id}
    attributor = load_attributor(version)
    try:
        pixels = pixels_of(image, attributor.input_px)
    except (OSError, ValueError):
        return keep(AttributionOpinion(**subject, **unreadable()), version, image.sha256, "", [])
    return ask(attributor, pixels, version, image.sha256, also=whose, **subject)


def opine_on_picture(picture: AskedPicture, version: ModelVersion, *, job_id: UUID | None = None) -> AttributionOpinion:
    """The model's opinion on a picture that was sent."""
    known = AttributionOpinion.objects.filter(asked_picture=picture, model_version=version).first()
    if known is not None:
        return known
    subject: dict[str, Any] = {"asked_picture": picture, "asked_by_id": picture.asked_by_id, "job_id": job_id}
    attributor = load_attributor(version)
    pixels = decoded(bytes(picture.picture), attributor.input_px)
    return ask(attributor, pixels, version, picture.sha256, **subject)


def ask(
    attributor: Attributor,
    pixels: Pixels,
    version: ModelVersion,
    digest: str,
    *,
    also: Iterable[int] = (),
    **subject: Any,
) -> AttributionOpinion:
    """Ask, put the first candidates and ``also`` to the test, and keep it all at once."""
    found = attributor.opine(pixels)
    tested: list[Verification] = []
    if not found.abstained:
        hands = [Hand.parse(each.artist).artist_id for each in found.candidates[:VERIFIED]]
        tested = [each for pk in dict.fromkeys([*hands, *also]) if (each := verification(attributor, pixels, pk))]
    return keep(AttributionOpinion(**subject, **said(found)), version, digest, size_for(attributor.input_px), tested)


def keep(
    opinion: AttributionOpinion, version: ModelVersion, digest: str, size: str, tested: list[Verification]
) -> AttributionOpinion:
    """Store the opinion, or give the one that another worker stored meanwhile."""
    opinion.model_version = version
    opinion.inputs = {"picture": digest, "size": size, "model": version.sha256}
    opinion.inputs_sha256 = sha256(json.dumps(opinion.inputs, sort_keys=True).encode()).hexdigest()
    try:
        with transaction.atomic():
            opinion.save()
            for each in tested:
                each.opinion = opinion
            Verification.objects.bulk_create(tested)
    except IntegrityError:
        same = {"image": opinion.image} if opinion.image_id else {"asked_picture": opinion.asked_picture}
        first: AttributionOpinion = AttributionOpinion.objects.get(model_version=version, **same)
        return first
    return opinion


def unreadable() -> dict[str, Any]:
    return {"unknown": 1.0, "disagreement": 0.0, "strength": "weak", "abstained": "unreadable"}


def said(found: Opinion) -> dict[str, Any]:
    """An opinion as the table keeps it."""
    first = found.candidates[0] if found.candidates and not found.abstained else None
    leads = first is not None and first.probability > found.unknown
    hand = Hand.parse(first.artist) if first is not None and leads else None
    return {
        "candidates": [candidate_row(each) for each in found.candidates],
        "unknown": rounded(found.unknown),
        "parts": [part_row(part) for part in found.parts],
        "disagreement": min(1.0, max(0.0, rounded(found.disagreement))),
        "strength": found.strength,
        "right_share": found.right_share,
        "right_count": found.right_count,
        "abstained": found.abstained,
        "leading": Artist.objects.filter(pk=hand.artist_id).first() if hand else None,
        "leading_qualifier": hand.qualifier if hand else "by",
        "leading_share": rounded(first.probability) if first is not None and leads else 0.0,
    }


def part_row(part: PartOpinion) -> dict[str, Any]:
    return {
        "name": part.name,
        "box": [rounded(side) for side in part.box],
        "candidates": [candidate_row(each) for each in part.candidates[:VERIFIED]],
        "unknown": rounded(part.unknown),
    }


def candidate_row(candidate: Candidate) -> dict[str, Any]:
    return {"artist": str(Hand.parse(candidate.artist)), "probability": rounded(candidate.probability)}


def rounded(value: float) -> float:
    return round(float(value), DIGITS)


def verification(attributor: Attributor, pixels: Pixels, artist_id: int) -> Verification | None:
    """“Is this by X?”, not stored yet; None for an artist whom the model does not know."""
    key = str(artist_id)
    if key not in attributor.artists or not Artist.objects.filter(pk=artist_id).exists():
        return None
    found = attributor.verify(pixels, key)
    ratio = found.likelihood_ratio if math.isfinite(found.likelihood_ratio) else LARGEST_RATIO
    return Verification(
        artist_id=artist_id,
        likelihood_ratio=min(ratio, LARGEST_RATIO),
        threshold=found.threshold,
        false_accept=found.false_accept,
        false_reject=found.false_reject,
        accepted=found.accepted,
        compared_with=found.compared_with,
        typicality=found.typicality,
        heat_map=heat_rows(attributor.heat_map(pixels, key)),
    )


def heat_rows(heat: Any) -> dict[str, Any]:
    """A heat map [rows, columns] of -1 to 1 as whole per cents."""
    rows, columns = heat.shape
    return {"rows": rows, "columns": columns, "values": [round(100 * float(each)) for each in heat.reshape(-1)]}


def verify_opinion(opinion: AttributionOpinion, artist_id: int) -> Verification | None:
    """Put one more name to the test for a stored opinion; None for an artist whom its model does not know."""
    known: Verification | None = opinion.verifications.filter(artist=artist_id).first()
    if known is not None:
        return known
    if opinion.abstained:
        return None
    attributor, sent = load_attributor(opinion.model_version), opinion.asked_picture
    if opinion.image is not None:
        pixels = pixels_of(opinion.image, attributor.input_px)
    elif sent is not None:
        pixels = decoded(bytes(sent.picture), attributor.input_px)
    else:
        return None
    found = verification(attributor, pixels, artist_id)
    if found is None:
        return None
    found.opinion = opinion
    Verification.objects.bulk_create([found], ignore_conflicts=True)
    stored: Verification = opinion.verifications.get(artist=artist_id)
    return stored


def opine_on_works(
    images: list[ArtworkImage],
    version: ModelVersion,
    reporter: Reporter,
    *,
    job_id: UUID | None = None,
    asked_by: User | None = None,
) -> dict[str, int]:
    """One picture after the other; what has its opinion is passed over, so that a stopped run goes on.

    Raises ``ml.reporter.Cancelled`` between pictures when told to stop.
    """
    from ml.reporter import Cancelled

    told = {"opinions": 0, "abstained": 0}
    for place, image in enumerate(images, 1):
        if reporter.should_stop():
            raise Cancelled
        found = opine_on_image(image, version, asked_by=asked_by, job_id=job_id)
        told["abstained" if found.abstained else "opinions"] += 1
        reporter.progress(place, len(images), phase=_("looking at hands"))
    return told
