"""Reads of opinions, decisions and experts, each narrowed to what ``user`` may see."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.fields import CharField

from analysis.attribution.attributors import active_model
from analysis.attribution.models import AttributionOpinion, Decision, ExpertOpinion, OpinionQuerySet, Verification
from artmarket.accounts.models import Membership, Organisation, User
from artmarket.accounts.ownership import Actor, Visibility
from artmarket.accounts.queries import roles_by_organisation
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.catalogue.queries import as_cards
from artmarket.core.attribution import Attribution

DECIDING_ROLES = (*Membership.EDITING_ROLES, Membership.Role.CURATOR)
AGREES, DIFFERS, ABSTAINS = "agrees", "differs", "abstains"
BULKY = ("parts", "inputs")


def deciding_organisations(user: User) -> QuerySet[Organisation]:
    """Organisations for which the user may decide on opinions and keep experts' ones."""
    own = [pk for pk, role in roles_by_organisation(user).items() if role in DECIDING_ROLES]
    return Organisation.objects.filter(pk__in=own).order_by("name")


def open_works(user: Actor) -> QuerySet[Artwork]:
    """Works that the user sees whose hand is open: under a qualifier, or of no artist; with a picture."""
    return Artwork.objects.visible_to(user).filter(open_q())


def open_public_works() -> QuerySet[Artwork]:
    """Works whose hand is open and that everyone signed in may see."""
    return Artwork.objects.filter(open_q(), visibility=Visibility.PUBLIC)


def open_q() -> Q:
    pictured = Exists(ArtworkImage.objects.filter(artwork=OuterRef("pk"), is_primary=True))
    return Q(pictured) & (Q(artist=None) | ~Q(attribution=Attribution.BY))


def primary_image(work: Artwork) -> ArtworkImage | None:
    return ArtworkImage.objects.filter(artwork=work).order_by("-is_primary", "pk").first()


def opinion_rows(user: Actor) -> OpinionQuerySet:
    """Opinions on works, each with what the record says beside it: ``stands`` agrees, differs or abstains."""
    works = as_cards(Artwork.objects.visible_to(user), user)
    rows = AttributionOpinion.objects.visible_to(user).filter(artwork__isnull=False)
    same_hand = Q(leading=F("artwork__artist"), leading_qualifier=F("artwork__attribution"))
    doubted = Q(leading=None) & (Q(artwork__artist=None) | ~Q(artwork__attribution=Attribution.BY))
    stands = Case(
        When(~Q(abstained=""), then=Value(ABSTAINS)),
        When(same_hand | doubted, then=Value(AGREES)),
        default=Value(DIFFERS),
        output_field=CharField(),
    )
    shown: OpinionQuerySet = rows.annotate(stands=stands).defer(*BULKY).prefetch_related(Prefetch("artwork", works))
    return shown


def with_evidence(rows: QuerySet[AttributionOpinion], user: Actor) -> QuerySet[AttributionOpinion]:
    """With verifications (of artists that may be seen) and the reader's organisations' standing decisions."""
    artists = Artist.objects.visible_to(user).only("id", "name")
    verifications = Verification.objects.filter(artist__in=artists).select_related("artist").defer("heat_map")
    return rows.select_related("model_version").prefetch_related(
        Prefetch("verifications", verifications),
        Prefetch("decisions", Decision.objects.visible_to(user).select_related("decided_by", "organisation")),
    )


def opinions_of(user: Actor, work: Artwork) -> Sequence[AttributionOpinion]:
    """Every model's opinion on a work's primary picture, the newest model's first."""
    rows = AttributionOpinion.objects.visible_to(user).filter(artwork=work, image__is_primary=True)
    return list(with_evidence(rows, user).order_by("-model_version__is_active", "-model_version_id"))


def current_opinion(user: Actor, work: Artwork) -> AttributionOpinion | None:
    """The active model's opinion on a work's primary picture."""
    version = active_model()
    if version is None:
        return None
    rows = AttributionOpinion.objects.visible_to(user).filter(artwork=work, image__is_primary=True)
    return with_evidence(rows, user).filter(model_version=version).first()


def experts_of(user: Actor, work: Artwork) -> Sequence[ExpertOpinion]:
    """The reader's organisations' experts on a work, with their artists where those may be seen."""
    rows = ExpertOpinion.objects.visible_to(user).standing().filter(artwork=work)
    artists = Artist.objects.visible_to(user).only("id", "name")
    return list(rows.select_related("organisation", "recorded_by").prefetch_related(Prefetch("artist", artists)))


def decisions_of(user: Actor, opinion: AttributionOpinion) -> Sequence[Decision]:
    """All decisions on an opinion, those taken back among them, the newest first."""
    rows = Decision.objects.visible_to(user).filter(opinion=opinion)
    return list(rows.select_related("decided_by", "withdrawn_by", "organisation"))
