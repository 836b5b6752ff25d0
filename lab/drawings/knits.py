"""What is worn over: sweaters, sweatshirts, jackets, blazers, waistcoats."""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from .look import Look
from .palette import brightness, darker, lighter, mix
from .patterns import cloth
from .svg import Art, Point, both, box, curve, ellipse, flip, polygon, shape
from .tops import (
    buttons,
    collar,
    emblem,
    front,
    neck_rim,
    opening,
    put,
    shown,
    sleeves,
)

HEM = 318.0


def _rib_hem(art: Art, look: Look, d: str) -> None:
    top = HEM - 20
    with art.inside(d):
        band = polygon([(100, top), (380, top), (380, HEM + 14), (100, HEM + 14)])
        art.fill(band, cloth(art, look, 0.8, pattern="rib"))
        art.fill(d, "url(#cloth)", 0.7)
        art.line(f"M100 {top}H380", look.edge, 1.4, 0.7)


def sweater(art: Art, look: Look) -> None:
    kind = "vee" if look.has("vee", "cardigan") else "crew"
    rim = look.accent if look.has("tipped") else darker(look.colour, 0.14)
    knit = cloth(art, look, 0.72, pattern=look.pattern if look.pattern != "plain" else "knit")
    with shown(art, look, HEM):
        opening(art, look, kind)
        if look.has("vee", "cardigan") and not look.child:
            _undershirt(art, look)
        if not look.has("sleeveless"):
            sleeves(art, look, "long", 9, paint=knit, cuff=cloth(art, look, 0.8, pattern="rib"))
        d = front(art, look, kind, HEM, 7, paint=knit)
        _rib_hem(art, look, d)
        if look.has("cable"):
            _cables(art, look, d)
        if look.has("cardigan"):
            _cardigan_front(art, look, d)
        if look.has("roll"):
            art.piece(shape(both([(0, 82), (19, 84, 1), (27, 110, 1), (0, 124)])),
                cloth(art, look, 0.7, pattern="rib"), look.edge)
        else:
            neck_rim(art, look, kind, rim, 7)


def _undershirt(art: Art, look: Look) -> None:
    art.fill(shape(both([(0, 96), (30, 104, 1), (0, 160, 1)])), "#f5f4f0")
    collar(art, look, "#f7f6f3", 22, 20)


def _cables(art: Art, look: Look, d: str) -> None:
    with art.inside(d):
        for x in (204, 240, 276):
            for k, phase in enumerate((0, 1)):
                points = [(x + (7 if (i + phase) % 2 else -7), 116 + i * 15) for i in range(14)]
                art.line(curve(points), darker(look.colour, 0.32), 5, 0.55)
                art.line(curve(points), lighter(look.colour, 0.2 + 0.1 * k), 2.6, 0.8)


def _cardigan_front(art: Art, look: Look, d: str) -> None:
    with art.inside(d):
        art.fill(box(232, 148, 16, 190), cloth(art, look, 0.6, pattern="rib"))
        art.line("M232 150V330M248 150V330", look.edge, 1.2, 0.7)
        buttons(art, look, 170, 300, 30, colour=darker(look.colour,
            0.5) if brightness(look.colour) > 0.5 else "#cdb48a")


def sweatshirt(art: Art, look: Look) -> None:
    hooded, zipped = look.has("hood"), look.has("zip")
    rib = cloth(art, look, 0.8, pattern="rib")
    with shown(art, look, HEM):
        if hooded:
            art.piece(shape(both([(0, 84), (34, 88), (46, 112), (36, 132), (0, 134)])),
                darker(look.colour, 0.3), look.edge)
        opening(art, look, "crew")
        sleeves(art, look, "long", 10, paint=look.accent if look.has("raglan") else "", cuff=rib)
        d = front(art, look, "crew", HEM, 8)
        if look.has("panel"):
            with art.inside(d):
                art.fill(box(100, 150, 280, 34), look.accent)
                art.fill(box(100, 188, 280, 5), lighter(look.colour, 0.6))
                art.fill(d, "url(#cloth)", 0.7)
        _rib_hem(art, look, d)
        if look.has("print") and not zipped:
            emblem(art, look, d)
        if hooded:
            _kangaroo(art, look, zipped)
        if zipped:
            _zip(art, look, 124, HEM + 4)
        if hooded:
            _hood(art, look)
        else:
            neck_rim(art, look, "crew", darker(look.colour, 0.12), 9)


