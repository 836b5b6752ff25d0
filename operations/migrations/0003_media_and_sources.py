"""Who may do something with products may do it with their further photos and with sources."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

ACTIONS = ("view", "add", "change", "delete")
NEW = ("media", "source")


def give(apps, schema_editor):
    create_permissions(installed.get_app_config("catalog"), verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects
    of_catalog = permissions.filter(content_type__app_label="catalog")
    for group in apps.get_model("auth", "Group").objects.all():
        for action in ACTIONS:
            if group.permissions.filter(pk__in=of_catalog.filter(codename=f"{action}_product")):
                names = [f"{action}_{name}" for name in NEW]
                group.permissions.add(*of_catalog.filter(codename__in=names))


class Migration(migrations.Migration):
    dependencies = [("operations", "0002_last_run"), ("catalog", "0021_sources")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
