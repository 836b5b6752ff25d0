"""Closed shoes: trainers, casual and formal shoes; seen from the side, toe to the right."""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from collections.abc import Sequence

from .look import Look
from .palette import brightness, darker, lighter, mix
from .patterns import cloth
from .svg import Art, Point, curve, ellipse, shape

TILT = 'transform="translate(0 44) rotate(5 240 340) scale(1 .89)"'
LOW = 'transform="translate(0 62) rotate(5 240 340) scale(1 .84)"'


def ground(art: Art) -> None:
    art.shadow(246, 440, 216, 20)


def _inside_of(art: Art, look: Look, points: Sequence[Point], lining: str = "") -> None:
    tone = lining or darker(look.colour, 0.5)
    art.fill(shape(points), tone)
    art.fill(shape(points), "url(#fall)")
    art.line(shape(points), look.edge, 1.4, 0.8)


def _laces(art: Art, near: tuple[Point, Point], far: tuple[Point, Point], count: int, colour: str,
    width: float = 6) -> None:
    def at(row: tuple[Point, Point], k: float) -> tuple[float, float]:
        (x1, y1), (x2, y2) = row[0][:2], row[1][:2]
        return x1 + (x2 - x1) * k, y1 + (y2 - y1) * k

    shade = darker(colour, 0.45)
    for i in range(count):
        a, b = at(near, i / (count - 1)), at(far, i / (count - 1))
        c = at(far, min((i + 0.7) / (count - 1), 1))
        if i < count - 1:
            art.line(curve([a, c]), shade, width * 0.9, 0.9)
        path = curve([a, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 - 5), b])
        art.line(path, shade, width + 1.6)
        art.line(path, colour, width)


def _bow(art: Art, x: float, y: float, colour: str) -> None:
    shade = darker(colour, 0.45)
    for line in ([(x, y), (x - 26, y - 12), (x - 34, y + 8), (x, y)],
        [(x, y), (x + 22, y - 20), (x + 38, y - 4), (x, y)],
                 [(x, y), (x - 12, y + 20), (x - 14, y + 36)], [(x, y), (x + 16, y + 16),
                     (x + 24, y + 30)]):
        art.line(curve(line), shade, 6)
        art.line(curve(line), colour, 4.4)


def _sole(art: Art, colour: str, thick: float = 30, heel: float = 0, tread: str = "") -> None:
    """The sole from heel to toe; `heel` makes the back of it higher."""
    top = [(40, 392 - heel, 1), (140, 398 - heel * 0.6), (240, 402), (350, 402), (430, 398),
        (457, 384, 1)]
    low = [(456, 402), (432, 398 + thick), (330, 404 + thick), (220, 403 + thick),
        (60, 398 + thick, 1), (40, 392 + thick * 0.6)]
    d = shape([*top, *low])
    art.piece(d, colour, darker(colour, 0.45), shade="cloth")
    if tread:
        with art.inside(d):
            art.line(curve([(36, 392 + thick), (200, 398 + thick), (340, 398 + thick), (460, 392)]),
                tread, 13)


SNEAKER: list[Point] = [
    (44, 398, 1), (36, 340), (42, 272), (54, 254, 1), (76, 264), (112, 284), (156, 280), (194, 252,
        1), (250, 284),
    (310, 326), (366, 338), (424, 356), (456, 384), (456, 402, 1), (300, 408), (140, 404),
]
COLLAR: list[Point] = [(52, 256, 1), (110, 250), (180, 222, 1), (216, 236), (196, 262), (150, 286),
    (100, 286), (68, 270)]


def _tongue(art: Art, look: Look, colour: str, high: float = 0) -> None:
    points: list[Point] = [(186, 262), (178, 222 - high, 1), (196, 208 - high),
        (222, 214 - high, 1), (246, 240), (344, 316), (326, 332), (262, 304)]
    art.piece(shape(points), colour, darker(colour, 0.4))


def casual(art: Art, look: Look) -> None:
    ground(art)
    draw = {"high": _hightop, "loafer": _loafer, "boat": _loafer, "slip": _slip_on,
        "chukka": _chukka}
    with art.group(TILT):
        draw.get(look.cut.split()[0] if look.cut else "", _plimsoll)(art, look)


