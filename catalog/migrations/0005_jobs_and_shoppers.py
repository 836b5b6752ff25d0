"""Jobs and favourites move into apps of their own; their tables only change their names."""

from django.db import migrations

MOVED = {
    "Favourite": "shoppers_favourite",
    "FavouriteList": "shoppers_favouritelist",
    "Job": "jobs_job",
}


def rename_content_types(apps, from_app=None):
    """Permissions and the admin's log hang on these rows, and so move with them."""
    content_types = apps.get_model("contenttypes", "ContentType").objects
    for name, table in MOVED.items():
        app = table.partition("_")[0]
        old, new = ("catalog", app) if from_app is None else (app, from_app)
        content_types.filter(app_label=old, model=name.lower()).update(app_label=new)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_photo_digest_index"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable(name, table) for name, table in MOVED.items()
            ],
            state_operations=[
                migrations.RemoveField("favourite", "list"),
                migrations.RemoveField("favourite", "product"),
                *(migrations.DeleteModel(name) for name in MOVED),
            ],
        ),
        migrations.RunPython(
            lambda apps, schema_editor: rename_content_types(apps),
            lambda apps, schema_editor: rename_content_types(apps, from_app="catalog"),
        ),
    ]