def _kangaroo(art: Art, look: Look, zipped: bool) -> None:
    pocket = [(202, 244), (278, 244), (290, 262), (290, 297), (190, 297), (190, 262)]
    art.fill(polygon(pocket), darker(look.colour, 0.4), 0.12)
    art.line(polygon(pocket), look.edge, 1.5, 0.7)
    if not zipped:
        art.stitch("M208 249H272", look.thread, 0.9)


def _hood(art: Art, look: Look) -> None:
    tone = look.colour
    for sign in (1, -1):
        side = [(20, 92), (38, 98), (48, 116), (34, 132), (10, 142), (0, 140, 1), (12, 126),
            (21, 110)]
        art.piece(shape([(240 + sign * p[0], *p[1:]) for p in side]), tone, look.edge)
        art.line(curve([(240 + sign * 9, 134), (240 + sign * 13, 160), (240 + sign * 10, 186)]),
            look.accent, 2.6)
        art.fill(ellipse(240 + sign * 10, 188, 2, 4), "#d9d6cf")


def _zip(art: Art, look: Look, top: float, bottom: float, x: float = 240) -> None:
    art.line(f"M{x} {top}V{bottom}", darker(look.colour, 0.5), 4.6)
    art.line(f"M{x} {top}V{bottom}", "#c9ccd1", 2, dash="1.6 1.8",
        extra=' style="stroke-linecap:butt"')
    art.fill(box(x - 2.4, top + 8, 4.8, 14, 2), "#d7dade")


def jacket(art: Art, look: Look) -> None:
    kind = "bomber" if look.has("bomber") else next((k for k in ("biker", "denim",
        "puffer") if look.has(k)), "wind")
    pattern = {"biker": "leather", "denim": "denim", "puffer": "plain"}.get(kind, look.pattern)
    paint = cloth(art, look, 0.8, pattern=pattern)
    cuff = cloth(art, look, 0.8, pattern="rib") if kind == "bomber" else darker(look.colour, 0.12)
    arms = look.accent if look.has("varsity") else paint
    with shown(art, look, HEM):
        opening(art, look, "crew")
        art.fill(shape(both([(0, 92), (26, 102, 1), (14, 150), (0, 170, 1)])),
            look.accent if kind != "biker" else "#e9e6e0")
        sleeves(art, look, "long", 13, paint=arms, cuff=cuff)
        d = front(art, look, "crew", HEM, 11, paint=paint)
        JACKET_FRONTS[kind](art, look, d)
        art.line(d, look.edge, 1.4, 0.75)


def _bomber(art: Art, look: Look, d: str) -> None:
    _rib_hem(art, look, d)
    _zip(art, look, 124, HEM + 4)
    _slant_pockets(art, look)
    neck_rim(art, look, "crew", darker(look.colour, 0.2), 10)


def _slant_pockets(art: Art, look: Look) -> None:
    for sign in (1, -1):
        art.line(f"M{240 + sign * 30} 262L{240 + sign * 50} 230", look.edge, 5, 0.85)
        art.line(f"M{240 + sign * 30} 262L{240 + sign * 50} 230", look.light, 1.2, 0.7)


def _wind(art: Art, look: Look, d: str) -> None:
    with art.inside(d):
        if look.has("block"):
            art.fill(polygon([(100, 80), (380, 80), (380, 168), (240, 196), (100, 168)]),
                look.accent)
            art.line("M100 168L240 196L380 168", "#f4f3ef", 4)
        art.fill(d, "url(#cloth)", 0.6)
    _zip(art, look, 120, HEM + 4)
    _slant_pockets(art, look)
    art.piece(shape(both([(0, 92), (24, 88, 1), (31, 108, 1), (16, 122), (0, 128)])),
        darker(look.colour, 0.1), look.edge)
    art.line("M240 92V128", darker(look.colour, 0.5), 3)


