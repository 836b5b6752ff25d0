"""Trousers, jeans, shorts, skirts and their kin, from the waistband down."""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from .look import Look
from .palette import brightness, darker, lighter, mix
from .patterns import cloth
from .svg import Art, Point, both, box, curve, ellipse, flip, polygon, shape

WAIST = 46.0  # top of the garment in the frame
CROTCH = 236.0


def leg(look: Look, hem: float, knee: float, ankle: float) -> list[Point]:
    """The right leg, as offsets: waist, hip, outer seam, hem, inner seam."""
    waist, hip = (78.0, 104.0) if look.female else (88.0, 104.0)
    seat: list[Point] = [(0, WAIST, 1), (waist, WAIST - 4, 1), (waist + 11, WAIST + 40), (hip, 150),
        (hip + 1, 200)]
    if hem < 420:
        return [*seat, (46 + ankle, hem, 1), (9, hem + 5, 1), (4, CROTCH + 30), (0, CROTCH, 1)]
    middle = CROTCH + (hem - CROTCH) * 0.5
    return [
        *seat, (hip - 8, 262), (43 + knee, middle), (46 + ankle, hem, 1), (46 - ankle * 0.62,
            hem + 3, 1),
        (44 - knee * 0.72, middle), (7, CROTCH + 30), (0, CROTCH, 1),
    ]


def put(points: list[Point]) -> list[Point]:
    return [(240 + p[0], *p[1:]) for p in points]


def legs(art: Art, look: Look, hem: float, knee: float, ankle: float, paint: str) -> str:
    right = put(leg(look, hem, knee, ankle))
    art.shadow(240, min(hem + 14, 622), 130, 12, 0.7)
    for points in (flip(right), right):
        d = shape(points)
        art.piece(d, paint, look.edge)
        sign = 1 if points is right else -1
        art.folds(d, _creases(sign, hem), 0.13, 8)
    return shape(right) + shape(flip(right))


def _creases(sign: int, hem: float) -> list[str]:
    mid = CROTCH + (hem - CROTCH) * 0.5
    lines: list[list[Point]] = [
        [(7, CROTCH - 6), (34, CROTCH + 22), (50, CROTCH + 66)],
        [(98, 196), (84, 236), (72, 300)],
        [(30, mid - 10), (50, mid), (66, mid - 8)],
        [(34, hem - 34), (50, hem - 26), (62, hem - 32)],
    ]
    if hem < 420:
        lines = lines[:2]
    return [curve([(240 + sign * x, y) for x, y, *_ in line]) for line in lines]


def waistband(art: Art, look: Look, colour: str, height: float = 22, worn: bool = False) -> None:
    wide = 76 if look.female else 88
    band = shape(both([(0, WAIST + 5), (wide, WAIST - 5, 1), (wide + 5, WAIST + height - 5, 1),
        (0, WAIST + height + 3)]))
    if not worn:
        inner = shape(both([(0, WAIST - 6), (wide - 2, WAIST - 6, 1), (0, WAIST + 6)]))
        art.fill(inner, darker(look.colour, 0.55))
    art.piece(band, colour, look.edge)


def fly(art: Art, look: Look, button: str) -> None:
    art.line(f"M240 {WAIST + 22}V{CROTCH - 4}", look.edge, 1.6, 0.8)
    art.stitch(f"M258 {WAIST + 26}V{CROTCH - 66}Q256 {CROTCH - 30} 241 {CROTCH - 24}", look.thread)
    art.fill(ellipse(240, WAIST + 13, 6.4, 6.4), darker(button, 0.5))
    art.fill(ellipse(239.4, WAIST + 12.4, 5.4, 5.4), button)


def loops(art: Art, look: Look) -> None:
    for x in (-62, -30, 30, 62):
        d = box(240 + x - 4, WAIST - 1, 8, 30, 2)
        art.piece(d, look.colour, look.edge)


def pockets(art: Art, look: Look, slanted: bool) -> None:
    wide = 78 if look.female else 90
    for sign in (1, -1):
        if slanted:
            line = curve([(240 + sign * (wide - 14), WAIST + 24),
                (240 + sign * (wide + 14), WAIST + 92)])
        else:
            line = curve([(240 + sign * 38, WAIST + 24), (240 + sign * 56, WAIST + 56),
                (240 + sign * (wide + 12), WAIST + 62)])
        art.line(line, look.edge, 1.8, 0.8)
        art.stitch(line, look.thread, 1.2, 0.7)


def _fade(art: Art, look: Look, outline: str, hem: float) -> None:
    """Where denim has been worn pale: thighs and shins."""
    pale = lighter(look.colour, 0.6)
    with art.inside(outline), art.group('filter="url(#soft)"'):
        for sign in (1, -1):
            art.fill(ellipse(240 + sign * 56, CROTCH + 30, 22, 100), pale, 0.5)
            art.fill(ellipse(240 + sign * 50, hem - 110, 15, 70), pale, 0.4)
            for k in range(3):
                art.line(f"M{240 + sign * 14} {CROTCH - 16 + k * 14}L{240 + sign * 62} "
                         f"{CROTCH - 34 + k * 16}", pale, 5, 0.5)


