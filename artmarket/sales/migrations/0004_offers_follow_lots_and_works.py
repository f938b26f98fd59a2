"""A work as offered in a lot: one narrow row that triggers keep equal to what lots, works and places say.

``sales_offers_now()`` says what the rows should be; everything else only decides which of them to write anew. The
triggers fire once a statement, so that COPY of many rows costs a join and not a call a row. Each locks the works and
then the lots that it reads, so that two people who change one lot at a time cannot leave a stale row behind.
"""

import django.db.models.deletion
from django.db import migrations, models

ATTRIBUTIONS = [
    ("by", "by"),
    ("attributed_to", "attributed to"),
    ("studio_of", "studio of"),
    ("circle_of", "circle of"),
    ("follower_of", "follower of"),
    ("manner_of", "manner of"),
    ("after", "after"),
    ("copy_after", "copy after"),
]
OUTCOMES = [("sold", "sold"), ("bought_in", "bought in"), ("withdrawn", "withdrawn"), ("unknown", "not known")]
BASES = [
    ("hammer", "hammer price"),
    ("with_premium", "with buyer's premium"),
    ("all_in", "all in"),
    ("unknown", "not known"),
]
WHAT_SHOULD_BE = """
create function sales_offers_now() returns setof sales_offer language sql stable as $$
    select place.id, work.attribution, lot.sale_date, lot.outcome, lot.price_basis, lot.price_usd,
        case when lot.price_basis = 'hammer'
            then (lot.price * 2 / (lot.estimate_low + lot.estimate_high))::double precision end,
        not exists (
            select from sales_lotartwork other where other.lot_id = place.lot_id and other.id <> place.id
        ),
        work.artist_id, work.id, lot.id, lot.sale_id
    from sales_lotartwork place
    join sales_lot lot on lot.id = place.lot_id
    join catalogue_artwork work on work.id = place.artwork_id
$$
"""
REFRESH = """
create function sales_refresh_offers(lots bigint[]) returns void language plpgsql as $$
begin
    perform from sales_lot where id = any(lots) order by id for no key update;
    delete from sales_offer offer using unnest(lots) as changed (lot_id)
    where offer.lot_id = changed.lot_id and not exists (select from sales_lotartwork place where place.id = offer.id);
    insert into sales_offer
    select now.* from sales_offers_now() now join unnest(lots) as changed (lot_id) on changed.lot_id = now.lot_id
    on conflict (id) do update set
        attribution = excluded.attribution, sale_date = excluded.sale_date, outcome = excluded.outcome,
        price_basis = excluded.price_basis, price_usd = excluded.price_usd, over_estimate = excluded.over_estimate,
        is_only = excluded.is_only, artist_id = excluded.artist_id, artwork_id = excluded.artwork_id,
        lot_id = excluded.lot_id, sale_id = excluded.sale_id
    where sales_offer.* is distinct from excluded.*;
end $$
"""
PLACES = """
create function sales_places_added() returns trigger language plpgsql as $$
declare shared bigint[];
begin
    -- Rows of this very transaction, which are most of an import's, nobody else can see yet.
    perform from catalogue_artwork where id in (select artwork_id from new_places) and xmin <> pg_current_xact_id()::xid
        order by id for share;
    perform from sales_lot where id in (select lot_id from new_places) and xmin <> pg_current_xact_id()::xid
        order by id for no key update;
    insert into sales_offer select now.* from sales_offers_now() now join new_places place on place.id = now.id;
    select array_agg(distinct added.lot_id) into shared from new_places added
    where exists (
        select from sales_lotartwork other where other.lot_id = added.lot_id and other.id <> added.id
    );
    if shared is not null then
        perform sales_refresh_offers(shared);
    end if;
    return null;
end $$;

create function sales_places_removed() returns trigger language plpgsql as $$
declare left_over bigint[];
begin
    perform from sales_lot where id in (select lot_id from old_places) order by id for no key update;
    delete from sales_offer using old_places where sales_offer.id = old_places.id;
    select array_agg(distinct removed.lot_id) into left_over from old_places removed
    where exists (select from sales_lotartwork other where other.lot_id = removed.lot_id);
    if left_over is not null then
        perform sales_refresh_offers(left_over);
    end if;
    return null;
end $$;

create function sales_places_changed() returns trigger language plpgsql as $$
declare changed bigint[];
begin
    perform from catalogue_artwork where id in (select artwork_id from new_places) order by id for share;
    select array_agg(distinct lot_id) into changed from (
        (table old_places except table new_places) union (table new_places except table old_places)
    ) as place;
    if changed is not null then
        perform sales_refresh_offers(changed);
    end if;
    return null;
end $$;

create trigger sales_offers_added after insert on sales_lotartwork
    referencing new table as new_places for each statement execute function sales_places_added();
create trigger sales_offers_removed after delete on sales_lotartwork
    referencing old table as old_places for each statement execute function sales_places_removed();
create trigger sales_offers_changed after update on sales_lotartwork
    referencing old table as old_places new table as new_places
    for each statement execute function sales_places_changed();
"""
LOTS = """
create function sales_lots_changed() returns trigger language plpgsql as $$
declare changed bigint[];
begin
    select array_agg(lot.id) into changed from new_lots lot join old_lots was on was.id = lot.id
    where (lot.sale_id, lot.sale_date, lot.outcome, lot.price_basis, lot.price_usd, lot.price, lot.estimate_low,
            lot.estimate_high)
        is distinct from (was.sale_id, was.sale_date, was.outcome, was.price_basis, was.price_usd, was.price,
            was.estimate_low, was.estimate_high);
    if changed is not null then
        perform sales_refresh_offers(changed);
    end if;
    return null;
end $$;

create trigger sales_offers_follow_lots after update on sales_lot
    referencing old table as old_lots new table as new_lots
    for each statement execute function sales_lots_changed();
"""
WORKS = """
create function sales_works_changed() returns trigger language plpgsql as $$
declare changed bigint[];
begin
    select array_agg(distinct place.lot_id) into changed
    from new_works work
    join old_works was on was.id = work.id
    join sales_lotartwork place on place.artwork_id = work.id
    where (work.artist_id, work.attribution) is distinct from (was.artist_id, was.attribution);
    if changed is not null then
        perform sales_refresh_offers(changed);
    end if;
    return null;
end $$;

create trigger sales_offers_follow_works after update on catalogue_artwork
    referencing old table as old_works new table as new_works
    for each statement execute function sales_works_changed();
"""
FORGET = """
drop trigger sales_offers_follow_works on catalogue_artwork;
drop trigger sales_offers_follow_lots on sales_lot;
drop trigger sales_offers_changed on sales_lotartwork;
drop trigger sales_offers_removed on sales_lotartwork;
drop trigger sales_offers_added on sales_lotartwork;
drop function sales_works_changed, sales_lots_changed, sales_places_changed, sales_places_removed, sales_places_added,
    sales_refresh_offers, sales_offers_now
"""


