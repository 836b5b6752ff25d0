"""Which source lists a product."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0019_ledger")]

    operations = [
        migrations.AddField(
            "product",
            "source",
            models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="The source that lists it: once it does no longer, the product is "
                "archived.",
                max_length=120,
            ),
            preserve_default=False,
        ),
        migrations.AddIndex("product", models.Index(fields=["source"], name="product_source")),
    ]
