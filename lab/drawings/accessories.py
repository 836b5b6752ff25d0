"""Belts, socks, ties, headwear, scarves, umbrellas, gloves, cufflinks."""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from .bags import metal, rod, stud
from .look import Look
from .palette import darker, lighter, mix
from .patterns import cloth
from .svg import Art, Point, box, curve, ellipse, ring_points, shape, star


def belt(art: Art, look: Look) -> None:
    """A coiled belt: the inside of the far arc, the near band, the buckle."""
    art.shadow(240, 424, 214, 18)
    wide = 40 if look.female else 56
    lining = mix(look.colour, "#b08a5e", 0.35)
    far = shape([(30, 330), (80, 276), (240, 254), (400, 276), (450, 330), (450, 346),
        (400, 296 + wide * 0.3), (240, 274 + wide * 0.4), (80, 296 + wide * 0.3), (30, 346)])
    art.piece(far, lining, darker(lining))
    near = shape([(26, 326), (80, 362), (240, 380), (400, 362), (454, 326), (456, 326 + wide),
        (400, 364 + wide), (240, 382 + wide), (80, 364 + wide), (24, 326 + wide)])
    art.piece(near,
        cloth(art, look, 1.1, pattern="leather" if look.pattern == "plain" else look.pattern),
        look.edge)
    if look.has("stitched"):
        for y in (8, wide - 8):
            art.stitch(curve([(34, 334 + y), (90, 364 + y), (240, 381 + y), (390, 364 + y),
                (446, 334 + y)]), look.thread, 2)
    if look.has("band"):
        art.line(curve([(30, 336 + wide / 2 - 6), (90, 364 + wide / 2), (240, 381 + wide / 2),
            (390, 364 + wide / 2), (450, 336 + wide / 2 - 6)]), look.accent, wide * 0.34)
    for k in range(4):
        art.fill(ellipse(300 + k * 30, 374 + wide / 2 - k * 2.6, 4, 4.4), darker(look.colour, 0.7))
    _belt_buckle(art, look, wide)


def _belt_buckle(art: Art, look: Look, wide: float) -> None:
    tone, y = metal(look), 380 + wide / 2
    if look.has("round"):
        art.line(ellipse(206, y - 1, wide * 0.66, wide * 0.66), darker(tone, 0.4), 15)
        art.line(ellipse(206, y - 1, wide * 0.66, wide * 0.66), tone, 11)
    elif look.has("plate"):
        art.piece(box(160, y - wide * 0.62, 92, wide * 1.24, 8), tone, darker(tone, 0.5),
            shade="gloss")
        art.line(box(170, y - wide * 0.48, 72, wide * 0.96, 5), darker(tone, 0.3), 2)
    else:
        art.line(box(166, y - wide * 0.68, 76, wide * 1.36, 8), darker(tone, 0.45), 13)
        art.line(box(166, y - wide * 0.68, 76, wide * 1.36, 8), tone, 9.6)
    if not look.has("plate"):
        art.line(f"M170 {y}L246 {y + 2}", darker(tone, 0.35), 8)
        art.line(f"M170 {y - 1}L246 {y + 1}", tone, 5.4)
    art.piece(box(268, y - wide * 0.56, 17, wide * 1.1, 4), darker(look.colour, 0.15), look.edge)


def socks(art: Art, look: Look) -> None:
    top = 330.0 if look.has("ankle") else 60.0 if look.has("long") else 130.0
    for dx, dy in ((-70, -18), (54, 22)):
        with art.group(f'transform="translate({dx} {dy})"'):
            _sock(art, look, top)


def _sock(art: Art, look: Look, top: float) -> None:
    d = shape([(172, top, 1), (272, top, 1), (276, 300), (276, 400), (310, 450), (364, 490),
        (372, 540), (336, 566), (270, 552), (208, 506), (176, 450), (168, 380), (172, 260)])
    art.cast(d)
    art.piece(d, cloth(art, look, 1), look.edge)
    art.folds(d, [curve([(180, 400), (220, 420), (274, 410)]),
        curve([(200, 470), (240, 480), (290, 460)])], 0.25, 7)
    with art.inside(d):
        trim = look.accent if look.has("contrast") else darker(look.colour, 0.2)
        art.fill(ellipse(372, 540, 64, 62), trim)
        art.fill(shape([(150, 400, 1), (196, 412), (240, 470), (216, 530), (150, 540, 1)]), trim)
        art.fill(box(150, top - 4, 150, 40), cloth(art, look, 1, pattern="rib"))
        if look.has("bands"):
            for k in range(2):
                art.fill(box(150, top + 48 + k * 22, 150, 11), look.accent)
        art.fill(d, "url(#cloth)", 0.7)
    art.line(d, look.edge, 1.6, 0.7)


