"""The criteria that every installation begins with; the admin changes them from there on."""

from django.db import migrations

from analysis.appraisal.criteria import FIRST


def ask_for_them(apps, schema_editor):
    criteria = apps.get_model("appraisal", "Criterion").objects
    for place, first in enumerate(FIRST):
        criteria.get_or_create(code=first.code, defaults={"name": first.name, "question": first.question, "place": place})


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0001_initial")]

    operations = [migrations.RunPython(ask_for_them, migrations.RunPython.noop)]
