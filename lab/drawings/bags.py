"""Bags of every kind, standing, seen from the front."""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from .look import Look
from .palette import brightness, darker, lighter, mix
from .patterns import cloth
from .svg import Art, Point, both, box, curve, ellipse, polygon, shape


def metal(look: Look) -> str:
    return "#d9bb6a" if look.seed % 2 else "#c9ccd2"


def rod(art: Art, points: list[Point], colour: str, width: float) -> None:
    """A rounded handle or strap along a line."""
    d = curve(points)
    art.line(d, darker(colour, 0.5), width + 2.5)
    art.line(d, colour, width)
    art.line(curve([(x - width * 0.16, y - width * 0.16) for x, y, *_ in points]), "#fff",
        width * 0.2, 0.35)


def zipper(art: Art, points: list[Point]) -> None:
    d = curve(points)
    art.line(d, "#1b1a20", 7, 0.75)
    art.line(d, "#c5c8cd", 2.6, dash="2 2", extra=' style="stroke-linecap:butt"')
    x, y = points[-1][:2]
    art.fill(box(x - 3, y - 2, 7, 20, 3), "#d6d9dd")


def stud(art: Art, x: float, y: float, r: float, tone: str) -> None:
    art.fill(ellipse(x, y, r, r), tone)
    art.fill(ellipse(x, y, r, r), "url(#orb)")


def loop_handles(art: Art, colour: str, wide: float, top: float, foot: float,
    width: float = 11) -> None:
    rod(art, [(240 - wide + 14, foot - 10), (240 - wide * 0.8, top + 50), (240, top - 8),
        (240 + wide * 0.8, top + 50), (240 + wide - 14, foot - 10)], darker(colour, 0.25), width)
    rod(art, [(240 - wide, foot + 22), (240 - wide * 0.86, top + 66), (240, top + 12),
        (240 + wide * 0.86, top + 66), (240 + wide, foot + 22)], colour, width)


def handbag(art: Art, look: Look) -> None:
    kind = next((k for k in ("satchel", "hobo", "bucket", "bowling") if look.has(k)), "tote")
    art.shadow(240, 556, 200, 20)
    {"satchel": _satchel, "hobo": _hobo, "bucket": _bucket, "bowling": _bowling}.get(kind,
        _tote)(art, look)


def _handle_tone(look: Look) -> str:
    return look.accent if look.has("contrast") else darker(look.colour, 0.18)


def _tote(art: Art, look: Look) -> None:
    loop_handles(art, _handle_tone(look), 74, 104, 286)
    d = shape(both([(0, 284, 1), (158, 276, 1), (166, 300), (190, 520), (178, 552, 1),
        (0, 558, 1)]))
    art.piece(d, cloth(art, look, 1.2), look.edge)
    art.folds(d, [curve([(110, 320), (150, 360), (150, 470)]),
        curve([(370, 320), (332, 370), (336, 480)])], 0.2, 14)
    art.line("M84 296Q240 306 396 296", look.edge, 2, 0.7)
    art.stitch("M82 306Q240 316 398 306", look.thread, 1.8)
    for sign in (1, -1):
        art.piece(polygon([(240 + sign * x, y) for x, y in ((62, 290), (86, 290), (88, 352),
            (75, 364), (64, 352))]), _handle_tone(look), look.edge)
        stud(art, 240 + sign * 75, 344, 5.5, metal(look))
    if look.has("pocket"):
        art.piece(shape(both([(0, 396, 1), (96, 392, 1), (104, 516, 1), (0, 522, 1)])),
            cloth(art, look, 1.2), look.edge)
        zipper(art, [(150, 404), (240, 408), (326, 404)])
    elif look.has("charm"):
        rod(art, [(166, 352), (160, 390)], look.accent, 5)
        stud(art, 160, 404, 15, look.accent)


def _satchel(art: Art, look: Look) -> None:
    rod(art, [(178, 280), (186, 196), (240, 168), (294, 196), (302, 280)], _handle_tone(look), 15)
    d = shape(both([(0, 262, 1), (176, 262, 1), (192, 290), (196, 530), (182, 556, 1),
        (0, 558, 1)]))
    art.piece(d, cloth(art, look, 1.2), look.edge)
    flap = shape(both([(0, 258, 1), (180, 258, 1), (194, 284), (176, 404, 1), (70, 424), (0, 428)]))
    art.cast(flap, 0, 8, 0.3)
    art.piece(flap, cloth(art, look, 1.2), look.edge)
    art.stitch(curve([(56, 290), (72, 394), (170, 416), (240, 420), (310, 416), (408, 394),
        (424, 290)]), look.thread, 2)
    for x in (150, 330) if look.has("two") else (240,):
        art.piece(box(x - 15, 386, 30, 74, 6), darker(look.colour, 0.15), look.edge)
        art.line(box(x - 20, 424, 40, 24, 4), metal(look), 5)


