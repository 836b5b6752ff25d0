"""What code has to know of an attribute becomes a field of its row; so far it knew the keys."""

from django.db import migrations, models

MEANINGS = {"item_type": "kind", "colour": "colour", "gender": "wearer", "season": "season"}


def give_meanings(apps, schema_editor):
    Attribute = apps.get_model("catalog", "Attribute")
    for key, meaning in MEANINGS.items():
        Attribute.objects.filter(key=key).update(meaning=meaning)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_jobs_and_shoppers")]

    operations = [
        migrations.AddField(
            model_name="attribute",
            name="meaning",
            field=models.CharField(
                blank=True,
                choices=[
                    ("kind", "The kind of thing"),
                    ("colour", "The colour"),
                    ("wearer", "Who wears it"),
                    ("season", "The season"),
                ],
                help_text="If it is one of these, the shop does more with it: the kind of thing names a search, and what goes with a product is chosen by colour, season and who wears it.",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="attribute",
            name="is_shown",
            field=models.BooleanField(
                default=True,
                help_text="Untick it to keep it off the pages; imports, search and API still use it.",
                verbose_name="shown to shoppers",
            ),
        ),
        migrations.AddConstraint(
            model_name="attribute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("meaning", ""), _negated=True),
                fields=["meaning"],
                name="one_attribute_of_each_meaning",
                violation_error_message="Another attribute means this already.",
            ),
        ),
        migrations.RunPython(give_meanings, migrations.RunPython.noop),
    ]
