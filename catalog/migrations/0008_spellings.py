"""What shops call the values that come with the project."""

from django.db import migrations, models

SPELLINGS = {
    "item_type": {
        "tshirts": ["tee", "tee shirt"],
        "trousers": ["pants"],
        "sweaters": ["jumper", "pullover"],
        "sarees": ["sari"],
        "heels": ["high heels"],
    },
    "gender": {
        "men": ["m", "male", "man", "gents", "menswear", "herren", "homme", "hombre"],
        "women": ["w", "f", "female", "woman", "lady", "womenswear", "damen", "femme", "mujer"],
        "boys": ["jungen"],
        "girls": ["mädchen"],
    },
    "colour": {
        "navy blue": ["navy"],
        "grey": ["gray"],
        "multi": ["multicolour", "multicolor", "multicoloured", "multicolored"],
        "turquoise blue": ["turquoise"],
        "off white": ["ivory"],
    },
    "season": {"fall": ["autumn"]},
    "style": {"sports": ["sporty"]},
}


def give_spellings(apps, schema_editor):
    values = apps.get_model("catalog", "AttributeValue").objects
    for key, of_values in SPELLINGS.items():
        known = set(values.filter(attribute__key=key).values_list("value", flat=True))
        for value, spellings in of_values.items():
            # What is a value of its own is no spelling of another.
            mine = [one for one in spellings if one not in known]
            values.filter(attribute__key=key, value=value).update(spellings=mine)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_imported_fields")]

    operations = [
        migrations.AddField(
            model_name="attributevalue",
            name="spellings",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="What else shops write for it; an import takes these for this value.",
            ),
        ),
        migrations.RunPython(give_spellings, migrations.RunPython.noop),
    ]
