"""Products as the rows of a table to download, one column for each attribute: an import takes it
back as it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import CharWidget, DecimalWidget, IntegerWidget

from catalog.models import Attribute, Product, ProductAttribute


class YearWidget(IntegerWidget):
    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else super().render(value, obj, **kwargs)


class LabelField(Field):
    """The merchant's value of one attribute."""

    def __init__(self, attribute: Attribute) -> None:
        # A field that names no attribute of the model would be passed over.
        super().__init__(
            attribute=f"label_{attribute.key}",
            column_name=attribute.csv_column,
            widget=CharWidget(),
        )
        self.key = attribute.key

    def get_value(self, instance: Product) -> str:
        links = instance.attributes.all()
        return next((one.value.value for one in links if self._is_meant(one)), "")

    def _is_meant(self, link: ProductAttribute) -> bool:
        return link.attribute.key == self.key and link.source == ProductAttribute.Source.MERCHANT


class ProductResource(ModelResource):
    price = Field("price", "price", widget=DecimalWidget(coerce_to_string=True))
    year = Field("year", "year", widget=YearWidget(coerce_to_string=False))

    class Meta:
        model = Product
        fields = (
            "sku",
            "name",
            "description",
            "brand",
            "price",
            "currency",
            "product_url",
            "year",
            "status",
        )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for attribute in Attribute.objects.all():
            self.fields[f"label_{attribute.key}"] = LabelField(attribute)

    def get_queryset(self) -> QuerySet[Product]:
        return Product.objects.prefetch_related("attributes__attribute", "attributes__value")

    def filter_export(self, queryset: QuerySet[Product], **kwargs: Any) -> QuerySet[Product]:
        return queryset.prefetch_related("attributes__attribute", "attributes__value")

    def get_user_visible_fields(self) -> Iterable[Field]:
        return [self.fields[name] for name in self.get_export_order()]

    def get_export_order(self) -> list[str]:
        labels = [name for name in self.fields if name.startswith("label_")]
        return [*self._meta.fields, *labels]