def _puffer(art: Art, look: Look, d: str) -> None:
    with art.inside(d):
        for y in range(126, 330, 24):
            art.fill(f"M100 {y + 4}Q240 {y + 12} 380 {y + 4}V{y + 13}Q240 {y + 20} 100 {y + 13}Z",
                "#fff", 0.2)
            art.line(f"M100 {y + 22}Q240 {y + 30} 380 {y + 22}", darker(look.colour, 0.5), 2.4,
                0.75)
    for sign in (1, -1):
        for y in range(140, 310, 24):
            x1, x2 = 240 + sign * (64 + (y - 140) * 0.1), 240 + sign * (100 + (y - 140) * 0.1)
            art.line(f"M{x1:.0f} {y + 6}Q{(x1 + x2) / 2:.0f} {y + 9} {x2:.0f} {y}",
                darker(look.colour, 0.5), 2, 0.6)
    _zip(art, look, 112, HEM + 4)
    art.piece(shape(both([(0, 88), (26, 86, 1), (34, 110, 1), (18, 124), (0, 128)])), look.colour,
        look.edge)
    art.line("M208 104Q240 112 272 104", look.edge, 1.6, 0.7)


def _denim_front(art: Art, look: Look, d: str) -> None:
    thread = mix(look.colour, "#dca257", 0.8)
    with art.inside(d):
        art.fill(box(231, 110, 18, 230), darker(look.colour, 0.06))
        art.line("M231 118V330M249 118V330", look.edge, 1.2, 0.8)
        for sign in (1, -1):
            art.stitch(f"M{240 + sign * 70} 156H{240 + sign * 12}", thread)
            art.stitch(f"M{240 + sign * 50} 190L{240 + sign * 34} 300M{240 + sign * 24} "
                       f"190L{240 + sign * 22} 300", thread)
        art.fill(box(100, HEM - 16, 280, 40), darker(look.colour, 0.1))
        art.stitch(f"M100 {HEM - 12}H380", thread)
    for sign in (1, -1):
        x = 240 + sign * 38
        art.piece(polygon([(x - 16, 156), (x + 16, 156), (x + 16, 168), (x, 176), (x - 16, 168)]),
            look.colour, look.edge)
        art.fill(ellipse(x, 167, 2.4, 2.4), "#c98a4a")
    buttons(art, look, 140, 310, 28, colour="#c98a4a")
    collar(art, look, look.colour, 32, 22)


def _biker(art: Art, look: Look, d: str) -> None:
    _zip(art, look, 150, HEM + 4, 262)
    for sign in (1, -1):
        lapel = [(16, 98), (34, 104), (58, 138), (40, 150), (52, 158),
            (10, 200)] if sign > 0 else [(16, 98), (34, 104), (52, 140), (36, 150), (44, 158),
            (-14, 190)]
        art.piece(polygon([(240 + sign * x, y) for x, y in lapel]), lighter(look.colour, 0.07),
            look.edge)
    _slant_pockets(art, look)
    art.piece(box(176, HEM - 18, 130, 16, 2), look.colour, look.edge)
    art.line(box(206, HEM - 19, 18, 18, 2), "#cfd2d6", 2.6)


JACKET_FRONTS = {"bomber": _bomber, "wind": _wind, "puffer": _puffer, "denim": _denim_front,
    "biker": _biker}


def _shirt_below(art: Art, look: Look, tie: bool) -> None:
    linen = "#f6f6f4" if brightness(look.colour) < 0.8 else "#9fb6d6"
    art.piece(shape(both([(0, 92), (28, 104, 1), (46, 170), (34, 300), (0, 320, 1)])), linen,
        "#b9bcc4")
    art.line("M240 126V310", "#b9bcc4", 1.2)
    if tie:
        art.piece(polygon([(234, 120), (246, 120), (250, 132), (254, 240), (240, 258), (226, 240),
            (230, 132)]), look.accent, darker(look.accent))
    else:
        buttons(art, look, 144, 290, 24, colour="#e1e1de")
    collar(art, look, linen, 21, 22)


