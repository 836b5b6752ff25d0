"""Dresses, jumpsuits, tunics, kurtas and sarees, worn by a figure."""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from .figure import leggings_tone, stand, trousers_tone
from .look import Look
from .palette import darker, lighter, mix
from .patterns import cloth
from .svg import Art, Point, both, box, curve, ellipse, polygon, shape
from .tops import _bow, buttons, collar, neck_rim, neckline, opening, sleeves

HEMS = {"mini": 372.0, "knee": 428.0, "midi": 500.0, "maxi": 604.0}


def _bodice(look: Look, kind: str, neck: float, strappy: bool) -> list[Point]:
    """Half the outline from the neckline's middle to the waist."""
    if strappy:
        return [(0, 152), (22, 147), (36, 138, 1), (47, 150, 1), (55, 164, 1), (52, 184), (44, 216),
            (42, 232)]
    opening = neckline(kind, look, neck)[::-1][:-1]
    return [*opening, (neck, 106, 1), (42, 114), (57, 121, 1), (53, 142), (55, 162, 1), (53, 184),
        (45, 214), (42, 232)]


def _skirt(hem: float, flare: float, waves: bool) -> list[Point]:
    wide = 54 + flare
    low: list[Point] = [(wide, hem, 1)]
    if waves:
        low += [(wide * 0.72, hem + 9), (wide * 0.45, hem + 5), (wide * 0.2, hem + 11)]
    return [(52 + flare * 0.22, 268), (60 + flare * 0.5, 316), *low, (0, hem + 8)]


def _cut(look: Look, table: dict[str, float], fallback: str) -> float:
    return table[next((name for name in table if look.has(name)), fallback)]


def dress(art: Art, look: Look) -> None:
    hem = _cut(look, HEMS, "knee")
    flare = 8 if look.has("shift", "bodycon") else 40 + (hem - 370) * 0.16
    kind = next((k for k in ("vee", "boat", "crew") if look.has(k)), "scoop")
    strappy = look.has("strappy")
    neck = 36 if kind == "boat" else 27
    zoom = 640 / (min(hem + 70, 632) + 6)
    top = -6.0
    if look.child:
        zoom = 560 / (hem - 90)
        top = (hem + 100) / 2 - 320 / zoom
    with stand(art, look, zoom, top, body=not look.child):
        opening(art, look, kind, neck)
        if not strappy:
            sleeves(art, look, next((n for n in ("cap", "short", "elbow", "long") if look.has(n)),
                "none"), 3)
        outline = shape(both([*_bodice(look, kind, neck, strappy),
            *_skirt(hem, flare, flare > 20)]))
        art.piece(outline, cloth(art, look, 0.8), look.edge)
        art.folds(outline, _drapes(hem, flare), 0.3 if flare > 20 else 0.16, 7)
        _dress_details(art, look, outline, hem)
        if strappy:
            for sign in (1, -1):
                art.line(curve([(240 + sign * 37, 140), (240 + sign * 33, 118),
                    (240 + sign * 28, 112)]), look.dark, 3.6)
        else:
            neck_rim(art, look, kind, darker(look.colour, 0.15), 3, neck)


def _dress_details(art: Art, look: Look, outline: str, hem: float) -> None:
    if not look.has("shift"):
        art.line("M196 234Q240 242 284 234", look.edge, 2, 0.7)
    if look.has("belt"):
        with art.inside(outline):
            art.piece(box(170, 226, 140, 13), look.accent, darker(look.accent))
        art.line(box(234, 224, 15, 17, 3), "#e0c476", 2.8)
    if look.has("sash"):
        _bow(art, look, 262, 234)
    if look.has("hemband"):
        with art.inside(outline):
            art.fill(box(60, hem - 26, 360, 14), look.accent)
    if look.has("tiered"):
        with art.inside(outline):
            for y in (300, 362):
                art.line(f"M120 {y}Q240 {y + 14} 360 {y}", look.edge, 2.2, 0.7)
                art.line(f"M120 {y + 6}Q240 {y + 20} 360 {y + 6}", "#fff", 4, 0.2)


def _drapes(hem: float, flare: float) -> list[str]:
    wide = 54 + flare
    count = 6 if flare > 20 else 3
    spots = [(k - (count - 1) / 2) / (count / 2) for k in range(count)]
    lines = [curve([(240 + s * 36, 246), (240 + s * 56, 320),
        (240 + s * wide * 0.95, hem + 8)]) for s in spots]
    return [*lines, curve([(196, 182), (214, 196), (222, 220)]),
        curve([(286, 180), (270, 194), (262, 216)])]


