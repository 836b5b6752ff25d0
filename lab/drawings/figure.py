"""The people who wear the clothes: faceless, calm, drawn from a handful of outlines.

Full-length figures stand in the 480 x 640 frame, feet at 625; `stand` zooms in on them.
"""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .look import Look
from .palette import darker
from .svg import Art, Point, both, curve, ellipse, flip, shape

SKINS = ("#e9bd9c", "#d9a57e", "#b97f58", "#8d5a3b", "#f0cdb2")
HAIRS = ("#2b211d", "#211b1b", "#5a3a24", "#3b2a20", "#7a4e2c")

WOMAN_TORSO: list[Point] = [
    (0, 68, 1), (11, 70), (12, 102), (26, 112), (50, 119), (60, 134), (54, 154), (50, 176), (42,
        208), (40, 230),
    (48, 262), (57, 296), (58, 322), (0, 340, 1),
]
MAN_TORSO: list[Point] = [
    (0, 66, 1), (17, 68), (19, 98), (34, 109), (60, 118), (74, 136), (66, 156), (60, 180), (54,
        230), (53, 262),
    (56, 300), (58, 325), (0, 340, 1),
]
WOMAN_ARM: list[Point] = [
    (44, 116), (58, 123), (67, 144), (73, 176), (81, 218), (87, 258), (92, 298), (97, 320), (96,
        340), (90, 356),
    (83, 346), (81, 328), (81, 300), (75, 262), (67, 224), (59, 190), (52, 160),
]
MAN_ARM: list[Point] = [
    (52, 116), (74, 126), (83, 150), (87, 188), (93, 228), (97, 268), (100, 306), (105, 326), (104,
        346), (98, 362),
    (90, 352), (87, 332), (85, 304), (79, 268), (73, 228), (67, 194), (60, 166),
]
WOMAN_LEG: list[Point] = [
    (2, 318), (58, 308), (59, 345), (52, 395), (42, 448), (41, 490), (34, 545), (27, 590), (32,
        608), (27, 622),
    (14, 622), (12, 590), (13, 540), (12, 490), (10, 448), (4, 390),
]
MAN_LEG: list[Point] = [
    (2, 318), (58, 312), (60, 345), (57, 395), (51, 450), (50, 490), (45, 545), (38, 590), (46,
        610), (42, 624),
    (20, 624), (17, 590), (17, 540), (16, 490), (13, 448), (4, 390),
]
HEAD = 'transform="translate(240 86) scale(1.16) translate(-240 -86)"'
LEGGINGS = ("#2c2b33", "#3a3550", "#f0ece4", "#43302c", "#22384d")


def _limb(art: Art, half: list[Point], paint: str, mirrored: bool) -> None:
    points = [(240 + p[0], *p[1:]) for p in half]
    art.piece(shape(flip(points) if mirrored else points), paint, darker(paint, 0.3))


def _head(art: Art, skin: str, female: bool) -> None:
    wide, tall, y = (20, 29, 55) if female else (22, 31, 53)
    art.fill(ellipse(240, y, wide, tall), skin)
    art.fill(ellipse(240, y, wide, tall), "url(#cloth)", 0.7)
    art.fill(shape([(231, y + 29), (240, y + 33), (249, y + 29), (244, y + 40), (236, y + 40)]),
        darker(skin, 0.35), 0.25)
    art.line(curve([(239, y + 4), (237, y + 10), (241, y + 11)]), darker(skin, 0.35), 1, 0.45)
    art.line(curve([(234, y + 17), (240, y + 18.6), (246, y + 17)]), "#a4453f", 1.8, 0.55)


def _hair_behind(art: Art, hair: str, style: int) -> None:
    if style == 0:
        art.piece(shape(both([(0, 20), (27, 34), (32, 74), (38, 118), (28, 142), (0, 128)])), hair,
            darker(hair))
    elif style == 1:
        art.piece(shape(both([(0, 18), (27, 32), (31, 66), (27, 88), (0, 84)])), hair, darker(hair))
    else:
        art.piece(ellipse(240, 20, 14, 12), hair, darker(hair))


def _hair_front(art: Art, hair: str, female: bool, style: int) -> None:
    if female:
        fringe = [(217, 62), (215, 40), (228, 24), (246, 22), (262, 34), (264, 62), (258, 50),
            (248, 38), (232, 44), (222, 50)]
    else:
        lift = 4 if style else 0
        fringe = [(216, 54), (214, 34), (226, 20 - lift), (248, 17 - lift), (264, 28), (265, 54),
            (261, 42), (250, 34), (230, 36), (219, 42)]
    art.piece(shape(fringe), hair, darker(hair))


def _legs(art: Art, look: Look, skin: str, under: str) -> None:
    half = WOMAN_LEG if look.female else MAN_LEG
    for mirrored in (False, True):
        _limb(art, half, under or skin, mirrored)


def person(art: Art, look: Look, under: str = "") -> None:
    """Draw the bare figure; `under` paints the legs as leggings or trousers of that colour."""
    rng = look.rng()
    shade, style = rng.randrange(len(SKINS)), rng.randrange(3)
    skin, hair = SKINS[shade], rng.choice(HAIRS if shade in (0, 4) else HAIRS[:2])
    if look.female:
        with art.group(HEAD):
            _hair_behind(art, hair, style)
    _legs(art, look, skin, under)
    for mirrored in (False, True):
        _limb(art, WOMAN_ARM if look.female else MAN_ARM, skin, mirrored)
    art.piece(shape(both(WOMAN_TORSO if look.female else MAN_TORSO)), skin, darker(skin, 0.25),
        shade="")
    if under:
        hips = [(0, 280, 1), (50, 280, 1), (58, 300), (59, 332, 1), (0, 344, 1)]
        art.piece(shape(both(hips)), under, darker(under, 0.3))
    with art.group(HEAD):
        _head(art, skin, look.female)
        _hair_front(art, hair, look.female, style)


@contextmanager
def stand(
    art: Art, look: Look, zoom: float = 1, top: float = 0, under: str = "", body: bool = True
) -> Iterator[None]:
    """A figure (or nobody, for clothes shown alone) seen from `top` down at `zoom`."""
    if body and top + 640 / zoom > 625:
        art.shadow(240, (625 - top) * zoom, 95 * zoom, 14)
    with art.group(f'transform="translate(240 0) scale({zoom}) translate(-240 {-top})"'):
        if body:
            person(art, look, under)
        yield


def trousers_tone(look: Look) -> str:
    """A quiet colour for what is worn below, unlike the garment that is for sale."""
    return look.rng().choice([tone for tone in ("#35507a", "#2c2b33", "#3f4654",
        "#8a8172") if tone != look.colour])


def leggings_tone(look: Look) -> str:
    return look.rng().choice(LEGGINGS)
