"""From records to offers: one market, one currency, one price basis; what does not fit is counted, not converted silently."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet
from numpy.typing import NDArray

from analysis.similarity.models import Embedding, EmbeddingSpace
from artmarket.sales.fx import NoRate, RateTable
from artmarket.sales.models import LotArtwork, Outcome, PriceBasis
from artmarket.sales.premium import NoSchedule, bands_on, hammer_from, with_premium
from ml.valuation.offers import Offer
from ml.valuation.words import kind_of_sale

FIELDS = (
    "lot_id", "artwork_id", "lot__sale_date", "lot__currency", "lot__price", "lot__price_basis", "lot__outcome",
    "lot__estimate_low", "lot__estimate_high", "lot__opening_bid", "lot__sale__house_id", "artwork__artist_id",
    "artwork__attribution", "artwork__medium", "artwork__support", "artwork__height_cm", "artwork__width_cm",
    "artwork__depth_cm", "artwork__date_earliest", "artwork__signature", "artwork__artist__birth_earliest",
    "artwork__title", "artwork__medium_text", "artwork__provenance", "lot__sale__title", "lot__number_sort",
)  # fmt: skip
AMOUNTS = ("lot__estimate_low", "lot__estimate_high", "lot__opening_bid")
SMALLEST = Decimal("0.01")


@dataclass(frozen=True)
class Scope:
    """A market that one model answers for: ``auction:EUR``, the houses that reckon in that currency. Lots priced in
    another one come in at the day's rate.
    """

    market: str
    currency: str

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Raises ``ValueError`` for anything but ``market:CUR``."""
        market, _colon, currency = text.partition(":")
        if not market or len(currency) != 3:
            raise ValueError(f"a scope is written market:CURRENCY, not “{text}”")
        return cls(market, currency)

    def __str__(self) -> str:
        return f"{self.market}:{self.currency}"


@dataclass
class Gathered:
    """Offers of a scope by lot, the price basis that they share, and how many lots were left out, by reason."""

    offers: list[Offer]
    basis: str
    artworks: dict[int, int]
    left_out: Counter[str] = field(default_factory=Counter)


def single_works() -> QuerySet[LotArtwork]:
    """Works that are alone in their lot: a lot's price is not the price of one of several works."""
    others = LotArtwork.objects.filter(lot=OuterRef("lot")).exclude(pk=OuterRef("pk"))
    return LotArtwork.objects.filter(~Exists(others))


def public_single_works() -> QuerySet[LotArtwork]:
    """Only public sales teach a model that answers everyone; a private sale's prices could be read out of it."""
    return single_works().filter(lot__sale__visibility="public", artwork__visibility="public")


def gather(scope: Scope, *, before: dt.date | None = None, basis: str = "") -> Gathered:
    """All public single-work offers of a scope in order of date, before a date if one is given.

    Prices stand on ``basis``; by default on that of most of them.
    """
    houses = {"lot__sale__house__market": scope.market, "lot__sale__house__currency": scope.currency}
    rows = public_single_works().filter(**houses).exclude(lot__outcome=Outcome.WITHDRAWN)
    if before is not None:
        rows = rows.filter(lot__sale_date__lt=before)
    values = list(rows.order_by("lot__sale_date", "lot_id").values(*FIELDS))
    basis = basis or prevailing_basis(values)
    reader = Reader(scope, basis, vectors_of({row["artwork_id"] for row in values}))
    offers = [offer for offer in map(reader.read, values) if offer is not None]
    return Gathered(offers, basis, {row["lot_id"]: row["artwork_id"] for row in values}, reader.left_out)


def prevailing_basis(values: Iterable[Mapping[str, Any]]) -> str:
    """The basis that most prices stand on."""
    counts = Counter(row["lot__price_basis"] for row in values if row["lot__price"] is not None)
    return counts.most_common(1)[0][0] if counts else PriceBasis.HAMMER.value


