"""Which attributes were gate and style, and the types that were searched, stay with a search."""

from django.db import migrations, models

GATE_MASS = 0.9
BATCH = 500


def types_of(search, gate):
    """As pages told them until now: corrected, asked for in words, or the most probable ones."""
    if gate in search.corrections:
        return [search.corrections[gate]]
    if search.wishes.get(gate):
        return list(search.wishes[gate])
    types, mass = [], 0.0
    for one in search.prediction.get(gate, []):
        if mass >= GATE_MASS:
            break
        types.append(one["value"])
        mass += one["probability"]
    return types


def fill(apps, schema_editor):
    roles = dict(apps.get_model("catalog", "Attribute").objects.values_list("role", "key"))
    gate, style = roles.get("gate", ""), roles.get("style", "")
    searches = apps.get_model("matching", "Search").objects
    rows = searches.only("pk", "corrections", "wishes", "prediction")
    batch = []
    for search in rows.iterator(chunk_size=BATCH):
        search.gate, search.style, search.types = gate, style, types_of(search, gate)
        batch.append(search)
        if len(batch) == BATCH:
            searches.bulk_update(batch, ["gate", "style", "types"])
            batch.clear()
    searches.bulk_update(batch, ["gate", "style", "types"])


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_jobs_and_shoppers"),
        ("matching", "0002_words_crop_corrections_audit"),
    ]

    operations = [
        migrations.AddField(
            "search",
            "gate",
            models.CharField(
                blank=True,
                default="",
                help_text="Key of the attribute whose values were the gate.",
                max_length=50,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "search",
            "style",
            models.CharField(
                blank=True,
                default="",
                help_text="Key of the attribute that was compared as the style.",
                max_length=50,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "search",
            "types",
            models.JSONField(
                blank=True,
                default=list,
                help_text="The values of the gate that were searched among; none for all of them.",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
