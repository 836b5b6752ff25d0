"""What is said of a search is kept as codes and keys; until now it was kept as English sentences.
Sentences that no code stands for stay as they are, and are shown so."""

from django.db import migrations, models

MESSAGES = {
    "We see no clothing, shoes or accessories in this picture. "
    "Try a photo that shows one item, well lit and close up.": "no_garment",
    "Nothing in the catalogue looks much like this; these products come closest.": "weak",
    "The catalogue has nothing that matches this picture.": "nothing",
    "No product passes all of these filters. Take one of them away.": "nothing_left",
    "None of these words is known in the catalogue; these products come closest.": "unknown_words",
}
WIDENED = {"other attributes": "other_attributes"}


def turned(table):
    return {new: old for old, new in table.items()}


def sentences_of(apps):
    """Sentence to key, for the attributes that there are."""
    rows = apps.get_model("catalog", "Attribute").objects.values_list("label", "key")
    return {f"same {label.lower()}": key for label, key in rows}


def change(apps, messages, widened, reasons):
    searches = apps.get_model("matching", "Search").objects
    for old, new in messages.items():
        searches.filter(message=old).update(message=new)
    for old, new in widened.items():
        searches.filter(widened=old).update(widened=new)
    matches = apps.get_model("matching", "SearchMatch").objects
    # Few lists are different, however many matches there are.
    for old in list(matches.order_by().values_list("reasons", flat=True).distinct()):
        new = [reasons.get(one, one) for one in old]
        if new != old:
            matches.filter(reasons=old).update(reasons=new)


def forwards(apps, schema_editor):
    change(apps, MESSAGES, WIDENED, sentences_of(apps))


def backwards(apps, schema_editor):
    change(apps, turned(MESSAGES), turned(WIDENED), turned(sentences_of(apps)))


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_attribute_meaning"),
        ("matching", "0003_what_was_searched"),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
        migrations.AlterField(
            "search",
            "message",
            models.CharField(
                blank=True,
                choices=[
                    ("no_garment", "No garment was seen"),
                    ("weak", "No match is a good one"),
                    ("nothing", "Nothing was found"),
                    ("nothing_left", "No product passes the filters"),
                    ("unknown_words", "None of the words is known"),
                ],
                help_text="What there is to say of the whole answer; empty for a good one.",
                max_length=200,
            ),
        ),
        migrations.AlterField(
            "search",
            "widened",
            models.CharField(
                blank=True,
                help_text="What was looked among beside what was asked for: everything, "
                "other_attributes, or a group of item types.",
                max_length=100,
            ),
        ),
        migrations.AlterField(
            "searchmatch",
            "reasons",
            models.JSONField(
                default=list, help_text="Keys of the attributes that it has as they were sought."
            ),
        ),
    ]
