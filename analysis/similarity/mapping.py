"""Maps of the collection: drawn by a job, kept by version, read by the page with what colours a point."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analysis.similarity.models import CollectionMap, Embedding, MapPoint
from analysis.similarity.queries import Space
from analysis.similarity.senses import DEFAULTS, LABELS, SENSES
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artist, Artwork
from artmarket.sales.models import Outcome
from artmarket.sales.queries import works_in_lots

if TYPE_CHECKING:
    from ml.reporter import Reporter

MIX = "mix"
VIEWS = {MIX: gettext_lazy("All senses"), **LABELS}
COLOURINGS = {
    "artist": pgettext_lazy("colour by", "artist"),
    "year": pgettext_lazy("colour by", "year"),
    "price": pgettext_lazy("colour by", "last price"),
}
MOST_WORKS = 10_000
KEPT = 2
GROWTH = 0.1


def weights_of(view: str) -> dict[str, float]:
    """The mix of a view: one sense, or the usual mix of all."""
    return dict(DEFAULTS) if view == MIX else {view: 1}


def draw(spaces: Mapping[str, Space], view: str, reporter: Reporter) -> CollectionMap | None:
    """Lay out the primary pictures of the spaces, at most 10,000 evenly chosen; None where there are none.

    Where the newest map of the view was drawn from the very same vectors, it stays and is returned.
    """
    from ml.similarity.mapping import joined, plane

    weights = {name: weight for name, weight in weights_of(view).items() if name in spaces}
    if not weights:
        return None
    works, vectors, mark = gathered({name: spaces[name] for name in weights})
    newest = newest_map(view)
    if not works or (newest is not None and newest.inputs_sha256 == mark):
        return newest
    reporter.progress(0, 1, phase=_("laying out the map"))
    points = plane(joined(vectors, weights, {name: spaces[name].spread for name in weights}))
    made = keep(view, weights, spaces[next(iter(weights))], mark, list(zip(works, points.tolist(), strict=True)))
    reporter.progress(1, 1, phase=_("laying out the map"))
    return made


def refresh(spaces: Mapping[str, Space], view: str, reporter: Reporter) -> bool:
    """Draw a view anew unless its newest map is of the same network and of about as many works; whether it was drawn."""
    newest, space = newest_map(view), next(iter(spaces.values()))
    if newest is not None and newest.model_version_id == space.record.model_version_id:
        grown = abs(min(space.pictures, MOST_WORKS) - newest.works)
        if grown <= GROWTH * newest.works:
            return False
    return draw(spaces, view, reporter) is not None


def gathered(spaces: Mapping[str, Space]) -> tuple[list[int], dict[str, Any], str]:
    """Works, their vectors by sense in the same order, and a fingerprint of both spaces and works."""
    import numpy as np

    first = next(iter(spaces.values()))
    rows = Embedding.objects.filter(space=first.record, image__is_primary=True).order_by("image__artwork_id")
    pairs = list(rows.values_list("image_id", "image__artwork_id"))
    pairs = pairs[:: max(1, -(-len(pairs) // MOST_WORKS))]
    keys, vectors = [image for image, _work in pairs], {}
    for name, space in spaces.items():
        found = dict(Embedding.objects.filter(space=space.record, image_id__in=keys).values_list("image_id", "vector"))
        blank = [0.0] * space.record.dimensions
        vectors[name] = np.array([found.get(key, blank) for key in keys], np.float32).reshape(
            -1, space.record.dimensions
        )
    told = repr(([space.record.pk for space in spaces.values()], pairs)).encode()
    return [work for _image, work in pairs], vectors, sha256(told).hexdigest()


@transaction.atomic
def keep(
    view: str, weights: Mapping[str, float], space: Space, mark: str, points: list[tuple[int, list[float]]]
) -> CollectionMap:
    """Write the map and its points, and forget all but the newest few of the view."""
    made = CollectionMap.objects.create(
        view=view,
        weights=dict(weights),
        model_version=space.record.model_version,
        works=len(points),
        inputs_sha256=mark,
    )
    there = set(Artwork.objects.filter(pk__in=[work for work, _place in points]).values_list("pk", flat=True))
    MapPoint.objects.bulk_create(
        [MapPoint(map=made, artwork_id=work, x=place[0], y=place[1]) for work, place in points if work in there],
        batch_size=2_000,
    )
    old = CollectionMap.objects.filter(view=view).order_by("-pk").values_list("pk", flat=True)[KEPT:]
    CollectionMap.objects.filter(pk__in=list(old)).delete()
    return made


def newest_map(view: str) -> CollectionMap | None:
    return CollectionMap.objects.filter(view=view).select_related("model_version").order_by("-pk").first()


def points_for(user: Actor, chart: CollectionMap) -> list[dict[str, Any]]:
    """What the page draws: the works of the map that the user may see, by three statements whatever their number."""
    rows = MapPoint.objects.filter(map=chart).visible_to(user).order_by("artwork_id")
    found = list(
        rows.values_list("artwork_id", "x", "y", "artwork__title", "artwork__artist_id", "artwork__date_earliest")
    )
    names = dict(
        Artist.objects.visible_to(user).filter(pk__in={row[4] for row in found if row[4]}).values_list("pk", "name")
    )
    prices = last_prices(user, chart)
    return [
        {
            "id": work,
            "x": round(x, 4),
            "y": round(y, 4),
            "title": title,
            "artist": names.get(artist, ""),
            "year": made.year if made else None,
            "price": prices.get(work),
        }
        for work, x, y, title, artist, made in found
    ]


def last_prices(user: Actor, chart: CollectionMap) -> dict[int, float]:
    """By work of the map, the last price in US dollars that the user may see: a shade of colour, never shown as an amount.

    Lots of several works colour none of them: the price is the lot's.
    """
    sold = works_in_lots(user).filter(outcome=Outcome.SOLD, price_usd__isnull=False)
    sold = sold.filter(artwork__in=MapPoint.objects.filter(map=chart).values("artwork"))
    rows = sold.order_by("sale_date", "pk").values_list("artwork", "price_usd")
    return {work: float(price) for work, price in rows if price is not None}


def views_of(spaces: Mapping[str, Space]) -> list[str]:
    """The maps that can be drawn: the mix, and each sense that has a space."""
    return [MIX, *(name for name in SENSES if name in spaces)]
