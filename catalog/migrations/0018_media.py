"""The photo that a product has is its first; further ones stand behind it."""

import django.db.models.deletion
from django.db import migrations, models

WORDS = {
    "blank": True,
    "help_text": "For those who do not see the photo. Empty: the name of the product.",
    "max_length": 512,
    "verbose_name": "photo in words",
}


class Migration(migrations.Migration):
    dependencies = [("catalog", "0017_groups_of_wearers")]

    operations = [
        migrations.AddField("product", "photo_alt", models.CharField(default="", **WORDS), False),
        migrations.CreateModel(
            "Media",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "photo",
                    models.ImageField(blank=True, max_length=255, upload_to="products/%Y/%m/"),
                ),
                ("photo_width", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                (
                    "photo_height",
                    models.PositiveIntegerField(blank=True, editable=False, null=True),
                ),
                ("photo_digest", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "renditions",
                    models.JSONField(
                        blank=True,
                        default=list,
                        editable=False,
                        help_text="Widths of the WebP renditions that were made of the photo, "
                        "smallest first.",
                    ),
                ),
                ("photo_alt", models.CharField(**WORDS)),
                (
                    "place",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="The smallest comes first.", verbose_name="place"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="media",
                        to="catalog.product",
                    ),
                ),
            ],
            {
                "verbose_name": "further photo",
                "verbose_name_plural": "further photos",
                "ordering": ["place", "id"],
                "indexes": [models.Index(fields=["photo_digest"], name="media_photo_digest")],
            },
        ),
    ]
