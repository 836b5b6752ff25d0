"""One product becomes one product, one variant and one offer."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

BATCH = 1000
OF_OFFER = ("price", "currency", "product_url")


def give_offers(apps, schema_editor):
    """What a source has said of the price is said of the offer now: it may change it again."""
    products = apps.get_model("catalog", "Product").objects
    waiting = []
    for row in products.order_by("pk").iterator(BATCH):
        waiting.append(row)
        if len(waiting) == BATCH:
            give_offers_to(waiting, apps)
            waiting = []
    give_offers_to(waiting, apps)


def give_offers_to(products, apps):
    get = apps.get_model
    variant, offer = get("catalog", "Variant"), get("catalog", "Offer")
    made = [variant(product=row, sku=row.sku, slug=row.slug) for row in products]
    variant.objects.bulk_create(made)
    pairs = zip(products, made, strict=True)
    offer.objects.bulk_create(
        offer(variant=one, **{name: getattr(row, name) for name in OF_OFFER}) for row, one in pairs
    )
    said = [row for row in products if row.imported.get("fields")]
    for row in said:
        fields = row.imported["fields"]
        known = {name: fields.pop(name) for name in OF_OFFER if name in fields}
        row.imported["variants"] = {row.sku: {"fields": {}, "offers": [known]}}
    get("catalog", "Product").objects.bulk_update(said, ["imported"])


def take_offers(apps, schema_editor):
    offers = apps.get_model("catalog", "Offer").objects.select_related("variant__product")
    products = {}
    for offer in offers.order_by("-pk"):
        product = products.setdefault(offer.variant.product_id, offer.variant.product)
        for name in OF_OFFER:
            setattr(product, name, getattr(offer, name))
    apps.get_model("catalog", "Product").objects.bulk_update(products.values(), OF_OFFER, BATCH)


def amount(label):
    return models.DecimalField(
        blank=True,
        decimal_places=2,
        max_digits=12,
        null=True,
        validators=[django.core.validators.MinValueValidator(0)],
        verbose_name=label,
    )


def key():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    # PostgreSQL changes no table in the transaction that has changed its rows.
    atomic = False
    dependencies = [("catalog", "0013_changes")]

    operations = [
        migrations.CreateModel(
            "Variant",
            [
                ("id", key()),
                ("sku", models.CharField(max_length=64, unique=True, verbose_name="SKU")),
                ("slug", models.CharField(editable=False, max_length=80, unique=True)),
                (
                    "options",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='What it differs in, as the shop calls it: {"Size": "XL"}.',
                        verbose_name="options",
                    ),
                ),
                (
                    "barcode",
                    models.CharField(blank=True, max_length=64, verbose_name="barcode"),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variants",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["barcode"], name="variant_barcode")],
            },
        ),
        migrations.CreateModel(
            "Offer",
            [
                ("id", key()),
                ("price", amount("price")),
                ("sale_price", amount("sale price")),
                (
                    "sale_from",
                    models.DateField(blank=True, null=True, verbose_name="first day of the sale"),
                ),
                (
                    "sale_until",
                    models.DateField(blank=True, null=True, verbose_name="last day of the sale"),
                ),
                (
                    "currency",
                    models.CharField(
                        blank=True,
                        help_text="ISO 4217, for example EUR.",
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                (
                    "availability",
                    models.CharField(
                        choices=[
                            ("in_stock", "In stock"),
                            ("out_of_stock", "Sold out"),
                            ("preorder", "To be ordered in advance"),
                            ("backorder", "Delivered later"),
                        ],
                        default="in_stock",
                        max_length=12,
                        verbose_name="availability",
                    ),
                ),
                (
                    "quantity",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="quantity in stock"
                    ),
                ),
                (
                    "product_url",
                    models.URLField(blank=True, max_length=500, verbose_name="address of its page"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="catalog.variant",
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.RunPython(give_offers, take_offers),
        migrations.RemoveField("product", "price"),
        migrations.RemoveField("product", "currency"),
        migrations.RemoveField("product", "product_url"),
    ]
