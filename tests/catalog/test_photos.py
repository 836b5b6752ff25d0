from __future__ import annotations

import io
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from PIL import Image

from catalog import photos
from catalog.models import Product
from catalog.photos import PhotoError, digest_of, kept_bytes, open_photo
from pictures.plain import is_plain
from tests.helpers import MakeProduct, encoded, picture

LARGE = encoded(picture(size=(900, 1200)))


@pytest.fixture
def decoding(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Counts the photos that are decoded."""
    counted = Mock(side_effect=photos.decode)
    monkeypatch.setattr(photos, "decode", counted)
    return counted


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the photo is empty"),
        (b"this is text", "the photo cannot be read as JPEG, PNG, WebP, GIF, HEIC or AVIF"),
        (LARGE[:4000], "the photo is damaged or incomplete"),
        (LARGE[:10], "the photo is damaged or incomplete"),
    ],
)
def test_a_photo_that_no_shop_can_show_is_refused_in_words(data: bytes, reason: str) -> None:
    with pytest.raises(PhotoError) as caught:
        open_photo(data)
    assert str(caught.value) == reason


def test_too_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MAX_PIXELS", 1000)
    with pytest.raises(PhotoError, match="the photo has more than 50 million pixels"):
        open_photo(LARGE)


def test_even_one_pixel_is_a_photo() -> None:
    photo, image = open_photo(encoded(Image.new("RGB", (1, 1), "red"), "PNG"))
    assert (photo.width, photo.height, photo.suffix) == (1, 1, ".png")
    assert image.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.django_db
def test_an_import_decodes_a_photo_once_and_one_it_knows_not_at_all(
    tmp_path: Path, decoding: Mock
) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/1.jpg").write_bytes(LARGE)
    (tmp_path / "styles.csv").write_text("id,productDisplayName\n1,Tee\n")
    for times in (1, 1):
        call_command("import_products", str(tmp_path), stdout=io.StringIO(), stderr=io.StringIO())
        assert decoding.call_count == times
    assert Product.objects.get().renditions == [320, 800]
    (tmp_path / "images/1.jpg").write_bytes(encoded(picture("blue", size=(900, 1200))))
    call_command("import_products", str(tmp_path), stdout=io.StringIO(), stderr=io.StringIO())
    assert decoding.call_count == 2


@pytest.mark.django_db
def test_a_form_decodes_a_photo_once_for_its_check_and_the_save(decoding: Mock) -> None:
    product = Product(sku="1", name="Tee", photo=ContentFile(LARGE, "1.jpg"))
    product.full_clean(exclude=["slug"])
    product.save()
    assert decoding.call_count == 1
    product.photo = ContentFile(encoded(picture("blue")), "2.jpg")
    product.full_clean()
    product.save()
    assert decoding.call_count == 2
    assert (product.photo_width, product.renditions) == (60, [])


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "AVIF", "HEIF", "WEBP", "GIF"])
def test_what_is_no_plain_jpeg_or_png_is_kept_as_a_jpeg(kind: str) -> None:
    data = encoded(picture("red"), kind)
    photo, image = open_photo(data)
    assert (photo.suffix, photo.is_shown, photo.digest) == (".jpg", False, digest_of(data))
    kept = Image.open(io.BytesIO(kept_bytes(data, photo, image)))
    assert (kept.format, kept.size) == ("JPEG", (60, 80))
    assert kept.getpixel((30, 50))[0] > 200


def test_what_holds_nothing_but_a_picture_is_kept_as_it_came() -> None:
    photo, image = open_photo(LARGE)
    assert kept_bytes(LARGE, photo, image) is LARGE


@pytest.mark.django_db
def test_a_photo_is_served_without_what_else_came_with_it(make_product: MakeProduct) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A maker"
    exif.get_ifd(0x8825)[1] = "N"
    lying = Image.new("RGB", (900, 600), "red")
    for kind in ("JPEG", "PNG"):
        data = encoded(lying, kind, exif=exif) + b"<script>alert(1)</script>"
        product = make_product(kind, photo=data)
        kept = product.photo.read()
        assert product.photo_digest == digest_of(data)
        assert is_plain(kept)
        assert b"maker" not in kept
        assert Image.open(io.BytesIO(kept)).size == (600, 900) == (product.photo_width, 900)
