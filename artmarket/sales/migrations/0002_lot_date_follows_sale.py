"""A lot's date is its sale's date, by a composite foreign key that follows changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE sales_lot ADD CONSTRAINT sales_lot_date_of_sale
            FOREIGN KEY (sale_id, sale_date) REFERENCES sales_sale (id, date) ON UPDATE CASCADE
            DEFERRABLE INITIALLY DEFERRED
            """,
            "ALTER TABLE sales_lot DROP CONSTRAINT sales_lot_date_of_sale",
        )
    ]
