"""Rings, earrings, necklaces, pendants, bracelets, bangles."""

# Rows of coordinates read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

from .look import Look
from .palette import darker, lighter
from .svg import Art, Point, curve, ellipse, polygon, ring_points, shape


def metal_paint(art: Art, colour: str) -> str:
    return art.gradient(darker(colour, 0.35), lighter(colour, 0.75), colour, darker(colour, 0.4),
        lighter(colour, 0.5), darker(colour, 0.25), angle=(1, 0.6))


def gem(art: Art, x: float, y: float, r: float, colour: str) -> None:
    """A cut stone: facets of four tones round a bright table."""
    tones = (lighter(colour, 0.55), colour, darker(colour, 0.35), lighter(colour, 0.25))
    rim = ring_points(x, y, r, r, 8, pi / 8)
    table = ring_points(x, y, r * 0.52, r * 0.52, 8, pi / 8)
    for i in range(8):
        j = (i + 1) % 8
        art.fill(polygon([rim[i], rim[j], table[j], table[i]]), tones[i % 4])
    art.fill(polygon(table), lighter(colour, 0.35))
    art.line(polygon(rim), darker(colour, 0.5), 1.1, 0.7)
    art.fill(ellipse(x - r * 0.2, y - r * 0.2, r * 0.16, r * 0.16), "#fff", 0.9)


def pearl(art: Art, x: float, y: float, r: float, colour: str) -> None:
    art.fill(ellipse(x, y, r, r), colour)
    art.fill(ellipse(x, y, r, r), "url(#orb)")


def band(art: Art, look: Look, cx: float, cy: float, rx: float, ry: float, width: float) -> None:
    """A ring lying open towards us: its far inside, then its near outside."""
    paint = metal_paint(art, look.colour)
    high, low = cy - width / 2, cy + width / 2
    left, right = cx - rx, cx + rx
    far = f"M{left} {high}A{rx} {ry} 0 0 1 {right} {high}V{low}A{rx} {ry} 0 0 0 {left} {low}Z"
    art.fill(far, darker(look.colour, 0.28))
    art.fill(far, "url(#cloth)")
    art.line(far, darker(look.colour, 0.5), 1.2, 0.6)
    outer = f"M{left} {high}A{rx} {ry} 0 0 0 {right} {high}V{low}A{rx} {ry} 0 0 1 {left} {low}Z"
    art.fill(outer, paint)
    art.line(outer, darker(look.colour, 0.5), 1.5, 0.8)


def ring(art: Art, look: Look) -> None:
    art.shadow(240, 474, 130, 16)
    paint = metal_paint(art, look.colour)
    wide = 30 if look.has("band", "signet") else 17
    inner = ellipse(240, 350, 118 - wide, 118 - wide + 2)
    art.hollow(ellipse(240, 350, 118, 118), inner, paint, darker(look.colour, 0.5))
    art.line(ellipse(240, 350, 118 - wide / 3, 118 - wide / 3), "#fff", 3, 0.6)
    if look.has("solitaire"):
        for sign in (1, -1):
            art.fill(polygon([(240 + sign * 8, 250), (240 + sign * 34, 204),
                (240 + sign * 22, 250)]), paint)
        gem(art, 240, 200, 44, look.accent)
    elif look.has("cluster"):
        for x, y in ((p[0], p[1]) for p in ring_points(240, 218, 40, 40, 8)):
            gem(art, x, y, 17, "#eef3f8")
        gem(art, 240, 218, 25, look.accent)
    elif look.has("trio"):
        for x, r in ((186, 22), (294, 22), (240, 32)):
            gem(art, x, 240 - r * 0.3, r, look.accent)
    elif look.has("signet"):
        d = shape([(186, 236), (206, 202), (274, 202), (294, 236), (276, 262), (204, 262)])
        art.piece(d, look.accent, darker(look.colour, 0.5), shade="gloss")
        art.line(d, look.colour, 6)
    else:
        for k in range(11):
            a = pi + pi * (k + 1) / 12
            gem(art, 240 + 104 * cos(a), 350 + 104 * sin(a), 10, look.accent)


def earrings(art: Art, look: Look) -> None:
    draw = {"hoop": _hoop, "stud": _stud, "jhumka": _jhumka, "tassel": _tassel}
    kind = next((k for k in draw if look.has(k)), "")
    for x, y in ((146, 0), (334, 26)):
        draw.get(kind, _drop)(art, look, x, y + 120)


def _hook(art: Art, look: Look, x: float, y: float) -> None:
    art.line(curve([(x, y + 40), (x, y + 8), (x + 16, y - 16), (x + 32, y + 6), (x + 30, y + 40)]),
        darker(look.colour, 0.35), 5)
    art.line(curve([(x, y + 40), (x, y + 8), (x + 16, y - 16), (x + 32, y + 6), (x + 30, y + 40)]),
        lighter(look.colour, 0.3), 3)


