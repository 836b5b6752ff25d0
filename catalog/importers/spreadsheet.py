"""Products as the rows of a CSV or XLSX file, one column for each attribute."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy
from import_export.fields import Field
from import_export.formats.base_formats import CSV
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import ModelResource
from import_export.widgets import BooleanWidget, CharWidget, DecimalWidget, IntegerWidget
from tablib import Dataset

from catalog.importers.cells import CellError, money
from catalog.importers.dialect import dialect_of
from catalog.importers.headings import LINK, NAME, SKU, named
from catalog.importers.styles_csv import label_of
from catalog.labels import Label, value_of, write_merchant_labels
from catalog.models import Attribute, Product, ProductAttribute
from catalog.slugs import LONGEST_SKU, clean_sku
from catalog.spellings import Spellings

MOST_ROWS = 5000
AMOUNTS = {
    "no_amount": gettext_lazy("%(text)r is no amount."),
    "ambiguous": gettext_lazy(
        "%(text)r may be a thousand or one with three decimals: write it with two decimals."
    ),
}
# What a folder calls otherwise.
OF_FOLDER = {SKU: "sku", NAME: "name", LINK: "product_url"}


class TableError(ValueError):
    """The file is no table; the message says where."""


class AnyCSV(CSV):
    """CSV in whatever dialect the shop's program writes it."""

    def is_binary(self) -> bool:
        return True

    def get_read_mode(self) -> str:
        return "rb"

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        file = io.BytesIO(in_stream)
        dialect = dialect_of(file)
        lines = (f"{line.text}\n" for line in dialect.lines(file))
        rows = csv.reader(lines, delimiter=dialect.separator)
        header, *body = [row for row in rows if any(map(str.strip, row))] or [[]]
        return Dataset(*(_fitted(row, len(header)) for row in body), headers=header)


def _fitted(row: list[str], width: int) -> list[str]:
    if any(map(str.strip, row[width:])):
        text = gettext("A row has more cells than the first line: %(row)s")
        raise TableError(text % {"row": ", ".join(row)[:80]})
    return [*row, *[""] * (width - len(row))][:width]


class TextWidget(CharWidget):
    """A spreadsheet gives 15970 as a number: as text it is 15970, not 15970.0."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()


class AmountWidget(DecimalWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        if value is None or not str(value).strip():
            return None
        # A number of a spreadsheet says by itself where its decimals begin.
        text = value if isinstance(value, str) else f"{Decimal(str(value)):.2f}"
        try:
            return money(text).amount
        except CellError as error:
            raise ValueError(str(AMOUNTS[error.code]) % {"text": text[:40]}) from error


class YearWidget(IntegerWidget):
    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else super().render(value, obj, **kwargs)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = str("" if value is None else value).strip().removesuffix(".0")
        if not text:
            return None
        if not text.isdecimal() or len(text) != 4:
            raise ValueError(gettext("%(text)r is no year.") % {"text": text[:40]})
        return int(text)


class YesNoWidget(BooleanWidget):
    YES = ("1", "true", "yes", "y")
    NO = ("0", "false", "no", "n")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        text = str("" if value is None else value).strip().lower()
        if text and text not in self.YES + self.NO:
            raise ValueError(gettext("%(text)r is neither 1 nor 0.") % {"text": text[:40]})
        return text not in self.NO


class LabelField(Field):
    """The merchant's value of one attribute; the resource reads and writes the rows behind it."""

    def __init__(self, attribute: Attribute, spellings: Spellings) -> None:
        # A field that names no attribute of the model would be passed over.
        super().__init__(
            attribute=f"label_{attribute.key}",
            column_name=attribute.csv_column,
            widget=TextWidget(),
        )
        self.key = attribute.key
        self._spellings = spellings

    def get_value(self, instance: Product) -> str:
        return labels_of(instance).get(self.key, "")

    def save(self, instance: Product, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        text = self.widget.clean(row.get(self.column_name))
        label = label_of({"": text}, "")
        labels_of(instance)[self.key] = self._spellings.meant(self.key, label)


def labels_of(product: Product) -> dict[str, str]:
    """The merchant's labels as they are, and then as the row of the file changes them."""
    if "merchant_labels" not in vars(product):
        links = product.attributes.all() if product.pk else ()
        vars(product)["merchant_labels"] = {
            link.attribute.key: link.value.value
            for link in links
            if link.source == ProductAttribute.Source.MERCHANT
        }
    labels: dict[str, str] = vars(product)["merchant_labels"]
    return labels


class ProductResource(ModelResource):
    sku = Field("sku", "sku", widget=TextWidget())
    name = Field("name", "name", widget=TextWidget())
    description = Field("description", "description", widget=TextWidget())
    brand = Field("brand", "brand", widget=TextWidget())
    price = Field("price", "price", widget=AmountWidget(coerce_to_string=True))
    currency = Field("currency", "currency", widget=TextWidget())
    product_url = Field("product_url", "product_url", widget=TextWidget())
    year = Field("year", "year", widget=YearWidget(coerce_to_string=False))
    is_active = Field("is_active", "is_active", widget=YesNoWidget(coerce_to_string=True))

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
            "is_active",
        )
        import_id_fields = ("sku",)
        instance_loader_class = CachedInstanceLoader
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = False
        use_transactions = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._attributes = {row.key: row for row in Attribute.objects.all()}
        spellings = Spellings.load()
        for attribute in self._attributes.values():
            self.fields[f"label_{attribute.key}"] = LabelField(attribute, spellings)

    def get_queryset(self) -> QuerySet[Product]:
        return Product.objects.prefetch_related("attributes__attribute", "attributes__value")

    def filter_export(self, queryset: QuerySet[Product], **kwargs: Any) -> QuerySet[Product]:
        return queryset.prefetch_related("attributes__attribute", "attributes__value")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        if len(dataset) > MOST_ROWS:
            raise ValidationError(
                gettext(
                    "The file has %(rows)d rows, %(most)d are the most. Upload a zip instead, or "
                    "run: python manage.py import_products FOLDER"
                )
                % {"rows": len(dataset), "most": MOST_ROWS}
            )
        columns = {one.column_name: [one.column_name] for one in self.fields.values()}
        header = named(dataset.headers or [], columns)
        dataset.headers = [OF_FOLDER.get(column, column) for column in header]

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        row["sku"] = clean_sku(TextWidget().clean(row.get("sku")))
        if not 0 < len(row["sku"]) <= LONGEST_SKU:
            text = gettext("An article number has 1 to %(most)d characters.")
            raise ValidationError({"sku": text % {"most": LONGEST_SKU}})

    def after_init_instance(
        self, instance: Product, new: bool, row: dict[str, Any], **kwargs: Any
    ) -> None:
        labels_of(instance)

    def after_save_instance(self, instance: Product, row: dict[str, Any], **kwargs: Any) -> None:
        save_labels(instance, labels_of(instance), self._attributes)

    def get_user_visible_fields(self) -> Iterable[Field]:
        return self.get_import_fields()

    def get_import_fields(self) -> list[Field]:
        return [self.fields[name] for name in self.fields]

    def get_export_order(self) -> list[str]:
        return list(self.fields)

    def get_import_order(self) -> list[str]:
        return list(self.fields)


def save_labels(product: Product, labels: dict[str, str], attributes: dict[str, Attribute]) -> None:
    """Makes the merchant's labels those given; predicted ones stay."""
    write_merchant_labels(
        [
            Label.of(product, attributes[key], value_of(attributes[key], label))
            for key, label in labels.items()
        ]
    )