def pointer(to: str, *, null: bool = False, index: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        to,
        django.db.models.deletion.DO_NOTHING,
        null=null,
        db_constraint=False,
        db_index=index,
        related_name="offers",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_works_latest_first"),
        ("sales", "0003_lots_of_an_outcome_by_price"),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "place",
                    models.OneToOneField(
                        "sales.lotartwork",
                        django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        db_column="id",
                        db_constraint=False,
                        related_name="offer",
                        serialize=False,
                    ),
                ),
                ("attribution", models.CharField(max_length=20, choices=ATTRIBUTIONS)),
                ("sale_date", models.DateField()),
                ("outcome", models.CharField(max_length=10, choices=OUTCOMES)),
                ("price_basis", models.CharField(max_length=15, choices=BASES)),
                ("price_usd", models.DecimalField(max_digits=16, decimal_places=2, null=True)),
                ("over_estimate", models.FloatField(null=True)),
                ("is_only", models.BooleanField()),
                ("artist", pointer("catalogue.artist", null=True)),
                ("artwork", pointer("catalogue.artwork")),
                ("lot", pointer("sales.lot", index=True)),
                ("sale", pointer("sales.sale")),
            ],
            options={
                "verbose_name": "work in a lot",
                "verbose_name_plural": "works in a lot",
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(WHAT_SHOULD_BE + ";" + REFRESH + ";" + PLACES + LOTS + WORKS, FORGET),
        migrations.RunSQL("insert into sales_offer select * from sales_offers_now()", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(
                models.F("artist"),
                models.OrderBy(models.F("sale_date"), descending=True),
                models.OrderBy(models.F("lot"), descending=True),
                include=(
                    "artwork",
                    "attribution",
                    "sale",
                    "outcome",
                    "price_basis",
                    "price_usd",
                    "over_estimate",
                    "is_only",
                ),
                name="sales_offer_by_artist",
            ),
        ),
    ]
