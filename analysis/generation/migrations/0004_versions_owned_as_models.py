"""The register's versions get the owners of the studio's models: until now everyone signed in could read about them."""

from django.db import migrations


def own(apps, schema_editor):
    models = apps.get_model("generation", "StudioModel").objects.only(
        "version_id", "visibility", "organisation_id", "made_by_id"
    )
    versions = apps.get_model("registry", "ModelVersion").objects
    for model in models.iterator():
        versions.filter(pk=model.version_id).update(
            visibility=model.visibility, organisation_id=model.organisation_id, made_by_id=model.made_by_id
        )


class Migration(migrations.Migration):

    dependencies = [
        ('generation', '0003_quiz'),
        ('registry', '0002_owned_versions'),
    ]

    operations = [migrations.RunPython(own, migrations.RunPython.noop)]
