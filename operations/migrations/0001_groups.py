"""Groups for the people of a shop; whoever runs it changes them as they like."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

EVERY = ("view", "add", "change", "delete")
GROUPS = {
    "Merchandiser": {
        "catalog": EVERY,
        "matching.finding": ("view", "change"),
        "jobs.job": ("view", "add"),
    },
    "Analyst": dict.fromkeys(("catalog", "jobs", "matching", "admin.logentry"), ("view",)),
    "Model keeper": {
        "catalog": ("view",),
        "jobs.job": ("view", "add", "change"),
        "matching.embedding": ("view",),
        "matching.finding": ("view",),
        "admin.logentry": ("view",),
    },
    "Owner": dict.fromkeys(
        ("catalog", "jobs", "shoppers", "matching", "api", "auth.user", "auth.group"), EVERY
    )
    | {"admin.logentry": ("view",)},
}


def make_groups(apps, schema_editor):
    for label in ("admin", "auth", "catalog", "jobs", "shoppers", "matching", "api"):
        create_permissions(installed.get_app_config(label), verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects
    for name, rights in GROUPS.items():
        group, _is_new = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for of, actions in rights.items():
            app, _dot, model = of.partition(".")
            found = permissions.filter(content_type__app_label=app)
            if model:
                found = found.filter(content_type__model=model)
            for action in actions:
                group.permissions.add(*found.filter(codename__startswith=f"{action}_"))


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("jobs", "0002_leases"),
        ("matching", "0005_finding"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
