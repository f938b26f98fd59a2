"""The atelier's records in the database, all at once; and the pictures that are still missing."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from artmarket.accounts.models import Organisation
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.catalogue.services import AddedImages, add_images
from artmarket.core.names import name_key
from artmarket.demo import market
from artmarket.demo.artists import Painter
from artmarket.demo.atelier.painter import Order, paint_file
from artmarket.demo.people import ATELIER, BELMAR, NORDWIK, make_people
from artmarket.demo.works import WorkPlan, plan_works
from artmarket.intake.copying import refresh_statistics
from artmarket.sales.fx import refresh_usd
from artmarket.sales.models import (
    AuctionHouse,
    Lot,
    LotArtwork,
    Market,
    PremiumBand,
    PremiumSchedule,
    PriceBasis,
    Sale,
)

PAINTERS_AT_ONCE = 2
COMING_DAYS = 30
HOUSES = {NORDWIK: ("Nordwik & Daughters", "Port Ysolde"), BELMAR: ("Belmar Auctions", "Vila Clara")}
PREMIUMS = {NORDWIK: ("0.25", "0.20"), BELMAR: ("0.26", "0.21")}
Say = Callable[[str], None]


def load(*, works: int, seed: int, say: Say) -> None:
    """Make what is not there yet: people, records (in one transaction), the truth's file, missing pictures."""
    plans = plan_works(works, seed)
    with transaction.atomic():
        organisations = make_people()
        if not Artwork.objects.filter(organisation__slug=ATELIER, is_invented=True).exists():
            write_records(plans, seed, organisations)
            say(
                f"{len(plans)} works and {Lot.objects.filter(sale__house__market=Market.INVENTED).count()} lots written"
            )
    write_truth(plans, seed)
    add_missing_pictures(plans, say)


def write_truth(plans: Sequence[WorkPlan], seed: int) -> None:
    """Keep the known truth beside the data, for tests of models."""
    folder = settings.VAR_DIR / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "truth.json").write_text(json.dumps(market.truth(plans, seed), indent=1))


def write_records(plans: Sequence[WorkPlan], seed: int, organisations: dict[str, Organisation]) -> None:
    artworks = write_artworks(plans, organisations[ATELIER])
    houses = write_houses(organisations)
    coming = timezone.localdate() + dt.timedelta(days=COMING_DAYS)
    sales = market.plan_sales(plans, seed, coming=coming)
    write_sales(sales, artworks, houses, organisations)
    refresh_statistics(Artist, Artwork, AuctionHouse, Sale, Lot, LotArtwork)


def write_artworks(plans: Sequence[WorkPlan], atelier: Organisation) -> dict[int, Artwork]:
    """Artists and works; the works by their number."""
    painters = list(dict.fromkeys(plan.painter for plan in plans))
    artists = Artist.objects.bulk_create([artist_of(painter, atelier) for painter in painters])
    by_hand = dict(zip((painter.hand for painter in painters), artists, strict=True))
    made = Artwork.objects.bulk_create([artwork_of(plan, by_hand[plan.painter.hand], atelier) for plan in plans])
    return dict(zip((plan.number for plan in plans), made, strict=True))


def artist_of(painter: Painter, atelier: Organisation) -> Artist:
    first, _space, last = painter.name.rpartition(" ")
    return Artist(
        name=painter.name,
        sort_name=f"{last}, {first}" if first else last,
        name_key=name_key(painter.name),
        birth_text=str(painter.born),
        birth_earliest=dt.date(painter.born, 1, 1),
        birth_latest=dt.date(painter.born, 12, 31),
        death_text=str(painter.died or ""),
        death_earliest=dt.date(painter.died, 1, 1) if painter.died else None,
        death_latest=dt.date(painter.died, 12, 31) if painter.died else None,
        nationality=painter.nationality,
        movement=painter.movement,
        biography=f"{painter.name} and {painter.movement} are invented: painted and priced by a program for the demo.",
        is_invented=True,
        organisation=atelier,
        visibility=Visibility.PUBLIC,
    )


def says(plan: WorkPlan, field: str) -> bool:
    """Whether a work's record says this of it: some leave a gap, as records do, for pictures to suggest."""
    every, place = {"style": (12, 5), "genre": (12, 9), "medium": (40, 7)}[field]
    return plan.number % every != place


def artwork_of(plan: WorkPlan, artist: Artist, atelier: Organisation) -> Artwork:
    medium, text, support = plan.medium if says(plan, "medium") else ("", "", "")
    return Artwork(
        title=plan.title,
        artist=artist,
        attribution=plan.attribution,
        date_text=f"c. {plan.year}" if plan.is_circa else str(plan.year),
        date_earliest=dt.date(plan.year, 1, 1),
        date_latest=dt.date(plan.year, 12, 31),
        date_circa=plan.is_circa,
        dimensions_text=f"{plan.height_cm} × {plan.width_cm} cm",
        height_cm=Decimal(str(plan.height_cm)),
        width_cm=Decimal(str(plan.width_cm)),
        medium_text=text,
        medium=medium,
        support=support,
        signature="signed" if plan.is_signed else "",
        style=plan.painter.movement if says(plan, "style") else "",
        genre=plan.subject.replace("_", " ") if says(plan, "genre") else "",
        subjects=[plan.subject.replace("_", " ")] if plan.subject else [],
        provenance=plan.provenance,
        inventory_number=plan.inventory_number,
        is_invented=True,
        organisation=atelier,
        visibility=Visibility.PUBLIC,
    )


