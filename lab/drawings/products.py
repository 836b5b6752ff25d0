"""The demo catalogue, line by line: every product with its labels and its drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from . import stock_accessories, stock_clothes, stock_shoes
from .look import Look
from .naming import BRANDS, PARTNERS, product_name, sentences
from .palette import COLOURS
from .stock import GENDERS, Cut, Line, words
from .svg import Art

LINES = [*stock_clothes.LINES, *stock_shoes.LINES, *stock_accessories.LINES]


@dataclass(frozen=True)
class DemoProduct:
    sku: str
    name: str
    description: str
    brand: str
    price: Decimal
    currency: str
    year: int
    labels: dict[str, str]
    svg: str


@dataclass(frozen=True)
class _Choice:
    """What the dice decided for one product of a line."""

    cut: Cut
    gender: str
    colour: str
    accent: str
    pattern: str
    brand: str
    price: Decimal
    year: int
    seed: int


def demo_products() -> Iterator[DemoProduct]:
    """All products, in the same order with the same content on every run."""
    number = 0
    for line in LINES:
        for choice in _choices(line):
            number += 1
            yield _product(f"demo-{number:04d}", line, choice)


def further_drawings(count: int) -> Iterator[DemoProduct]:
    """More of the same lines in other colours, patterns and cuts, to train on: the first `count`
    of an endless row that never changes. Some look like a product of the catalogue."""
    for number in range(count):
        line = LINES[number % len(LINES)]
        yield _product(f"drawn-{number + 1:05d}", line, _any_choice(line, number))


def _any_choice(line: Line, number: int) -> _Choice:
    rng = Random(f"find-my-vibe drawing {number}")
    cut = rng.choice(line.cuts)
    colour = rng.choice(words(cut.colours or line.colours))
    return _choice_of(
        line,
        cut,
        rng.choice(cut.genders or line.genders),
        colour,
        rng.choice(words(cut.patterns)),
        rng,
    )


def _choices(line: Line) -> list[_Choice]:
    rng = Random(f"find-my-vibe {line.article}")
    chosen: list[_Choice] = []
    for i in range(line.count - line.twins):
        taken = {_key(c) for c in chosen}
        options = (_choice(line, i, attempt, rng) for attempt in range(40))
        chosen.append(next(c for c in options if _key(c) not in taken))
    brands = BRANDS[line.brands]
    for original in chosen[: line.twins]:
        other = brands[(brands.index(original.brand) + 1) % len(brands)]
        chosen.append(replace(original, brand=other, price=original.price + 5))
    return chosen


def _key(choice: _Choice) -> tuple[str, ...]:
    return choice.cut.title, choice.gender, choice.colour, choice.pattern


def _choice(line: Line, i: int, attempt: int, rng: Random) -> _Choice:
    cut, turn = line.cuts[i % len(line.cuts)], i // len(line.cuts)
    genders, patterns = cut.genders or line.genders, words(cut.patterns)
    if cut.colours:
        palette, place = words(cut.colours), turn + attempt
    else:
        palette, place = words(line.colours), i + attempt
    colour = palette[place % len(palette)]
    pattern = patterns[(turn + attempt // len(palette)) % len(patterns)]
    return _choice_of(line, cut, genders[turn % len(genders)], colour, pattern, rng)


def _choice_of(
    line: Line, cut: Cut, gender: str, colour: str, pattern: str, rng: Random
) -> _Choice:
    """The dice decide what is left: a second colour, brand, price, year and the details."""
    partners = words(cut.accents or PARTNERS.get(colour, "White,Navy Blue"))
    low, high = line.price
    return _Choice(
        cut=cut, gender=GENDERS[gender], colour=colour,
        accent=next(p for p in [*rng.sample(partners, len(partners)), "White",
            "Black"] if p != colour),
        pattern="melange" if colour == "Grey Melange" else pattern,
        brand=rng.choice(BRANDS[line.brands]),
        price=Decimal(rng.randint(low, high)) + Decimal("0.90"), year=rng.choice((2023, 2024, 2025,
            2026)),
        seed=rng.randrange(10_000),
    )  # fmt: skip


def _product(sku: str, line: Line, choice: _Choice) -> DemoProduct:
    cut = choice.cut
    look = Look(
        COLOURS[choice.colour],
        COLOURS[choice.accent],
        choice.pattern,
        cut.cut,
        choice.gender,
        choice.seed,
    )
    art = Art()
    line.draw(art, look)
    usage = cut.usage or line.usage
    labels = {
        "gender": choice.gender, "masterCategory": line.master, "subCategory": line.sub,
        "articleType": line.article,
        "baseColour": choice.colour, "season": cut.season or line.season, "usage": usage,
    }  # fmt: skip
    return DemoProduct(
        sku=sku,
        name=product_name(choice.brand, choice.gender, choice.colour, choice.pattern, cut.title,
            line.noun),
        description=sentences(
            line.blurb, choice.colour, choice.pattern, cut.title, line.noun, usage, choice.seed
        ),
        brand=choice.brand, price=choice.price, currency="EUR", year=choice.year, labels=labels,
        svg=art.svg(),
    )  # fmt: skip
