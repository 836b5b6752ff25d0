"""What is sought, what only qualifies it, what is not wanted, and in which language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.words.shop import reader
from words import Limit, Reader, Reading, Role, Text, Vocabulary, WordIndex
from words.limits import What

SHOES = {"casual shoes", "sports shoes", "formal shoes", "heels", "flats"}


def read(text: str, language: str = "en") -> Reading:
    return reader().read(text, language)


def kinds(reading: Reading) -> set[str]:
    return set(reading.wanted.get("item_type", ()))


def roles(reading: Reading) -> list[tuple[str, str]]:
    return [(part.text, part.role.value) for part in reading.parts]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("white summer dress", {"colour": "white", "season": "summer", "item_type": "dresses"}),
        ("like this, but in red", {"colour": "red"}),
        ("a men's shirt", {"gender": "men", "item_type": "shirts"}),
        ("T-Shirts", {"item_type": "tshirts"}),
        ("t shirt", {"item_type": "tshirts"}),
        ("casualshoes", {"item_type": "casual shoes"}),
        ("autumn", {"season": "fall"}),
        ("red red", {"colour": "red"}),
        ("smart casual navy blue sports shoes",
         {"style": "smart casual", "colour": "navy blue", "item_type": "sports shoes"}),
        ("a pair of shorts", {"item_type": "shorts"}),
        ("a short dress", {"item_type": "dresses"}),
    ],
)  # fmt: skip
def test_words_of_values_are_wanted(text: str, wanted: dict[str, str]) -> None:
    assert read(text).wanted == {key: (value,) for key, value in wanted.items()}


def test_alternatives_are_all_wanted() -> None:
    assert read("red or blue").wanted == {"colour": ("red", "blue")}
    assert read("skirt or dress").wanted == {"item_type": ("skirts", "dresses")}


def test_the_name_of_a_group_asks_for_all_of_its_values() -> None:
    assert kinds(read("shoes")) == SHOES


# --- what is sought, and what it comes with ---


@pytest.mark.parametrize(
    ("text", "kind", "nicer"),
    [
        ("dress with a belt", "dresses", ["belt"]),
        ("red dress with a small belt", "dresses", ["belt"]),
        ("jacket with cap", "jackets", ["cap"]),
        ("shirt with tie", "shirts", ["tie"]),
        ("shirt dress", "dresses", ["shirt"]),
        ("hemd mit krawatte", "shirts", ["krawatte"]),
        ("robe avec ceinture", "dresses", ["ceinture"]),
        ("robe chemise", "dresses", ["chemise"]),
        ("vestido con cinturón", "dresses", ["cinturón"]),
        ("abito con cintura", "dresses", ["cintura"]),
        ("wallet for my black jeans", "wallets", ["black", "jeans"]),
    ],
)
def test_the_head_is_sought_and_the_rest_only_qualifies_it(
    text: str, kind: str, nicer: list[str]
) -> None:
    reading = read(text)
    assert kind in kinds(reading)
    assert not {"belts", "caps", "ties", "jeans"} & kinds(reading)
    assert [text for text, role in roles(reading) if role == Role.NICER] == nicer


def test_who_or_what_it_is_for_is_wanted() -> None:
    assert read("shoes for men").wanted["gender"] == ("men",)
    assert read("dress for summer").wanted["season"] == ("summer",)
    assert read("reloj de mujer").wanted == {"gender": ("women",), "item_type": ("watches",)}


def test_a_pair_of_something_is_something() -> None:
    assert kinds(read("a pair of boots")) > SHOES


# --- what is not wanted ---


@pytest.mark.parametrize(
    ("text", "kind", "unwanted"),
    [
        ("shirt without stripes", "shirts", ["stripes"]),
        ("shirts -black", "shirts", ["black"]),
        ("non-black shirts", "shirts", ["black"]),
        ("anything but black shirts", "shirts", ["black"]),
        ("no black or blue shirts", "shirts", ["black", "blue"]),
        ("shirt no stripes blue", "shirts", ["stripes"]),
        ("dress without black stripes", "dresses", ["black", "stripes"]),
        ("red dress without belt or stripes", "dresses", ["belt", "stripes"]),
        ("hemd ohne streifen", "shirts", ["streifen"]),
        ("keine schwarzen hemden", "shirts", ["schwarzen"]),
        ("alles außer schwarze hemden", "shirts", ["schwarze"]),
        ("chemise pas noire", "shirts", ["noire"]),
        ("chemise sans rayures", "shirts", ["rayures"]),
        ("tout sauf robe noire", "dresses", ["noire"]),
        ("camisa sin rayas", "shirts", ["rayas"]),
        ("camisa que no sea negra", "shirts", ["negra"]),
        ("vestidos excepto rojos", "dresses", ["rojos"]),
        ("camicia senza righe", "shirts", ["righe"]),
    ],
)
def test_a_negation_is_of_its_phrase(text: str, kind: str, unwanted: list[str]) -> None:
    reading = read(text)
    assert kinds(reading) == {kind}
    assert [text for text, role in roles(reading) if role == Role.UNWANTED] == unwanted


def test_a_negation_ends_with_its_phrase() -> None:
    reading = read("it is burgundy, not in red, for men")
    assert reading.wanted == {"colour": ("burgundy",), "gender": ("men",)}
    assert reading.unwanted == {"colour": ("red",)}
    assert read("shirt without stripes blue").wanted["colour"] == ("blue",)


def test_who_wants_no_blue_wants_no_shade_of_it() -> None:
    assert set(read("not blue").unwanted["colour"]) == {"blue", "navy blue", "turquoise blue"}


def test_names_that_say_what_is_not_wanted_are_excluded_too() -> None:
    (meaning,) = read("shirt without stripes").excluded
    assert list(reader().index.ids(meaning.called)) == [0]


# --- words of products ---


def test_other_words_are_looked_for_in_names() -> None:
    reading = read("something by Nike with stripes")
    assert [part.text for part in reading.parts] == ["Nike", "stripes"]
    assert reading.named[0] == (("nike",),)
    assert reader().index.ids(reading.named[1]).tolist() == [0]


def test_boots_are_footwear_that_is_called_so() -> None:
    reading = read("boots")
    assert kinds(reading) > SHOES | {"sandals", "flip flops"}
    (kind,) = reading.kinds
    assert reader().index.ids(kind.names).tolist() == [2, 3]


def test_no_part_of_a_word_is_a_word() -> None:
    assert reader().index.ids((("pin",),)).tolist() == []
    assert reader().index.ids((("art",),)).tolist() == [7]


def test_a_brand_is_not_read_in_a_language_nobody_speaks() -> None:
    assert [part.role for part in read("lino perros perfume").parts] == [Role.WANTED] * 3
    assert not read("new balance shoes").limits


# --- languages ---


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("rotes Kleid", {"colour": "red", "item_type": "dresses"}),
        ("ROTE KLEIDER", {"colour": "red", "item_type": "dresses"}),
        ("gruenes kleid", {"colour": "green", "item_type": "dresses"}),
        ("grunes kleid", {"colour": "green", "item_type": "dresses"}),
        ("Damenkleid", {"gender": "women", "item_type": "dresses"}),
        ("Sommerkleid in weiß", {"season": "summer", "item_type": "dresses", "colour": "white"}),
        ("Uhren", {"item_type": "watches"}),
        ("robe rouge", {"item_type": "dresses", "colour": "red"}),
        ("robes d'été blanches", {"item_type": "dresses", "season": "summer", "colour": "white"}),
        ("jupe courte noire", {"item_type": "skirts", "colour": "black"}),
        ("vestido rojo", {"item_type": "dresses", "colour": "red"}),
        ("zapatos de tacón negros", {"item_type": "heels", "colour": "black"}),
        ("camisa de hombre azul marino",
         {"item_type": "shirts", "gender": "men", "colour": "navy blue"}),
        ("abito rosso", {"item_type": "dresses", "colour": "red"}),
        ("robe", {"item_type": "robe"}),
    ],
)  # fmt: skip
def test_languages_and_their_forms(text: str, wanted: dict[str, str]) -> None:
    assert read(text).wanted == {key: (value,) for key, value in wanted.items()}


def test_the_language_of_the_page_decides_what_may_be_of_several() -> None:
    assert kinds(read("robe", "fr")) == {"dresses"}
    assert kinds(read("rock", "de")) == {"skirts"}


# --- spelling ---


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("red dres", "dress"),
        ("jaket", "jacket"),
        ("sneekers", "sneakers"),
        ("backpak", "backpack"),
        ("blue tshrit", "tshirt"),
        ("gren dress", "green"),
        ("kleit rot", "kleid"),
        ("sungalsses", "sunglasses"),
    ],
)
def test_a_misspelt_word_is_what_it_was_meant_to_be(text: str, meant: str) -> None:
    assert meant in [part.corrected for part in read(text).parts]


@pytest.mark.parametrize("text", ["asdfghjkl", "qwrt", "xyzzy", "zzzz 12345", "\N{PILE OF POO}"])
def test_nonsense_is_not_understood(text: str) -> None:
    assert not read(text)


def test_a_quoted_word_is_taken_as_it_is() -> None:
    reading = read('"jakket" shirt')
    assert [part.corrected for part in reading.parts] == ["", ""]
    assert reading.named == [(("jakket",),)]


# --- limits and numbers ---


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("dress under 50", None, 50),
        ("dress below 49.90 €", None, Decimal("49.90")),
        ("20 to 40 € dress", 20, 40),
        ("dress 20-40€", 20, 40),
        ("between 20 and 40 euros", 20, 40),
        ("dress from 100", 100, None),
        ("dress over 1,500", 1500, None),
        ("kleid unter 1.299,50 €", None, Decimal("1299.50")),
        ("kleid bis 50 euro", None, 50),
        ("kleid zwischen 20 und 40", 20, 40),
        ("robe moins de 50 euros", None, 50),
        ("robe de 20 à 40 euros", 20, 40),
        ("vestido por menos de 50", None, 50),
        ("vestido desde 20 hasta 40", 20, 40),
        ("abito sotto i 50 euro", None, 50),
        ("dress $50", None, 50),
    ],
)
def test_prices(text: str, low: Decimal | None, high: Decimal | None) -> None:
    assert read(text).limits == [Limit(What.PRICE, low, high)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("shoes size 42", What.SIZE),
        ("schuhe größe 42", What.SIZE),
        ("shoes 42", What.SIZE),
        ("dress xl", What.SIZE),
        ("dresses on sale", What.SALE),
        ("shoes in stock", What.STOCK),
        ("new dresses", What.NEW),
    ],
)
def test_other_limits(text: str, what: What) -> None:
    reading = read(text)
    assert [limit.what for limit in reading.limits] == [what]
    assert kinds(reading)


@pytest.mark.parametrize("text", ["15970", "sku 15970", "SKU: 15970", "art. nr. AB-12", "#15970"])
def test_a_sku_is_known(text: str) -> None:
    assert read(text).skus in (["15970"], ["AB-12"])


# --- nothing to go by ---


@pytest.mark.parametrize("text", ["", "  ", "!?", "not", "x" * 5000, "- - -", '"', "the"])
def test_nothing_is_understood_from_nothing(text: str) -> None:
    reading = read(text)
    assert reading.wanted == reading.unwanted == {}


def test_a_shop_without_values_knows_the_words_of_its_products() -> None:
    empty = Reader(Vocabulary([]), WordIndex([Text(1, "Red Sneakers")]))
    assert empty.read("red sneakers").named == [(("red",),), (("sneaker",),)]
    assert empty.read("blue shirt").wanted == {}


# --- what only descriptions say ---


def told(text: str, known: dict[str, int]) -> Reading:
    shop = reader()
    return Reader(shop.vocabulary, shop.index, told=lambda word: known.get(word, 0)).read(text)


def test_a_word_of_descriptions_is_wanted() -> None:
    reading = told("organic shirt", {"organic": 3})
    assert [meaning.said for meaning in reading.told] == ["organic"]
    assert (reading.named, reading.unknown) == ([], [])
    assert told("shirt without polyester", {"polyester": 1}).excluded[0].said == "polyester"


def test_a_rare_word_of_descriptions_may_be_misspelt_and_a_common_one_is_not() -> None:
    assert roles(told("drses", {"drses": 1})) == [("drses", "wanted")]
    assert told("drses", {"drses": 1}).wanted == {}
    assert told("drses", {}).wanted == {"item_type": ("dresses",)}


@pytest.mark.parametrize("text", ["dress w/ belt", "dress w/belt", "dress with belt"])
def test_a_short_with_is_nobody_who_wears_it(text: str) -> None:
    assert [part.text for part in read(text).parts] == ["dress", "belt"]
    assert "gender" not in read(text).wanted


def test_a_short_without_refuses() -> None:
    assert [part.role for part in read("dress w/o stripes").parts] == [Role.WANTED, Role.UNWANTED]
