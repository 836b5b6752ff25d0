"""A product has a vector, or a fault, for each of its photos."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0018_media"), ("matching", "0008_like")]

    operations = [
        migrations.RemoveConstraint("embedding", "one_vector_per_backbone"),
        migrations.AddConstraint(
            "embedding",
            models.UniqueConstraint(
                fields=["product", "backbone", "image_digest"], name="one_vector_of_each_photo"
            ),
        ),
        migrations.AlterField(
            "photofault",
            "product",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="photo_faults",
                to="catalog.product",
            ),
        ),
        migrations.AddConstraint(
            "photofault",
            models.UniqueConstraint(
                fields=["product", "image_digest"], name="one_fault_of_each_photo"
            ),
        ),
    ]