def tie(art: Art, look: Look) -> None:
    paint = cloth(art, look, 0.8, 35)
    with art.group('transform="rotate(4 240 320)"'):
        tail = shape([(232, 90, 1), (262, 96, 1), (276, 480), (256, 512, 1), (238, 484),
            (240, 300)])
        loop = shape([(206, 44, 1), (300, 30), (340, 60), (300, 92), (250, 88, 1), (268, 70),
            (300, 60), (280, 52), (228, 70, 1)])
        art.piece(loop, paint, look.edge)
        art.cast(tail, 4, 6)
        art.piece(tail, darker(look.colour, 0.25), look.edge)
        slim = 34 if look.has("slim") else 46
        blade = shape([(222, 94, 1), (256, 94, 1), (258, 200), (238 + slim, 560, 1), (238, 616, 1),
            (238 - slim, 560, 1), (218, 200)])
        art.cast(blade, 7, 9, 0.28)
        art.piece(blade, paint, look.edge)
        art.folds(blade, [curve([(238, 110), (244, 200), (240, 560)]),
            curve([(226, 120), (228, 190)])], 0.25, 7)
        knot = shape([(204, 44, 1), (240, 38), (276, 44, 1), (260, 100, 1), (238, 106),
            (218, 100, 1)])
        art.piece(knot, paint, look.edge)


def cap(art: Art, look: Look) -> None:
    art.shadow(240, 440, 190, 18)
    crown = shape([(74, 386, 1), (76, 300), (120, 222), (210, 186), (300, 198), (364, 250),
        (386, 320), (386, 384, 1), (300, 372), (180, 370)])
    art.piece(crown, cloth(art, look, 1.1), look.edge)
    art.fill(crown, "url(#orb)", 0.35)
    if look.has("block"):
        with art.inside(crown):
            art.fill(shape([(150, 390, 1), (160, 260), (222, 186, 1), (290, 190, 1), (330, 270),
                (330, 390, 1)]), look.accent)
    for line in ([(222, 188), (170, 250), (152, 372)], [(222, 188), (300, 250), (332, 374)]):
        art.line(curve(line), look.edge, 2, 0.7)
        art.stitch(curve([(x + 7, y + 2) for x, y in line]), look.thread, 1.5, 0.7)
    art.piece(ellipse(222, 187, 13, 8), look.colour, look.edge, shade="orb")
    peak = shape([(84, 384, 1), (180, 366), (300, 370), (386, 384, 1), (440, 420), (452, 450),
        (400, 446), (300, 424), (180, 422), (110, 434), (60, 444), (52, 424)])
    art.cast(peak, 0, 6, 0.25)
    art.piece(peak, look.accent if look.has("peak") else cloth(art, look, 1.1), look.edge)
    for k in range(3):
        art.stitch(curve([(88 - k * 6, 396 + k * 12), (200, 380 + k * 12), (310, 384 + k * 12),
            (400 + k * 10, 404 + k * 11)]), look.thread, 1.4, 0.6)
    _badge(art, look)


def _badge(art: Art, look: Look) -> None:
    tone = lighter(look.colour, 0.75) if look.has("peak") else look.accent
    if look.has("block"):
        tone = look.colour
    if look.seed % 3 == 0:
        art.fill(star(242, 296, 34), tone)
    elif look.seed % 3 == 1:
        art.line(curve([(200, 306), (222, 290), (244, 306), (266, 290), (288, 306)]), tone, 9)
    else:
        art.fill(shape([(242, 256, 1), (280, 270), (272, 316), (242, 338, 1), (212, 316),
            (204, 270)]), tone)


def hat(art: Art, look: Look) -> None:
    art.shadow(240, 452, 196, 18)
    if look.has("beanie"):
        _beanie(art, look)
    else:
        _brimmed(art, look)