def _plimsoll(art: Art, look: Look) -> None:
    sole = "#f4f2ec" if brightness(look.colour) < 0.8 or look.has("white") else "#e8d9bd"
    _inside_of(art, look, COLLAR, lighter(look.colour, 0.7) if look.has("canvas") else "")
    _tongue(art, look, look.colour)
    d = shape(SNEAKER)
    art.piece(d, cloth(art, look, 1.1), look.edge)
    _canvas_details(art, look, d)
    _sole(art, sole)
    art.line(curve([(42, 404), (160, 412), (300, 414), (452, 400)]), look.accent, 3, 0.9)
    lace = "#fbfaf6" if brightness(look.colour) < 0.85 else look.accent
    _laces(art, ((204, 268), (308, 334)), ((232, 238), (336, 312)), 5, lace)
    _bow(art, 212, 246, lace)


def _canvas_details(art: Art, look: Look, d: str) -> None:
    with art.inside(d):
        if look.has("cap"):
            art.fill(shape([(366, 330, 1), (352, 372), (366, 416, 1), (470, 416, 1),
                (470, 340, 1)]), "#f4f2ec")
            art.fill(d, "url(#cloth)", 0.6)
        art.stitch(curve([(352, 338), (338, 372), (352, 408)]), look.thread)
        art.fill(shape([(30, 240, 1), (96, 276, 1), (90, 340), (104, 410, 1), (30, 410, 1)]),
            mix(look.colour, look.accent, 0.85) if look.has("heel") else look.dark,
            0.9 if look.has("heel") else 0.25)
        if look.has("stripe"):
            for k in range(2):
                art.line(curve([(196 + k * 26, 404), (238 + k * 26, 352), (262 + k * 26, 300)]),
                    look.accent, 11)
    art.stitch(curve([(196, 262), (246, 296), (304, 340), (270, 372), (200, 404)]), look.thread)
    art.stitch(curve([(62, 272), (104, 296), (156, 292), (192, 266)]), look.thread, 1.2)


def _hightop(art: Art, look: Look) -> None:
    collar = [(58, 186, 1), (116, 176), (190, 168, 1), (220, 184), (196, 204), (110, 206)]
    _inside_of(art, look, collar, lighter(look.colour, 0.65))
    points: list[Point] = [(182, 214), (172, 166, 1), (196, 150), (226, 158, 1), (246, 220),
        (344, 316), (326, 332), (250, 290)]
    art.piece(shape(points), look.colour, look.edge)
    upper: list[Point] = [(44, 398, 1), (38, 340), (54, 262), (56, 188, 1), (120, 204),
        (196, 196, 1), (222, 256), (310, 326), (366, 338), (424, 356), (456, 384), (456, 402, 1),
        (240, 408)]
    d = shape(upper)
    art.piece(d, cloth(art, look, 1.1), look.edge)
    art.folds(d, [curve([(90, 270), (150, 290), (230, 280)])], 0.25)
    with art.inside(d):
        art.fill(shape([(366, 330, 1), (352, 372), (366, 416, 1), (470, 416, 1), (470, 340, 1)]),
            "#f4f2ec")
        art.fill(ellipse(128, 262, 27, 27), lighter(look.colour, 0.85))
        art.line(ellipse(128, 262, 21, 21), look.accent, 4)
        art.fill(d, "url(#cloth)", 0.5)
        art.line(curve([(58, 190), (52, 262), (38, 340), (42, 404)]), look.dark, 14, 0.7)
    art.stitch(curve([(200, 208), (226, 272), (304, 340), (290, 380), (250, 404)]), look.thread)
    _sole(art, "#f4f2ec")
    art.line(curve([(42, 404), (160, 412), (300, 414), (452, 400)]), look.accent, 3, 0.9)
    _laces(art, ((204, 218), (310, 336)), ((230, 196), (336, 312)), 8, "#fbfaf6")
    _bow(art, 208, 196, "#fbfaf6")