def _drop(art: Art, look: Look, x: float, y: float) -> None:
    _hook(art, look, x, y)
    paint = metal_paint(art, look.colour)
    art.piece(polygon([(x, y + 36), (x + 22, y + 62), (x, y + 88), (x - 22, y + 62)]), paint,
        look.edge, shade="")
    gem(art, x, y + 62, 13, look.accent)
    pearl(art, x, y + 98, 8, look.colour)
    d = shape([(x, y + 106, 1), (x + 38, y + 176), (x + 42, y + 220), (x, y + 262),
        (x - 42, y + 220), (x - 38, y + 176)])
    art.piece(d, paint, look.edge, shade="")
    art.piece(shape([(x, y + 134, 1), (x + 25, y + 190), (x, y + 238), (x - 25, y + 190)]),
        look.accent, darker(look.accent), shade="orb")


def _hoop(art: Art, look: Look, x: float, y: float) -> None:
    outer, inner = ellipse(x, y + 150, 78, 110), ellipse(x + 5, y + 146, 58, 90)
    art.hollow(outer, inner, metal_paint(art, look.colour), look.edge)
    art.line(ellipse(x + 2, y + 148, 68, 100), "#fff", 3, 0.55)
    if look.has("stone"):
        for k in range(9):
            a = pi * 0.15 + pi * 0.7 * k / 8
            gem(art, x + 68 * cos(a), y + 150 + 100 * sin(a), 9, look.accent)


def _stud(art: Art, look: Look, x: float, y: float) -> None:
    y += 200
    art.shadow(x, y + 82, 66, 11)
    for px, py in ((p[0], p[1]) for p in ring_points(x, y, 50, 50, 10)):
        art.fill(ellipse(px, py, 19, 19), metal_paint(art, look.colour))
        gem(art, px, py, 13, "#f1f5fa" if look.has("white") else look.accent)
    art.fill(ellipse(x, y, 36, 36), look.colour)
    gem(art, x, y, 33, look.accent)


def _jhumka(art: Art, look: Look, x: float, y: float) -> None:
    paint = metal_paint(art, look.colour)
    for px, py in ((p[0], p[1]) for p in ring_points(x, y + 60, 38, 38, 10)):
        art.fill(ellipse(px, py, 13, 13), paint)
    pearl(art, x, y + 60, 34, look.colour)
    gem(art, x, y + 60, 20, look.accent)
    pearl(art, x, y + 114, 9, look.colour)
    dome = shape([(x - 66, y + 226, 1), (x - 56, y + 160), (x, y + 120), (x + 56, y + 160),
        (x + 66, y + 226, 1), (x, y + 238)])
    art.piece(dome, paint, look.edge, shade="cloth")
    for k in range(5):
        gem(art, x - 40 + k * 20, y + 196 + (2 - abs(2 - k)) * 4, 8, look.accent)
    for k in range(9):
        art.line(f"M{x - 60 + k * 15} {y + 232}v16", look.edge, 2)
        pearl(art, x - 60 + k * 15, y + 258, 8, "#f6f1e6")


def _tassel(art: Art, look: Look, x: float, y: float) -> None:
    _hook(art, look, x, y)
    paint = metal_paint(art, look.colour)
    pearl(art, x, y + 54, 18, look.colour)
    art.piece(polygon([(x - 18, y + 76), (x + 18, y + 76), (x + 22, y + 112), (x - 22, y + 112)]),
        paint, look.edge, shade="")
    for k in range(11):
        thread = look.accent if k % 2 else darker(look.accent, 0.3)
        bend, end = f"{x - 26 + k * 5.2} {y + 190}", f"{x - 30 + k * 6} {y + 284}"
        art.line(f"M{x - 20 + k * 4} {y + 112}Q{bend} {end}", thread, 5)


def _collar_line(cx: float, top: float, wide: float, drop: float, count: int) -> list[Point]:
    points: list[Point] = []
    for k in range(count):
        a = pi * (0.08 + 0.84 * k / (count - 1))
        points.append((cx - wide * cos(a), top + drop * sin(a) ** 0.8))
    return points


def necklace(art: Art, look: Look) -> None:
    paint = metal_paint(art, look.colour)
    if look.has("beads", "pearls"):
        _beads(art, look)
    elif look.has("layers"):
        for n in range(3):
            line = _collar_line(240, 60, 176 - n * 6, 330 + n * 76, 40)
            _chain(art, look, line, 5)
            for p in line[8:-6:6]:
                pearl(art, p[0], p[1], 9, look.accent if n % 2 else look.colour)
    elif look.has("bib"):
        line = _collar_line(240, 60, 182, 360, 40)
        _chain(art, look, line, 7)
        for k, p in enumerate(line[9:31:3]):
            size = 30 - abs(k - 3.5) * 3
            art.piece(shape([(p[0], p[1] - 6, 1), (p[0] + size, p[1] + size * 1.2),
                (p[0], p[1] + size * 2.8), (p[0] - size,
                p[1] + size * 1.2)]), paint, look.edge, shade="")
            gem(art, p[0], p[1] + size * 1.3, size * 0.55, look.accent)
    else:
        line = _collar_line(240, 60, 170, 480, 46)
        _chain(art, look, line, 14)