def _hobo(art: Art, look: Look) -> None:
    rod(art, [(98, 356), (108, 200), (200, 96), (330, 110), (384, 240), (384, 356)],
        _handle_tone(look), 24)
    d = shape([(76, 344, 1), (130, 384), (240, 402), (350, 384), (404, 342, 1), (440, 420),
        (420, 520), (340, 556), (140, 556), (58, 516), (42, 420)])
    art.piece(d, cloth(art, look, 1.2), look.edge)
    art.folds(d, [curve([(90, 380), (130, 450), (120, 530)]),
        curve([(200, 400), (220, 470), (200, 540)]), curve([(300, 400), (290, 470), (310, 540)]),
        curve([(386, 380), (360, 450), (370, 530)])], 0.3, 14)
    zipper(art, [(110, 384), (240, 412), (370, 384)])
    for x in (92, 388):
        stud(art, x, 352, 15, metal(look))
    if look.has("charm"):
        for k in range(5):
            art.line(f"M{92 + k * 3} 366L{80 + k * 8} 436", look.accent, 3.4)


def _bucket(art: Art, look: Look) -> None:
    rod(art, [(116, 318), (140, 170), (240, 96), (340, 170), (364, 318)], _handle_tone(look), 13)
    art.fill(ellipse(240, 310, 140, 22), darker(look.colour, 0.6))
    d = shape([(100, 310, 1), (170, 330), (310, 330), (380, 310, 1), (392, 420), (380, 540, 1),
        (300, 558), (180, 558), (100, 540, 1), (88, 420)])
    art.piece(d, cloth(art, look, 1.2), look.edge)
    art.folds(d, [curve([(x, 330), (x + (x - 240) * 0.06, 380), (x, 440)]) for x in (130, 170, 210,
        250, 290, 330, 360)], 0.32, 8)
    art.line(curve([(97, 356), (170, 374), (310, 374), (383, 356)]),
        darker(_handle_tone(look), 0.2), 5)
    rod(art, [(240, 376), (226, 412), (232, 452)], _handle_tone(look), 5)
    rod(art, [(240, 376), (256, 410), (252, 446)], _handle_tone(look), 5)
    art.line(curve([(98, 520), (180, 540), (300, 540), (382, 520)]), look.edge, 3, 0.6)


def _bowling(art: Art, look: Look) -> None:
    loop_handles(art, _handle_tone(look), 84, 176, 330, 13)
    d = shape([(30, 470), (52, 350), (120, 306), (240, 298), (360, 306), (428, 350), (450, 470),
        (436, 540), (400, 556, 1), (80, 556, 1), (44, 540)])
    art.piece(d, cloth(art, look, 1.2), look.edge)
    zipper(art, [(110, 318), (240, 308), (366, 318)])
    for sign in (1, -1):
        art.line(curve([(240 + sign * 104, 312), (240 + sign * 96, 430), (240 + sign * 104, 555)]),
            darker(look.colour, 0.25), 22, 0.9)
        art.stitch(curve([(240 + sign * 95, 316), (240 + sign * 87, 430), (240 + sign * 95, 552)]),
            look.thread, 1.6)
        stud(art, 240 + sign * 86, 356, 8, metal(look))
        art.fill(shape([(240 + sign * 150, 556, 1), (240 + sign * 168, 500),
            (240 + sign * 208, 496), (240 + sign * 200, 540),
            (240 + sign * 160, 556, 1)]), darker(look.colour, 0.3), 0.8)
    if look.has("emblem"):
        stud(art, 240, 430, 26, look.accent)


