"""A few restyled pictures for the demo's atelier: one harbour after three movements, kept where its people see them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from analysis.styletransfer import forgetting, services
from analysis.styletransfer.making import make
from analysis.styletransfer.models import StyledImage
from analysis.styletransfer.sources import ChosenStyle
from analysis.styletransfer.wishes import Wish
from artmarket.accounts.models import Organisation, User
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.attribution import Attribution

CONTENT = ("Sigrid Lindqvaer", "seascape")
STYLES = (
    (("Aino Karvonen", 100),),
    (("Hippolyte Delaroque", 100),),
    (("Colette Perrancourt", 60), ("Morwenna Penhallow", 40)),
)
LONGEST_PX = 384
NOTE = "Made at the demo's start by the packaged network."


def make_pictures(*, actor: User, organisation: Organisation) -> list[StyledImage]:
    """The pictures that are not there yet; none where the demo's catalogue is not. Runs here and now, without a worker."""
    return [each for wish in wishes(organisation) if (each := made(actor, wish)) is not None]


def made(actor: User, wish: Wish) -> StyledImage | None:
    """The finished picture, or None where it was there before."""
    from ml.reporter import SilentReporter

    services.check_sources(actor, wish)
    with transaction.atomic():
        styled, is_new = services.record(actor, wish)
    if not is_new:
        return None
    try:
        make(styled, SilentReporter())
    except Exception:
        forgetting.delete([styled])
        raise
    styled.refresh_from_db()
    return services.keep(styled=styled, note=NOTE)


def wishes(organisation: Organisation) -> Iterator[Wish]:
    content = picture_by(*CONTENT)
    for mixed in STYLES:
        found = [(picture_by(name), weight) for name, weight in mixed]
        styles = [ChosenStyle(image, weight) for image, weight in found if image is not None]
        if content is not None and styles:
            yield Wish(content=content, styles=styles, longest_px=LONGEST_PX, organisation=organisation)


def picture_by(name: str, genre: str = "") -> ArtworkImage | None:
    """The earliest of the painter's own works in the demo, where it can be of a genre."""
    rows = ArtworkImage.objects.filter(
        is_primary=True,
        artwork__is_invented=True,
        artwork__artist__name=name,
        artwork__attribution=Attribution.BY,
    )
    shown: ArtworkImage | None = (
        (rows.filter(artwork__genre=genre) if genre else rows)
        .select_related("artwork__artist")
        .order_by("artwork__inventory_number")
        .first()
    )
    return shown