def write_houses(organisations: dict[str, Organisation]) -> dict[str, AuctionHouse]:
    houses = {}
    for slug, (name, city) in HOUSES.items():
        houses[slug] = AuctionHouse.objects.create(
            name=name,
            name_key=name_key(name),
            city=city,
            currency="EUR",
            market=Market.INVENTED,
            organisation=organisations[slug],
        )
        schedule = PremiumSchedule.objects.create(
            house=houses[slug], currency="EUR", valid_from=dt.date(2000, 1, 1), source="invented"
        )
        for above, rate in zip(("0", "200000"), PREMIUMS[slug], strict=True):
            PremiumBand.objects.create(schedule=schedule, above=Decimal(above), rate=Decimal(rate))
    return houses


def write_sales(
    plans: Sequence[market.SalePlan],
    artworks: dict[int, Artwork],
    houses: dict[str, AuctionHouse],
    organisations: dict[str, Organisation],
) -> None:
    """Sales, lots and their works; a coming sale that is not announced is private to its house."""
    sales = Sale.objects.bulk_create([sale_of(plan, houses, organisations) for plan in plans])
    pairs = [(lot, sale) for plan, sale in zip(plans, sales, strict=True) for lot in plan.lots]
    lots = Lot.objects.bulk_create([lot_of(lot, sale) for lot, sale in pairs], batch_size=2000)
    LotArtwork.objects.bulk_create(
        [LotArtwork(lot=made, artwork=artworks[lot.work]) for (lot, _sale), made in zip(pairs, lots, strict=True)],
        batch_size=2000,
    )
    refresh_usd(Lot.objects.filter(sale__house__in=houses.values()))


def sale_of(plan: market.SalePlan, houses: dict[str, AuctionHouse], organisations: dict[str, Organisation]) -> Sale:
    return Sale(
        house=houses[plan.house],
        title=plan.title,
        number=f"{plan.date:%y%m}",
        date=plan.date,
        location=HOUSES[plan.house][1],
        currency="EUR",
        category="Paintings",
        organisation=organisations[plan.house],
        visibility=Visibility.PRIVATE if plan.is_coming and not plan.is_announced else Visibility.PUBLIC,
    )


def lot_of(plan: market.LotPlan, sale: Sale) -> Lot:
    return Lot(
        sale=sale,
        sale_date=sale.date,
        number=str(plan.number),
        number_sort=plan.number,
        currency="EUR",
        estimate_low=Decimal(plan.estimate_low),
        estimate_high=Decimal(plan.estimate_high),
        price=Decimal(plan.price) if plan.price is not None else None,
        price_basis=PriceBasis.HAMMER,
        outcome=plan.outcome,
    )


def add_missing_pictures(plans: Sequence[WorkPlan], say: Say) -> AddedImages:
    """Paint and add the pictures of works that have none; a killed run goes on here."""
    mine = Artwork.objects.filter(organisation__slug=ATELIER, is_invented=True)
    bare = {work.inventory_number: work for work in mine.exclude(pk__in=ArtworkImage.objects.values("artwork"))}
    missing = [(bare[plan.inventory_number], plan.order) for plan in plans if plan.inventory_number in bare]
    if not missing:
        return AddedImages()
    with tempfile.TemporaryDirectory() as name:
        return add_images(
            actor=None,
            items=painted(missing, Path(name), say),
            rights=ArtworkImage.Rights.OWNED,
            credit="Painted by a program for the demo",
        )


def painted(missing: Sequence[tuple[Artwork, Order]], folder: Path, say: Say) -> Iterator[tuple[Artwork, Path]]:
    """Each work with its picture's file, painted by some processes at once."""
    files = [folder / f"{place}.jpg" for place in range(len(missing))]
    with ProcessPoolExecutor(PAINTERS_AT_ONCE, mp_context=get_context("spawn")) as pool:
        finished = pool.map(paint_file, [order for _work, order in missing], files, chunksize=8)
        for place, file in enumerate(finished):
            if (place + 1) % 100 == 0 or place + 1 == len(missing):
                say(f"{place + 1} of {len(missing)} pictures painted")
            yield missing[place][0], file


@transaction.atomic
def remove() -> int:
    """Delete the demo's records; people and organisations stay. Returns the works deleted."""
    LotArtwork.objects.filter(lot__sale__house__market=Market.INVENTED).delete()
    Sale.objects.filter(house__market=Market.INVENTED).delete()
    AuctionHouse.objects.filter(market=Market.INVENTED).delete()
    works = Artwork.objects.filter(is_invented=True)
    count = works.count()
    works.delete()
    Artist.objects.filter(is_invented=True).delete()
    return count
