"""Each meaning says what follows from it; no value of a row changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_slug"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attribute",
            name="meaning",
            field=models.CharField(
                blank=True,
                choices=[
                    ("kind", "The kind of thing: it names a search"),
                    ("colour", "The colour: what goes with a product has one that goes with it"),
                    ("wearer", "Who wears it: an outfit is for one person"),
                    ("season", "The season: an outfit is for the same one"),
                ],
                help_text="If it is one of these, the shop does more with it.",
                max_length=6,
            ),
        ),
        migrations.AlterConstraint(
            model_name="attribute",
            name="one_gate_and_one_style",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "plain"), _negated=True),
                fields=("role",),
                name="one_gate_and_one_style",
                violation_error_message="Another attribute has this role already.",
            ),
        ),
    ]
