import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0017_groups_of_wearers"),
        ("matching", "0007_garments"),
    ]

    operations = [
        migrations.AddField(
            model_name="search",
            name="like",
            field=models.ForeignKey(
                help_text="The product that more like it is wanted of: it is no match itself.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="catalog.product",
            ),
        ),
        migrations.AlterField(
            model_name="search",
            name="prediction",
            field=models.JSONField(
                help_text="Attribute key to its most probable values, each with a probability; none where the photo does not tell."
            ),
        ),
    ]