class Reader:
    """Reads rows into offers of one scope and basis."""

    def __init__(
        self,
        scope: Scope,
        basis: str,
        vectors: Mapping[int, NDArray[np.float32]],
        rates: RateTable | None = None,
    ) -> None:
        self.scope, self.basis, self.vectors = scope, basis, vectors
        self.rates = rates or RateTable.load()
        self.left_out: Counter[str] = Counter()
        self.bands = lru_cache(maxsize=4096)(bands_on)

    def read(self, row: Mapping[str, Any]) -> Offer | None:
        """The row as an offer; None, and counted, where its amounts cannot be brought to the scope's."""
        try:
            amounts = {name: self.in_scope(row, row[name]) for name in AMOUNTS} | {"lot__price": self.price(row)}
        except NoRate:
            self.left_out[f"no rate of {row['lot__currency']}"] += 1
            return None
        except NoSchedule:
            self.left_out[f"price {row['lot__price_basis']}, no premium schedule"] += 1
            return None
        return as_offer(row, amounts, self.vectors.get(row["artwork_id"]))

    def in_scope(self, row: Mapping[str, Any], amount: Decimal | None) -> Decimal | None:
        if amount is None:
            return None
        return self.rates.convert(
            amount, source=row["lot__currency"], target=self.scope.currency, on=row["lot__sale_date"]
        )

    def price(self, row: Mapping[str, Any]) -> Decimal | None:
        """The row's price on the reader's basis and in its currency, in this order. Raises ``NoSchedule``, ``NoRate``."""
        return self.in_scope(row, self.on_basis(row, row["lot__price"]))

    def on_basis(self, row: Mapping[str, Any], price: Decimal | None) -> Decimal | None:
        """The price on the reader's basis, by the schedule of its own currency: thresholds do not move with rates."""
        if price is None or row["lot__price_basis"] == self.basis:
            return price
        bases = {row["lot__price_basis"], self.basis}
        if bases != {PriceBasis.HAMMER, PriceBasis.WITH_PREMIUM}:
            raise NoSchedule
        bands = self.bands(house_id=row["lot__sale__house_id"], currency=row["lot__currency"], on=row["lot__sale_date"])
        return with_premium(price, bands) if self.basis == PriceBasis.WITH_PREMIUM else hammer_from(price, bands)


def as_offer(row: Mapping[str, Any], amounts: Mapping[str, Decimal | None], vector: Any) -> Offer:
    made, born = row["artwork__date_earliest"], row["artwork__artist__birth_earliest"]
    return Offer(
        key=row["lot_id"],
        date=row["lot__sale_date"],
        artist=row["artwork__artist_id"],
        attribution=row["artwork__attribution"],
        medium=row["artwork__medium"],
        support=row["artwork__support"],
        height_cm=as_float(row["artwork__height_cm"]),
        width_cm=as_float(row["artwork__width_cm"]),
        depth_cm=as_float(row["artwork__depth_cm"]),
        made_year=made.year if made else None,
        born_year=born.year if born else None,
        is_signed=bool(row["artwork__signature"]),
        title=row["artwork__title"] or "",
        medium_text=row["artwork__medium_text"] or "",
        provenance=row["artwork__provenance"] or "",
        house=row["lot__sale__house_id"],
        sale_kind=kind_of_sale(row["lot__sale__title"] or ""),
        lot_number=row["lot__number_sort"] or None,
        estimate_low=as_float(amounts["lot__estimate_low"]),
        estimate_high=as_float(amounts["lot__estimate_high"]),
        opening_bid=as_float(amounts["lot__opening_bid"]),
        price=as_float(amounts["lot__price"]),
        sold={Outcome.SOLD: True, Outcome.BOUGHT_IN: False}.get(row["lot__outcome"]),
        vector=vector,
    )


def as_float(value: Decimal | None) -> float | None:
    """A measure for the model, which reckons in logarithms; records keep their exact amounts."""
    return float(value) if value else None


def vectors_of(artwork_ids: Iterable[int]) -> dict[int, NDArray[np.float32]]:
    """The active space's vector of each work's primary picture."""
    space = EmbeddingSpace.objects.filter(state=EmbeddingSpace.State.ACTIVE, name="subject").first()
    if space is None:
        return {}
    rows = Embedding.objects.filter(space=space, image__is_primary=True, image__artwork_id__in=list(artwork_ids))
    found = rows.values_list("image__artwork_id", "vector")
    return {artwork: np.asarray(vector, dtype=np.float32) for artwork, vector in found}
