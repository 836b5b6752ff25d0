"""The whole way on real product photos: import, train, build, and search with photos not held."""

from __future__ import annotations

import io
import os
from itertools import islice
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from catalog.importers.styles_csv import read_styles
from catalog.models import Product

pytestmark = [pytest.mark.dataset, pytest.mark.slow, pytest.mark.django_db]
HELD = 4000
ASKED = 150


def run(*command: object, **options: object) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def test_photos_the_catalogue_does_not_hold_are_seen_and_matched(client: Client) -> None:
    folder = Path(os.environ["VIBE_DATA"])
    assert f"{HELD} rows: {HELD} added" in run("import_products", folder, limit=HELD)
    printed = run("train_heads")
    assert all(f"\n{key} " in printed for key in ("item_type", "gender", "colour", "season"))
    run("build_index")

    right = matched = answered = 0
    for row in islice(read_styles(folder / "styles.csv"), HELD, HELD + ASKED):
        photo = folder / "images" / f"{row.cells['id']}.jpg"
        if not photo.exists():
            continue
        upload = SimpleUploadedFile("photo.jpg", photo.read_bytes())
        response = client.post("/predict/", {"file": upload})
        assert response.status_code == 200
        answer, wanted = response.json(), row.cells["articleType"].lower()
        answered += 1
        right += answer["prediction"]["item_type"] == wanted
        skus = [match["sku"] for match in answer["matches"]]
        found = [p.label("item_type") for p in Product.objects.filter(sku__in=skus)]
        matched += sum(label == wanted for label in found) / max(1, len(found))
    assert answered > 0.9 * ASKED
    assert right / answered > 0.8
    assert matched / answered > 0.75
