"""A photo does not show the season: pages say it where a shop turns it on, the API always."""

from django.db import migrations


def hide(apps, schema_editor):
    apps.get_model("catalog", "Attribute").objects.filter(meaning="season").update(is_shown=False)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0015_collections_and_tags")]

    operations = [migrations.RunPython(hide, migrations.RunPython.noop)]
