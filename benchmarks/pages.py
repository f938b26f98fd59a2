"""Every list page of a full catalogue over its own bare SQL: ``python -m benchmarks.pages [--lots 1000000]``.

Fills a database of its own with invented records, asks each page in process as a signed-in person (no network), then
sends the very queries of that page by plain psycopg. The ratio is what the pages cost beyond their data; a page whose
bare SQL takes more than ``--slow-ms`` milliseconds is marked, for it loads or counts more than it shows.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.database import prepare

if TYPE_CHECKING:
    from django.test import Client

    from artmarket.accounts.models import User

Query = tuple[str, Any]
DATABASE = "artmarket_bench_pages"
PAGES = {
    "home": "/",
    "works": "/artworks/",
    "works, table": "/artworks/?view=table",
    "works by title": "/artworks/?order=title",
    "works, latest made": "/artworks/?order=latest",
    "works, medium": "/artworks/?medium=oil",
    "works, style, years": "/artworks/?style=Cubism&year_min=1800&year_max=1899&order=earliest",
    "works, years by title": "/artworks/?year_min=1800&year_max=1810&order=title",
    "works, size, picture": "/artworks/?size=large&picture=yes",
    "works, no picture": "/artworks/?picture=no",
    "works, attribution": "/artworks/?attribution=after&order=earliest",
    "works, common word": "/artworks/?text=harbour",
    "works, common, by title": "/artworks/?text=harbour&order=title",
    "works, given name": "/artworks/?text=anna",
    "works, rare words": "/artworks/?text=harbour+rain+77",
    "works, no such word": "/artworks/?text=zeppelin",
    "works of one artist": "/artworks/?artist={artist}&order=earliest",
    "work": "/artworks/{work}/",
    "work's offers": "/sales/artworks/{work}/panel/",
    "artists": "/artists/",
    "artists, name": "/artists/?text=anna",
    "artists, nationality": "/artists/?nationality=baltic",
    "artists, no such": "/artists/?nationality=martian",
    "artist": "/artists/{artist}/",
    "artist's market": "/sales/artists/{artist}/panel/",
    "rare artist's market": "/sales/artists/{rare_artist}/panel/",
    "houses": "/houses/",
    "house": "/houses/{house}/",
    "sales": "/sales/",
    "sales, word": "/sales/?text=cubism",
    "sales, house, dates": "/sales/?house={house}&date_after=2000-01-01&date_before=2010-12-31",
    "sale": "/sales/{sale}/",
    "sale, grid": "/sales/{sale}/?view=grid",
    "lots": "/lots/",
    "lots, dearest": "/lots/?order=dearest",
    "lots, bought in": "/lots/?outcome=bought_in",
    "lots, dearest bought in": "/lots/?outcome=bought_in&order=dearest",
    "lots, years": "/lots/?year_min=2000&year_max=2005&order=oldest",
    "lots, years, dearest": "/lots/?year_min=2000&year_max=2005&order=dearest",
    "lots, prices": "/lots/?price_min=100000&price_max=110000",
    "lots, above estimate": "/lots/?against=above",
    "lots, house": "/lots/?house={house}",
    "lots, house, dearest": "/lots/?house={house}&order=dearest",
    "lots, common word": "/lots/?text=harbour",
    "lots, given name": "/lots/?text=anna",
    "lots, rare words": "/lots/?text=harbour+rain+77",
    "lots, word of all": "/lots/?text=canvas",
    "lots, no such word": "/lots/?text=zeppelin",
    "lots of one artist": "/lots/?artist={artist}",
    "lots, artist, dearest": "/lots/?artist={artist}&order=dearest",
    "lots, rare artist": "/lots/?artist={rare_artist}",
    "lot": "/lots/{lot}/",
}


@dataclass(frozen=True)
class Measured:
    page_ms: float
    bare_ms: float
    queries: list[Query]
    slowest: Query


def median_ms(do: Callable[[], Any], runs: int) -> float:
    """Median milliseconds; a thing that takes long is done fewer times."""
    times: list[float] = []
    started = time.perf_counter()
    for _ in range(runs):
        before = time.perf_counter()
        do()
        times.append((time.perf_counter() - before) * 1000)
        if len(times) >= 3 and time.perf_counter() - started > 2:
            break
    return statistics.median(times)


@contextmanager
def recorded() -> Iterator[list[Query]]:
    """The queries that Django sends meanwhile, with their values."""
    from django.db import connection

    sent: list[Query] = []

    def record(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        sent.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(record):
        yield sent


def send(query: Query) -> None:
    """One query by the driver alone, its rows read and forgotten."""
    from django.db import connection

    with connection.connection.cursor() as cursor:
        cursor.execute(*query)
        if cursor.description:
            cursor.fetchall()


def measure(client: Client, path: str, runs: int) -> Measured:
    assert client.get(path).status_code == 200, path  # also warms the caches
    with recorded() as queries:
        client.get(path)
    page = median_ms(lambda: client.get(path), runs)
    bare = median_ms(lambda: [send(query) for query in queries], runs)
    slowest = max(queries, key=lambda query: median_ms(lambda: send(query), 1))
    return Measured(page, bare, queries, slowest)


def explain(query: Query) -> str:
    from django.db import connection

    with connection.connection.cursor() as cursor:
        rows = cursor.execute(f"explain (analyze, buffers off) {query[0]}", query[1]).fetchall()
    return "\n".join(row[0] for row in rows)


def sign_in() -> tuple[Client, User]:
    """A member of one of the organisations: the pages must then look for what is public or theirs."""
    from django.test import Client

    from artmarket.accounts.models import Membership, User

    user, _made = User.objects.get_or_create(username="benchmark")
    Membership.objects.get_or_create(user=user, organisation_id=1, role=Membership.Role.DEALER)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client, user


def shown_keys(user: User) -> dict[str, int]:
    """What the pages of one record show: the artist with most lots and one with few, a work, a lot with its sale."""
    from django.db.models import Count

    from artmarket.catalogue.models import Artist, Artwork
    from artmarket.sales.models import Lot, Offer

    seen = Offer.objects.filter(artist__in=Artist.objects.visible_to(user).values("pk"))
    by_lots = seen.values("artist_id").annotate(lots=Count("pk"))
    artist = by_lots.order_by("-lots", "artist_id")[0]["artist_id"]
    work = Artwork.objects.visible_to(user).filter(artist=artist).order_by("pk")[0]
    middle = Lot.objects.count() // 2
    lot = Lot.objects.visible_to(user).select_related("sale").order_by("-sale_date", "-id")[middle]
    rare = by_lots.filter(lots__lte=20).order_by("-lots", "artist_id")[0]["artist_id"]
    return {
        "artist": artist, "rare_artist": rare, "work": work.pk, "lot": lot.pk, "sale": lot.sale_id,
        "house": lot.sale.house_id,
    }  # fmt: skip


def far_pages() -> dict[str, str]:
    """Pages four fifths of the way through their lists."""
    from artmarket.catalogue.models import Artwork
    from artmarket.catalogue.views import ARTWORK_ORDERS
    from artmarket.sales.models import Lot
    from artmarket.sales.views import LOT_ORDERS

    work = Artwork.objects.order_by("title", "id")[Artwork.objects.count() * 4 // 5]
    lot = Lot.objects.order_by("-sale_date", "-id")[Lot.objects.count() * 4 // 5]
    return {
        "works by title, far": f"/artworks/?order=title&cursor={ARTWORK_ORDERS['title'].keyset.write(work)}",
        "lots, far": f"/lots/?cursor={LOT_ORDERS['newest'].keyset.write(lot)}",
    }


def report(client: Client, pages: dict[str, str], options: argparse.Namespace) -> None:
    print(f"{'page':<26}{'queries':>8}{'bare ms':>9}{'page ms':>9}{'ratio':>7}")
    for name, path in pages.items():
        found = measure(client, path, options.runs)
        slow = "  SLOW SQL" if found.bare_ms > options.slow_ms else ""
        print(
            f"{name:<26}{len(found.queries):>8}{found.bare_ms:>9.1f}{found.page_ms:>9.1f}"
            f"{found.page_ms / found.bare_ms:>7.1f}{slow}",
            flush=True,
        )
        if slow and options.explain:
            print(found.slowest[0], found.slowest[1], explain(found.slowest), sep="\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--artworks", type=int, default=100_000)
    parser.add_argument("--lots", type=int, default=1_000_000)
    parser.add_argument("--artists", type=int, default=20_000)
    parser.add_argument("--sales", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--slow-ms", type=float, default=50)
    parser.add_argument("--keep", action="store_true", help="measure what the database holds, without filling it")
    parser.add_argument("--explain", action="store_true", help="print the plan of a slow page's slowest query")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    prepare(DATABASE)
    from django.core.management import call_command

    from benchmarks.synthetic import Sizes, fill

    call_command("collectstatic", verbosity=0, interactive=False)
    if not options.keep:
        started = time.perf_counter()
        fill(Sizes(options.artworks, options.lots, options.artists, options.sales))
        print(f"{options.artworks:,} works, {options.lots:,} lots, written in {time.perf_counter() - started:.0f} s")
    client, user = sign_in()
    keys = shown_keys(user)
    pages = {name: path.format(**keys) for name, path in PAGES.items()} | far_pages()
    report(client, {name: path for name, path in pages.items() if options.only in name}, options)


if __name__ == "__main__":
    main()