def clutch(art: Art, look: Look) -> None:
    art.shadow(240, 482, 216, 18)
    if look.has("chain"):
        art.line(curve([(60, 316), (100, 190), (240, 140), (380, 190), (420, 316)]),
            darker(metal(look), 0.3), 6)
        art.line(curve([(60, 316), (100, 190), (240, 140), (380, 190), (420, 316)]), metal(look),
            4.4, dash="6 5")
    body = both([(0, 312, 1), (196, 308, 1), (206, 330), (208, 462), (196, 478, 1), (0, 482, 1)])
    d = shape(body)
    art.piece(d, cloth(art, look, 1.1), look.edge)
    if look.has("envelope"):
        flap = shape([(42, 310, 1), (438, 310, 1), (252, 424), (228, 424)])
        art.cast(flap, 0, 6, 0.3)
        art.piece(flap, cloth(art, look, 1.1), look.edge)
        stud(art, 240, 410, 9, metal(look))
    elif look.has("frame"):
        art.piece(box(36, 300, 408, 20, 9), metal(look), darker(metal(look)), shade="gloss")
        for x in (230, 250):
            stud(art, x, 294, 10, metal(look))
        art.folds(d, [curve([(x, 322), (x + 6, 400), (x - (x - 240) * 0.1, 470)]) for x in (90, 150,
            210, 270, 330, 390)], 0.3, 10)
    elif look.has("box"):
        art.line("M32 390H448", darker(look.colour, 0.5), 3)
        _beads(art, look, d)
        art.piece(box(218, 380, 44, 20, 5), metal(look), darker(metal(look)), shade="gloss")
    else:
        zipper(art, [(50, 330), (240, 334), (424, 330)])
        art.folds(d, [curve([(60, 440), (170, 380), (420, 350)]),
            curve([(80, 470), (260, 420), (430, 400)])], 0.3, 12)
        rod(art, [(420, 334), (452, 372), (440, 420), (412, 372), (424, 340)],
            darker(look.colour, 0.2), 8)


def _beads(art: Art, look: Look, d: str) -> None:
    with art.inside(d):
        for row in range(9):
            for column in range(22):
                x, y = 38 + column * 19.2, 320 + row * 18
                art.fill(ellipse(x, y, 5.4, 5.4), look.light if (row + column) % 2 else look.accent,
                    0.75)


def backpack(art: Art, look: Look) -> None:
    art.shadow(240, 590, 170, 20)
    rod(art, [(206, 92), (208, 56), (240, 44), (272, 56), (274, 92)], darker(look.colour, 0.3), 13)
    for sign in (1, -1):
        rod(art, [(240 + sign * 96, 150), (240 + sign * 178, 250), (240 + sign * 176, 400),
            (240 + sign * 140, 470)], darker(look.colour, 0.4), 20)
    paint = cloth(art, look, 1.2)
    d = shape(both([(0, 76), (70, 84), (120, 132), (146, 240), (156, 420), (150, 560),
        (126, 588, 1), (0, 592, 1)]))
    art.piece(d, paint, look.edge)
    art.folds(d, [curve([(130, 200), (160, 260), (130, 330)]),
        curve([(352, 190), (326, 250), (350, 330)])], 0.2, 12)
    if look.has("block"):
        with art.inside(d):
            art.fill(shape([(60, 60, 1), (190, 60, 1), (150, 240), (120, 600, 1), (60, 600, 1)]),
                look.accent)
            art.fill(shape([(420, 60, 1), (290, 60, 1), (330, 240), (360, 600, 1), (420, 600, 1)]),
                look.accent)
            art.fill(d, "url(#cloth)", 0.6)
    zipper(art, [(124, 300), (132, 170), (180, 112), (240, 102), (300, 112), (348, 170),
        (356, 300)])
    if look.has("flap"):
        _flap_front(art, look, paint)
    else:
        _zip_pockets(art, look, paint)


def _zip_pockets(art: Art, look: Look, paint: str) -> None:
    low = shape(both([(0, 374, 1), (112, 380), (128, 420), (132, 540), (112, 566), (0, 570, 1)]))
    art.cast(low, 0, 6, 0.25)
    art.piece(low, paint, look.edge)
    zipper(art, [(126, 446), (130, 404), (160, 390), (240, 386), (320, 390), (350, 404),
        (354, 446)])
    art.line(curve([(200, 250), (240, 238), (284, 250)]), look.accent, 5)
    if look.has("mid"):
        mid = shape(both([(0, 210, 1), (80, 216), (96, 248), (98, 330), (84, 346), (0, 350, 1)]))
        art.piece(mid, paint, look.edge)
        zipper(art, [(152, 240), (240, 226), (324, 240)])
    art.fill(box(214, 462, 52, 30, 6), look.accent, 0.95)
    for sign in (1, -1):
        art.line(f"M{240 + sign * 150} 330L{240 + sign * 128} 372", darker(look.colour, 0.5), 11)


