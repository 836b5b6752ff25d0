"""Shoes that show the foot: heels, flats, sandals, flip flops."""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from .look import Look
from .palette import darker, lighter, mix
from .patterns import cloth
from .shoes import TILT, ground
from .svg import Art, Point, box, curve, ellipse, polygon, shape


def _strap(art: Art, look: Look, points: list[Point], width: float, paint: str = "") -> None:
    """A band that follows a line, with an edge and a little gloss."""
    d = curve(points)
    art.line(d, look.edge, width + 2.4)
    art.line(d, paint or look.colour, width)
    art.line(curve([(x - width * 0.12, y - width * 0.26) for x, y, *_ in points]), "#fff",
        width * 0.16, 0.22)


def _band(art: Art, look: Look, x: float, wide: float, top: float, lean: float = 40,
    paint: str = "", foot: float = 405) -> None:
    """A flat strap over the foot, from the near edge of the footbed up to the far side."""
    points: list[Point] = [
        (x, foot, 1), (x + lean * 0.1, top + 46), (x + lean * 0.7, top + 4), (x + lean + wide * 0.6,
            top),
        (x + lean + wide, top + 12), (x + wide + lean * 0.5, top + 48), (x + wide, foot + 1, 1),
    ]
    d = shape(points)
    art.piece(d, paint or look.colour, look.edge)
    rim = curve([(px + 5, py + 4) for px, py, *_ in points[:4]])
    art.stitch(rim, look.thread, 1.2, 0.6)


def _buckle(art: Art, x: float, y: float, size: float = 16, tone: str = "#d8c07e") -> None:
    art.line(box(x - size / 2, y - size / 2, size, size, 3), darker(tone, 0.3), 4.4)
    art.line(box(x - size / 2, y - size / 2, size, size, 3), tone, 3)


def heels(art: Art, look: Look) -> None:
    art.shadow(250, 500, 205, 17)
    kind = next((k for k in ("wedge", "block", "kitten") if look.has(k)), "stiletto")
    _heel_post(art, look, kind)
    if look.has("pump"):
        _pump(art, look)
    else:
        _open_heel(art, look)


def _heel_post(art: Art, look: Look, kind: str) -> None:
    tone = cloth(art, look, 0.8,
        pattern="weave") if kind == "wedge" and look.has("cork") else darker(look.colour, 0.08)
    posts: dict[str, list[Point]] = {
        "stiletto": [(64, 250, 1), (56, 300), (72, 390), (76, 496, 1), (90, 496, 1), (96, 390),
            (130, 308), (170, 290, 1)],
        "kitten": [(64, 250, 1), (58, 320), (76, 420), (74, 496, 1), (98, 496, 1), (106, 410),
            (136, 320), (170, 300, 1)],
        "block": [(64, 250, 1), (60, 320), (64, 496, 1), (136, 496, 1), (142, 380), (180, 310, 1)],
        "wedge": [(64, 250, 1), (54, 330), (58, 496, 1), (300, 496), (420, 488, 1), (330, 440),
            (200, 320, 1)],
    }
    d = shape(posts[kind])
    art.piece(d, tone, look.edge)
    if kind == "wedge":
        art.line(curve([(58, 488), (300, 488), (416, 482)]), darker(look.colour, 0.5), 8)
    else:
        art.fill(box(74 if kind != "block" else 64, 490, 18 if kind != "block" else 72, 8, 2),
            "#1c1a1c")


INSOLE: list[Point] = [(60, 238, 1), (76, 226), (120, 238), (200, 300), (280, 384), (340, 428),
    (410, 446), (452, 468), (448, 486, 1), (330, 470), (250, 412), (170, 326), (100, 276),
    (60, 262)]


