"""Watches and sunglasses."""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from math import cos, pi, sin

from .bags import metal, rod, stud
from .look import Look
from .palette import brightness, darker, lighter, mix
from .patterns import cloth
from .svg import Art, Point, box, curve, ellipse, polygon, ring_points, shape


def watch(art: Art, look: Look) -> None:
    """The colour of the label is that of strap and dial; steel and gold are all metal."""
    metallic = look.has("bracelet")
    case = look.colour if metallic else metal(look)
    small = look.female and not look.has("big")
    r = 84 if small else 112
    art.shadow(240, 614, 70, 10, 0.6)
    _strap(art, look, r, metallic)
    if look.has("square"):
        _square_dial(art, look, case, r)
    elif look.has("digital"):
        _digital(art, look)
    else:
        _round_dial(art, look, case, r)


def _strap(art: Art, look: Look, r: float, metallic: bool) -> None:
    wide = r * 0.66
    for top, end in ((30.0, 320.0), (320.0, 610.0)):
        narrow = wide * 0.72
        a, b = (narrow, wide) if top < 300 else (wide, narrow)
        d = shape([(240 - a, top + 8), (240 - a * 0.6, top, 1), (240 + a * 0.6, top, 1),
            (240 + a, top + 8), (240 + b, end, 1), (240 - b, end, 1)])
        art.piece(d, look.colour if metallic else cloth(art, look, 1,
            pattern="leather" if look.pattern == "plain" else look.pattern), look.edge)
        with art.inside(d):
            _links(art, look, wide, top, end) if metallic else _holes(art, look, wide, top, end)


def _links(art: Art, look: Look, wide: float, top: float, end: float) -> None:
    y = top + 16
    while y < end:
        art.line(f"M{240 - wide} {y}H{240 + wide}", darker(look.colour, 0.5), 2.6, 0.8)
        art.line(f"M{240 - wide} {y + 4}H{240 + wide}", "#fff", 3, 0.55)
        y += 21
    for x in (240 - wide * 0.34, 240 + wide * 0.34):
        art.line(f"M{x} {top}V{end}", darker(look.colour, 0.5), 2.2, 0.7)
    art.fill(box(240 - wide * 0.3, top, wide * 0.6, end - top), "#fff", 0.2)


def _holes(art: Art, look: Look, wide: float, top: float, end: float) -> None:
    for x in (240 - wide * 0.62, 240 + wide * 0.62):
        art.stitch(f"M{x} {top}V{end}", look.thread, 2)
    if top > 300:
        for k in range(5):
            art.fill(ellipse(240, 490 + k * 24, 4.4, 5), darker(look.colour, 0.7))
    else:
        art.line(box(240 - wide * 0.78, 36, wide * 1.56, 24, 5), metal(look), 6)


def _round_dial(art: Art, look: Look, case: str, r: float) -> None:
    art.piece(box(240 + r, 306, 20, 28, 5), case, darker(case), shade="gloss")
    art.piece(ellipse(240, 320, r + 14, r + 14), case, darker(case, 0.5), shade="orb")
    art.line(ellipse(240, 320, r + 6, r + 6), lighter(case, 0.5), 3)
    dial = _dial_tone(look)
    art.piece(ellipse(240, 320, r - 6, r - 6), dial, darker(dial, 0.5), shade="fall")
    _hours(art, look, r - 16, dial)
    if look.has("chrono"):
        for x, y in ((240 - r * 0.4, 320), (240 + r * 0.4, 320), (240, 320 + r * 0.4)):
            art.fill(ellipse(x, y, r * 0.2, r * 0.2), darker(dial,
                0.2) if brightness(dial) > 0.4 else lighter(dial, 0.2))
            art.line(ellipse(x, y, r * 0.2, r * 0.2), case, 2)
            art.line(f"M{x} {y}l{r * 0.08} {-r * 0.13}", look.accent, 2.4)
    if look.has("stones"):
        for x, y in ((p[0], p[1]) for p in ring_points(240, 320, r + 5, r + 5, 36)):
            stud(art, x, y, 5.4, "#f2f6fb")
    _hands(art, r, dial)
    art.fill(shape([(240 - r * 0.7, 320 - r * 0.3, 1), (240 - r * 0.2, 320 - r * 0.78),
        (240 + r * 0.3, 320 - r * 0.78, 1), (240 - r * 0.5, 320 + r * 0.3)]), "#fff", 0.14)


def _dial_tone(look: Look) -> str:
    if look.has("bracelet"):
        return "#fbfaf6" if look.has("light") else "#22242b"
    if look.has("tonal"):
        return look.colour
    return "#fbfaf6" if brightness(look.colour) > 0.25 or look.has("light") else "#1d1e23"


def _hours(art: Art, look: Look, r: float, dial: str) -> None:
    mark = "#23242a" if brightness(dial) > 0.5 else "#f0efe9"
    for k in range(60):
        a = 2 * pi * k / 60
        inner = r * (0.84 if k % 5 == 0 else 0.94)
        art.line(f"M{240 + inner * cos(a):.1f} {320 + inner * sin(a):.1f}L{240 + r * cos(a):.1f} "
                 f"{320 + r * sin(a):.1f}", mark, 5 if k % 15 == 0 else 3.4 if k % 5 == 0 else 1)


