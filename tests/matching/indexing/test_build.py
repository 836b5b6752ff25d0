from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from catalog.models import Attribute, Product, ProductAttribute
from matching import runtime
from matching.engine.backbone import Backbone
from matching.models import Embedding, Search
from matching.search.api.serializers import prediction
from tests.helpers import MakeProduct, encoded, picture

pytestmark = pytest.mark.django_db


def build(**options: Any) -> str:
    out = io.StringIO()
    call_command("build_index", stdout=out, **options)
    return out.getvalue()


def test_the_last_line_counts(make_product: MakeProduct) -> None:
    same = encoded(picture("red"))
    make_product("1", photo=same)
    make_product("2", photo=same)
    make_product("3", photo=encoded(picture("blue")))
    make_product("4")
    assert build().startswith(
        "Generation 1 is live: 3 products (2 embedded, 0 cached, 1 copied, 0 unreadable)"
    )


def test_only_changed_photos_are_embedded_again(shop: dict[str, Product]) -> None:
    from django.core.files.base import ContentFile

    changed = shop["tshirt-red"]
    changed.photo = ContentFile(encoded(picture("yellow")), "new.jpg")
    changed.save()
    assert "(1 embedded, 7 cached, 0 copied, 0 unreadable)" in build()
    assert Embedding.objects.filter(product=changed).count() == 1


def test_vectors_are_unit_rows_of_the_photo(shop: dict[str, Product]) -> None:
    row = Embedding.objects.get(product=shop["tshirt-red"])
    vector = np.frombuffer(row.vector, "<f4")
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    expected = runtime.get_backbone().embed_images([picture_of(shop["tshirt-red"])])[0]
    assert vector @ expected == pytest.approx(1, abs=1e-5)


def picture_of(product: Product) -> bytes:
    with product.photo.open() as file:
        return file.read()