def _open_heel(art: Art, look: Look) -> None:
    lining = mix(look.colour, "#e4c9a5", 0.55)
    art.piece(shape(INSOLE), lining, look.edge)
    art.line(curve([(62, 258), (104, 276), (172, 326), (250, 410), (330, 468), (448, 486)]),
        darker(look.colour, 0.3), 9)
    paint = cloth(art, look, 0.8)
    if look.has("ankle"):
        _strap(art, look, [(66, 236), (92, 190), (150, 178), (196, 196), (180, 224), (126, 222),
            (80, 204)], 13)
        _strap(art, look, [(64, 246), (62, 214), (84, 196)], 13)
        _buckle(art, 184, 206)
    if look.has("tbar"):
        _strap(art, look, [(176, 214), (256, 290), (356, 396)], 15)
    if look.has("mule"):
        band = shape([(232, 352, 1), (296, 318), (362, 356), (412, 444, 1), (366, 462), (300, 436),
            (264, 400)])
        art.piece(band, paint, look.edge)
        art.folds(band, [curve([(270, 370), (320, 380), (380, 440)])], 0.25)
        if look.has("stone"):
            for k in range(5):
                art.fill(ellipse(290 + k * 21, 346 + k * 19, 7, 7), look.accent)
                art.fill(ellipse(290 + k * 21, 346 + k * 19, 7, 7), "url(#orb)")
    else:
        vamp = shape([(236, 362, 1), (292, 322), (356, 352), (414, 446, 1), (366, 464), (300, 438),
            (264, 402)])
        art.piece(vamp, paint, look.edge)
        with art.inside(vamp):
            for slit in ([(286, 440), (288, 390), (312, 340), (340, 300)],
                [(342, 462), (338, 412), (352, 376), (384, 340)]):
                art.line(curve(slit), darker(lining, 0.45), 13)
                art.line(curve([(x + 3, y) for x, y in slit]), lining, 8)
        art.line(vamp, look.edge, 1.4, 0.8)
        if look.has("bow"):
            _ribbon(art, look, 322, 366)


def _ribbon(art: Art, look: Look, x: float, y: float) -> None:
    for sign in (1, -1):
        art.piece(shape([(x, y, 1), (x + sign * 30, y - 24), (x + sign * 42, y + 2),
            (x + sign * 28, y + 20)]), look.accent, darker(look.accent))
    art.piece(ellipse(x, y, 9, 11), look.accent, darker(look.accent), shade="orb")


def _pump(art: Art, look: Look) -> None:
    mouth: list[Point] = [(62, 218, 1), (120, 240), (200, 300), (290, 376), (330, 388), (306, 404),
        (240, 376), (150, 288), (90, 244)]
    art.fill(shape(mouth), mix(look.colour, "#e4c9a5", 0.7))
    upper: list[Point] = [
        (60, 216, 1), (96, 250), (160, 310), (240, 384), (300, 404), (334, 388, 1), (392,
            416), (446, 448), (466, 474),
        (452, 488, 1), (360, 484), (290, 456), (220, 400), (150, 322), (96, 290), (62, 284), (50,
            250),
    ]
    d = shape(upper)
    art.piece(d, cloth(art, look, 0.8), look.edge)
    art.fill(d, "url(#gloss)", 0.6)
    art.line(curve([(62, 284), (100, 294), (152, 326), (222, 404), (292, 460), (360, 488),
        (452, 490)]), darker(look.colour, 0.5), 6)
    with art.inside(d), art.group('filter="url(#haze)"'):
        art.line(curve([(360, 416), (410, 440), (440, 464)]), "#fff", 9, 0.5)
    if look.has("bow"):
        _ribbon(art, look, 340, 408)
    if look.has("ankle"):
        _strap(art, look, [(64, 232), (82, 186), (142, 172), (188, 192), (176, 218), (120, 216),
            (76, 200)], 11)


def flats(art: Art, look: Look) -> None:
    ground(art)
    with art.group(TILT):
        if look.has("thong", "kolha"):
            _flat_sandal(art, look)
        else:
            _ballerina(art, look)