FITS = {"skinny": (23, 22), "slim": (31, 29), "straight": (39, 37), "boot": (33, 46),
    "wide": (50, 60)}


def fit(look: Look, fallback: str = "straight") -> tuple[float, float]:
    return FITS[next((name for name in FITS if look.has(name)), fallback)]


def wearer(art: Art, look: Look, hem: float, shoe: str, tucked: bool) -> None:
    """The shirt above the waist and the shoes below the hem; children's clothes are shown alone."""
    if look.child:
        return
    shirt = look.rng().choice(["#eeece6", "#c9cfd8", "#5c6470", "#e3d9c8", "#a8b7c9"])
    wide = 78 if look.female else 90
    for sign in (1, -1):
        foot = [(30, hem - 8, 1), (24, hem + 8), (30, 634), (54, 640), (74, 634), (70, hem + 6),
            (62, hem - 8, 1)]
        art.piece(shape([(240 + sign * p[0], *p[1:]) for p in foot]), shoe, darker(shoe, 0.5))
        art.line(curve([(240 + sign * x, y) for x, y in ((28, 630), (52, 637), (74, 630))]),
            "#f3f1ec", 4, 0.8)
    if tucked:
        d = shape(both([(0, -20, 1), (wide - 2, -20, 1), (wide - 6, 16), (wide - 2, WAIST + 8, 1),
            (0, WAIST + 14)]))
        art.piece(d, shirt, darker(shirt, 0.4))
        art.line(f"M240 -20V{WAIST + 8}", darker(shirt, 0.35), 1.4)


def untucked(art: Art, look: Look) -> None:
    if look.child:
        return
    shirt = look.rng().choice(["#eeece6", "#c9cfd8", "#5c6470", "#b5564a", "#2f4a3f"])
    shirt = shirt if shirt != look.colour else "#eeece6"
    wide = 86 if look.female else 98
    d = shape(both([(0, -20, 1), (wide, -20, 1), (wide, 30), (wide + 3, WAIST + 16, 1),
        (0, WAIST + 24)]))
    art.cast(d, 0, 5, 0.3)
    art.piece(d, shirt, darker(shirt, 0.4))
    art.folds(d, [curve([(190, 10), (210, 40), (200, 70)]),
        curve([(290, 0), (280, 40), (292, 70)])], 0.2)


def jeans(art: Art, look: Look) -> None:
    knee, ankle = fit(look)
    wearer(art, look, 606, "#ded9cf" if look.female else "#5b4636", tucked=False)
    d = legs(art, look, 606, knee, ankle, cloth(art, look, 1, pattern="denim"))
    if not look.has("raw"):
        _fade(art, look, d, 606)
    if look.has("ripped"):
        _rips(art, look)
    thread = mix(look.colour, "#d99a4e", 0.75)
    seams = Look(look.colour, thread, gender=look.gender)
    pockets(art, seams, slanted=False)
    waistband(art, look, darker(look.colour, 0.08))
    loops(art, look)
    fly(art, look, "#c79a5a")
    _outseams(art, look, thread, 606, ankle)
    untucked(art, look)


def _rips(art: Art, look: Look) -> None:
    for x, y in ((286, 330), (196, 396)):
        art.fill(shape([(x - 22, y), (x, y - 7), (x + 22, y - 1), (x + 2, y + 10)]),
            lighter(look.colour, 0.72))
        for k in range(4):
            art.line(f"M{x - 16 + k * 9} {y - 4}l2 11", look.colour, 1.2, 0.7)


def _outseams(art: Art, look: Look, colour: str, hem: float, ankle: float) -> None:
    for sign in (1, -1):
        x1, x2 = 240 + sign * (46 + ankle - 3), 240 + sign * (46 - ankle * 0.6)
        art.stitch(f"M{x1:.0f} {hem - 9}L{x2:.0f} {hem - 6}", colour)


def trousers(art: Art, look: Look) -> None:
    knee, ankle = fit(look, "slim")
    wearer(art, look, 608, "#2a211d" if brightness(look.colour) < 0.55 else "#5a3a26", tucked=True)
    legs(art, look, 608, knee, ankle, cloth(art, look, 0.8))
    for sign in (1, -1):
        if not look.has("chino"):
            art.line(curve([(240 + sign * 58, 130), (240 + sign * 58, 330),
                (240 + sign * 48, 606)]), look.light, 1.6, 0.5)
            art.line(curve([(240 + sign * 60, 130), (240 + sign * 60, 330),
                (240 + sign * 50, 606)]), look.dark, 1.4, 0.6)
    pockets(art, look, slanted=True)
    waistband(art, look, look.colour, worn=not look.child)
    loops(art, look)
    fly(art, look, darker(look.colour, 0.3))
    if look.has("belt"):
        art.piece(shape(both([(0, WAIST + 10), (90, WAIST - 2, 1), (93, WAIST + 14, 1),
            (0, WAIST + 26)])), "#3a2417", "#1d120b")
        art.line(box(229, WAIST + 7, 22, 20, 2), "#d9c48a", 3.4)