def _beanie(art: Art, look: Look) -> None:
    d = shape([(92, 396, 1), (96, 300), (140, 210), (240, 172), (340, 210), (384, 300),
        (388, 396, 1), (240, 410)])
    knit = cloth(art, look, 1.8, pattern=look.pattern if look.pattern != "plain" else "knit")
    if look.has("pom"):
        for x, y in ((p[0], p[1]) for p in [*ring_points(240, 152, 34, 32, 14),
            *ring_points(240, 152, 18, 17, 8)]):
            art.fill(ellipse(x, y, 15, 15), look.accent)
        art.fill(ellipse(240, 152, 48, 46), "url(#orb)", 0.7)
    art.piece(d, knit, look.edge)
    art.fill(d, "url(#orb)", 0.4)
    art.folds(d, [curve([(170, 220), (150, 300), (150, 390)]),
        curve([(310, 220), (330, 300), (330, 390)])], 0.2)
    band = shape([(84, 376, 1), (240, 364), (396, 376, 1), (398, 440, 1), (240, 456), (82, 440, 1)])
    art.cast(band, 0, 5, 0.2)
    art.piece(band, cloth(art, look, 1.8, pattern="rib"), look.edge)


def _brimmed(art: Art, look: Look) -> None:
    paint = cloth(art, look, 1.4)
    brim = shape([(20, 414), (60, 384), (150, 372), (330, 372), (420, 384), (460, 414), (400, 446),
        (240, 458), (80, 446)])
    art.piece(brim, paint, look.edge)
    pinch = 20 if look.has("fedora") else 0
    crown = shape([(112, 410, 1), (120, 300), (146, 222), (200, 200), (240, 204 + pinch),
        (280, 200), (334, 222), (360, 300), (368, 410, 1), (240, 426)])
    art.piece(crown, paint, look.edge)
    if pinch:
        art.folds(crown, [curve([(200, 206), (240, 244), (280, 206)])], 0.4, 10)
    with art.inside(crown):
        art.fill("M90 350Q240 376 390 350V420Q240 440 90 420Z", look.accent)
        art.fill(crown, "url(#cloth)", 0.7)


def scarf(art: Art, look: Look) -> None:
    paint = cloth(art, look, 1.1)
    back = shape([(140, 176), (160, 80), (240, 44), (320, 80), (342, 176), (300, 170), (290, 116),
        (240, 96), (190, 116), (182, 172)])
    art.piece(back, cloth(art, look, 1.1, 90), look.edge)
    right: list[Point] = [
        (248, 240, 1), (330, 226, 1), (356, 420), (366, 570, 1), (262, 580, 1), (258, 420),
    ]
    left: list[Point] = [
        (150, 232, 1), (246, 240, 1), (232, 420), (218, 540, 1), (110, 528, 1), (126, 400),
    ]
    for points, lean in ((right, 6), (left, -6)):
        d = shape(points)
        art.cast(d, 5, 7, 0.25)
        art.piece(d, paint, look.edge)
        x = (points[0][0] + points[1][0]) / 2
        art.folds(d, [curve([(x - 22, 240), (x - 26 + lean, 400), (x - 24 + lean, 560)]),
            curve([(x + 22, 240), (x + 24 + lean, 400), (x + 26 + lean, 560)])], 0.32, 9)
        _fringe(art, look, points)
    wrap = shape([(136, 170), (170, 150), (240, 176), (310, 150), (344, 170), (348, 230),
        (300, 268), (240, 276), (180, 268), (132, 230)])
    art.piece(wrap, paint, look.edge)
    art.folds(wrap, [curve([(146, 190), (240, 226), (336, 188)]),
        curve([(150, 222), (240, 252), (332, 220)])], 0.4, 8)


def _fringe(art: Art, look: Look, points: list[Point]) -> None:
    (x2, y2, *_), (x1, y1, *_) = points[3], points[4]
    tone = look.accent if look.has("contrast") else darker(look.colour, 0.15)
    for k in range(15):
        x, y = x1 + (x2 - x1) * k / 14, y1 + (y2 - y1) * k / 14
        art.line(f"M{x:.1f} {y - 3:.1f}q{3 - k % 3 * 3} 16 {k % 2 * 3 - 1} {34 + k % 3 * 3}", tone,
            3)