def test_an_interrupted_build_goes_on_where_it_stopped(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matching.indexing import embed

    monkeypatch.setattr(embed, "BATCH", 4)
    for number in range(10):
        make_product(str(number), photo=encoded(picture("red"), quality=40 + number))
    real = Backbone.embed_stream

    def interrupted(self: Backbone, items: Any, **options: Any) -> Any:
        for at, item in enumerate(real(self, items, **options)):
            if at == 6:
                raise KeyboardInterrupt
            yield item

    monkeypatch.setattr(Backbone, "embed_stream", interrupted)
    with pytest.raises(CommandError, match="Stopped. What was done is kept"):
        build()
    assert Embedding.objects.count() == 4
    monkeypatch.setattr(Backbone, "embed_stream", real)
    assert "10 products (6 embedded, 4 cached" in build()


def test_a_photo_that_went_missing_is_counted_and_the_rest_goes_on(
    make_product: MakeProduct,
) -> None:
    gone = make_product("1", photo=encoded(picture("red")))
    make_product("2", photo=encoded(picture("blue")))
    Path(gone.photo.path).unlink()
    printed = build()
    assert f"product {gone.pk}, photo {gone.photo.name}: The file is empty." in printed
    assert "1 products (1 embedded, 0 cached, 0 copied, 1 unreadable)" in printed


def test_if_needed_builds_only_when_something_changed(shop: dict[str, Product]) -> None:
    assert build(if_needed=True) == "Generation 1 is up to date.\n"
    shop["tshirt-red"].save()
    assert "Generation 2 is live" in build(if_needed=True)
    shop["tshirt-red"].delete()
    assert "Generation 3 is live: 7 products" in build(if_needed=True)


ROLES_CHANGED = "Another attribute is the gate or the style now."


@pytest.fixture
def season_is_the_style(shop: dict[str, Product]) -> None:
    """After the index was built with another attribute as the style."""
    Attribute.objects.filter(role=Attribute.Role.STYLE).update(role=Attribute.Role.PLAIN)
    Attribute.objects.filter(key="season").update(role=Attribute.Role.STYLE)


def answered(client: Client) -> dict[str, Any]:
    photo = SimpleUploadedFile("a.jpg", encoded(picture("red")))
    answer: dict[str, Any] = client.post("/predict/", {"file": photo}).json()
    return answer


@pytest.mark.usefixtures("season_is_the_style")
def test_another_style_takes_a_build_which_says_why(client: Client) -> None:
    built = runtime.live().generation.heads.by_key
    before = answered(client)
    assert set(before["prediction"]["style_top3"]) <= set(built["style"].classes)
    assert before["prediction"]["season"] in built["season"].classes
    printed = build(if_needed=True)
    assert printed.startswith(f"{ROLES_CHANGED}\nGeneration 2 is live: 8 products")
    after = answered(client)
    assert set(after["prediction"]["style_top3"]) <= set(built["season"].classes)
    assert after["prediction"]["style"] == next(iter(before["prediction"]["style_top3"]))
    assert "season" not in after["prediction"]
    assert after["matches"][0]["style"] != before["matches"][0]["style"]
    assert build(if_needed=True) == "Generation 2 is up to date.\n"


@pytest.mark.usefixtures("season_is_the_style")
def test_each_search_is_told_by_the_roles_of_its_own_generation(client: Client) -> None:
    answered(client)
    build()
    answered(client)
    newest, oldest = Search.objects.order_by("-generation")
    assert (oldest.style, newest.style) == ("style", "season")
    assert set(prediction(oldest)) ^ set(prediction(newest)) == {"season", "style"}


def test_an_empty_catalogue_says_what_to_run(db: None) -> None:
    with pytest.raises(CommandError, match="no active product with a photo. Run: python manage.py"):
        build()


def test_an_unknown_backbone_says_what_to_run(make_product: MakeProduct) -> None:
    with pytest.raises(CommandError, match="There is no backbone 'nope'. Install one: python"):
        build(backbone="nope")


def test_a_running_site_sees_a_new_generation(shop: dict[str, Product]) -> None:
    before = runtime.live()
    assert runtime.live() is before
    build()
    assert runtime.live().generation.number == 2


def test_missing_labels_are_predicted_and_kept_apart(shop: dict[str, Product]) -> None:
    links = shop["tshirt-red"].attributes.all()
    sources = {link.attribute.key: (link.source, link.value.value) for link in links}
    assert sources["item_type"] == ("merchant", "tshirts")
    assert sources["colour"] == ("predicted", "red")
    assert links.get(attribute__key="colour").confidence > 0.5
    assert shop["tshirt-red"].label("colour") == "red"


def test_predictions_give_way_to_the_shops_label(shop: dict[str, Product]) -> None:
    colour = Attribute.objects.get(key="colour")
    crimson = colour.values.create(value="Crimson")
    ProductAttribute.objects.create(product=shop["tshirt-red"], value=crimson)
    assert shop["tshirt-red"].label("colour") == "crimson"
    build()
    kept = shop["tshirt-red"].attributes.filter(attribute=colour)
    assert [(link.source, link.value.value) for link in kept] == [("merchant", "crimson")]


def test_a_shops_own_type_names_do_not_hide_its_products(
    make_product: MakeProduct, client: Any
) -> None:
    """The gate takes what the heads see where they have never learnt the shop's word for it."""
    make_product("1", photo=encoded(picture("red")), item_type="tees")
    make_product("2", photo=encoded(picture("black", "trousers")), item_type="slacks")
    build()
    file = io.BytesIO(encoded(picture("red")))
    file.name = "a.jpg"
    answer = client.post("/predict/?k=1", {"file": file}).json()
    assert answer["matches"][0]["sku"] == "1"
    assert answer["widened"] is None


@pytest.fixture
def replaced(shop: dict[str, Product], own_data_folder: Path, settings: Any) -> Path:
    """Another backbone under the same name, installed after the index was built."""
    other = own_data_folder / "artifacts/backbones/vibe-mini"
    shutil.copytree(Path(settings.BUNDLED_BACKBONES_DIR) / "vibe-mini", other)
    manifest = json.loads((other / "manifest.json").read_text())
    manifest["image"]["pad"] = [0, 0, 0]
    (other / "manifest.json").write_text(json.dumps(manifest))
    runtime.forget()
    return other


def test_the_index_keeps_serving_with_the_backbone_it_was_built_with(replaced: Path) -> None:
    live, installed = runtime.live(), runtime.get_backbone()
    assert live.generation.number == 1
    assert live.backbone.fingerprint == live.generation.manifest["backbone_fingerprint"]
    assert live.backbone.fingerprint != installed.fingerprint
    assert live.backbone.embed_images([picture("red")]).shape == (1, 512)
    build()
    assert runtime.live().generation.number == 2
    assert runtime.live().backbone is runtime.get_backbone()


def test_the_index_serves_even_if_its_backbone_was_taken_away(
    shop: dict[str, Product], settings: Any, tmp_path: Path
) -> None:
    settings.BUNDLED_BACKBONES_DIR = tmp_path / "none"
    runtime.forget()
    assert runtime.live().backbone.name == "vibe-mini"


def test_an_index_that_kept_no_backbone_says_that_another_came(replaced: Path) -> None:
    shutil.rmtree(runtime.index_root() / "1" / "backbone")
    with pytest.raises(runtime.NotReadyError, match="changed since the index was built"):
        runtime.live()