def jumpsuit(art: Art, look: Look) -> None:
    hem = 404.0 if look.has("short") else 596.0
    zoom = 640 / ((hem + 70 if look.has("short") else 636) + 6)
    ankle = 34 if look.has("wide") else 16
    strappy = look.has("strappy")
    with stand(art, look, zoom, -6):
        if look.has("sleeved"):
            sleeves(art, look, "elbow", 4)
        paint = cloth(art, look, 0.8)
        for sign in (-1, 1):
            half = [(-1, 290, 1), (52, 262), (62, 304), (60, 372), (30 + ankle, hem, 1),
                (30 - ankle * 0.8, hem + 3, 1), (8, 380), (0, 348, 1)]
            d = shape([(240 + sign * p[0], *p[1:]) for p in half])
            art.piece(d, paint, look.edge)
            art.folds(d, [curve([(240 + sign * 10, 350), (240 + sign * 34, 372),
                (240 + sign * 40, 420)]), curve([(240 + sign * 52, 320), (240 + sign * 34, 460),
                (240 + sign * 32, 580)])], 0.22, 6)
        bodice = shape(both([*_bodice(look, "vee", 25, strappy), (50, 256), (59, 290, 1),
            (0, 302)]))
        art.piece(bodice, paint, look.edge)
        art.folds(bodice, _drapes(300, 6), 0.2, 6)
        _jumpsuit_details(art, look, strappy)


def _jumpsuit_details(art: Art, look: Look, strappy: bool) -> None:
    if strappy:
        for sign in (1, -1):
            art.line(curve([(240 + sign * 37, 140), (240 + sign * 29, 112)]), look.dark, 4)
    else:
        neck_rim(art, look, "vee", darker(look.colour, 0.15), 3.4, 25)
    art.piece(shape(both([(0, 230), (43, 226, 1), (44, 238, 1), (0, 243)])),
        darker(look.colour, 0.2), look.edge)
    if look.has("sash"):
        _bow(art, look, 228, 234)
    if look.has("button"):
        buttons(art, look, 166, 220, 17)


def _ethnic_yoke(art: Art, look: Look, end: float) -> None:
    """An embroidered panel down the front of a kurta."""
    art.piece(shape(both([(0, 118), (15, 112, 1), (17, end - 16, 1), (0, end, 1)])), look.accent,
        darker(look.accent))
    pale = lighter(look.accent, 0.55)
    for y in range(126, int(end) - 14, 13):
        art.fill(polygon([(240, y), (245, y + 5), (240, y + 10), (235, y + 5)]), pale)
        for x in (229, 251):
            art.fill(ellipse(x, y + 5, 2, 2), pale)


def _border(art: Art, look: Look, outline: str, hem: float) -> None:
    pale = lighter(look.accent, 0.5)
    with art.inside(outline):
        art.fill(f"M60 {hem - 24}Q240 {hem - 12} 420 {hem - 24}V{hem + 30}H60Z", look.accent)
        for x in range(100, 390, 13):
            art.fill(polygon([(x, hem - 12), (x + 5, hem - 6), (x, hem), (x - 5, hem - 6)]), pale)


def kurta(art: Art, look: Look) -> None:
    if look.female:
        _long_top(art, look, 452 if look.has("long") else 424, leggings_tone(look),
            26 if look.has("anarkali") else 8)
    else:
        _mens_kurta(art, look, 330 if look.has("short") else 424)


def tunic(art: Art, look: Look) -> None:
    _long_top(art, look, 356, leggings_tone(look), 22 if look.has("swing") else 6)


def _long_top(art: Art, look: Look, hem: float, under: str, flare: float) -> None:
    kind = next((k for k in ("vee", "boat", "crew") if look.has(k)), "scoop")
    with stand(art, look, 640 / (hem + 66), -6, under=under):
        length = next((n for n in ("none", "cap", "short", "long") if look.has(n)), "elbow")
        sleeves(art, look, length, 5, cuff=look.accent if look.has("border") else "")
        outline = shape(both([*_bodice(look, kind, 25, False),
            *_skirt(hem, flare + 6, flare > 18)]))
        art.piece(outline, cloth(art, look, 0.75), look.edge)
        if look.has("border"):
            _border(art, look, outline, hem)
        art.folds(outline, _drapes(hem, flare), 0.2, 7)
        if look.has("yoke"):
            _ethnic_yoke(art, look, 216)
        if look.has("button"):
            buttons(art, look, 150, 230, 16)
        if look.has("belt"):
            art.piece(shape(both([(0, 228), (44, 224, 1), (45, 236, 1), (0, 241)])), look.accent,
                darker(look.accent))
        if not look.has("collar"):
            neck_rim(art, look, kind, look.accent if look.has("yoke", "border") else look.dark, 3.6,
                25)
        else:
            collar(art, look, look.colour, 22, 20)


