"""Lists of the API over the same rows read by raw psycopg, in one run: ``python -m benchmarks.api [--lots 100000]``.

Fills a database of its own, asks each list for its first page and for one far behind, in process (no network), and
prints medians and ratios. The raw side executes one bare query for the same rows and dumps them by orjson.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.database import prepare

os.environ.setdefault("API_RATE", "100000000/min")
prepare()

import orjson  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

FILL = [
    """insert into catalogue_artist (name, sort_name, name_key, other_names, birth_text, death_text, nationality, movement,
           biography, is_invented, visibility, created_at, updated_at)
       select 'Painter ' || n, 'Painter, ' || lpad(n::text, 8, '0'), 'painter ' || n, '{{}}', '', '', '', '', '', true, 'public',
           now(), now() from generate_series(1, {artists}) n""",
    """insert into catalogue_artwork (title, artist_id, attribution, attribution_text, date_text, date_earliest,
           date_latest, date_circa, dimensions_text, height_cm, width_cm, medium_text, medium, support, signature, edition,
           style, genre, subjects, provenance, exhibitions, literature, notes, inventory_number, is_invented, visibility,
           created_at, updated_at)
       select 'Harbour ' || n, 1 + n % {artists}, 'by', '', '1911', date '1900-01-01' + n % 30000,
           date '1900-01-01' + n % 30000, false, '60 x 80 cm', 60, 80, 'oil on canvas', 'oil', 'canvas', '', '', '', '',
           '{{}}', '', '', '', '', '', true, 'public', now(), now() from generate_series(1, {lots}) n""",
    """insert into sales_auctionhouse (name, name_key, city, country, currency, market, website, created_at, updated_at)
       values ('House', 'house', '', '', 'EUR', 'invented', '', now(), now())""",
    """insert into sales_sale (house_id, title, number, date, location, currency, category, source_url, visibility,
           created_at, updated_at)
       select 1, 'Sale ' || n, n::text, date '1990-01-01' + n * 5, '', 'EUR', '', '', 'public', now(), now()
       from generate_series(1, {sales}) n""",
    """insert into sales_lot (sale_id, sale_date, number, number_sort, description, currency, estimate_low, estimate_high,
           price, price_basis, price_usd, outcome, source_url, created_at, updated_at)
       select s.id, s.date, n::text, n, 'A harbour at dusk', 'EUR', 800, 1200, 1000, 'hammer', 1000 + n % 977, 'sold', '',
           now(), now() from sales_sale s cross join generate_series(1, {lots} / {sales}) n""",
    """insert into sales_lotartwork (lot_id, artwork_id, position) select id, 1 + id % {lots}, 1 from sales_lot""",
    "analyze",
]
ARTISTS = """
    select * from (select id, name, sort_name, other_names, birth_text, birth_earliest, birth_latest,
    death_text, death_earliest, death_latest, nationality, movement, is_invented, merged_into_id,
    organisation_id, visibility, created_at, updated_at from catalogue_artist where visibility = 'public' and
    {where} order by sort_name, id limit 51) a
"""
ARTWORKS = """
    select w.*, a.name, i.id, i.width_px, i.height_px from (select id, title, artist_id, attribution,
    attribution_text, date_text, date_earliest, date_latest, date_circa, dimensions_text, height_cm, width_cm,
    depth_cm, medium_text, medium, support, style, genre, subjects, inventory_number, is_invented,
    organisation_id, visibility, created_at, updated_at from catalogue_artwork where visibility = 'public' and
    {where} order by title, id limit 51) w left join catalogue_artist a on a.id = w.artist_id left join
    catalogue_artworkimage i on i.artwork_id = w.id and i.is_primary
"""
LOTS = """
    select l.*, w.id, w.title, w.attribution, a.id, a.name from (select l.id, l.number, l.description,
    l.currency, l.estimate_low, l.estimate_high, l.opening_bid, l.price, l.price_basis, l.price_usd,
    l.outcome, l.source_url, l.created_at, l.updated_at, s.id as sale, s.title, s.date, h.id as house, h.name
    from sales_lot l join sales_sale s on s.id = l.sale_id join sales_auctionhouse h on h.id = s.house_id
    where s.visibility = 'public' and {where} order by l.sale_date desc, l.id desc limit 51) l join
    sales_lotartwork x on x.lot_id = l.id join catalogue_artwork w on w.id = x.artwork_id join
    catalogue_artist a on a.id = w.artist_id