LOAFER: list[Point] = [
    (48, 392, 1), (40, 340), (50, 284), (60, 272, 1), (110, 296), (180, 306), (236, 294, 1), (300,
        308), (370, 326),
    (430, 352), (458, 384), (452, 402, 1), (300, 404), (140, 398),
]
LOAFER_MOUTH: list[Point] = [(58, 274, 1), (120, 262), (190, 262), (246, 282), (238, 300),
    (180, 310), (106, 300)]


def _loafer(art: Art, look: Look) -> None:
    _inside_of(art, look, LOAFER_MOUTH, lighter(mix(look.colour, "#c8a27a", 0.6), 0.2))
    d = shape(LOAFER)
    art.piece(d,
        cloth(art, look, 1, pattern=look.pattern if look.pattern != "plain" else "leather"),
        look.edge)
    apron = curve([(226, 330), (300, 322), (380, 340), (424, 366), (396, 378), (310, 362),
        (232, 350)])
    art.line(apron, look.edge, 3, 0.8)
    art.stitch(curve([(228, 326), (300, 317), (384, 335), (430, 364)]), look.thread, 2.4)
    art.folds(d, [curve([(250, 340), (300, 352), (360, 352)]),
        curve([(100, 320), (120, 360), (110, 396)])], 0.25)
    if "boat" in look.cut:
        art.line(curve([(62, 300), (130, 326), (220, 324)]), look.accent, 5)
        _bow(art, 262, 312, look.accent)
    else:
        art.piece(shape([(206, 298, 1), (262, 294, 1), (282, 330), (270, 356, 1), (214, 352, 1),
            (216, 324)]), look.colour, look.edge)
        if look.has("bit"):
            art.line(curve([(214, 326), (244, 332), (274, 326)]), "#d8b968", 6)
        else:
            art.fill(shape([(230, 318), (244, 324), (260, 318), (256, 332), (234, 334)]),
                darker(look.colour, 0.6))
    _sole(art, darker(mix(look.colour, "#8a6a4a", 0.5),
        0.2) if "boat" not in look.cut else "#efe6d4", 18, 0)


def _slip_on(art: Art, look: Look) -> None:
    _inside_of(art, look, LOAFER_MOUTH, lighter(look.colour, 0.6))
    d = shape(LOAFER)
    art.piece(d, cloth(art, look, 1.1), look.edge)
    art.piece(shape([(170, 306, 1), (226, 298, 1), (226, 352), (204, 360)]),
        darker(look.colour, 0.45), look.edge)
    art.stitch(curve([(236, 300), (252, 350), (240, 400)]), look.thread)
    _sole(art, "#f4f2ec", 30)
    art.line(curve([(42, 404), (160, 412), (300, 414), (452, 400)]), look.accent, 3, 0.9)


def _chukka(art: Art, look: Look) -> None:
    _inside_of(art, look, [(58, 212, 1), (116, 200), (186, 196, 1), (206, 212), (180, 228),
        (104, 230)], lighter(look.colour, 0.3))
    upper: list[Point] = [(46, 396, 1), (40, 340), (54, 270), (56, 214, 1), (120, 228),
        (190, 220, 1), (214, 270), (290, 318), (370, 334), (430, 354), (458, 384), (454, 402, 1),
        (240, 404)]
    d = shape(upper)
    art.piece(d, cloth(art, look, 1, pattern="leather"), look.edge)
    art.folds(d, [curve([(80, 280), (140, 300), (220, 290)]),
        curve([(240, 320), (290, 350), (340, 352)])], 0.3)
    art.line(curve([(256, 300), (232, 340), (250, 402)]), look.edge, 2.4)
    art.stitch(curve([(262, 304), (239, 342), (257, 402)]), look.thread, 1.8)
    lace = darker(look.colour, 0.45)
    _laces(art, ((198, 238), (232, 284)), ((222, 228), (256, 272)), 3, lace, 5)
    _bow(art, 212, 234, lace)
    _sole(art, mix("#d9b98c", look.colour, 0.2), 24)


RUNNER: list[Point] = [
    (40, 396, 1), (30, 336), (40, 268), (46, 240, 1), (74, 252), (114, 282), (156, 280), (194, 250,
        1), (250, 288),
    (310, 328), (366, 338), (424, 354), (454, 378), (458, 398, 1), (300, 404), (140, 402),
]


