"""A product's life, asked for in the process that changes it and in another one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.flows.shop_process import ShopProcess

pytestmark = pytest.mark.slow


def test_another_process_sees_all_of_a_products_life(tmp_path: Path) -> None:
    with ShopProcess(tmp_path) as here:
        assert here.ask("open", "red-tshirt", "black-trousers", "brown-handbag") == 3
        with ShopProcess(tmp_path) as there:
            for shop in (here, there):
                assert shop.ask("look", "green", "tshirt")[0] != "new"
            here.ask("add", "new", "Zebrafish", "green", "tshirt")
            for shop in (there, here):
                shop.asked_until(is_new, "look", "green", "tshirt")
                assert shop.ask("words", "zebrafish")[0] == "new"
            here.ask("repaint", "new", "lime", "handbag")
            for shop in (there, here):
                shop.asked_until(is_new, "look", "lime", "handbag")
                assert not is_new(shop.ask("look", "green", "tshirt"))
            there.ask("status", "new", "archived")
            for shop in (here, there):
                assert shop.ask("look", "lime", "handbag")[0] != "new"
            there.ask("status", "new", "active")
            for shop in (here, there):
                assert is_new(shop.ask("look", "lime", "handbag"))
            here.ask("delete", "new")
            for shop in (there, here):
                assert shop.ask("look", "lime", "handbag")[0] != "new"
                assert shop.ask("words", "zebrafish")[0] != "new"


def is_new(answer: Any) -> bool:
    sku, cosine = answer
    return bool(sku == "new" and cosine > 0.999)
