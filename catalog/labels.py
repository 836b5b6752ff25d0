"""The labels of products: the one place that writes them, and which of two counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, IntegerField, When

from catalog import changes
from catalog.models import Attribute, AttributeValue, Product, ProductAttribute

BATCH = 2000
Source = ProductAttribute.Source


@dataclass(frozen=True)
class Label:
    """One value of one attribute for one product; None takes it away. `confidence`: 0 to 1, None
    for certain."""

    product_id: int
    attribute_id: int
    value_id: int | None
    confidence: float | None = None

    @classmethod
    def of(cls, product: Product, attribute: Attribute, value: AttributeValue | None) -> Label:
        return cls(product.pk, attribute.pk, value.pk if value else None)


def precedence() -> Case:
    """To order labels by: the one that counts comes first."""
    places = (When(source=one, then=one.place) for one in Source)
    return Case(*places, output_field=IntegerField())


def merchant_labels(products: Iterable[Product]) -> dict[int, dict[str, str]]:
    """Product id to attribute key to the value that the merchant gave."""
    rows = ProductAttribute.objects.merchant().filter(product__in=list(products))
    labels: dict[int, dict[str, str]] = defaultdict(dict)
    for product, key, value in rows.values_list("product_id", "attribute__key", "value__value"):
        labels[product][key] = value
    return labels


def value_of(attribute: Attribute, label: str) -> AttributeValue | None:
    """The value of this name, made if it is a new one; None for ""."""
    if not label:
        return None
    return AttributeValue.objects.get_or_create(attribute=attribute, value=label)[0]


def write_merchant_labels(labels: Collection[Label]) -> None:
    """These become the merchant's, all or none; others of a product stay, predicted ones too."""
    wanted = {(one.product_id, one.attribute_id): one.value_id for one in labels}
    outdated = []
    with transaction.atomic():
        kept = ProductAttribute.objects.merchant().filter(
            product__in={one.product_id for one in labels},
            attribute__in={one.attribute_id for one in labels},
        )
        for pk, *pair, value in kept.values_list("pk", "product_id", "attribute_id", "value_id"):
            place = (pair[0], pair[1])
            if place in wanted and wanted[place] != value:
                outdated.append(pk)
            elif place in wanted:
                del wanted[place]
        ProductAttribute.objects.filter(pk__in=outdated).delete()
        new = [Label(*place, value) for place, value in wanted.items()]
        _add(new, Source.MERCHANT)
        changes.note(one.product_id for one in labels)


def write_predicted_labels(labels: Iterable[Label]) -> int:
    """These take the place of all that were predicted before; returns how many there are. Products
    that are gone by now get none."""
    with transaction.atomic():
        there = set(Product.objects.values_list("pk", flat=True))
        ProductAttribute.objects.predicted().delete()
        count = _add((one for one in labels if one.product_id in there), Source.PREDICTED)
        changes.record([changes.EVERYTHING])
        return count


def renew_predicted_labels(labels: Collection[Label], products: Collection[int]) -> set[int]:
    """These take the place of all that were predicted of the `products`; returns those whose labels
    are others now."""
    predicted = ProductAttribute.objects.predicted().filter(product__in=products)
    with transaction.atomic():
        there = set(Product.objects.filter(pk__in=products).values_list("pk", flat=True))
        wanted = {
            (one.product_id, one.attribute_id, one.value_id)
            for one in labels
            if one.product_id in there
        }
        known = predicted.values_list("product_id", "attribute_id", "value_id")
        changed = {product_id for product_id, *_ in wanted.symmetric_difference(known)}
        predicted.filter(product__in=changed).delete()
        _add((one for one in labels if one.product_id in changed), Source.PREDICTED)
    return changed


def forget_predicted(product_id: int, attribute_id: int) -> None:
    """Where the merchant has decided, no guess stands beside it."""
    predicted = ProductAttribute.objects.predicted()
    predicted.filter(product=product_id, attribute=attribute_id).delete()


def _add(labels: Iterable[Label], source: Source) -> int:
    rows = [
        ProductAttribute(
            product_id=one.product_id,
            attribute_id=one.attribute_id,
            value_id=one.value_id,
            source=source,
            confidence=one.confidence,
        )
        for one in labels
        if one.value_id is not None
    ]
    # A build and a change of one product may predict it at the same moment: the later one stands.
    ProductAttribute.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["product", "attribute", "source"],
        update_fields=["value", "confidence"],
    )
    return len(rows)
