"""What a work would bring under another attribution: multipliers learned within artists, and mixtures of opinions.

For each artist with lots *by* and lots under a qualifier the difference of their log prices is taken after year, size
and medium (a hedonic regression with artist effects); the differences are pooled by a random-effects mean (DerSimonian
and Laird 1986), and each artist's own is shrunk towards it (the best linear predictor, Henderson 1975).
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.valuation.features import ATTRIBUTIONS
from ml.valuation.offers import Offer

Numbers = NDArray[np.float64]

BY = "by"
FEWEST_LOTS, FEWEST_ARTISTS = 10, 3
# So many lots of a qualifier weigh the model's own answer and the learned multiplier alike.
AS_MANY = 200
WITHIN = 0.8


@dataclass(frozen=True)
class Effect:
    """A qualifier's log price over the same artist's *by*: the mean, its standard error, and what it stands on."""

    log: float
    error: float
    lots: int
    artists: int


@dataclass(frozen=True)
class Attributions:
    """Effects by qualifier, and by (artist, qualifier) where the artist has both; ``spread``: between artists."""

    market: Mapping[str, Effect]
    own: Mapping[tuple[int, str], Effect]
    spread: float

    def effect(self, artist: int | None, qualifier: str) -> Effect | None:
        """The artist's own shrunk effect, else the market's with the spread between artists; None where too few tell.

        Raises ``ValueError`` for a qualifier that is none.
        """
        if qualifier not in ATTRIBUTIONS:
            raise ValueError(f"no such attribution: {qualifier}; there are {', '.join(ATTRIBUTIONS)}")
        if qualifier == BY:
            return Effect(0.0, 0.0, 0, 0)
        if qualifier not in self.market:
            return None
        if artist is not None and (artist, qualifier) in self.own:
            return self.own[artist, qualifier]
        found = self.market[qualifier]
        return Effect(found.log, math.hypot(found.error, self.spread), found.lots, found.artists)

    def save(self, path: Path) -> None:
        """Write JSON."""
        own = [[artist, qualifier, asdict(effect)] for (artist, qualifier), effect in self.own.items()]
        market = {qualifier: asdict(effect) for qualifier, effect in self.market.items()}
        path.write_text(json.dumps({"market": market, "own": own, "spread": self.spread}))

    @classmethod
    def load(cls, path: Path) -> Attributions:
        """What ``save`` wrote. Raises ``OSError`` or ``ValueError`` where it is missing or broken."""
        plain = json.loads(path.read_text())
        market = {qualifier: Effect(**effect) for qualifier, effect in plain["market"].items()}
        own = {(artist, qualifier): Effect(**effect) for artist, qualifier, effect in plain["own"]}
        return cls(market, own, plain["spread"])


def learn_attributions(offers: Sequence[Offer]) -> Attributions:
    """Effects from sold offers of artists who have lots *by* and under a qualifier; empty where there are too few."""
    sold = with_both(offer for offer in offers if offer.price and offer.artist is not None)
    if not sold:
        return Attributions({}, {}, 0.0)
    cleaned, noise = without_context(sold)
    groups: defaultdict[tuple[int, str], list[float]] = defaultdict(list)
    for offer, left in zip(sold, cleaned, strict=True):
        groups[offer.artist or 0, offer.attribution].append(float(left))
    found: dict[tuple[int, str], tuple[float, float, int]] = {}
    for (artist, qualifier), values in groups.items():
        if qualifier != BY:
            by = groups[artist, BY]
            gap = float(np.mean(values) - np.mean(by))
            found[artist, qualifier] = gap, noise * (1 / len(values) + 1 / len(by)), len(values)
    return pooled(found)


def with_both(sold: Iterable[Offer]) -> list[Offer]:
    """The offers of artists who have both lots *by* and lots under a qualifier."""
    by_artist: defaultdict[int | None, list[Offer]] = defaultdict(list)
    for offer in sold:
        by_artist[offer.artist].append(offer)
    both = [own for own in by_artist.values() if len({each.attribution == BY for each in own}) == 2]
    return [offer for own in both for offer in own]


def without_context(sold: Sequence[Offer]) -> tuple[Numbers, float]:
    """Log prices [n] less year, size and medium; and the variance within an artist's lots of one qualifier."""
    price = np.array([offer.log_price for offer in sold])
    area = np.array([offer.log_area for offer in sold])
    columns = [np.where(np.isnan(area), 0.0, area - np.nanmean(area)) if not np.isnan(area).all() else area * 0 + 0.0]
    columns.append(np.isnan(area).astype(float))
    years, media = np.array([offer.date.year for offer in sold]), np.array([offer.medium for offer in sold])
    columns += [(years == year).astype(float) for year in sorted(set(years.tolist()))[1:]]
    columns += [(media == medium).astype(float) for medium in sorted(set(media.tolist()))[1:]]
    context = np.nan_to_num(np.column_stack(columns))
    cells = np.unique([f"{offer.artist} {offer.attribution}" for offer in sold], return_inverse=True)[1]
    weights, *_rest = np.linalg.lstsq(centred(context, cells), centred(price[:, None], cells)[:, 0], rcond=None)
    cleaned = price - context @ weights
    rest = centred(cleaned[:, None], cells)[:, 0]
    free = max(len(sold) - int(cells.max()) - 1 - context.shape[1], 1)
    return cleaned, max(float(rest @ rest) / free, 1e-4)


