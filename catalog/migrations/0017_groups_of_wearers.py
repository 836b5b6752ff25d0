"""Who wears it: children or adults, as groups of the values, as types have theirs."""

from django.db import migrations

GROUPS = {"boys": "children", "girls": "children", "men": "adults", "women": "adults"}


def group(apps, schema_editor):
    values = apps.get_model("catalog", "AttributeValue").objects.filter(attribute__meaning="wearer")
    for name, of in GROUPS.items():
        values.filter(value=name, ancestors=[]).update(ancestors=[of])


class Migration(migrations.Migration):
    dependencies = [("catalog", "0016_season_off_the_pages")]

    operations = [migrations.RunPython(group, migrations.RunPython.noop)]
