from __future__ import annotations

import io
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from catalog.models import Product
from matching import runtime
from matching.management.commands import demo as command
from tests.helpers import MakeProduct, encoded, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def few_products(tmp_path: Path, settings: Any) -> None:
    """Twelve of the demo products."""
    whole, part = settings.DEMO_DIR, tmp_path / "demo"
    (part / "images").mkdir(parents=True)
    header, *rows = (whole / "styles.csv").read_text().splitlines()
    for row in rows[::50]:
        shutil.copy(whole / "images" / f"{row.partition(',')[0]}.webp", part / "images")
    (part / "styles.csv").write_text("\n".join([header, *rows[::50]]))
    settings.DEMO_DIR = part


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[int]:
    ports: list[int] = []
    settings.DEBUG = True
    monkeypatch.setattr(command, "_serve", ports.append)
    return ports


def demo_with(**options: Any) -> str:
    out = io.StringIO()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    call_command("demo", port=port, stdout=out, **options)
    return out.getvalue()


def test_load_demo_writes_products_with_photos_and_labels(few_products: None) -> None:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    product = Product.objects.order_by("sku").first()
    assert product is not None
    assert out.getvalue().startswith("Demo catalogue: 12 added, 0 updated, 0 unchanged, 0 without")
    assert (product.photo_width, product.photo_height) == (480, 640)
    assert product.label("item_type")
    assert product.price
    call_command("load_demo", stdout=out)
    assert "0 added, 0 updated, 12 unchanged" in out.getvalue()


@pytest.mark.slow
def test_every_demo_product_can_be_imported(settings: Any) -> None:
    out = io.StringIO()
    call_command("import_products", settings.DEMO_DIR, dry_run=True, stdout=out)
    assert "577 rows: 577 added, 0 updated, 0 unchanged, 0 skipped, 0 without" in out.getvalue()
    assert " 0 problems " in out.getvalue()


def test_load_demo_if_needed_leaves_a_catalogue_alone(make_product: MakeProduct) -> None:
    make_product("1")
    out = io.StringIO()
    call_command("load_demo", if_needed=True, stdout=out)
    assert out.getvalue() == "The catalogue has 1 products already.\n"


def test_the_demo_sets_everything_up_and_prints_where_it_is(
    few_products: None, served: list[int]
) -> None:
    printed = demo_with()
    assert f"Site   http://127.0.0.1:{served[0]}/" in printed
    assert "(login: demo / demo)" in printed
    assert runtime.live().generation.manifest["count"] == 12
    assert get_user_model().objects.get(username="demo").is_superuser


def test_a_second_start_does_nothing_again(few_products: None, served: list[int]) -> None:
    demo_with()
    printed = demo_with()
    assert "The catalogue has 12 products already." in printed
    assert runtime.live().generation.number == 1


def test_a_data_set_takes_the_place_of_the_drawings(
    few_products: None, served: list[int], tmp_path: Path
) -> None:
    demo_with()
    (tmp_path / "images").mkdir()
    (tmp_path / "images/77.jpg").write_bytes(encoded(picture("red")))
    (tmp_path / "styles.csv").write_text("id,articleType,productDisplayName\n77,Tshirts,Red Tee\n")
    assert "The 12 drawn products are switched off." in demo_with(dataset=tmp_path)
    assert [product.sku for product in Product.objects.active()] == ["77"]
    assert runtime.live().generation.manifest["count"] == 1


def test_a_port_in_use_is_said_before_any_work(served: list[int]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} cannot be used"):
            call_command("demo", port=port)
    assert served == []


def test_outside_debug_mode_there_is_no_demo(settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="The demo runs in debug mode only"):
        call_command("demo")
