"""Is this credited maker an artist we know? Keys are loaded once, so that a whole catalogue is matched in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from rapidfuzz import fuzz, process

from artmarket.accounts.models import Organisation, User
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import Artist, ExternalId
from artmarket.core.fuzzy_dates import FuzzyDate
from artmarket.core.names import ArtistCredit, name_key

FUZZY = 0.92
FUZZY_SAME_BIRTH = 0.80
SHORTEST_FUZZY = 6
AMBIGUOUS, CONFLICT = 0.9, 0.5
FIELDS = (
    "id", "name", "name_key", "other_names", "birth_text", "birth_earliest", "birth_latest", "death_text",
    "death_earliest", "death_latest", "nationality", "merged_into_id",
)  # fmt: skip
Span = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known artist, with how well the credit fits: 0 to 1."""

    artist: Artist
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """The artist where there is no doubt, else candidates for a person to choose from, best first."""

    artist: Artist | None
    score: float
    candidates: list[Candidate] = field(default_factory=list)


class ArtistMatcher:
    """Matches credits to the artists that a user or an organisation may see (public ones without either)."""

    def __init__(self, user: User | None = None, organisation: Organisation | None = None) -> None:
        self.by_key: dict[str, list[Artist]] = defaultdict(list)
        self.by_id: dict[int, Artist] = {}
        for artist in visible_artists(user, organisation).only(*FIELDS):
            self.add(artist)
        self.external: dict[tuple[str, str, str], int] | None = None
        self._keys: list[str] | None = None

    def add(self, artist: Artist) -> None:
        """Let a new artist be found as well."""
        self.by_id[artist.pk] = artist
        if artist.merged_into_id is not None:
            return
        for key in {artist.name_key or name_key(artist.name), *map(name_key, artist.other_names)} - {""}:
            self.by_key[key].append(artist)
        self._keys = None

    def match(self, credit: ArtistCredit, *, external_ids: Iterable[tuple[str, str, str]] = ()) -> Match:
        """The known artist for a credit. ``external_ids`` (scheme, namespace, value) decide before names do."""
        for identity in external_ids:
            if (artist := self.by_external_id(identity)) is not None:
                return Match(artist, 1.0, [Candidate(artist, 1.0)])
        same = self.by_key.get(credit.key, [])
        fitting = [artist for artist in same if agreement(artist, credit) >= 0]
        sure = [artist for artist in fitting if agreement(artist, credit) > 0]
        chosen = sure if len(sure) == 1 else fitting
        if len(chosen) == 1:
            score = 1.0 if sure else 0.97
            return Match(chosen[0], score, [Candidate(chosen[0], score)])
        candidates = [Candidate(artist, AMBIGUOUS if artist in fitting else CONFLICT) for artist in same]
        candidates += self.alike(credit)
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.artist.pk))
        return Match(None, candidates[0].score if candidates else 0.0, candidates)

    def alike(self, credit: ArtistCredit) -> list[Candidate]:
        """Artists of nearly the same name whose life dates do not speak against it."""
        if len(credit.key) < SHORTEST_FUZZY:
            return []
        if self._keys is None:
            self._keys = list(self.by_key)
        found: dict[int, Candidate] = {}
        cutoff = 100 * (FUZZY_SAME_BIRTH if credit.birth else FUZZY)
        for key, ratio, _index in process.extract(
            credit.key, self._keys, scorer=fuzz.ratio, score_cutoff=cutoff, limit=8
        ):
            for artist in self.by_key[key] if key != credit.key else ():
                agrees = agreement(artist, credit)
                if agrees > 0 or (agrees == 0 and ratio >= 100 * FUZZY):
                    found.setdefault(artist.pk, Candidate(artist, round(ratio / 100 * 0.95, 4)))
        return list(found.values())

    def by_external_id(self, identity: tuple[str, str, str]) -> Artist | None:
        if self.external is None:
            rows = ExternalId.objects.filter(artist__isnull=False).values_list(
                "scheme", "namespace", "value", "artist_id"
            )
            self.external = {(scheme, space, value): artist_id for scheme, space, value, artist_id in rows}
        artist = self.by_id.get(self.external.get(identity, 0))
        while artist is not None and artist.merged_into_id is not None:
            artist = self.by_id.get(artist.merged_into_id)
        return artist


def visible_artists(user: User | None, organisation: Organisation | None) -> Any:
    if user is not None:
        return Artist.objects.visible_to(user)
    seen = Q(visibility=Visibility.PUBLIC)
    return Artist.objects.filter(seen | Q(organisation=organisation) if organisation is not None else seen)


def agreement(artist: Artist, credit: ArtistCredit) -> int:
    """1 where a life date confirms, -1 where one speaks against it, 0 where none can be compared."""
    verdicts = [
        overlap((artist.birth_earliest, artist.birth_latest), credit.birth),
        overlap((artist.death_earliest, artist.death_latest), credit.death),
    ]
    return -1 if -1 in verdicts else max(verdicts)


def overlap(known: Span, said: FuzzyDate | None) -> int:
    earliest, latest = known
    if said is None or earliest is None or latest is None:
        return 0
    slack = 2 if said.circa else 0
    return 1 if earliest.year - slack <= said.latest.year and said.earliest.year <= latest.year + slack else -1