def centred(values: Numbers, cells: NDArray[np.int64]) -> Numbers:
    """The columns [n, k] less their cell's mean."""
    counts = np.bincount(cells).astype(float)
    means = np.column_stack([np.bincount(cells, column) / counts for column in values.T])
    return np.asarray(values - means[cells])


def pooled(found: Mapping[tuple[int, str], tuple[float, float, int]]) -> Attributions:
    """Random-effects means by qualifier with one spread between artists, and each artist's own shrunk to them."""
    lots: Counter[str] = Counter()
    artists = Counter(qualifier for _artist, qualifier in found)
    for (_artist, qualifier), (_gap, _variance, count) in found.items():
        lots[qualifier] += count
    told = [name for name in artists if lots[name] >= FEWEST_LOTS and artists[name] >= FEWEST_ARTISTS]
    spread = between_artists([[value for key, value in found.items() if key[1] == name] for name in told])
    market = {}
    for name in told:
        rows = [value for key, value in found.items() if key[1] == name]
        weights = np.array([1 / (variance + spread) for _gap, variance, _count in rows])
        mean = float(weights @ [gap for gap, _variance, _count in rows] / weights.sum())
        market[name] = Effect(mean, float(weights.sum() ** -0.5), lots[name], artists[name])
    own = {key: shrunk(row, market[key[1]], spread) for key, row in found.items() if key[1] in market}
    return Attributions(market, own, math.sqrt(spread))


def between_artists(groups: Sequence[Sequence[tuple[float, float, int]]]) -> float:
    """Variance between artists by DerSimonian and Laird's moments, over all qualifiers together."""
    excess, scale = 0.0, 0.0
    for rows in groups:
        gaps = np.array([gap for gap, _variance, _count in rows])
        weights = np.array([1 / variance for _gap, variance, _count in rows])
        mean = float(weights @ gaps / weights.sum())
        excess += float(weights @ (gaps - mean) ** 2) - (len(rows) - 1)
        scale += float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(excess / scale, 0.0) if scale > 0 else 0.0


def shrunk(row: tuple[float, float, int], market: Effect, spread: float) -> Effect:
    gap, variance, count = row
    trust = spread / (spread + variance)
    log = trust * gap + (1 - trust) * market.log
    error = math.sqrt(trust * variance + ((1 - trust) * market.error) ** 2)
    return Effect(log, error, count, 1)


def between(start: Effect, end: Effect, model_says: float, lots: int) -> tuple[float, float]:
    """The change of log price from one attribution to another, and its error.

    Learned multipliers, and with the share that ``lots`` of the rarer qualifier deserve the model's own change.
    """
    share = lots / (lots + AS_MANY)
    change = (1 - share) * (end.log - start.log) + share * model_says
    return change, math.hypot(start.error, end.error)
