"""Addresses of products: their SKU, as before, wherever that may stand in one."""

from django.db import migrations, models

from catalog.slugs import numbered, slug_of

BATCH = 1000


def give_slugs(apps, schema_editor):
    products = apps.get_model("catalog", "Product").objects
    products.update(slug=models.F("sku"))
    skus = products.order_by("pk").values_list("sku", flat=True)
    # Those that may stand in an address come first: theirs does not change.
    odd = [sku for sku in skus.iterator(BATCH) if slug_of(sku) != sku]
    taken = set(products.exclude(sku__in=odd).values_list("slug", flat=True)) if odd else ()
    for sku, slug in numbered(odd, taken).items():
        products.filter(sku=sku).update(slug=slug)


class Migration(migrations.Migration):
    # PostgreSQL changes no table in the transaction that has changed its rows.
    atomic = False
    dependencies = [("catalog", "0008_spellings")]

    operations = [
        migrations.AddField(
            "product",
            "slug",
            models.CharField(default="", editable=False, max_length=80),
            preserve_default=False,
        ),
        migrations.RunPython(give_slugs, migrations.RunPython.noop),
        migrations.AlterField(
            "product",
            "slug",
            models.CharField(
                editable=False,
                help_text="The SKU as it stands in addresses; it stays when the SKU is changed.",
                max_length=80,
                unique=True,
            ),
        ),
    ]
