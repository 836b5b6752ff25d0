from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.template.loader import render_to_string
from PIL import Image, ImageCms

from catalog.models import Product
from catalog.photo_files import write_renditions
from catalog.renditions import path_of
from tests.helpers import MakeProduct, encoded, picture

Capture = Callable[..., AbstractContextManager[Any]]

pytestmark = pytest.mark.django_db


def rendition(product: Product, width: int) -> Image.Image:
    with default_storage.open(path_of(product.photo_digest, width)) as file:
        return Image.open(io.BytesIO(file.read()))


def test_a_large_photo_gets_two_webp_renditions(make_product: MakeProduct) -> None:
    product = make_product("1", photo=encoded(picture(size=(900, 1200))))
    assert product.renditions == [320, 800]
    small = rendition(product, 320)
    assert small.format == "WEBP"
    assert small.size == (320, 427)
    html = render_to_string("catalog/_picture.html", {"product": product, "sizes": "10rem"})
    assert f"{path_of(product.photo_digest, 320)} 320w" in html
    assert f"{product.photo.url} 900w" in html
    assert 'sizes="10rem"' in html
    assert 'width="900" height="1200"' in html
    assert 'loading="lazy"' in html


def test_a_photo_is_never_made_larger(make_product: MakeProduct) -> None:
    product = make_product("1", photo=encoded(picture(size=(60, 80))))
    assert product.renditions == []
    assert "srcset" not in render_to_string("catalog/_picture.html", {"product": product})


def test_a_rendition_is_upright_and_flat(make_product: MakeProduct) -> None:
    lying = Image.new("RGBA", (900, 600), (255, 0, 0, 0))
    product = make_product("1", photo=encoded(lying, "PNG"))
    assert rendition(product, 320).convert("RGB").getpixel((5, 5)) == (255, 255, 255)
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(Image.new("RGB", (900, 600), "red"), exif=exif)
    assert write_renditions(data, "ab" * 32) == [320]
    with default_storage.open(path_of("ab" * 32, 320)) as file:
        assert Image.open(file).size == (320, 480)


def test_a_photo_that_lies_on_its_side_has_the_size_it_is_shown_in(
    make_product: MakeProduct,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    product = make_product("1", photo=encoded(Image.new("RGB", (900, 600), "red"), exif=exif))
    assert (product.photo_width, product.photo_height) == (600, 900)
    assert product.renditions == [320]


def test_a_photo_too_tall_for_webp_is_taken_without_renditions(make_product: MakeProduct) -> None:
    product = make_product("1", photo=encoded(Image.new("RGB", (330, 17_500)), "PNG"))
    assert product.renditions == []


def test_products_with_the_same_photo_share_renditions_until_the_last_goes(
    tmp_path: Path, make_product: MakeProduct, django_capture_on_commit_callbacks: Capture
) -> None:
    folder = tmp_path / "in"
    (folder / "images").mkdir(parents=True)
    photo = encoded(picture(size=(900, 1200)))
    for name in ("1", "2"):
        (folder / "images" / f"{name}.jpg").write_bytes(photo)
    (folder / "styles.csv").write_text("id,productDisplayName\n1,One\n2,Two\n")
    call_command("import_products", str(folder), stdout=io.StringIO(), stderr=io.StringIO())
    digest = Product.objects.get(sku="1").photo_digest
    assert Product.objects.get(sku="2").renditions == [320, 800]
    other = encoded(picture("blue", size=(900, 1200)))
    for name, there in (("1", True), ("2", False)):
        (folder / "images" / f"{name}.jpg").write_bytes(other)
        with django_capture_on_commit_callbacks(execute=True):
            call_command("import_products", str(folder), stdout=io.StringIO(), stderr=io.StringIO())
        assert default_storage.exists(path_of(digest, 320)) is there
    assert default_storage.exists(path_of(Product.objects.get(sku="1").photo_digest, 320))


def test_a_deleted_product_takes_its_photo_along_unless_another_shows_it(
    make_product: MakeProduct, django_capture_on_commit_callbacks: Capture
) -> None:
    photo = encoded(picture(size=(900, 1200)))
    one, other = make_product("1", photo=photo), make_product("2", photo=photo)
    digest = one.photo_digest
    for product, there in ((one, True), (other, False)):
        with django_capture_on_commit_callbacks(execute=True):
            Product.objects.filter(pk=product.pk).delete()
        assert not default_storage.exists(str(product.photo.name))
        assert default_storage.exists(path_of(digest, 320)) is there


def test_a_replaced_photo_goes_and_a_mere_change_of_name_keeps_it(
    make_product: MakeProduct, django_capture_on_commit_callbacks: Capture
) -> None:
    product = make_product("1", photo=encoded(picture(size=(900, 1200))))
    first, digest = str(product.photo.name), product.photo_digest
    with django_capture_on_commit_callbacks(execute=True):
        product.name = "Another"
        product.save()
    assert default_storage.exists(first)
    assert default_storage.exists(path_of(digest, 320))
    with django_capture_on_commit_callbacks(execute=True):
        product.photo = ContentFile(encoded(picture("blue", size=(900, 1200))), "x.jpg")
        product.save()
    assert not default_storage.exists(first)
    assert not default_storage.exists(path_of(digest, 320))
    assert default_storage.exists(str(product.photo.name))
    assert default_storage.exists(path_of(product.photo_digest, 320))


def test_a_rendition_keeps_the_profile_that_its_colours_need() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(Image.new("RGB", (900, 600), "red"), icc_profile=profile)
    write_renditions(data, "cd" * 32)
    with default_storage.open(path_of("cd" * 32, 320)) as file:
        assert Image.open(file).info["icc_profile"] == profile


def test_missing_renditions_are_made_and_what_is_there_stays(make_product: MakeProduct) -> None:
    product = make_product("1", photo=encoded(picture(size=(900, 1200))))
    make_product("2", photo=encoded(picture(size=(60, 80))))
    default_storage.delete(path_of(product.photo_digest, 320))
    Product.objects.update(renditions=[])
    said = io.StringIO()
    call_command("make_renditions", "--dry-run", stdout=said)
    assert said.getvalue().startswith("1 photos lack renditions, 0 unreadable")
    assert not default_storage.exists(path_of(product.photo_digest, 320))
    call_command("make_renditions", stdout=said)
    product.refresh_from_db()
    assert product.renditions == [320, 800]
    assert default_storage.exists(path_of(product.photo_digest, 320))


def test_a_photo_that_is_gone_is_counted(make_product: MakeProduct) -> None:
    product = make_product("1", photo=encoded(picture(size=(900, 1200))))
    for width in product.renditions:
        default_storage.delete(path_of(product.photo_digest, width))
    default_storage.delete(product.photo.name)
    Product.objects.update(renditions=[])
    said, wrong = io.StringIO(), io.StringIO()
    call_command("make_renditions", stdout=said, stderr=wrong)
    assert "0 photos done, 1 unreadable" in said.getvalue()
    assert "(1): the photo cannot be read" in wrong.getvalue()


def test_a_photo_taken_away_takes_its_facts_along(make_product: MakeProduct) -> None:
    product = make_product("1", photo=encoded(picture(size=(900, 1200))))
    product.photo = ""
    product.save()
    assert (product.photo_digest, product.renditions) == ("", [])
    product.photo = ContentFile(encoded(picture(size=(600, 800))), "x.jpg")
    product.save()
    assert product.renditions == [320]
