"""The dirty files of five sources go in by their shipped maps, and say truthfully what was refused."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from artmarket.catalogue.models import Artwork
from artmarket.intake.models import ImportSession
from artmarket.sales.models import AuctionHouse, Lot
from tests.conftest import World

SOURCES = [
    ("lisbon/lots.csv", "lisbon", 3539, {"committed": 3539}),
    ("new-york/sothebys-to-2017.csv", "new-york-sothebys", 13734, {"committed": 13734}),
    ("new-york/christies-to-2017.csv", "new-york-christies", 9736, {"committed": 9736}),
    ("hong-kong/christies-2016-2020.csv", "hong-kong-christies", 7067, {"committed": 7067}),
    ("hong-kong/sothebys-2016-2020.csv", "hong-kong-sothebys", 5180, {"committed": 5180}),
    ("paris/paris-1764-1780.csv", "paris", 3393, {"committed": 3384, "skipped": 9}),
    ("knoedler/knoedler-new-york-1873-1972.csv", "knoedler", 4193, {"committed": 4168, "skipped": 25}),
]
pytestmark = [pytest.mark.data, pytest.mark.slow]


def run(path: Path, column_map: str, **options: object) -> str:
    out = StringIO()
    call_command("import_lots", path, house=f"House of {column_map}", map=column_map, yes=True, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize(("name", "column_map", "rows", "states"), SOURCES)
def test_every_row_is_accounted_for(
    data_dir: Path, world: World, name: str, column_map: str, rows: int, states: dict[str, int]
) -> None:
    run(data_dir / "sales" / name, column_map, doubtful="new")
    session = ImportSession.objects.get()
    assert session.report["rows"] == rows
    assert session.report["states"] == states
    assert sum(states.values()) == rows
    assert Lot.objects.count() == states["committed"]


def test_a_second_run_of_the_lisbon_file_changes_nothing(data_dir: Path, world: World) -> None:
    path = data_dir / "sales" / "lisbon" / "lots.csv"
    run(path, "lisbon", doubtful="new")
    before = list(Lot.objects.order_by("pk").values()), list(Artwork.objects.order_by("pk").values())
    assert "unchanged 3539" in run(path, "lisbon", doubtful="new")
    assert (list(Lot.objects.order_by("pk").values()), list(Artwork.objects.order_by("pk").values())) == before


def test_lisbon_prices_outcomes_and_opening_bids(data_dir: Path, world: World) -> None:
    run(data_dir / "sales" / "lisbon" / "lots.csv", "lisbon", doubtful="new")
    assert Lot.objects.filter(outcome="bought_in", price=None).count() == 1503
    lot = Lot.objects.get(sale__number="1218", number="1")
    assert (lot.opening_bid, lot.price, lot.currency, lot.estimate_low) == (10, 44, "EUR", None)


def test_the_dealers_books_are_no_auction(data_dir: Path, world: World) -> None:
    run(data_dir / "sales" / "knoedler" / "knoedler-new-york-1873-1972.csv", "knoedler", doubtful="new")
    assert AuctionHouse.objects.get().market == "dealer"


def test_paris_qualifiers_and_livres(data_dir: Path, world: World) -> None:
    run(data_dir / "sales" / "paris" / "paris-1764-1780.csv", "paris", doubtful="new")
    copy = Lot.objects.get(sale__number="L1764", number="4")
    assert (copy.currency, copy.price, copy.price_basis) == ("FRL", 12, "hammer")
    work = copy.artworks.get()
    assert (work.attribution, work.artist.name) == ("copy_after", "Sir Anthony van Dyck")