def _beads(art: Art, look: Look) -> None:
    rows = 2 if look.has("double") else 1
    for n in range(rows):
        line = _collar_line(240, 70, 176 - n * 34, 470 - n * 80, 34)
        for k, p in enumerate(line):
            r = 9 + 9 * sin(pi * k / 33)
            tone = look.accent if look.has("beads") and k % 4 == 0 else look.colour
            pearl(art, p[0], p[1], r, tone)


def _chain(art: Art, look: Look, line: Sequence[Point], width: float) -> None:
    d = curve(line)
    art.line(d, darker(look.colour, 0.45), width)
    art.line(d, lighter(look.colour, 0.4), width * 0.7, dash=f"{width * 0.9:.1f} {width * 0.8:.1f}")


def pendant(art: Art, look: Look) -> None:
    line: list[Point] = [(120, 30), (150, 160), (200, 290), (240, 366)]
    for points in (line, [(480 - p[0], p[1]) for p in line]):
        _chain(art, look, points, 5.4)
    paint = metal_paint(art, look.colour)
    art.line(ellipse(240, 374, 10, 15), look.colour, 6)
    if look.has("heart"):
        heart = shape([(240, 420, 1), (276, 392), (318, 420), (304, 482), (240, 544, 1), (176, 482),
            (162, 420), (204, 392)])
        art.piece(heart, paint, look.edge, shade="")
        art.piece(shape([(240, 440, 1), (268, 416), (298, 436), (288, 478), (240, 522, 1),
            (192, 478), (182, 436), (212, 416)]), look.accent, darker(look.accent), shade="orb")
    elif look.has("drop"):
        art.piece(shape([(240, 388, 1), (286, 470), (282, 520), (240, 552), (198, 520),
            (194, 470)]), paint, look.edge, shade="")
        gem(art, 240, 496, 34, look.accent)
    elif look.has("flower"):
        for x, y in ((p[0], p[1]) for p in ring_points(240, 470, 48, 48, 6)):
            art.fill(ellipse(x, y, 30, 30), paint)
            gem(art, x, y, 18, look.accent)
        gem(art, 240, 470, 24, "#f1f5fa")
    else:
        art.hollow(ellipse(240, 470, 74, 74), ellipse(240, 470, 52, 52), paint, look.edge)
        gem(art, 240, 470, 30, look.accent)


def bracelet(art: Art, look: Look) -> None:
    art.shadow(240, 452, 190, 18)
    if look.has("cuff"):
        band(art, look, 240, 350, 176, 74, 78)
    elif look.has("beads"):
        for p in ring_points(240, 350, 178, 82, 30, pi / 2):
            pearl(art, p[0], p[1], 18 + (p[1] - 350) * 0.04,
                look.colour if int(p[0]) % 3 else look.accent)
    elif look.has("links"):
        for k, p in enumerate(ring_points(240, 350, 180, 80, 26, pi / 2)):
            turn = 25 if k % 2 else -25
            art.line(ellipse(p[0], p[1], 24, 13), darker(look.colour, 0.45), 10,
                extra=f' transform="rotate({turn} {p[0]:.0f} {p[1]:.0f})"')
            art.line(ellipse(p[0], p[1], 24, 13), look.colour, 7,
                extra=f' transform="rotate({turn} {p[0]:.0f} {p[1]:.0f})"')
            art.line(ellipse(p[0], p[1] - 2, 23, 12), "#fff", 1.6, 0.6,
                extra=f' transform="rotate({turn} {p[0]:.0f} {p[1]:.0f})"')
    else:
        band(art, look, 240, 350, 182, 78, 14)
        for k in range(9):
            a = pi * (0.26 + 0.48 * k / 8)
            gem(art, 240 + 182 * cos(a), 352 + 78 * sin(a), 15 if k != 4 else 24, look.accent)


def bangle(art: Art, look: Look) -> None:
    art.shadow(240, 476, 180, 18)
    if look.has("wide"):
        band(art, look, 240, 340, 170, 96, 96)
        for k in range(13):
            a = pi * (0.1 + 0.8 * k / 12)
            gem(art, 240 + 170 * cos(a), 340 + 97 * sin(a), 13, look.accent)
    else:
        for n in range(4 if look.has("set") else 2):
            shade = look if n % 2 == 0 or not look.has("mixed") else Look(look.accent, look.colour)
            band(art, shade, 240 + (n % 2) * 6, 420 - n * 34, 172, 88, 20)
            if n % 2 == 0:
                for k in range(15):
                    a = pi * (0.08 + 0.84 * k / 14)
                    pearl(art, 240 + 172 * cos(a), 420 - n * 34 + 88 * sin(a), 6, look.accent)