def _tailored_front(art: Art, look: Look, closing: float, hem: float, sleeveless: bool) -> str:
    """Two fronts that meet at the closing button and part below it."""
    wide, ease = (60.0, 53.0) if look.female else (70.0, 60.0)
    waist = 47.0 if look.female else 57.0
    armhole: list[Point] = [(wide, 121, 1), (ease + 4, 142)]
    low: list[Point] = [(waist + 8, hem, 1), (30, hem + 4), (12, hem - 14)]
    if sleeveless:
        armhole = [(wide - 18, 118), (ease - 6, 142)]
        low = [(34, hem + 2, 1), (10, hem + 22, 1)]
    right: list[Point] = [
        (24, 104, 1), *armhole, (ease + 4, 168, 1), (waist + 3, 232), (waist + 12, hem - 20), *low,
        (-4, closing + 20, 1), (-7, closing, 1), (2, closing - 18), (20, 118),
    ]
    d = ""
    for points in (flip(put(right)), put(right)):
        part = shape(points)
        art.piece(part, cloth(art, look, 0.8), look.edge)
        d += part
    return d


def blazer(art: Art, look: Look) -> None:
    closing, hem = (228.0, 316.0) if look.female else (222.0, 332.0)
    with shown(art, look, 322):
        _shirt_below(art, look, look.has("tie"))
        sleeves(art, look, "long", 9)
        d = _tailored_front(art, look, closing, hem, sleeveless=False)
        art.folds(d, [curve([(200, 240), (216, 228), (236, 224)]),
            curve([(282, 244), (262, 230), (244, 224)])], 0.25, 6)
        _lapels(art, look, closing, peaked=look.has("peak"))
        if look.has("double"):
            for x, y in ((222, 222), (254, 222), (222, 248), (254, 248)):
                art.fill(ellipse(x, y, 3.6, 3.6), darker(look.colour, 0.55))
        else:
            buttons(art, look, closing + 2, closing + 30, 26, 239,
                darker(look.colour, 0.5) if brightness(look.colour) > 0.3 else "#8a7a5c")
        for sign in (1, -1):
            art.piece(polygon([(240 + sign * x, y) for x,
                y in ((26, 262), (54, 256), (55, 266), (26, 272))]), look.colour, look.edge)
        art.line("M266 172l22 -4", look.edge, 3.4, 0.8)
        if look.has("square"):
            art.fill(polygon([(268, 170), (274, 160), (279, 166), (284, 158), (288, 166)]),
                look.accent)


def _lapels(art: Art, look: Look, closing: float, peaked: bool) -> None:
    tone = lighter(look.colour, 0.06)
    notch = [(47, 140), (34, 152), (46, 158)] if not peaked else [(32, 146), (58, 136), (46, 160)]
    for sign in (-1, 1):
        points = [(20, 98), (30, 102), *notch, (20, closing - 30), (-5, closing), (4, closing - 24),
            (18, 126)]
        art.piece(polygon([(240 + sign * x, y) for x, y in points]), tone, look.edge)


def waistcoat(art: Art, look: Look) -> None:
    closing, hem = 176.0, 288.0
    with shown(art, look, 318):
        _shirt_below(art, look, look.has("tie"))
        sleeves(art, Look("#f6f6f4", "#e6e6e3", gender=look.gender),
            "long" if not look.female else "short", 6, cuff="#ecebe8")
        d = _tailored_front(art, look, closing, hem, sleeveless=True)
        with art.inside(d):
            art.line(f"M238 {closing}V{hem + 20}", look.edge, 1.6)
        step = 20 if not look.has("four") else 28
        buttons(art, look, closing + 4, hem - 2, step, 241,
            darker(look.colour, 0.5) if brightness(look.colour) > 0.35 else "#a8a29a")
        for sign in (1, -1):
            art.line(f"M{240 + sign * 22} 244l{sign * 24} -5", look.edge, 4.6, 0.9)
            if look.has("two"):
                art.line(f"M{240 + sign * 26} 196l{sign * 20} -4", look.edge, 3.6, 0.8)
            if look.has("lapel"):
                points = [(22, 108), (34, 118), (40, 136), (14, 164), (-3, 176)]
                art.piece(polygon([(240 + sign * x, y) for x, y in points]),
                    lighter(look.colour, 0.08), look.edge)
