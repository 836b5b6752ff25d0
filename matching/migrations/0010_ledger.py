"""Photos of searches that there are get their rows."""

from itertools import islice

from django.db import migrations
from django.utils import timezone

BATCH = 1000


def enter(apps, schema_editor):
    kept, now = apps.get_model("files", "KeptFile"), timezone.now()
    searches = apps.get_model("matching", "Search").objects.exclude(photo="").order_by()
    names = searches.values_list("photo", flat=True).iterator(chunk_size=BATCH)
    while batch := list(islice(names, BATCH)):
        rows = [kept(storage="private", name=one, state="written", since=now) for one in batch]
        kept.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("matching", "0009_photos"), ("files", "0001_initial")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