def _hands(art: Art, r: float, dial: str) -> None:
    tone = "#23242a" if brightness(dial) > 0.5 else "#f4f3ee"
    art.line(f"M240 320L{240 - r * 0.36:.0f} {320 - r * 0.3:.0f}", tone, 7)
    art.line(f"M240 320L{240 + r * 0.46:.0f} {320 - r * 0.52:.0f}", tone, 5)
    art.line(f"M{240 - r * 0.1:.0f} {320 - r * 0.14:.0f}L{240 + r * 0.34:.0f} {320 + r * 0.6:.0f}",
        "#c4342f", 2)
    stud(art, 240, 320, 6, "#c9ccd2")


def _square_dial(art: Art, look: Look, case: str, r: float) -> None:
    w, h = r * 1.5, r * 1.84
    art.piece(box(240 + w / 2, 308, 16, 24, 5), case, darker(case), shade="gloss")
    art.piece(box(240 - w / 2, 320 - h / 2, w, h, 24), case, darker(case, 0.5), shade="gloss")
    dial = _dial_tone(look)
    art.piece(box(254 - w / 2, 334 - h / 2, w - 28, h - 28, 14), dial, darker(dial, 0.5),
        shade="fall")
    mark = "#23242a" if brightness(dial) > 0.5 else "#f0efe9"
    for dx, dy in ((0, -1), (0, 1), (-1, 0), (1, 0)):
        x, y = 240 + dx * (w / 2 - 32), 320 + dy * (h / 2 - 34)
        art.line(f"M{x} {y}L{x - dx * 14} {y - dy * 16}", mark, 6)
    _hands(art, r * 0.8, dial)


def _digital(art: Art, look: Look) -> None:
    art.piece(box(132, 226, 216, 188, 44), darker(look.colour, 0.2), look.edge)
    art.line(box(146, 240, 188, 160, 32), look.accent, 5)
    art.piece(box(164, 266, 152, 104, 12), "#b7c2ac", "#4c5347")
    for x, bars in ((176, "abcdef"), (206, "abged"), (248, "afgcd"), (278, "abgcd")):
        for name, line in {"a": "M2 0h18", "b": "M22 3v24", "c": "M22 33v24", "d": "M2 60h18",
            "e": "M0 33v24", "f": "M0 3v24", "g": "M2 30h18"}.items():
            if name in bars:
                art.line(line, "#2a2f2a", 5.4, extra=f' transform="translate({x} 288)"')
    for y in (306, 328):
        art.fill(ellipse(238, y, 3.4, 3.4), "#2a2f2a")
    for x, y in ((122, 270), (122, 366), (352, 270), (352, 366)):
        art.piece(box(x, y - 13, 12, 26, 4), "#9da0a6", "#55585e")


def sunglasses(art: Art, look: Look) -> None:
    """Turned a little: the left lens is nearer, the right arm runs back."""
    art.shadow(236, 420, 200, 13, 0.8)
    glass = art.gradient(darker(look.accent, 0.35), mix(look.accent, "#c9cbd0", 0.35),
        angle=(0.2, 1))
    rim = look.colour
    thick = 5 if look.has("aviator", "rimless") else 13
    rod(art, [(338, 268), (400, 258), (452, 252), (464, 282), (458, 306)], rim,
        7 if thick == 5 else 12)
    rod(art, [(48, 268), (110, 250), (172, 244)], darker(rim, 0.25), 5 if thick == 5 else 8)
    left, right = _lens(look)
    for points in (left, right):
        d = shape(points)
        art.fill(d, glass, 0.93)
        with art.inside(d):
            art.fill(polygon([(points[0][0] + 4, 240), (points[0][0] + 60, 240),
                (points[0][0] - 10, 420), (points[0][0] - 60, 420)]), "#fff", 0.16)
        art.line(d, darker(rim, 0.5), thick + 2.4)
        art.line(d, rim, thick)
        art.line(d, "#fff", 1.6, 0.4)
    art.line(curve([(186, 290), (202, 276), (218, 288)]), darker(rim, 0.4), thick + 3)
    art.line(curve([(186, 290), (202, 276), (218, 288)]), rim, thick)
    if look.has("aviator"):
        art.line(curve([(150, 262), (202, 256), (250, 262)]), rim, 5)
    art.fill(box(330, 262, 18, 14, 4), lighter(rim, 0.5))


def _lens(look: Look) -> tuple[list[Point], list[Point]]:
    if look.has("aviator"):
        one: list[Point] = [(40, 274), (90, 258), (170, 262), (190, 296), (170, 360), (110, 392),
            (56, 358)]
    elif look.has("round"):
        one = ring_points(114, 322, 76, 70, 12)
    elif look.has("cat"):
        one = [(22, 246, 1), (90, 262), (176, 274), (190, 310), (160, 366), (96, 380), (46, 340)]
    elif look.has("sport"):
        one = [(24, 272), (90, 262), (186, 290), (190, 318), (150, 358), (90, 360), (40, 324)]
    elif look.has("big"):
        one = [(30, 290), (60, 248), (150, 246), (190, 282), (184, 352), (140, 394), (74, 390),
            (36, 348)]
    else:
        one = [(34, 262, 1), (110, 258), (190, 268, 1), (188, 330), (160, 362), (80, 366),
            (44, 340)]
    other: list[Point] = [(404 - (p[0] - 30) * 0.94 - 34, p[1] - 4, *p[2:]) for p in one]
    return one, other
