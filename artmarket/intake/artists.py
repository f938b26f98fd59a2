"""Whose work it is: each distinct credit of a file is matched once against the known artists."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from artmarket.catalogue.matching import ArtistMatcher
from artmarket.core.attribution import Attribution
from artmarket.core.fuzzy_dates import FuzzyDate
from artmarket.core.names import ArtistCredit
from artmarket.intake.models import ImportSession

Json = dict[str, Any]
CANDIDATES = 5


@dataclass(frozen=True)
class Resolution:
    """A known artist, or candidates for a person to choose from, or neither: a new artist."""

    artist_id: int | None = None
    candidates: list[Json] = field(default_factory=list)


def credit_key(artist: Json) -> tuple[str, ...]:
    """What makes two credits of one file the same person: normalised name and life dates."""
    return (artist["key"], *artist["birth"], "/", *artist["death"])


def credit_of(artist: Json) -> ArtistCredit:
    def span(days: list[str]) -> FuzzyDate | None:
        return FuzzyDate(dt.date.fromisoformat(days[0]), dt.date.fromisoformat(days[1]), False) if days else None

    return ArtistCredit(
        name=artist["name"],
        sort_name=artist["sort_name"],
        key=artist["key"],
        attribution=Attribution(artist["attribution"]),
        birth=span(artist["birth"]),
        death=span(artist["death"]),
        birth_text=artist["birth_text"],
        death_text=artist["death_text"],
        nationality=artist["nationality"],
    )


class ArtistResolver:
    """Matches by the catalogue's matcher, within what the session's organisation may see."""

    def __init__(self, session: ImportSession) -> None:
        self.session = session
        self.found: dict[tuple[str, ...], Resolution] = {}

    @cached_property
    def matcher(self) -> ArtistMatcher:
        return ArtistMatcher(organisation=self.session.organisation)

    def resolve(self, artist: Json | None) -> Resolution:
        if artist is None:
            return Resolution()
        key = credit_key(artist)
        if key not in self.found:
            self.found[key] = self.match(credit_of(artist))
        return self.found[key]

    def match(self, credit: ArtistCredit) -> Resolution:
        match = self.matcher.match(credit)
        if match.artist is not None:
            return Resolution(artist_id=match.artist.pk)
        return Resolution(candidates=[candidate_json(item) for item in match.candidates[:CANDIDATES]])


def candidate_json(candidate: Any) -> Json:
    artist = candidate.artist
    life = "–".join(part for part in (artist.birth_text, artist.death_text) if part)
    return {"id": artist.pk, "name": artist.name, "life": life, "score": round(float(candidate.score), 3)}
