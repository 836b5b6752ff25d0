"""The catalogue's labels as arrays, and predictions for the products that have none."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from django.db.models import QuerySet

from catalog.attributes import Role, roles
from catalog.labels import Label, renew_predicted_labels, write_predicted_labels
from catalog.models import Attribute, AttributeValue, ProductAttribute
from matching.engine.arrays import Codes, Floats, Ids
from matching.engine.generation import Catalogue
from matching.engine.heads import Heads
from matching.engine.learning.training import Labels


def merchant_labels(
    ids: Ids,
    first: Mapping[str, tuple[str, ...]] | None = None,
    links: QuerySet[ProductAttribute] | None = None,
) -> dict[str, Labels]:
    """For each attribute the labels the shop gave to the products `ids` (n,).

    Classes are those named in `first`, in that order, then every other value in use, sorted.
    `links`: where to look, all merchant's labels if nothing is said.
    """
    links = ProductAttribute.objects.merchant() if links is None else links
    labels = {}
    for attribute in Attribute.objects.all():
        rows = list(
            links.filter(attribute=attribute).values_list("product_id", "value_id").iterator()
        )
        names = dict(attribute.values.values_list("pk", "value"))
        head = (first or {}).get(attribute.key, ())
        used = {names[value] for value in {value for _, value in rows}}
        classes = (*head, *sorted(used - set(head)))
        labels[attribute.key] = Labels(classes, _codes(ids, rows, names, classes))
    return labels


def _codes(
    ids: Ids, rows: list[tuple[int, int]], names: dict[int, str], classes: tuple[str, ...]
) -> Codes:
    codes = np.full(len(ids), -1, np.int32)
    if not rows or not len(ids):
        return codes
    code_of = {name: code for code, name in enumerate(classes)}
    products, values = np.array(rows, np.int64).T
    at = np.searchsorted(ids, products).clip(max=len(ids) - 1)
    known = ids[at] == products
    codes[at[known]] = [code_of[names[value]] for value in values[known].tolist()]
    return codes


def describe_catalogue(ids: Ids, heads: Heads, predictions: Mapping[str, Floats]) -> Catalogue:
    """What a generation keeps of each product: the merchant's label, else the predicted one."""
    merchant = merchant_labels(ids, {key: head.classes for key, head in heads.by_key.items()})
    return _described(ids, predictions, merchant, roles())


def describe_few(ids: Ids, known: Catalogue, predictions: Mapping[str, Floats]) -> Catalogue:
    """The same of a few products, in terms of a catalogue that is `known`: its values come first,
    its roles stay. Reads nothing of any other product."""
    links = ProductAttribute.objects.merchant().filter(product__in=ids.tolist())
    return _described(ids, predictions, merchant_labels(ids, known.values, links), known.roles)


def _described(
    ids: Ids,
    predictions: Mapping[str, Floats],
    merchant: Mapping[str, Labels],
    by_role: dict[str, str],
) -> Catalogue:
    gate = by_role[Role.GATE]
    codes = {
        key: _filled(label, predictions.get(key), is_gate=key == gate)
        for key, label in merchant.items()
    }
    return Catalogue(
        ids=ids,
        values={key: label.classes for key, label in merchant.items()},
        codes=codes,
        merchant={key: label.codes for key, label in merchant.items()},
        ancestors=dict(
            AttributeValue.objects.filter(attribute__key=gate).values_list("value", "ancestors")
        ),
        roles=by_role,
    )


def _filled(label: Labels, probabilities: Floats | None, *, is_gate: bool) -> Codes:
    """A type the head has never learnt would never pass the gate: there the prediction stands."""
    if probabilities is None or not len(probabilities):
        return label.codes
    unknown = label.codes < 0
    if is_gate:
        unknown = unknown | (label.codes >= probabilities.shape[1])
    return np.where(unknown, probabilities.argmax(axis=1), label.codes).astype(np.int32)


def store_predictions(catalogue: Catalogue, predictions: Mapping[str, Floats]) -> int:
    """Products without a merchant's label get the predicted one, with its confidence."""
    return write_predicted_labels(_predicted(catalogue, predictions))


def renew_predictions(catalogue: Catalogue, predictions: Mapping[str, Floats]) -> set[int]:
    """The same for the products of this catalogue alone; returns those that have other labels
    now."""
    return renew_predicted_labels(_predicted(catalogue, predictions), catalogue.ids.tolist())


def _predicted(catalogue: Catalogue, predictions: Mapping[str, Floats]) -> list[Label]:
    labels: list[Label] = []
    for attribute in Attribute.objects.filter(key__in=predictions):
        probabilities = predictions[attribute.key]
        missing = np.flatnonzero(catalogue.merchant[attribute.key] < 0)
        values = _value_ids(attribute, catalogue.values[attribute.key][: probabilities.shape[1]])
        best = probabilities[missing].argmax(axis=1)
        labels += [
            Label(
                product_id=int(catalogue.ids[row]),
                attribute_id=attribute.pk,
                value_id=values[code],
                confidence=round(float(probabilities[row, code]), 4),
            )
            for row, code in zip(missing.tolist(), best.tolist(), strict=True)
        ]
    return labels


def _value_ids(attribute: Attribute, names: tuple[str, ...]) -> list[int]:
    known = dict(attribute.values.values_list("value", "pk"))
    new = [AttributeValue(attribute=attribute, value=name) for name in names if name not in known]
    known |= {row.value: row.pk for row in AttributeValue.objects.bulk_create(new)}
    return [known[name] for name in names]
