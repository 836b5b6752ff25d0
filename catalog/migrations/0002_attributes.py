"""The five attributes, with the values that catalogues in this vocabulary use."""

import json
from pathlib import Path

from django.db import migrations

ATTRIBUTES = [
    ("item_type", "Item type", "gate", "articleType", ["subCategory", "masterCategory"]),
    ("gender", "Gender", "plain", "gender", []),
    ("colour", "Colour", "plain", "baseColour", []),
    ("season", "Season", "plain", "season", []),
    ("style", "Style", "style", "usage", []),
]
VOCABULARY = Path(__file__).parent.parent / "vocabulary.json"


def add_attributes(apps, schema_editor):
    Attribute = apps.get_model("catalog", "Attribute")
    AttributeValue = apps.get_model("catalog", "AttributeValue")
    vocabulary = json.loads(VOCABULARY.read_text())
    for position, (key, label, role, column, parents) in enumerate(ATTRIBUTES):
        attribute = Attribute.objects.create(
            key=key,
            label=label,
            role=role,
            csv_column=column,
            parent_columns=parents,
            position=position,
        )
        values = vocabulary[key]
        AttributeValue.objects.bulk_create(
            AttributeValue(
                attribute=attribute,
                value=value,
                ancestors=values[value] if isinstance(values, dict) else [],
            )
            for value in values
        )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(add_attributes, migrations.RunPython.noop)]