def _flap_front(art: Art, look: Look, paint: str) -> None:
    low = shape(both([(0, 400, 1), (110, 402, 1), (120, 552), (104, 570), (0, 574, 1)]))
    art.piece(low, paint, look.edge)
    flap = shape(both([(0, 74), (72, 82), (124, 134), (148, 250), (140, 330), (90, 362), (0, 370)]))
    art.cast(flap, 0, 8, 0.3)
    art.piece(flap, paint, look.edge)
    leather = "#9a6a3c" if look.colour != "#6b4228" else "#d9b98a"
    for x in (180, 300):
        art.piece(box(x - 11, 300, 22, 170, 5), leather, darker(leather))
        art.line(box(x - 16, 418, 32, 24, 3), "#d9bb6a", 5)


def duffel(art: Art, look: Look) -> None:
    art.shadow(240, 518, 220, 20)
    handle = look.accent if look.has("contrast") else darker(look.colour, 0.3)
    rod(art, [(140, 330), (160, 214), (240, 170), (320, 214), (340, 330)], darker(handle, 0.2), 14)
    d = shape([(24, 420), (40, 340), (90, 304), (240, 296), (390, 304), (440, 340), (456, 420),
        (446, 496), (410, 518), (240, 522), (70, 518), (34, 496)])
    art.piece(d, cloth(art, look, 1.3), look.edge)
    art.folds(d, [curve([(180, 330), (240, 352), (310, 334)]),
        curve([(170, 480), (240, 500), (320, 480)])], 0.25, 14)
    zipper(art, [(90, 318), (240, 306), (392, 318)])
    for sign in (1, -1):
        end = shape([(240 + sign * x, y) for x, y in ((216, 420), (204, 344), (160, 312),
            (140, 400), (150, 512), (196, 502))])
        art.piece(end, darker(look.colour, 0.3) if not look.has("contrast") else look.accent,
            look.edge)
        rod(art, [(240 + sign * 100, 516), (240 + sign * 102, 420), (240 + sign * 96, 330)], handle,
            16)
    rod(art, [(144, 330), (166, 236), (240, 200), (314, 236), (336, 330)], handle, 14)
    art.piece(box(216, 188, 48, 26, 8), darker(handle, 0.4), "#14131a")
    if look.has("pocket"):
        art.piece(box(178, 394, 124, 92, 12), cloth(art, look, 1.3), look.edge)
        zipper(art, [(190, 412), (240, 412), (286, 412)])
    else:
        art.fill(box(200, 400, 80, 36, 6), lighter(look.colour,
            0.65) if brightness(look.colour) < 0.5 else look.dark, 0.9)


def trolley(art: Art, look: Look) -> None:
    art.shadow(240, 606, 150, 18)
    for x in (196, 284):
        art.piece(box(x - 6, 36, 12, 150, 3), "#b9bcc2", "#6c6f76", shade="cloth")
    art.piece(box(180, 22, 120, 26, 10), "#2b2b30", "#111")
    hard = look.has("hard")
    d = box(106, 146, 268, 436, 34 if hard else 22)
    art.piece(d, cloth(art, look, 1.4), look.edge)
    with art.inside(d):
        if hard:
            for x in range(142, 360, 32):
                art.line(f"M{x} 160V572", darker(look.colour, 0.5), 6, 0.45)
                art.line(f"M{x - 6} 160V572", "#fff", 4, 0.28)
        art.fill(d, "url(#cloth)", 0.4)
    if not hard:
        _soft_case(art, look)
    rod(art, [(196, 150), (204, 126), (276, 126), (284, 150)], darker(look.colour, 0.5), 12)
    for x in (120, 336):
        art.piece(box(x, 574, 26, 14, 4), "#3a3a40", "#111")
        art.piece(ellipse(x + 13, 594, 15, 15), "#26262b", "#000", shade="orb")
        art.fill(ellipse(x + 13, 594, 5, 5), "#8f9298")


def _soft_case(art: Art, look: Look) -> None:
    art.piece(box(136, 360, 208, 190, 18), cloth(art, look, 1.4), look.edge)
    zipper(art, [(140, 420), (144, 376), (240, 368), (336, 376), (338, 410)])
    art.piece(box(136, 196, 208, 136, 18), cloth(art, look, 1.4), look.edge)
    zipper(art, [(142, 250), (150, 212), (240, 206), (330, 212), (336, 240)])
    art.line(box(112, 152, 256, 424, 20), look.accent, 3.4, 0.9)
    art.fill(box(208, 440, 64, 26, 6), look.accent)