def track_pants(art: Art, look: Look) -> None:
    tapered = look.has("jogger")
    knee, ankle = (38.0, 24.0) if tapered else (42.0, 44.0)
    wearer(art, look, 604, "#d7dade", tucked=False)
    d = legs(art, look, 604, knee, ankle, cloth(art, look, 0.8))
    with art.inside(d):
        if not look.has("plain"):
            _side_stripes(art, look, knee, ankle, 3 if look.has("triple") else 1)
    for sign in (1, -1):
        art.line(curve([(240 + sign * 84, WAIST + 34), (240 + sign * 104, WAIST + 96)]),
            look.accent, 2.4, 0.9)
        if tapered:
            cuff = [(46 + 25, 584, 1), (46 + 21, 610, 1), (46 - 13, 612, 1), (46 - 17, 586, 1)]
            art.piece(polygon([(240 + sign * p[0], p[1]) for p in cuff]),
                cloth(art, look, 1, pattern="rib"), look.edge)
    waistband(art, look, cloth(art, look, 1, pattern="rib"), 26)
    _cord(art, look)


def _side_stripes(art: Art, look: Look, knee: float, ankle: float, count: int) -> None:
    middle = CROTCH + (604 - CROTCH) * 0.5
    for k in range(count):
        inset = 9 + k * 11
        width = 6 if count > 1 else 14
        for sign in (1, -1):
            xs = ((90, 70), (104, 150), (105, 200), (96, 262), (43 + knee, middle),
                (46 + ankle, 606))
            art.line(curve([(240 + sign * (x - inset), y) for x, y in xs]), look.accent, width,
                extra=' style="stroke-linecap:butt"')


def _cord(art: Art, look: Look) -> None:
    for sign in (1, -1):
        art.line(curve([(240 + sign * 5, WAIST + 16), (240 + sign * 12, WAIST + 52),
            (240 + sign * 7, WAIST + 82)]), darker(look.accent, 0.15), 3.4)
        art.fill(ellipse(240 + sign * 5, WAIST + 15, 3, 3), darker(look.colour, 0.6))


def leggings(art: Art, look: Look) -> None:
    long = not look.has("short")
    hem = 610.0 if long else 470.0
    legs(art, look, hem, 21, 15, cloth(art, look, 0.8))
    waistband(art, look, darker(look.colour, 0.12), 28)
    art.line(f"M240 {WAIST + 28}V{CROTCH - 2}", look.edge, 1.2, 0.5)
    if look.has("ankle"):
        _outseams(art, look, look.thread, hem, 15)


def zoomed(hem: float, wide: float = 130) -> str:
    scale = min(1.55, 580 / (hem - WAIST + 20), 226 / wide)
    shift = (640 - (hem - WAIST) * scale) / 2 - (WAIST - 6) * scale
    return f'transform="translate(240 {shift:.0f}) scale({scale:.2f}) translate(-240 0)"'


def capris(art: Art, look: Look) -> None:
    with art.group(zoomed(480)):
        legs(art, look, 480, 36, 33, cloth(art, look, 0.9))
        pockets(art, look, slanted=True)
        waistband(art, look, look.colour)
        fly(art, look, "#c9c2b4")
        _outseams(art, look, look.thread, 478, 33)
        for sign in (1, -1):
            if look.has("cuffed"):
                art.piece(polygon([(240 + sign * x, y) for x,
                    y in ((81, 456), (80, 484), (25, 487), (23, 459))]), lighter(look.colour,
                    0.12), look.edge)
            else:
                art.fill(ellipse(240 + sign * 74, 462, 3, 3), look.edge)


def shorts(art: Art, look: Look) -> None:
    hem = 318.0 if look.has("mini") else 400.0 if look.has("bermuda") else 356.0
    sporty = look.has("sport", "swim")
    wide = 64 if sporty else 57
    with art.group(zoomed(hem)):
        paint = cloth(art, look, 1 if look.pattern == "denim" else 0.8)
        d = legs(art, look, hem, wide - 2, wide, paint)
        if sporty:
            with art.inside(d):
                for sign in (1, -1):
                    panel = [(90, 80), (108, 150), (108, 220), (114, hem + 4), (92, hem + 4),
                        (88, 240), (90, 160)]
                    art.fill(shape([(240 + sign * x, y) for x, y in panel]), look.accent)
            waistband(art, look, cloth(art, look, 1, pattern="rib"), 26)
            _cord(art, look)
        else:
            pockets(art, look, slanted=look.pattern != "denim")
            waistband(art, look, look.colour)
            loops(art, look)
            fly(art, look, "#c79a5a" if look.pattern == "denim" else "#d8d2c4")
        _outseams(art, look, look.thread, hem, wide)
        if look.has("cargo"):
            _cargo(art, look)


def _cargo(art: Art, look: Look) -> None:
    for sign in (1, -1):
        x = 240 + sign * 78 - 24
        art.piece(box(x, 264, 48, 58, 3), look.colour, look.edge)
        art.piece(polygon([(x - 2, 262), (x + 50, 262), (x + 50, 278), (x + 24, 288),
            (x - 2, 278)]), look.colour, look.edge)