def _ballerina(art: Art, look: Look) -> None:
    mouth: list[Point] = [(52, 316, 1), (110, 304), (220, 304), (320, 322), (346, 340), (300, 352),
        (200, 350), (100, 346)]
    art.fill(shape(mouth), mix(look.colour, "#ecd6b8", 0.75))
    art.fill(shape([(80, 340, 1), (200, 330), (320, 336), (300, 356), (160, 358)]),
        darker(look.colour, 0.3), 0.35)
    toe: Point = (466, 396) if look.has("point") else (456, 388)
    upper: list[Point] = [(50, 312, 1), (100, 342), (200, 354), (300, 354), (350, 336, 1),
        (410, 352), toe, (448, 408, 1), (300, 410), (140, 406), (56, 402, 1), (42, 360)]
    d = shape(upper)
    art.piece(d, cloth(art, look, 0.9), look.edge)
    art.line(curve([(52, 316), (100, 344), (200, 356), (300, 356), (348, 338)]),
        darker(look.colour, 0.25), 4)
    if look.has("cap"):
        with art.inside(d):
            art.fill(shape([(388, 330, 1), (372, 376), (384, 420, 1), (480, 420, 1),
                (480, 340, 1)]), look.accent)
            art.fill(d, "url(#cloth)", 0.6)
    if look.has("bow"):
        _ribbon(art, look, 356, 350)
    if look.has("buckle"):
        _strap(art, look, [(150, 356), (180, 318), (220, 306)], 12)
        _buckle(art, 176, 326)
    art.piece(shape([(50, 400, 1), (160, 408), (300, 412), (450, 406, 1), (440, 418), (300, 422),
        (60, 418, 1)]), darker(look.colour, 0.55), "#1c1510")


def _footbed(art: Art, paint: str, edge: str, thick: float, sole: str) -> None:
    top: list[Point] = [(30, 372), (70, 348), (150, 346), (240, 352), (330, 346), (420, 356),
        (458, 384), (430, 404), (330, 408), (220, 404), (110, 404), (46, 396)]
    low = shape([(30, 374), (60, 400), (220, 406), (330, 410), (430, 406), (459, 386, 1),
        (456, 392 + thick * 0.5), (420, 404 + thick), (320, 410 + thick), (120, 406 + thick),
        (50, 398 + thick), (28, 380 + thick * 0.5)])
    art.piece(low, sole, darker(sole, 0.4))
    art.piece(shape(top), paint, edge, shade="cloth")


def _flat_sandal(art: Art, look: Look) -> None:
    bed = mix(look.colour, "#d9b68a", 0.6)
    _footbed(art, bed, darker(bed), 12, darker(look.colour, 0.55))
    _strap(art, look, [(376, 372), (330, 336), (270, 324)], 13)
    _strap(art, look, [(376, 374), (330, 392), (300, 404)], 12)
    if look.has("kolha"):
        band = shape([(214, 404, 1), (222, 340), (262, 312), (318, 326), (322, 404, 1)])
        art.piece(band, cloth(art, look, 0.7, pattern="weave"), look.edge)
        art.line(curve([(228, 350), (262, 324), (312, 336)]), look.accent, 5)
    else:
        _strap(art, look, [(270, 326), (190, 300), (110, 306), (66, 350)], 12)
        _strap(art, look, [(250, 402), (262, 350), (274, 326)], 12)
        art.fill(ellipse(330, 350, 17, 17), look.accent)
        art.fill(ellipse(330, 350, 17, 17), "url(#orb)")
        for k in range(6):
            art.fill(ellipse(232 - k * 22, 309 - 2 * k, 5, 5), look.accent)


def sandals(art: Art, look: Look) -> None:
    ground(art)
    with art.group(TILT):
        sporty = look.has("sport")
        bed = darker(look.colour, 0.3) if sporty else mix(look.colour, "#a9794c", 0.35)
        _footbed(art, bed, darker(bed), 30 if sporty else 22,
            "#2b2a2c" if sporty else darker(look.colour, 0.5))
        if sporty:
            _sport_straps(art, look)
        elif look.has("slide"):
            _slide(art, look)
        else:
            _leather_straps(art, look)