def sports(art: Art, look: Look) -> None:
    ground(art)
    with art.group(TILT):
        _inside_of(art, look, [(48, 242, 1), (110, 246), (180, 222, 1), (216, 236), (196, 262),
            (150, 286), (100, 286), (68, 262)], look.accent)
        _tongue(art, look, mix(look.colour, look.accent, 0.35), 4)
        d = shape(RUNNER)
        art.piece(d, cloth(art, look, 1, pattern="mesh"), look.edge)
        with art.inside(d):
            _overlays(art, look)
            art.fill(d, "url(#cloth)", 0.5)
        _running_sole(art, look)
        _laces(art, ((204, 268), (308, 334)), ((232, 238), (336, 312)), 6,
            "#fafafa" if brightness(look.accent) < 0.85 else look.dark, 5)
        art.line(curve([(52, 254), (44, 222), (64, 224), (72, 254)]), look.accent, 6)


def _panel(art: Art, points: list[Point], colour: str) -> None:
    art.piece(shape(points), colour, darker(colour, 0.4), shade="")


def _overlays(art: Art, look: Look) -> None:
    tone, solid = look.accent, lighter(look.colour,
        0.25) if brightness(look.colour) < 0.6 else mix(look.colour, "#9fa4ab", 0.45)
    _panel(art, [(346, 330, 1), (376, 362), (300, 384), (240, 414, 1), (470, 414, 1),
        (470, 340, 1)], solid)
    _panel(art, [(404, 344, 1), (396, 376), (420, 414, 1), (480, 414, 1), (480, 340, 1)], tone)
    _panel(art, [(10, 230, 1), (62, 244, 1), (92, 300), (84, 350), (140, 414, 1), (10, 414, 1)],
        solid)
    _panel(art, [(10, 330, 1), (50, 330), (76, 372), (112, 414, 1), (10, 414, 1)], tone)
    _panel(art, [(184, 256, 1), (214, 250, 1), (334, 330), (346, 350), (300, 352), (236, 306)],
        solid)
    if look.has("wave"):
        _panel(art, [(96, 386, 1), (170, 326), (214, 336), (262, 318), (316, 346, 1), (276, 362),
            (222, 376), (176, 370)], tone)
    elif look.has("chevron"):
        for k in range(3):
            _panel(art, [(138 + k * 40, 408, 1), (168 + k * 40, 408, 1), (206 + k * 40, 306, 1),
                (184 + k * 40, 298, 1)], tone)
    else:
        for k in range(4):
            art.line(curve([(120 + k * 36, 408), (160 + k * 36, 356), (176 + k * 36, 296)]), tone,
                9)
        art.line(curve([(96, 300), (150, 318), (330, 392)]), lighter(look.colour, 0.6), 8)


def _running_sole(art: Art, look: Look) -> None:
    top: list[Point] = [(24, 372, 1), (90, 386), (170, 396), (240, 402), (330, 400), (410, 390),
        (464, 366, 1)]
    low: list[Point] = [(470, 392), (440, 424), (340, 442), (290, 432), (236, 434), (200, 446),
        (66, 448, 1), (22, 424)]
    d = shape([*top, *low])
    foam = "#f7f6f3" if not look.has("dark") else "#3a3a40"
    art.piece(d, foam, darker(foam, 0.4))
    with art.inside(d):
        art.fill(shape([(10, 426, 1), (120, 432), (220, 426), (300, 424), (476, 396, 1),
            (476, 460, 1), (10, 460, 1)]), look.accent)
        for x in range(40, 460, 20):
            art.line(f"M{x} 458l9 -17", darker(look.accent, 0.55), 7, 0.8)
        for k in range(4):
            art.fill(ellipse(66 + k * 32, 410 + k * 2, 10, 6), mix(foam, look.accent, 0.75))
        art.line(curve([(180, 414), (270, 420), (420, 402)]), darker(foam, 0.25), 3)


