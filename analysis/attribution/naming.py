"""Artists as a model knows them: keys, with a qualifier where works of that qualifier are a class of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analysis.attribution.models import AttributionOpinion
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artist
from artmarket.core.attribution import Attribution


@dataclass(frozen=True)
class Hand:
    """An artist's key and the qualifier before the name."""

    artist_id: int
    qualifier: str = Attribution.BY

    @classmethod
    def parse(cls, key: str) -> Hand:
        """From ``12``, ``12:follower_of`` or, as the library names it, ``12|follower_of``. Raises ``ValueError``."""
        number, _mark, qualifier = key.replace("|", ":").partition(":")
        if qualifier and qualifier not in Attribution.values:
            raise ValueError(f"no such qualifier: {qualifier}")
        return cls(int(number), qualifier or Attribution.BY)

    def __str__(self) -> str:
        return str(self.artist_id) if self.qualifier == Attribution.BY else f"{self.artist_id}:{self.qualifier}"


@dataclass(frozen=True)
class Named:
    """A hand as a page shows it: ``artist`` is None where the reader may not see that artist."""

    hand: Hand
    artist: Artist | None

    def __str__(self) -> str:
        name = self.artist.name if self.artist else _("an artist whom you may not see")
        return name if self.hand.qualifier == Attribution.BY else f"{Attribution(self.hand.qualifier).label} {name}"


def named(user: Actor, keys: Iterable[str]) -> dict[str, Named]:
    """Each hand's artist, in one query; of a merged artist the one that he was merged into."""
    hands = {key: Hand.parse(key) for key in keys}
    wanted = {hand.artist_id for hand in hands.values()}
    seen = Artist.objects.visible_to(user).select_related("merged_into").defer("search", "biography").in_bulk(wanted)
    artists = {pk: visible_target(user, artist) for pk, artist in seen.items()}
    return {key: Named(hand, artists.get(hand.artist_id)) for key, hand in hands.items()}


def visible_target(user: Actor, artist: Artist) -> Artist:
    target = artist.merged_into
    if target is None or not Artist.objects.visible_to(user).filter(pk=target.pk).exists():
        return artist
    return target


def keys_of(opinions: Iterable[AttributionOpinion]) -> set[str]:
    """Every hand that the opinions and their parts name."""
    return {str(each["artist"]) for opinion in opinions for each in all_candidates(opinion)}


def all_candidates(opinion: AttributionOpinion) -> list[Mapping[str, Any]]:
    return [*opinion.candidates, *(each for part in opinion.parts for each in part["candidates"])]