def laptop_bag(art: Art, look: Look) -> None:
    art.shadow(240, 528, 208, 18)
    rod(art, [(70, 300), (80, 190), (240, 116), (400, 190), (410, 300)], darker(look.colour, 0.45),
        13)
    rod(art, [(186, 272), (192, 222), (240, 212), (288, 222), (294, 272)], darker(look.colour, 0.3),
        16)
    d = box(42, 262, 396, 262, 30)
    art.piece(d, cloth(art, look, 1.3), look.edge)
    zipper(art, [(70, 284), (240, 280), (410, 284)])
    pocket = box(70, 330, 340, 172, 22)
    art.cast(pocket, 0, 5, 0.25)
    art.piece(pocket, cloth(art, look, 1.3), look.edge)
    if look.has("strap"):
        for x in (150, 330):
            art.piece(box(x - 15, 266, 30, 176, 6), darker(look.colour, 0.25), look.edge)
            art.line(box(x - 20, 396, 40, 28, 4), metal(look), 5)
    else:
        zipper(art, [(90, 352), (240, 350), (388, 352)])
        art.fill(box(210, 424, 60, 22, 4), look.accent)
    for x in (62, 418):
        stud(art, x, 298, 10, metal(look))


def messenger(art: Art, look: Look) -> None:
    art.shadow(240, 540, 210, 18)
    rod(art, [(58, 330), (84, 190), (170, 70), (250, 40), (330, 74), (400, 190), (422, 330)],
        darker(look.accent if look.has("contrast") else look.colour, 0.25), 18)
    d = box(48, 286, 384, 250, 22)
    art.piece(d, darker(look.colour, 0.15), look.edge)
    flap = shape([(40, 286, 1), (60, 270), (420, 270), (440, 286, 1), (436, 430), (418, 462),
        (62, 462), (44, 430)])
    art.cast(flap, 0, 9, 0.35)
    art.piece(flap, cloth(art, look, 1.3), look.edge)
    art.stitch(curve([(52, 300), (56, 426), (74, 450), (240, 452), (406, 450), (424, 426),
        (428, 300)]), look.thread, 2)
    if look.has("block"):
        with art.inside(flap):
            art.fill(box(30, 400, 420, 80), look.accent)
            art.fill(flap, "url(#cloth)", 0.6)
    strap = mix(look.colour, "#7a4f2c", 0.75) if look.has("leather") else "#27272c"
    for x in (140, 340):
        art.piece(box(x - 13, 404, 26, 100, 5), strap, darker(strap))
        art.line(box(x - 17, 464, 34, 26, 4), metal(look), 5)


def wallet(art: Art, look: Look) -> None:
    art.shadow(240, 470, 190, 16)
    long = look.has("long")
    x, y, w, h = (44, 236, 392, 224) if long else (76, 212, 310, 246)
    if not long:
        back = polygon([(x + 14, y - 8), (x + w + 14, y - 20), (x + w + 16, y + h - 6),
            (x + 16, y + h)])
        art.piece(back, darker(look.colour, 0.3), look.edge)
        art.fill(polygon([(x + 20, y - 3), (x + w + 6, y - 13), (x + w + 6, y - 6),
            (x + 20, y + 4)]), "#e8e4da")
    d = box(x, y, w, h, 12)
    art.piece(d,
        cloth(art, look, 1.2, pattern=look.pattern if look.pattern != "plain" else "leather"),
        look.edge)
    art.stitch(box(x + 9, y + 9, w - 18, h - 18, 8), look.thread, 1.8)
    if look.has("band"):
        with art.inside(d):
            art.fill(box(x, y + h * 0.62, w, 26), look.accent)
            art.fill(d, "url(#cloth)", 0.5)
    if look.has("tab"):
        art.piece(box(x + w - 70, y + h / 2 - 22, 84, 44, 20), darker(look.colour, 0.18), look.edge)
        stud(art, x + w - 12, y + h / 2, 9, metal(look))
    elif look.has("zip"):
        zipper(art, [(x + 12, y + 16), (240, y + 18), (x + w - 20, y + 16)])
        art.fill(ellipse(x + w - 14, y + 40, 5, 14), metal(look))
    elif look.has("flap"):
        flap = shape([(x, y + 4, 1), (x + w, y + 4, 1), (x + w, y + 96), (x + w / 2, y + 124),
            (x, y + 96)])
        art.cast(flap, 0, 5, 0.3)
        art.piece(flap, cloth(art, look, 1.2), look.edge)
        stud(art, x + w / 2, y + 106, 10, metal(look))
    else:
        art.fill(box(x + w - 84, y + h - 56, 50, 20, 3), darker(look.colour, 0.4), 0.5)
        art.line(f"M{x} {y + 1}V{y + h - 1}", look.light, 3, 0.5)
