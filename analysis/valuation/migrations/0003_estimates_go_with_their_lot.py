"""A lot's estimates go with the lot: they told its estimates and bids to all who could see the work."""

import django.db.models.deletion
from django.db import migrations, models


def forget_estimates_of_lots_that_are_gone(apps, schema_editor):
    left_behind = apps.get_model("valuation", "Valuation").objects.filter(lot=None)
    left_behind.filter(inputs__facts__has_key="lot_id").exclude(inputs__facts__lot_id="0").delete()


class Migration(migrations.Migration):
    dependencies = [("valuation", "0002_contributions_by_group"), ("sales", "0001_initial")]

    operations = [
        migrations.RunPython(forget_estimates_of_lots_that_are_gone, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="valuation",
            name="lot",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="valuations",
                to="sales.lot",
            ),
        ),
    ]
