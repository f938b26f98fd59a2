"""A premium schedule's lowest band begins at zero; an index knows its currency; codes of currencies are known ones.

An index that was entered by hand before it had a currency gets XXX, the code for none, until somebody says which.
"""

import artmarket.core.money
from django.db import migrations, models


FROM_ZERO = """
create function sales_bands_from_zero() returns trigger language plpgsql as $$
declare changed bigint = coalesce(new.schedule_id, old.schedule_id);
declare lowest numeric;
begin
    select min(above) into lowest from sales_premiumband where schedule_id = changed;
    if lowest > 0 then
        raise exception 'The lowest band of a premium schedule begins at 0.'
            using errcode = 'check_violation', constraint = 'sales_premiumband_from_zero', table = 'sales_premiumband';
    end if;
    return null;
end $$;
create constraint trigger sales_premiumband_from_zero after insert or update or delete on sales_premiumband
    deferrable initially deferred for each row execute function sales_bands_from_zero();
"""
FORGET = "drop trigger sales_premiumband_from_zero on sales_premiumband; drop function sales_bands_from_zero"


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0004_offers_follow_lots_and_works"),
    ]

    operations = [
        migrations.AddField(
            model_name="priceindex",
            name="currency",
            field=models.CharField(
                default="XXX", max_length=3, validators=[artmarket.core.money.check_currency], verbose_name="currency"
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="auctionhouse",
            name="currency",
            field=models.CharField(
                max_length=3, validators=[artmarket.core.money.check_currency], verbose_name="currency"
            ),
        ),
        migrations.AlterField(
            model_name="auctionhouseevent",
            name="currency",
            field=models.CharField(
                max_length=3, validators=[artmarket.core.money.check_currency], verbose_name="currency"
            ),
        ),
        migrations.AlterField(
            model_name="fxrate",
            name="base",
            field=models.CharField(max_length=3, validators=[artmarket.core.money.check_currency], verbose_name="base"),
        ),
        migrations.AlterField(
            model_name="fxrate",
            name="quote",
            field=models.CharField(
                max_length=3, validators=[artmarket.core.money.check_currency], verbose_name="quote"
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="currency",
            field=models.CharField(
                max_length=3, validators=[artmarket.core.money.check_currency], verbose_name="currency"
            ),
        ),
        migrations.AlterField(
            model_name="lotevent",
            name="currency",
            field=models.CharField(
                max_length=3, validators=[artmarket.core.money.check_currency], verbose_name="currency"
            ),
        ),
        migrations.AlterField(
            model_name="premiumschedule",
            name="currency",
            field=models.CharField(
                max_length=3, validators=[artmarket.core.money.check_currency], verbose_name="currency"
            ),
        ),
        migrations.AlterField(
            model_name="sale",
            name="currency",
            field=models.CharField(
                max_length=3, validators=[artmarket.core.money.check_currency], verbose_name="currency"
            ),
        ),
        migrations.AlterField(
            model_name="saleevent",
            name="currency",
            field=models.CharField(
                max_length=3, validators=[artmarket.core.money.check_currency], verbose_name="currency"
            ),
        ),
        migrations.AddConstraint(
            model_name="fxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("base", models.F("quote")), _negated=True),
                name="sales_fxrate_two_currencies",
                violation_error_message="A rate is between two currencies.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priceindex",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                name="sales_priceindex_currency_code",
                violation_error_message="A currency is a code of three capital letters.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="fxrate",
            name="sales_fxrate_once",
            constraint=models.UniqueConstraint(
                fields=("base", "quote", "date"),
                name="sales_fxrate_once",
                violation_error_message="There is a rate of this day already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="fxrate",
            name="sales_fxrate_positive",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate__gt", 0)),
                name="sales_fxrate_positive",
                violation_error_message="A rate must be greater than zero.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="premiumband",
            name="sales_premiumband_once",
            constraint=models.UniqueConstraint(
                fields=("schedule", "above"),
                name="sales_premiumband_once",
                violation_error_message="Two bands of a schedule begin at the same amount.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="premiumband",
            name="sales_premiumband_sane",
            constraint=models.CheckConstraint(
                condition=models.Q(("above__gte", 0), ("rate__gte", 0), ("rate__lt", 1)),
                name="sales_premiumband_sane",
                violation_error_message="A rate is a share from 0 to below 1, of a part above zero or more.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="premiumschedule",
            name="sales_premiumschedule_once",
            constraint=models.UniqueConstraint(
                fields=("house", "currency", "valid_from"),
                name="sales_premiumschedule_once",
                violation_error_message="This house has a schedule of this date and currency already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="priceindex",
            name="sales_priceindex_once",
            constraint=models.UniqueConstraint(
                fields=("name", "month"),
                name="sales_priceindex_once",
                violation_error_message="This index has a level of this month already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="priceindex",
            name="sales_priceindex_positive",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gt", 0)),
                name="sales_priceindex_positive",
                violation_error_message="The level of an index must be greater than zero.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="priceindex",
            name="sales_priceindex_first_of_month",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)),
                name="sales_priceindex_first_of_month",
                violation_error_message="A month is named by its first day.",
            ),
        ),
        migrations.RunSQL(FROM_ZERO, FORGET),
    ]