OXFORD: list[Point] = [
    (52, 384, 1), (45, 336), (54, 286), (60, 276, 1), (104, 296), (156, 296), (198, 270, 1), (250,
        304), (320, 336),
    (390, 350), (448, 368), (470, 388), (452, 400, 1), (300, 400), (150, 392),
]


def formal(art: Art, look: Look) -> None:
    ground(art)
    slip = look.has("slip")
    with art.group(LOW):
        mouth = [(58, 278, 1), (116, 268), (184, 252, 1), (216, 262), (196, 282), (150, 302),
            (100, 302)]
        _inside_of(art, look, mouth, mix("#c9a27a", look.colour, 0.35))
        if not slip:
            tongue: list[Point] = [(190, 274), (186, 246, 1), (206, 238), (226, 244, 1), (254, 270),
                (330, 330), (300, 340)]
            art.piece(shape(tongue), darker(look.colour, 0.1), look.edge)
        d = shape(OXFORD)
        art.piece(d, cloth(art, look, 1, pattern="croc" if look.pattern == "croc" else "plain"),
            look.edge)
        art.fill(d, "url(#gloss)", 0.55)
        art.folds(d, [curve([(270, 330), (300, 350), (330, 356)]),
            curve([(90, 300), (100, 350), (84, 390)])], 0.3)
        with art.inside(d), art.group('filter="url(#soft)"'):
            art.line(curve([(352, 350), (404, 362), (446, 380)]), "#fff", 13, 0.75)
            art.line(curve([(68, 300), (62, 334), (66, 368)]), "#fff", 10, 0.5)
            art.line(curve([(230, 350), (270, 366), (310, 372)]), "#fff", 7, 0.4)
        _formal_details(art, look, slip)
        _dress_sole(art, look)


def _formal_details(art: Art, look: Look, slip: bool) -> None:
    art.line(curve([(200, 268), (214, 330), (180, 396)]), look.edge, 2, 0.7)
    if look.has("cap", "brogue"):
        art.line(curve([(372, 338), (352, 366), (366, 402)]), look.edge, 2.4)
        art.stitch(curve([(367, 337), (347, 366), (361, 402)]), look.thread,
            2.2 if look.has("brogue") else 1.2)
    if look.has("brogue"):
        art.line(curve([(392, 352), (404, 366), (426, 366)]), look.thread, 3, dash="0.5 7")
        art.line(curve([(90, 300), (140, 330), (200, 380)]), look.thread, 3, dash="0.5 7")
    if slip:
        art.piece(shape([(192, 270, 1), (238, 282, 1), (244, 330), (222, 352, 1), (206, 318)]),
            darker(look.colour, 0.45), look.edge)
        if look.has("buckle"):
            art.line(curve([(200, 300), (250, 318), (300, 326)]), look.dark, 12)
            art.line(shape([(262, 308, 1), (288, 314, 1), (284, 334, 1), (258, 328, 1)]), "#d5c289",
                4)
    elif look.has("monk"):
        art.piece(shape([(176, 296, 1), (240, 276), (318, 306, 1), (312, 330, 1), (240, 312),
            (186, 326, 1)]), look.colour, look.edge)
        art.line(shape([(218, 288, 1), (246, 288, 1), (246, 312, 1), (218, 312, 1)]), "#d5c289", 4)
    else:
        art.piece(shape([(198, 272, 1), (240, 298), (312, 338, 1), (282, 350), (230, 336),
            (204, 316)]), lighter(look.colour, 0.04), look.edge)
        _laces(art, ((216, 294), (284, 334)), ((236, 274), (304, 320)), 4, darker(look.colour, 0.6),
            4.4)


def _dress_sole(art: Art, look: Look) -> None:
    tone = darker(mix(look.colour, "#3a2a1e", 0.5), 0.35)
    art.piece(shape([(46, 382, 1), (150, 392), (300, 400), (450, 398), (468, 388, 1), (464, 404),
        (440, 414), (300, 414), (160, 404, 1), (160, 432, 1), (52, 430, 1)]), tone, darker(tone,
        0.4))
    art.line(curve([(50, 386), (150, 396), (300, 404), (452, 403)]), lighter(tone, 0.4), 1.6, 0.8)
