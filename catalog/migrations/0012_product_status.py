"""Draft, active or archived takes the place of active or not, and dates stand beside it."""

import hashlib

from django.db import migrations, models

BATCH = 1000


def fingerprint(value):
    return hashlib.sha256(str(value).encode()).hexdigest()[:12]


SAID = {fingerprint(True): fingerprint("active"), fingerprint(False): fingerprint("draft")}


def give_status(apps, schema_editor):
    """What a source has said of it is said of the status now: it may change it again."""
    products = apps.get_model("catalog", "Product").objects
    products.filter(is_active=False).update(status="draft")
    rows = []
    for row in products.exclude(imported={}).only("imported").iterator(BATCH):
        fields = row.imported.get("fields", {})
        if "is_active" in fields:
            fields["status"] = SAID.get(fields.pop("is_active"), "")
            rows.append(row)
    products.bulk_update(rows, ["imported"], BATCH)


def take_status(apps, schema_editor):
    apps.get_model("catalog", "Product").objects.exclude(status="active").update(is_active=False)


class Migration(migrations.Migration):
    # PostgreSQL changes no table in the transaction that has changed its rows.
    atomic = False
    dependencies = [("catalog", "0011_column_match")]

    operations = [
        migrations.AddField(
            "product",
            "status",
            models.CharField(
                choices=[("draft", "Draft"), ("active", "Active"), ("archived", "Archived")],
                default="active",
                help_text="Only active products are shown and matched.",
                max_length=8,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            "product",
            "published_at",
            models.DateTimeField(
                blank=True, help_text="Empty: at once.", null=True, verbose_name="shown from"
            ),
        ),
        migrations.AddField(
            "product",
            "ends_at",
            models.DateTimeField(
                blank=True, help_text="Empty: for good.", null=True, verbose_name="shown until"
            ),
        ),
        migrations.RunPython(give_status, take_status),
        migrations.RemoveField("product", "is_active"),
    ]
