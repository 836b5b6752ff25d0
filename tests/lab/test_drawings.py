"""The drawn demo catalogue: deterministic, labelled in the data set's own words, and visible."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from dataclasses import astuple
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from catalog import demo
from catalog.demo import DemoProduct, demo_products, further_drawings, render, render_all
from catalog.demo.palette import COLOURS, rgb

GENDERS = {"Men", "Women", "Unisex", "Boys", "Girls"}
SEASONS = {"Summer", "Fall", "Winter", "Spring"}
USAGES = {"Casual", "Sports", "Ethnic", "Formal", "Party", "Smart Casual", "Travel", "Home"}
BASE_COLOURS = {
    "Beige", "Black", "Blue", "Bronze", "Brown", "Burgundy", "Charcoal", "Coffee Brown", "Copper",
    "Cream",
    "Fluorescent Green", "Gold", "Green", "Grey", "Grey Melange", "Khaki", "Lavender", "Lime Green",
    "Magenta",
    "Maroon", "Mauve", "Metallic", "Multi", "Mushroom Brown", "Mustard", "Navy Blue", "Nude",
    "Off White", "Olive",
    "Orange", "Peach", "Pink", "Purple", "Red", "Rose", "Rust", "Sea Green", "Silver", "Skin",
    "Steel", "Tan",
    "Taupe", "Teal", "Turquoise Blue", "White", "Yellow",
}  # fmt: skip
PARENTS = {  # articleType: (subCategory, masterCategory)
    **dict.fromkeys(
        ["Tshirts", "Shirts", "Tops", "Kurtas", "Tunics", "Sweaters", "Sweatshirts", "Jackets",
            "Blazers", "Waistcoat"],
        ("Topwear", "Apparel"),
    ),
    **dict.fromkeys(
        ["Jeans", "Trousers", "Shorts", "Track Pants", "Leggings", "Capris",
            "Skirts"], ("Bottomwear", "Apparel")
    ),
    **dict.fromkeys(["Dresses", "Jumpsuit"], ("Dress", "Apparel")),
    "Sarees": ("Saree", "Apparel"),
    **dict.fromkeys(["Casual Shoes", "Sports Shoes", "Formal Shoes", "Heels", "Flats"],
        ("Shoes", "Footwear")),
    "Sandals": ("Sandal", "Footwear"),
    "Flip Flops": ("Flip Flops", "Footwear"),
    **dict.fromkeys(
        ["Handbags", "Backpacks", "Clutches", "Duffel Bag", "Trolley Bag", "Laptop Bag",
            "Messenger Bag"],
        ("Bags", "Accessories"),
    ),
    **dict.fromkeys(["Ring", "Earrings", "Necklace and Chains", "Pendant", "Bracelet", "Bangle"],
                    ("Jewellery", "Accessories")),
    **dict.fromkeys(["Caps", "Hat"], ("Headwear", "Accessories")),
    "Sunglasses": ("Eyewear", "Accessories"),
    **{name: (name, "Accessories") for name in
       ["Watches", "Wallets", "Belts", "Socks", "Ties", "Scarves", "Umbrellas", "Gloves",
           "Cufflinks"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def products() -> list[DemoProduct]:
    return list(demo_products())


def _digest(products: list[DemoProduct]) -> str:
    return sha256(repr([astuple(p) for p in products]).encode()).hexdigest()


def test_there_are_enough_products_of_enough_types_in_enough_colours(
    products: list[DemoProduct],
) -> None:
    per_type = Counter(p.labels["articleType"] for p in products)
    assert len(products) >= 420
    assert len(per_type) >= 36
    assert min(per_type.values()) >= 8
    assert len({p.labels["baseColour"] for p in products}) >= 20


def test_two_runs_in_two_processes_give_the_same_catalogue(products: list[DemoProduct]) -> None:
    program = (
        "from dataclasses import astuple; from hashlib import sha256; from catalog.demo import "
        "demo_products;"
        "print(sha256(repr([astuple(p) for p in demo_products()]).encode()).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == _digest(products)


def test_the_same_drawing_renders_to_the_same_bytes(products: list[DemoProduct]) -> None:
    for product in products[::120]:
        assert render(product.svg) == render(product.svg)


def test_rendering_in_processes_gives_the_same_pictures_in_the_same_order(
    products: list[DemoProduct],
) -> None:
    drawings = [p.svg for p in products[240:460:70]]
    assert list(render_all(drawings)) == [render(svg) for svg in drawings]


def test_every_label_is_a_word_of_the_data_set(products: list[DemoProduct]) -> None:
    for product in products:
        labels = product.labels
        assert labels["gender"] in GENDERS
        assert labels["season"] in SEASONS
        assert labels["usage"] in USAGES
        assert labels["baseColour"] in BASE_COLOURS
        assert (labels["subCategory"], labels["masterCategory"]) == PARENTS[labels["articleType"]]


def test_the_palette_holds_the_data_sets_colours_and_no_others() -> None:
    assert set(COLOURS) == BASE_COLOURS


def test_skus_and_names_are_unique(products: list[DemoProduct]) -> None:
    assert len({p.sku for p in products}) == len(products)
    assert len({p.name for p in products}) == len(products)
    assert products[0].sku == "demo-0001"


def test_names_say_brand_gender_and_colour(products: list[DemoProduct]) -> None:
    for product in products:
        start = f"{product.brand} {product.labels['gender']} {product.labels['baseColour']} "
        assert product.name.startswith(start)


def test_prices_and_years_are_plausible(products: list[DemoProduct]) -> None:
    for product in products:
        assert Decimal(5) <= product.price <= Decimal(300)
        assert product.currency == "EUR"
        assert 2020 <= product.year <= 2026
        assert product.description.endswith(".")


def test_labels_make_sense_together(products: list[DemoProduct]) -> None:
    expected = {"Flip Flops": ("season", "Summer"), "Sweaters": ("season", "Winter"),
        "Blazers": ("usage", "Formal"),
                "Sarees": ("usage", "Ethnic"), "Heels": ("gender", "Women"), "Ties": ("gender",
                    "Men")}  # fmt: skip
    for product in products:
        if product.labels["articleType"] in expected:
            column, value = expected[product.labels["articleType"]]
            assert product.labels[column] == value


def test_near_twins_are_few_and_differ_only_by_brand(products: list[DemoProduct]) -> None:
    drawings = Counter(p.svg for p in products)
    assert 10 <= sum(count - 1 for count in drawings.values()) <= 30


def test_drawings_need_no_fonts_and_no_outside_files(products: list[DemoProduct]) -> None:
    for product in products:
        assert "<text" not in product.svg
        assert "href" not in product.svg


@pytest.mark.parametrize("size", [(480, 640), (240, 320), (300, 300)])
def test_pictures_have_the_size_that_was_asked_for(
    products: list[DemoProduct], size: tuple[int, int]
) -> None:
    picture = Image.open(BytesIO(render(products[0].svg, *size)))
    assert picture.size == size
    assert picture.mode == "RGB"


def _foreground(picture: Image.Image) -> list[tuple[int, int, int]]:
    small = picture.convert("RGB").resize((96, 128), Image.Resampling.BOX)
    data = small.tobytes()
    pixels = zip(data[0::3], data[1::3], data[2::3], strict=True)
    return [p for p in pixels if min(p) < 244]


@pytest.mark.slow
def test_every_drawing_shows_something_on_a_light_ground(products: list[DemoProduct]) -> None:
    for product in products:
        picture = Image.open(BytesIO(render(product.svg)))
        share = len(_foreground(picture)) / (96 * 128)
        assert 0.03 < share < 0.95, product.name
        assert min(picture.convert("RGB").getpixel((2, 2))) > 240, product.name  # type: ignore[arg-type]


def _first(products: list[DemoProduct], article: str, colour: str) -> DemoProduct:
    return next(
        p
        for p in products
        if (p.labels["articleType"], p.labels["baseColour"]) == (article, colour)
    )


@pytest.mark.parametrize(
    ("article", "colour"),
    [("Backpacks", "Navy Blue"), ("Trolley Bag", "Red"), ("Skirts", "Red"), ("Shorts", "Khaki"),
        ("Caps", "Red"),
     ("Umbrellas", "Purple"), ("Wallets", "Brown"), ("Leggings", "Turquoise Blue"), ("Handbags",
         "Purple")],
)  # fmt: skip
def test_the_middle_of_the_drawing_has_the_labels_colour(
    products: list[DemoProduct], article: str, colour: str
) -> None:
    picture = Image.open(BytesIO(render(_first(products, article, colour).svg)))
    pixels = _foreground(picture)
    typical = tuple(sorted(p[channel] for p in pixels)[len(pixels) // 2] for channel in range(3))
    assert max(abs(a - b) for a, b in zip(typical, rgb(COLOURS[colour]), strict=True)) < 60


def test_further_drawings_are_other_looks_of_the_same_lines(products: list[DemoProduct]) -> None:
    further = list(further_drawings(300))
    assert further[:20] == list(further_drawings(20))
    assert {p.labels["articleType"] for p in further} == {p.labels["articleType"] for p in products}
    assert {p.labels["baseColour"] for p in further} <= {p.labels["baseColour"] for p in products}
    new = {p.svg for p in further} - {p.svg for p in products}
    assert len(new) > len(further) * 0.6


def test_the_drawings_are_written_as_a_folder_to_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, products: list[DemoProduct]
) -> None:
    monkeypatch.setattr(demo, "demo_products", lambda: iter(products[:3]))
    monkeypatch.setattr(demo, "render_all", lambda svgs: map(render, svgs))
    said = StringIO()
    call_command("draw_demo", tmp_path / "drawn", further=2, stdout=said)
    assert "drawn: 5 drawings in" in said.getvalue()
    with (tmp_path / "drawn" / "styles.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [*(p.sku for p in products[:3]), *_skus(2)]
    assert rows[0]["articleType"] == products[0].labels["articleType"]
    assert rows[0]["productDisplayName"] == products[0].name
    for row in rows:
        Image.open(tmp_path / "drawn" / "images" / f"{row['id']}.jpg").verify()


def _skus(count: int) -> list[str]:
    return [f"drawn-{number + 1:05d}" for number in range(count)]


def test_a_folder_with_something_in_it_is_not_drawn_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="is not empty. Give a new folder"):
        call_command("draw_demo", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_number_below_zero_is_no_number_of_drawings(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="0 or more"):
        call_command("draw_demo", tmp_path / "drawn", further=-1)
    assert not (tmp_path / "drawn").exists()
