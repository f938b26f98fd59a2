"""A large invented catalogue, written by the database itself: for measuring, never for showing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

TABLES = (
    "catalogue_artist", "catalogue_artwork", "catalogue_artworkimage", "sales_auctionhouse", "sales_sale", "sales_lot",
    "sales_lotartwork", "sales_offer", "accounts_organisation",
)  # fmt: skip
GIVEN = "Anna Bruno Clara Dirk Elena Franz Greta Hugo Ines Jonas Katja Luca Marta Nils Olga Paul Rosa Simon Tilda Ugo"
BEGIN = "Ald Bern Cor Dal Ebb Fal Gran Hol Ing Jor Kel Lind Mor Nor Ost Pel Quen Ros Stel Tav Ulm Ver Wal Zan"
MIDDLE = "a e i o u ar en il on un er am"
END = "berg dorf feld gard holm land mann mark nau quist rup sen stad strom ton vik wald zek by"
KINDS = "Harbour Portrait Winter Garden Bridge Study Boats Orchard Street Interior Bathers River Mountain Still Nude"
OF = "rain dusk morning snow Porto Antwerp bottles horses flowers peasants fishermen children musicians silence fog"
MEDIA = "oil watercolour ink print drawing acrylic sculpture pastel photograph mixed"
STYLES = "Tonalism Cubism Impressionism Realism Baroque Romanticism Fauvism Symbolism"
BY = "by by by by by by by attributed_to studio_of after"
OUTCOMES = "sold sold sold sold sold sold sold bought_in bought_in bought_in bought_in withdrawn unknown"


@dataclass(frozen=True)
class Sizes:
    artworks: int
    lots: int
    artists: int
    sales: int
    houses: int = 40


def pick(words: str, seed: str) -> str:
    """SQL for one of the words, always the same for the same seed."""
    found = words.split()
    quoted = ", ".join(f"'{word}'" for word in found)
    return f"(array[{quoted}])[1 + (hashint8({seed}) & 2147483647) % {len(found)}]"


def share(seed: str) -> str:
    """SQL for a number from 0 to 1, always the same for the same seed."""
    return f"((hashint8({seed}) & 16777215) / 16777216.0)"


def organisations() -> str:
    return """insert into accounts_organisation (id, name, slug, kind, created_at, updated_at)
        select n, 'Organisation ' || n, 'organisation-' || n, 'gallery', now(), now() from generate_series(1, 2) n"""


def artists(sizes: Sizes) -> str:
    given, family = (
        pick(GIVEN, "n"),
        "||".join(pick(part, f"n + {k}") for k, part in enumerate((BEGIN, MIDDLE, END), 1)),
    )
    return f"""insert into catalogue_artist (id, name, sort_name, name_key, other_names, birth_text, birth_earliest,
            birth_latest, death_text, nationality, movement, biography, is_invented, visibility, organisation_id,
            created_at, updated_at)
        select n, given || ' ' || family, family || ', ' || given, lower(given || ' ' || family), '{{}}', born::text,
            make_date(born, 1, 1), make_date(born, 12, 31), '', 'Baltic', '', '', true,
            case when n % 50 = 0 then 'private' else 'public' end, 1 + n % 2, now(), now()
        from (select n, {given} as given, {family} as family, 1500 + n % 450 as born
            from generate_series(1, {sizes.artists}) n) named"""


def artworks(sizes: Sizes) -> str:
    """Works: few artists have many, many have few; every twentieth is private to one of two organisations."""
    artist = f"1 + floor({sizes.artists} * power({share('n')}, 2.5))::int"
    return f"""insert into catalogue_artwork (id, title, artist_id, attribution, attribution_text, date_text,
            date_earliest, date_latest, date_circa, dimensions_text, height_cm, width_cm, medium_text, medium, support,
            signature, edition, style, genre, subjects, provenance, exhibitions, literature, notes, inventory_number,
            is_invented, visibility, organisation_id, created_at, updated_at)
        select n, {pick(KINDS, "n + 11")} || ' in ' || {pick(OF, "n + 12")} || ' ' || n % 997, {artist},
            {pick(BY, "n + 13")}, '', made::text, make_date(made, 1, 1), make_date(made, 12, 31), false, '60 x 80 cm',
            20 + n % 180, 30 + n % 170, medium || ' on canvas', medium, 'canvas', '', '', {pick(STYLES, "n + 14")}, '',
            '{{}}', repeat('Private collection, by descent. ', 8), '', '', '', '', true,
            case when n % 20 = 0 then 'private' else 'public' end, 1 + n / 20 % 2, now(), now()
        from (select n, {pick(MEDIA, "n + 15")} as medium, 1550 + n % 460 as made
            from generate_series(1, {sizes.artworks}) n) drawn"""


def images(sizes: Sizes) -> str:
    """Rows only, of pictures whose files do not exist, for three works of five."""
    return f"""insert into catalogue_artworkimage (artwork_id, file, sha256, phash, mime_type, width_px, height_px,
            size_bytes, caption, rights, credit, is_primary, created_at, updated_at)
        select n, 'none/' || n, md5(n::text) || md5((-n)::text), n, 'image/jpeg', 900, 640 + n % 500, 100000, '',
            'owned', '', true, now(), now()
        from generate_series(1, {sizes.artworks}) n where n % 5 < 3"""


def houses(sizes: Sizes) -> str:
    return f"""insert into sales_auctionhouse (id, name, name_key, city, country, currency, market, website, created_at,
            updated_at)
        select n, 'House ' || n, 'house ' || n, '', '', 'EUR', 'invented', '', now(), now()
        from generate_series(1, {sizes.houses}) n"""


def sales(sizes: Sizes) -> str:
    return f"""insert into sales_sale (id, house_id, title, number, date, location, currency, category, source_url,
            visibility, organisation_id, created_at, updated_at)
        select n, 1 + n % {sizes.houses}, {pick(STYLES, "n")} || ' sale ' || n, n::text,
            date '1990-01-01' + n * 12000 / {sizes.sales}, '', 'EUR', '', '',
            case when n % 20 = 0 then 'private' else 'public' end, 1 + n / 20 % 2, now(), now()
        from generate_series(1, {sizes.sales}) n"""


def lots(sizes: Sizes) -> str:
    return f"""insert into sales_lot (id, sale_id, sale_date, number, number_sort, description, currency, estimate_low,
            estimate_high, price, price_basis, price_usd, outcome, source_url, created_at, updated_at)
        select n, sale.id, sale.date, place::text, place, {pick(KINDS, "n + 21")} || ' with ' || {pick(OF, "n + 22")},
            'EUR', low, low * 1.5, price, case when house_id % 3 = 0 then 'with_premium' else 'hammer' end,
            price * 1.1, outcome, '', now(), now()
        from (select n, 1 + n % {sizes.sales} as sale_id, 1 + n / {sizes.sales} as place, outcome, low,
                case when outcome = 'sold' then round(low * (0.6 + 1.4 * {share("n + 23")})::numeric, 2) end as price
            from (select n, {pick(OUTCOMES, "n + 24")} as outcome,
                round(exp(5 + 9 * {share("n + 25")})::numeric, 0) as low
                from generate_series(1, {sizes.lots}) n) drawn) offered
        join sales_sale sale on sale.id = sale_id"""


def places(sizes: Sizes) -> str:
    return f"""insert into sales_lotartwork (lot_id, artwork_id, position)
        select n, 1 + (hashint8(n) & 2147483647) % {sizes.artworks}, 1 from generate_series(1, {sizes.lots}) n"""


def offers(_sizes: Sizes) -> str:
    """What triggers would have written."""
    return "insert into sales_offer select * from sales_offers_now()"


def fill(sizes: Sizes) -> None:
    """Empty the catalogue and write another; no history and no foreign keys are checked meanwhile."""
    parts = (artists, artworks, images, houses, sales, lots, places, offers)
    statements = [organisations(), *(part(sizes) for part in parts)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(f"truncate {', '.join(TABLES)} restart identity cascade")
        for statement in statements:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
