from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0014_variants_and_offers")]

    operations = [
        migrations.AddField(
            "product",
            "collections",
            models.JSONField(
                blank=True,
                default=list,
                help_text="Shown on its page.",
                verbose_name="collections",
            ),
        ),
        migrations.AddField(
            "product",
            "tags",
            models.JSONField(
                blank=True,
                default=list,
                help_text="For the shop itself.",
                verbose_name="tags",
            ),
        ),
    ]