def _sport_straps(art: Art, look: Look) -> None:
    art.line(curve([(36, 412), (120, 424), (320, 430), (440, 412)]), look.accent, 6)
    paint = cloth(art, look, 0.8, pattern="mesh")
    _band(art, look, 44, 26, 286, 16, paint, 398)
    _strap(art, look, [(66, 312), (112, 270), (168, 268), (204, 304)], 26, paint)
    _band(art, look, 168, 44, 290, 26, paint)
    _band(art, look, 290, 62, 322, 30, paint)
    for points in ([(78, 304), (116, 272), (164, 270)], [(190, 384), (200, 330), (226, 304)],
        [(322, 392), (330, 356), (360, 338)]):
        art.line(curve(points), look.accent, 8)
    art.fill(box(190, 296, 30, 26, 4), "#1f1f22")


def _slide(art: Art, look: Look) -> None:
    band = shape([(196, 404, 1), (206, 330), (262, 290), (336, 300), (398, 350), (412, 402, 1)])
    art.piece(band, cloth(art, look, 0.9, pattern="leather"), look.edge)
    art.folds(band, [curve([(230, 350), (290, 330), (380, 380)])], 0.25)
    art.stitch(curve([(210, 396), (220, 336), (266, 302), (332, 312), (388, 356), (402, 396)]),
        look.thread)
    if look.has("buckle"):
        for x, y in ((246, 346), (318, 346)):
            art.line(f"M{x - 26} {y + 50}L{x + 8} {y - 30}", look.dark, 20)
            _buckle(art, x - 4, y, 20)


def _leather_straps(art: Art, look: Look) -> None:
    paint = cloth(art, look, 0.9, pattern="leather")
    _strap(art, look, [(50, 384), (50, 330), (88, 300), (160, 306), (232, 348)], 20)
    _buckle(art, 124, 300, 20)
    vamp = shape([(196, 404, 1), (208, 342), (262, 296), (336, 304), (396, 352), (412, 403, 1)])
    art.piece(vamp, paint, look.edge)
    slits: list[list[Point]] = [[(248, 410), (262, 350), (292, 290)],
        [(318, 410), (326, 350), (352, 296)]]
    if look.has("cross"):
        slits = [[(230, 410), (290, 350), (380, 320)], [(360, 412), (310, 350), (230, 330)]]
    with art.inside(vamp):
        for slit in slits:
            art.line(curve(slit), darker(look.colour, 0.6), 16)
            art.line(curve([(x + 3, y + 2) for x, y in slit]), mix(look.colour, "#a9794c", 0.35),
                10)
    art.line(vamp, look.edge, 1.4, 0.8)


def flip_flops(art: Art, look: Look) -> None:
    art.shadow(240, 428, 220, 26)
    for dx, dy, scale in ((-8, -74, 0.86), (0, 14, 1.0)):
        middle = f"translate({240 - 240 * scale:.0f} {340 - 340 * scale:.0f})"
        place = f"translate({dx} {dy}) rotate(9 240 340) {middle} scale({scale})"
        with art.group(f'transform="{place}"'):
            _flip_flop(art, look)


def _flip_flop(art: Art, look: Look) -> None:
    _footbed(art, cloth(art, look, 1), look.edge, 20, lighter(look.colour,
        0.3) if look.has("light") else look.accent)
    thong = look.accent if look.has("contrast") else darker(look.colour, 0.35)
    strap = Look(thong, look.accent)
    wide = 15 if look.gender != "Women" else 10
    art.line(curve([(196, 412), (240, 384), (330, 374), (372, 382)]), "#0b0a18", wide, 0.25)
    _strap(art, strap, [(214, 352), (262, 320), (330, 340), (374, 376)], wide)
    _strap(art, strap, [(190, 404), (238, 356), (320, 350), (374, 376)], wide)
    art.fill(ellipse(375, 377, 8, 7), darker(thong, 0.3))
    if look.has("print"):
        for x, y in ((100, 374), (150, 388), (128, 364)):
            art.fill(ellipse(x, y, 15, 6), look.accent)
    if look.has("flower"):
        art.fill(polygon([(300, 330), (318, 318), (334, 334), (352, 330), (344, 350), (352, 364),
            (330, 362), (318, 374), (312, 356), (296, 350)]), look.accent)
        art.fill(ellipse(324, 346, 7, 7), "#f3d46b")
