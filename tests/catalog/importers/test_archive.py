from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from jobs.models import Job
from tests.helpers import encoded, picture, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once")]


def zipped(**files: bytes) -> SimpleUploadedFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return SimpleUploadedFile("products.zip", packed.getvalue(), "application/zip")


def test_a_zip_is_imported_like_a_folder(admin_client: Client) -> None:
    styles = b"id,productDisplayName,articleType\n7,Red Tee,Tshirts\n8,No Photo,Tshirts\n"
    file = zipped(
        shop__styles_dot_csv=styles,
        shop__images__7_dot_jpg=encoded(picture()),
        shop__readme_dot_txt=b"hello",
    )
    link = reverse("admin:upload-archive")
    response = admin_client.post(link, {"archive": file})
    row = Job.objects.get()
    assert response["Location"] == reverse("admin:jobs_job_change", args=[row.pk])
    assert row.state == Job.State.DONE, row.log
    assert Product.objects.get(sku="7").photo
    assert Product.objects.get(sku="7").label("item_type") == "tshirts"
    assert not Product.objects.get(sku="8").photo


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("a.zip", b"nothing of the kind"), "This is no zip file"),
        (zipped(readme_dot_txt=b"x"), "It holds no styles.csv."),
    ],
)
def test_a_zip_that_will_not_do_is_refused_at_once(
    admin_client: Client, file: SimpleUploadedFile, said: str
) -> None:
    file.seek(0)
    link = reverse("admin:upload-archive")
    assert said in text_of(admin_client.post(link, {"archive": file}))
    assert not Job.objects.exists()


def test_photos_of_a_zip_are_found_where_shops_put_them(admin_client: Client) -> None:
    styles = "id,productDisplayName\n" + "".join(f"{n},Tee {n}\n" for n in (1, 2, 3, 4))
    with io.BytesIO() as packed, zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("shop/styles.csv", styles)
        archive.writestr("shop/deep/images/1.jpg", b"another of that name")
        for name in ("images/1.JPG", "images/summer/2.jpeg", "3.jpg", "photos/4.png"):
            archive.writestr(f"shop/{name}", encoded(picture()))
        archive.writestr("__MACOSX/shop/images/._1.jpg", b"what macOS keeps")
        archive.close()
        file = SimpleUploadedFile("products.zip", packed.getvalue(), "application/zip")
    admin_client.post(reverse("admin:upload-archive"), {"archive": file})
    assert Job.objects.get().state == Job.State.DONE, Job.objects.get().log
    assert sorted(Product.objects.exclude(photo="").values_list("sku", flat=True)) == list("1234")
