"""A finding of the audit is called as it is everywhere else; rows and rights only change their
names."""

from django.db import migrations, models

OLD, NEW = ("labelfinding", "label finding"), ("finding", "finding")
VERBS = ("add", "change", "delete", "view")


def rename_rights(apps, before, after):
    """Groups' rights and the admin's log hang on these rows."""
    types = apps.get_model("contenttypes", "ContentType").objects
    types.filter(app_label="matching", model=before[0]).update(model=after[0])
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="matching", content_type__model=after[0]
    )
    for verb in VERBS:
        rights.filter(codename=f"{verb}_{before[0]}").update(
            codename=f"{verb}_{after[0]}", name=f"Can {verb} {after[1]}"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("catalog", "0005_jobs_and_shoppers"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("matching", "0004_codes"),
    ]

    operations = [
        migrations.RenameModel("LabelFinding", "Finding"),
        migrations.AlterField(
            model_name="finding",
            name="product",
            field=models.ForeignKey(
                on_delete=models.deletion.CASCADE,
                related_name="findings",
                to="catalog.product",
            ),
        ),
        migrations.RunPython(
            lambda apps, schema_editor: rename_rights(apps, OLD, NEW),
            lambda apps, schema_editor: rename_rights(apps, NEW, OLD),
        ),
    ]