def _mens_kurta(art: Art, look: Look, hem: float) -> None:
    under = "#f1ece0" if look.colour != "#f1e6c8" else "#3b3a41"
    under = under if not look.has("short") else trousers_tone(look)
    with stand(art, look, 640 / (hem + 60), -6, under=under):
        sleeves(art, look, "long", 6, cuff=look.accent if look.has("border") else "")
        half: list[Point] = [
            (0, 112, 1), (22, 103, 1), (46, 110), (73, 122, 1), (66, 144), (65, 168, 1), (62,
                210), (62, 300),
            (67, hem, 1), (0, hem + 6),
        ]
        d = shape(both(half))
        art.piece(d, cloth(art, look, 0.75), look.edge)
        art.folds(d, [curve([(240 + x, 200), (240 + x * 1.15, 300),
            (240 + x * 1.2, hem)]) for x in (-46, -20, 12, 42)], 0.2, 7)
        if look.has("border"):
            _border(art, look, d, hem)
        tone = look.accent if look.has("yoke") else look.dark
        art.piece(box(232, 112, 16, 108, 3), mix(look.colour, tone, 0.75), look.edge)
        buttons(art, look, 132, 206, 18, colour="#e8d9ae")
        art.piece(shape(both([(0, 96), (20, 92, 1), (23, 104, 1), (0, 118, 1)])), tone, look.edge)
        for sign in (1, -1):
            if hem > 400:
                art.line(f"M{240 + sign * 64} {hem - 80}L{240 + sign * 65} {hem}", look.edge, 2.4,
                    0.8)


def saree(art: Art, look: Look) -> None:
    blouse = look.accent
    with stand(art, look, 0.985, -9):
        worn = Look(blouse, look.accent, gender="Women")
        sleeves(art, worn, "short", 2, cuff=lighter(blouse, 0.3))
        art.piece(shape(both([(0, 142), (22, 108, 1), (57, 121, 1), (55, 164, 1), (49, 196, 1),
            (0, 202)])), blouse, darker(blouse))
        paint = cloth(art, look, 0.85)
        _saree_skirt(art, look, paint)
        _pallu(art, look, paint)


def _saree_skirt(art: Art, look: Look, paint: str) -> None:
    d = shape(both([(0, 240, 1), (41, 228, 1), (56, 268), (63, 330), (62, 440), (70, 560),
        (82, 616, 1), (40, 624), (0, 620)]))
    art.piece(d, paint, look.edge)
    with art.inside(d):
        art.fill("M140 592Q240 606 340 592V640H140Z", look.accent)
        art.line("M140 588Q240 602 340 588", lighter(look.accent, 0.6), 3)
    pleats = [curve([(228 + k * 5, 246), (222 + k * 7, 420),
        (206 + k * 14, 618)]) for k in range(6)]
    art.folds(d, pleats[::2], 0.4, 6)
    for line in pleats:
        art.line(line, look.edge, 1.4, 0.45)
    art.folds(d, [curve([(196, 280), (220, 300), (262, 296)]),
        curve([(184, 350), (206, 420), (196, 520)])], 0.25, 8)


def _pallu(art: Art, look: Look, paint: str) -> None:
    """The free end: across the body, over the left shoulder, down behind the arm."""
    tail = shape([(288, 118, 1), (306, 124), (330, 200), (340, 330), (336, 470, 1), (296, 478, 1),
        (304, 330), (296, 200)])
    art.piece(tail, paint, look.edge)
    with art.inside(tail):
        art.fill(polygon([(280, 432), (350, 424), (350, 490), (280, 496)]), look.accent)
        art.line("M290 426L345 418", lighter(look.accent, 0.6), 3)
    across = shape([(270, 112, 1), (302, 118), (306, 140, 1), (284, 176), (240, 236), (204, 284),
        (182, 300, 1), (186, 262), (192, 238), (222, 196), (252, 150)])
    art.piece(across, paint, look.edge)
    art.folds(across, [curve([(292, 124), (252, 186), (200, 262)]),
        curve([(280, 118), (244, 172), (196, 244)])], 0.4, 5)
    art.line(curve([(305, 136), (284, 176), (240, 236), (204, 284), (184, 299)]), look.accent, 5)
    art.folds(tail, [curve([(300, 130), (318, 240), (318, 470)])], 0.35, 6)