def umbrella(art: Art, look: Look) -> None:
    """Open, lying on its side: canopy to the upper left, handle to the lower right."""
    art.shadow(250, 560, 190, 15, 0.7)
    with art.group('transform="translate(0 20) rotate(-34 240 330)"'):
        rod(art, [(240, 340), (240, 500)], "#b9bcc2", 6)
        if look.has("hook"):
            rod(art, [(240, 480), (240, 548), (222, 574), (200, 556)], "#7a5230", 12)
        else:
            art.piece(box(229, 490, 22, 66, 9), "#2a2a2f", "#111")
        art.line("M240 172V150", "#8d9097", 8)
        rim = [(16, 372, 1), (60, 344), (110, 366, 1), (174, 346), (240, 370, 1), (306, 346),
            (370, 366, 1), (420, 344), (464, 372, 1)]
        d = shape([*rim[::-1], (60, 258), (150, 190), (240, 168), (330, 190), (420, 258)])
        art.piece(d, cloth(art, look, 1.4), look.edge)
        with art.inside(d):
            for x, y in ((110, 366), (240, 370), (370, 366)):
                art.line(curve([(240, 166), (240 + (x - 240) * 0.8, 250), (x, y)]), look.edge, 2,
                    0.75)
            if look.has("band"):
                art.line(curve([(10, 350), (80, 330), (240, 346), (400, 330), (470, 350)]),
                    look.accent, 16)
            art.folds(d, [curve([(240, 170), (190, 250), (174, 346)]),
                curve([(240, 170), (300, 250), (306, 346)]),
                curve([(240, 170), (110, 230), (60, 344)])], 0.25, 14)
            art.fill(d, "url(#orb)", 0.35)


def gloves(art: Art, look: Look) -> None:
    for flipx, dx, dy, turn in ((1, -96, 6, -8), (-1, 96, -6, 8)):
        with art.group(f'transform="translate({dx} {dy}) rotate({turn} 240 330) translate(240 0) '
                       f'scale({flipx} 1) translate(-240 0)"'):
            _glove(art, look)


def _glove(art: Art, look: Look) -> None:
    if look.has("mitten"):
        hand: list[Point] = [(176, 500, 1), (172, 420), (160, 330), (164, 220), (200, 160),
            (254, 160), (290, 216), (296, 310), (330, 262), (356, 270), (350, 320), (312, 390),
            (300, 420), (300, 500, 1)]
    else:
        hand = [
            (178, 500, 1), (174, 420), (160, 330), (142, 210), (150, 180), (166, 186), (184,
                280), (184, 160), (198, 132), (214, 156),
            (220, 272), (232, 146), (248, 122), (262, 150), (254, 278), (272, 176), (288,
                160), (298, 186), (288, 318), (326, 268),
            (348, 268), (346, 300), (312, 388), (298, 424), (298, 500, 1),
        ]
    d = shape(hand)
    art.cast(d)
    knitted = not look.has("leather")
    plain = "knit" if knitted else "leather"
    paint = cloth(art, look, 1.3, pattern=plain if look.pattern == "plain" else look.pattern)
    art.piece(d, paint, look.edge)
    if not knitted:
        for x in (196, 228, 260):
            art.stitch(f"M{x} 330V400", look.thread, 2.4)
    cuff = shape([(170, 470, 1), (238, 480), (306, 470, 1), (308, 560, 1), (238, 568),
        (168, 560, 1)])
    art.piece(cuff, cloth(art, look, 1.3, pattern="rib") if knitted else darker(look.colour, 0.12),
        look.edge)
    if look.has("bands"):
        with art.inside(cuff):
            art.fill(box(150, 504, 180, 14), look.accent)
            art.fill(box(150, 528, 180, 14), look.accent)


def cufflinks(art: Art, look: Look) -> None:
    tone = "#c9ccd2" if look.colour not in ("#d2a740",) else "#d2a740"
    for x, y in ((152, 344), (326, 312)):
        art.shadow(x + 8, y + 82, 84, 13)
        art.piece(box(x + 34, y - 12, 70, 22, 6), darker(tone, 0.15), darker(tone), shade="gloss")
        art.piece(box(x + 88, y - 34, 20, 66, 9), tone, darker(tone), shade="gloss")
        _face(art, look, x, y, tone)


def _face(art: Art, look: Look, x: float, y: float, tone: str) -> None:
    if look.has("round"):
        outer, inner = ellipse(x, y, 72, 72), ellipse(x, y, 56, 56)
    elif look.has("knot"):
        for px, py, *_ in [*ring_points(x, y, 40, 40, 8), *ring_points(x, y, 18, 18, 5), (x, y)]:
            stud(art, px, py, 22, look.colour)
        return
    else:
        outer, inner = box(x - 66, y - 66, 132, 132, 16), box(x - 50, y - 50, 100, 100, 10)
    art.piece(outer, tone, darker(tone, 0.5), shade="gloss")
    art.piece(inner, cloth(art, look, 1), look.edge, shade="orb")
