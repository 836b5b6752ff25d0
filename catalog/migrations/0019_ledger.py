"""Photos and renditions that there are get their rows."""

from itertools import islice

from django.db import migrations
from django.utils import timezone

BATCH = 1000


def pictured(model):
    rows = model.objects.exclude(photo="").order_by("pk")
    return rows.only("photo", "photo_digest", "renditions").iterator(chunk_size=BATCH)


def names_of(row):
    yield str(row.photo)
    for width in row.renditions:
        yield f"renditions/{row.photo_digest[:2]}/{row.photo_digest}-{width}.webp"


def enter(apps, schema_editor):
    kept, now = apps.get_model("files", "KeptFile"), timezone.now()
    models = (apps.get_model("catalog", one) for one in ("Product", "Media"))
    found = (row for model in models for row in pictured(model))
    names = (name for row in found for name in names_of(row))
    while batch := list(islice(names, BATCH)):
        rows = [kept(storage="default", name=one, state="written", since=now) for one in batch]
        kept.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0018_media"), ("files", "0001_initial")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