"""
LISTS = {
    "artists by name": ("/api/v1/artists/", ARTISTS, "(sort_name, id) > (%s, %s)", ("sort_name", "id")),
    "artworks by title": ("/api/v1/artworks/?order=title", ARTWORKS, "(title, id) > (%s, %s)", ("title", "id")),
    "lots, newest first": ("/api/v1/lots/", LOTS, "(l.sale_date, l.id) < (%s, %s)", ("sale_date", "id")),
}
TABLES = {"artists": "catalogue_artist", "artworks": "catalogue_artwork", "lots,": "sales_lot"}


def median_ms(do: Callable[[], Any], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        do()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def raw(query: str, values: tuple[Any, ...]) -> bytes:
    with connection.connection.cursor() as cursor:
        rows = cursor.execute(query, values).fetchall()
    return orjson.dumps(rows, default=str)


def far_row(name: str, columns: tuple[str, ...]) -> tuple[Any, ...]:
    """The row four fifths of the way through the list."""
    table, way = TABLES[name.split()[0]], "desc" if name.startswith("lots") else "asc"
    order = ", ".join(f"{column} {way}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        offset = cursor.fetchone()[0] * 4 // 5
        cursor.execute(f"select {', '.join(columns)} from {table} order by {order} limit 1 offset {offset}")
        return cursor.fetchone()


def compare(api: Callable[[str], Any], runs: int) -> None:
    from artmarket.api.keyset import Keyset
    from artmarket.api.urls import router

    views = {prefix: view for prefix, view, _name in router.registry}
    floor = median_ms(lambda: api("/api/v1/"), runs)
    print(f"a request that reads nothing but its key: {floor:.2f} ms")
    print(f"{'list':<22}{'page':<8}{'raw ms':>8}{'api ms':>8}{'ratio':>7}")
    for name, (path, query, where, columns) in LISTS.items():
        view = views[path.split("/")[3]]
        keyset: Keyset = view.orders["title"] if "order=title" in path else next(iter(view.orders.values()))
        far = far_row(name, columns)
        cursor = keyset.write(dict(zip(columns, far, strict=True)))
        pages = {
            "first": (path, query.format(where="true"), ()),
            "far": (f"{path}{'&' if '?' in path else '?'}cursor={cursor}", query.format(where=where), far),
        }
        for page, (address, sql, values) in pages.items():
            assert len(orjson.loads(api(address).content)["results"]) == 50
            bare = median_ms(lambda sql=sql, values=values: raw(sql, values), runs)
            full = median_ms(lambda address=address: api(address), runs)
            print(f"{name:<22}{page:<8}{bare:>8.2f}{full:>8.2f}{full / bare:>7.1f}")


def make_key() -> str:
    from artmarket.accounts.models import Membership, Organisation, User
    from artmarket.accounts.services import create_api_key

    user = User.objects.create_user("bench")
    organisation = Organisation.objects.create(name="Bench", slug="bench", kind=Organisation.Kind.GALLERY)
    Membership.objects.create(user=user, organisation=organisation, role=Membership.Role.DEALER)
    return create_api_key(actor=user, organisation=organisation, name="bench", scopes=["read"])[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lots", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=60)
    options = parser.parse_args()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with connection.cursor() as cursor:
            sizes = {
                "lots": options.lots,
                "artists": max(options.lots // 50, 300),
                "sales": max(options.lots // 200, 1),
            }
            for statement in FILL:
                cursor.execute(statement.format(**sizes))
        client, headers = Client(SERVER_NAME="localhost"), {"Authorization": f"Bearer {make_key()}"}
        print(f"{options.lots} lots and works; median of {options.runs}; the api side includes key, throttle and JSON")
        compare(lambda path: client.get(path, headers=headers), options.runs)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
