"""Reads of appraisals: a work's, several works' beside each other, and the collection by a measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from analysis.appraisal.models import Appraisal
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.catalogue.queries import as_cards, primary_images, visible_artists

MOST_OF_ALL = 1_000
WORK_COLUMNS = (
    "id", "title", "artist_id", "attribution", "attribution_text", "date_text", "date_earliest", "date_latest",
    "is_invented", "visibility",
)  # fmt: skip
SPREAD_SQL = """
SELECT each.key, percentile_cont(ARRAY[0.02, 0.98]) WITHIN GROUP (ORDER BY each.value::float8)
FROM ({rows}) AS chosen CROSS JOIN LATERAL jsonb_each_text(chosen.measures) AS each(key, value)
GROUP BY each.key
"""


def works_with_pictures(user: User) -> QuerySet[Any]:
    """Works with what an appraisal is held against; the primary picture lies in ``shown_images``. Three queries."""
    return (
        Artwork.objects.visible_to(user)
        .only(*WORK_COLUMNS)
        .prefetch_related(
            Prefetch("artist", visible_artists(user)), Prefetch("images", primary_images(), to_attr="shown_images")
        )
    )


def appraisal_of(image: ArtworkImage) -> Appraisal | None:
    """What the latest code said of a picture; None where it was not looked at yet."""
    return Appraisal.objects.filter(image=image).order_by("-pk").first()


def appraisals_of(user: User, works: Sequence[Artwork]) -> dict[int, Appraisal]:
    """By work, of its primary picture, without overlays. One query."""
    rows = Appraisal.objects.visible_to(user).taken().filter(image__artwork__in=works).select_related("image")
    return {row.image.artwork_id: row for row in rows.defer("overlays").order_by("pk")}


def appraised_works(user: User) -> QuerySet[Any]:
    """Measured pictures with their works as cards: four queries for any number."""
    works = as_cards(Artwork.objects.visible_to(user), user)
    rows = Appraisal.objects.visible_to(user).taken().defer("overlays", "abstained", "warnings")
    images = ArtworkImage.objects.only("id", "artwork_id").prefetch_related(Prefetch("artwork", works))
    return rows.prefetch_related(Prefetch("image", images))


def spread(user: User) -> dict[str, tuple[float, float]]:
    """By measure the values below and above which one work in fifty lies, of up to a thousand visible works by chance."""
    chosen = Appraisal.objects.visible_to(user).taken().order_by("image__sha256").values("measures")[:MOST_OF_ALL]
    sql, params = chosen.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(SPREAD_SQL.format(rows=sql), params)
        return {key: (low, high) for key, (low, high) in cursor.fetchall()}
