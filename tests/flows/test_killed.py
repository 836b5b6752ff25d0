"""A process that is killed between a row and its file, at every step there is: after the sweeper no
file is without its row, no row without its file, and what was acknowledged is as acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.shop_process import ShopProcess
from tests.helpers import encoded, picture

pytestmark = pytest.mark.slow

WRITING = [
    ("files.ledger._want", "before"),
    ("files.ledger._want", "after"),
    ("os.replace", "before"),
    ("os.replace", "after"),
    ("files.ledger.keep", "before"),
    ("files.ledger.keep", "after"),
]
DELETING = [
    ("files.ledger.drop", "before"),
    ("files.ledger.drop", "after"),
    ("files.ledger.remove", "before"),
    ("django.core.files.storage.FileSystemStorage.delete", "before"),
    ("django.core.files.storage.FileSystemStorage.delete", "after"),
    ("files.ledger.remove", "after"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("shop")
    with ShopProcess(made) as shop:
        shop.ask("migrate")
        shop.ask("add", "kept", "Kept", "green", "tshirt")
        shop.ask("keep", "green")
    return made


def tidied(folder: Path) -> list[str]:
    """The products that there are, once all was swept and is found to be in order."""
    with ShopProcess(folder) as shop:
        shop.ask("sweep", "2")
        stock = shop.ask("stock")
    assert stock["files"] == stock["used"]
    assert stock["rows"] == [f"{name}: written" for name in stock["files"]]
    products: list[str] = stock["products"]
    assert "kept" in products
    return products


@pytest.mark.parametrize(("where", "when"), WRITING)
@pytest.mark.parametrize("what", [("add", "new", "New", "red", "tshirt"), ("keep", "red")])
def test_killed_while_a_photo_is_kept(
    folder: Path, where: str, when: str, what: tuple[str, ...]
) -> None:
    with ShopProcess(folder) as shop:
        shop.ends_in("die", where, when, *what)
    assert tidied(folder) == ["kept"]


@pytest.mark.parametrize(("where", "when"), DELETING)
def test_killed_while_a_product_is_deleted(folder: Path, where: str, when: str) -> None:
    with ShopProcess(folder) as shop:
        shop.ask("add", "old", "Old", "navy", "trousers")
        shop.ends_in("die", where, when, "delete", "old")
    is_committed = where != "files.ledger.drop"
    assert ("old" not in tidied(folder)) is is_committed
    with ShopProcess(folder) as shop:
        shop.ask("delete", "old")
    assert tidied(folder) == ["kept"]


@pytest.mark.parametrize(("where", "when"), DELETING)
def test_killed_while_a_search_is_forgotten(folder: Path, where: str, when: str) -> None:
    with ShopProcess(folder) as shop:
        number = shop.ask("keep", "navy")
        shop.ends_in("die", where, when, "forget", number)
    tidied(folder)
    with ShopProcess(folder) as shop:
        assert shop.ask("forget", number) == (where == "files.ledger.drop")
    tidied(folder)


REPLACING = [WRITING[3], WRITING[5], DELETING[0], DELETING[1], DELETING[2], DELETING[4]]


@pytest.mark.parametrize(("where", "when"), REPLACING)
def test_killed_while_a_photo_is_replaced(folder: Path, where: str, when: str) -> None:
    with ShopProcess(folder) as shop:
        shop.ask("add", "changed", "Changed", "navy", "trousers")
        shop.ends_in("die", where, when, "repaint", "changed", "red", "handbag")
    assert "changed" in tidied(folder)
    with ShopProcess(folder) as shop:
        shop.ask("delete", "changed")


@pytest.mark.parametrize(("where", "when"), WRITING)
def test_killed_in_an_import(folder: Path, tmp_path: Path, where: str, when: str) -> None:
    (tmp_path / "images").mkdir()
    rows = ["id,productDisplayName"]
    for number, colour in enumerate(("red", "blue", "navy", "black")):
        photo = encoded(picture(colour, size=(400, 500)))
        (tmp_path / "images" / f"{number}.jpg").write_bytes(photo)
        rows.append(f"{number},A {colour} one")
    (tmp_path / "styles.csv").write_text("\n".join(rows))
    with ShopProcess(folder) as shop:
        shop.ends_in("die", where, when, "import", str(tmp_path))
    assert tidied(folder) == ["kept"]


def test_an_upload_that_nobody_takes_up_goes_after_a_week(folder: Path) -> None:
    with ShopProcess(folder) as shop:
        name = shop.ask("upload", "sku,name")
        shop.ask("sweep", "100")
        assert f"private/{name}" in shop.ask("stock")["files"]
        shop.ask("sweep", "200")
        assert f"private/{name}" not in shop.ask("stock")["files"]
    tidied(folder)
