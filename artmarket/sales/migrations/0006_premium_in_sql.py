"""Premium in SQL, for figures over many lots: what ``premium.py`` reckons for one price, null where no schedule is known.

The way back agrees with ``hammer_from`` to a cent; a record's price is converted by that function, never by this one.
"""

from django.db import migrations

BANDS = """
create function sales_bands(house bigint, money text, day date)
returns table (above numeric, rate numeric, at_threshold numeric) language sql stable as $$
    select above, rate, above + coalesce(
        sum((next_above - above) * rate) over (order by above rows between unbounded preceding and 1 preceding), 0
    )
    from (
        select band.above, band.rate, lead(band.above) over (order by band.above) as next_above
        from sales_premiumband band
        where band.schedule_id = (
            select schedule.id from sales_premiumschedule schedule
            where schedule.house_id = house and schedule.currency = money and schedule.valid_from <= day
            order by schedule.valid_from desc limit 1
        )
    ) as bands
$$;
create function sales_with_premium(hammer numeric, house bigint, money text, day date) returns numeric
language sql stable as $$
    select round(band.at_threshold + (hammer - band.above) * (1 + band.rate), 2)
    from sales_bands(house, money, day) band where band.above <= hammer order by band.above desc limit 1
$$;
create function sales_hammer_from(price numeric, house bigint, money text, day date) returns numeric
language sql stable as $$
    select round(band.above + (price - band.at_threshold) / (1 + band.rate), 2)
    from sales_bands(house, money, day) band where band.at_threshold <= price order by band.above desc limit 1
$$;
"""
FORGET = "drop function sales_hammer_from, sales_with_premium, sales_bands"


class Migration(migrations.Migration):
    dependencies = [("sales", "0005_prices_made_comparable")]

    operations = [migrations.RunSQL(BANDS, FORGET)]
