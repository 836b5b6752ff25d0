"""The value of one attribute that a product has, and who says so."""

from __future__ import annotations

from typing import Any

from django.db import models

from catalog.models.attributes import Attribute, AttributeValue


class ProductAttributeQuerySet(models.QuerySet["ProductAttribute"]):
    def merchant(self) -> ProductAttributeQuerySet:
        return self.filter(source=ProductAttribute.Source.MERCHANT)

    def predicted(self) -> ProductAttributeQuerySet:
        return self.filter(source=ProductAttribute.Source.PREDICTED)


class ProductAttribute(models.Model):
    class Source(models.TextChoices):
        """Who gave a label, in the order in which they count."""

        MERCHANT = "merchant", "Merchant"
        PREDICTED = "predicted", "Predicted"

        @property
        def place(self) -> int:
            return list(type(self)).index(self)

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="attributes")
    attribute = models.ForeignKey(Attribute, models.CASCADE, editable=False)
    value = models.ForeignKey(AttributeValue, models.CASCADE, related_name="product_links")
    source = models.CharField(max_length=9, choices=Source, default=Source.MERCHANT)
    confidence = models.FloatField(null=True, blank=True, help_text="0 to 1; empty if certain.")

    objects = ProductAttributeQuerySet.as_manager()

    class Meta:
        ordering = ["attribute__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "attribute", "source"], name="one_value_of_each_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.attribute_id = self.value.attribute_id
        super().save(*args, **kwargs)
