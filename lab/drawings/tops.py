"""T-shirts, shirts, tops and knitwear: a body, two sleeves, a neckline, the details."""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import pairwise

from .figure import stand, trousers_tone
from .look import Look
from .palette import brightness, darker, lighter, mix
from .patterns import cloth
from .svg import Art, Point, both, box, curve, ellipse, flip, polygon, shape, star

# Outlines are half garments: offsets from the centre line, in the frame of figure.py.
SLEEVE_ENDS = {"none": 0, "cap": 150, "short": 196, "elbow": 232, "long": 318}


def body(look: Look, hem: float, ease: float = 0, flare: float = 0,
    neck: float = 24) -> list[Point]:
    """Half the body of a top: neck point, shoulder, side, hem."""
    if look.female:
        sides = [(40, 114), (59 + ease / 2, 122, 1), (54 + ease, 142), (53 + ease, 162, 1),
            (52 + ease, 182), (44 + ease, 226)]
        low = [(58 + ease + flare * 0.6, 286), (61 + ease + flare, hem, 1)]
    else:
        sides = [(46, 110), (72 + ease / 2, 122, 1), (65 + ease, 144), (62 + ease, 168, 1),
            (59 + ease, 210), (56 + ease, 250)]
        low = [(60 + ease + flare, hem, 1)]
    if hem < 270:
        low = [(50 + ease + flare, hem, 1)]
    return [(neck, 106 if look.female else 103, 1), *sides, *low, (0, hem + 5)]


def sleeve(look: Look, length: str, ease: float = 0) -> list[Point]:
    end = SLEEVE_ENDS[length]
    if look.female:
        outer = [(44, 115, 1), (62 + ease, 125), (73 + ease, 150), (79 + ease, 190),
            (86 + ease, 226), (96 + ease, 318)]
        inner = [(78 - ease / 2, 318), (67 - ease / 2, 230), (58, 194), (50, 164, 1)]
    else:
        outer = [(52, 112, 1), (76 + ease, 125), (87 + ease, 152), (92 + ease, 190),
            (97 + ease, 230), (103 + ease, 318)]
        inner = [(83 - ease / 2, 318), (71 - ease / 2, 230), (64, 196), (58, 166, 1)]
    out = [p for p in outer if p[1] < end - 8]
    back = [p for p in inner if p[1] < end - 8]
    return [*out, (*_along(outer, end), 1), (*_along(inner, end + 6), 1), *back]


def _along(points: Sequence[Point], y: float) -> tuple[float, float]:
    ordered = sorted(points, key=lambda p: p[1])
    for a, b in pairwise(ordered):
        if a[1] <= y <= b[1]:
            return a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]), y
    return ordered[-1][0], y


def put(points: list[Point]) -> list[Point]:
    return [(240 + p[0], *p[1:]) for p in points]


def sleeves(art: Art, look: Look, length: str, ease: float = 3, paint: str = "",
    cuff: str = "") -> None:
    if length == "none":
        return
    right = put(sleeve(look, length, ease))
    for points, turn in ((right, -12), (flip(right), 12)):
        d = shape(points)
        art.piece(d, paint or cloth(art, look, 0.72, turn), look.edge)
        far, near = _cuff(points, SLEEVE_ENDS[length])
        if length == "long":
            lean = -1 if points is right else 1
            x = (far[0] + near[0]) / 2
            art.folds(d, [curve([(x + 12 * lean, 214), (x - 2 * lean, 224), (x + 20 * lean, 232)])],
                0.25, 5)
        if cuff:
            height = 14 if length == "long" else 9
            with art.inside(d):
                band = polygon([(far[0] + 8, far[1] - height), (far[0] + 8, 345),
                    (near[0] - 8, 345), (near[0] - 8, near[1] - height)])
                if points is not right:
                    band = polygon([(far[0] - 8, far[1] - height), (far[0] - 8, 345),
                        (near[0] + 8, 345), (near[0] + 8, near[1] - height)])
                art.piece(band, cuff, darker(look.colour, 0.4))
        else:
            art.stitch(curve([(far[0], far[1] - 6), (near[0], near[1] - 6)]), look.thread, 0.8, 0.5)


def _cuff(points: list[Point], end: float) -> tuple[Point, Point]:
    pair = sorted((p for p in points if abs(p[1] - end) < 7), key=lambda p: p[1])
    return pair[0], pair[-1]


def neckline(kind: str, look: Look, neck: float = 24) -> list[Point]:
    """Half the opening, from the neck point down to the centre."""
    top = 106 if look.female else 103
    lines: dict[str, list[Point]] = {
        "crew": [(neck, top, 1), (neck * 0.8, 119), (0, 127)],
        "scoop": [(neck, top, 1), (neck * 0.88, 132), (0, 147)],
        "vee": [(neck, top, 1), (0, 152, 1)],
        "boat": [(neck, top, 1), (neck * 0.6, 114), (0, 117)],
        "collar": [(neck * 0.8, top, 1), (0, 128, 1)],
    }
    return lines[kind]


def opening(art: Art, look: Look, kind: str, neck: float = 24) -> None:
    """The inside of the back, seen above the neckline where nobody wears the garment."""
    if not look.child:
        return
    half = neckline(kind, look, neck)
    top = half[0][1]
    back = shape(both([(0, top + 8), (neck * 0.6, top + 5), (neck, top, 1), *half[1:]]))
    art.fill(back, darker(look.colour, 0.45))


def body_outline(look: Look, kind: str, hem: float, ease: float, flare: float = 0,
    neck: float = 24) -> str:
    """The front panel, its top edge following the neckline."""
    front = neckline(kind, look, neck)[::-1]
    return shape(both([*front[:-1], *body(look, hem, ease, flare, neck)]))


def neck_rim(art: Art, look: Look, kind: str, colour: str, width: float = 5,
    neck: float = 24) -> None:
    half = put(neckline(kind, look, neck))
    line = curve([*half, *flip(half)[::-1][1:]])
    art.line(line, darker(colour, 0.35), width + 1.6)
    art.line(line, colour, width)


def crease(look: Look, hem: float) -> list[str]:
    s = 44 if look.female else 58
    return [
        curve([(240 - s, 170), (240 - s * 0.7, 186), (240 - s * 0.5, 206)]),
        curve([(240 + s, 172), (240 + s * 0.72, 190), (240 + s * 0.6, 212)]),
        curve([(240 - s * 0.62, 250), (240 - s * 0.56, hem)]),
        curve([(240 + s * 0.5, 256), (240 + s * 0.58, hem)]),
        curve([(240 + s * 0.1, 268), (240 + s * 0.04, hem)]),
    ]


def front(
    art: Art, look: Look, kind: str, hem: float,
    ease: float = 3, flare: float = 0, neck: float = 24, paint: str = "",
) -> str:
    d = body_outline(look, kind, hem, ease, flare, neck)
    art.piece(d, paint or cloth(art, look, 0.72), look.edge)
    art.folds(d, crease(look, hem), 0.12)
    return d


def hem_stitch(art: Art, look: Look, d: str, hem: float) -> None:
    with art.inside(d):
        art.stitch(f"M140 {hem - 5}Q240 {hem + 1} 340 {hem - 5}", look.thread, 0.8, 0.6)


def collar(art: Art, look: Look, colour: str, spread: float = 22, depth: float = 24) -> None:
    """A turned-down shirt collar with its stand."""
    top = 100 if look.female else 97
    neck = 17 if look.female else 22
    stand_band = shape(both([(0, top + 4), (neck, top - 2, 1), (neck + 4, top + 10, 1),
        (0, top + 28, 1)]))
    art.fill(stand_band, darker(colour, 0.4))
    for sign in (1, -1):
        leaf = [(240 + sign * x, y, 1) for x, y in ((neck - 2, top - 6), (neck + 9, top + 9),
            (spread, top + depth + 12), (0, top + 28))]
        art.piece(shape(leaf), colour, darker(colour, 0.5))


def buttons(art: Art, look: Look, start: float, stop: float, step: float, x: float = 240,
    colour: str = "") -> None:
    tone = colour or (lighter(look.colour,
        0.75) if brightness(look.colour) < 0.75 else mix(look.colour, "#8a8580", 0.6))
    y = start
    while y <= stop:
        art.fill(ellipse(x, y, 2.6, 2.6), darker(tone, 0.5))
        art.fill(ellipse(x - 0.3, y - 0.4, 2.2, 2.2), tone)
        y += step


def frame(look: Look, hem: float) -> dict[str, float]:
    """Where to look: grown-ups are shown from the head down, children's clothes alone."""
    if look.child:
        zoom = min(2.0, 580 / (hem - 80))
        return {"zoom": zoom, "top": (hem + 88) / 2 - 320 / zoom}
    return {"zoom": 640 / (hem + 22), "top": -10}


def shown(art: Art, look: Look, hem: float) -> AbstractContextManager[None]:
    return stand(art, look, under=trousers_tone(look), body=not look.child, **frame(look, hem))


def emblem(art: Art, look: Look, d: str) -> None:
    """A print on the chest."""
    c, k = look.accent, look.seed % 5
    with art.inside(d):
        if k == 0:
            art.fill(ellipse(240, 190, 26, 26), c)
            art.fill(polygon([(206, 218), (228, 184), (240, 200), (254, 176), (276, 218)]),
                lighter(look.colour, 0.12))
        elif k == 1:
            for i in range(5):
                art.fill(box(210, 168 + i * 9, 60, 5, 2), c, 1 - 0.15 * i)
        elif k == 2:
            for i in range(3):
                art.line(curve([(206, 182 + i * 13), (222, 174 + i * 13), (240, 184 + i * 13),
                    (258, 174 + i * 13), (274, 182 + i * 13)]), c, 4.5)
        elif k == 3:
            art.fill(star(240, 190, 27), c)
        else:
            art.line(ellipse(240, 190, 25, 25), c, 4)
            art.line("M240 165V215M222 172L258 208M258 172L222 208M215 190H265", c, 2.4)


def _block(art: Art, look: Look, d: str) -> None:
    with art.inside(d):
        art.fill(box(100, 80, 280, 88), look.accent)
        art.fill(box(100, 168, 280, 7), lighter(look.colour, 0.7))
        art.fill(d, "url(#cloth)", 0.8)


def tshirt(art: Art, look: Look) -> None:
    hem = 318.0
    kind = next((k for k in ("vee", "scoop", "boat") if look.has(k)), "crew")
    kind = "collar" if look.has("polo", "henley") else kind
    length = "long" if look.has("long") else "short"
    with shown(art, look, hem):
        rim = look.accent if look.has("tipped", "raglan") else darker(look.colour, 0.12)
        opening(art, look, kind)
        sleeves(art, look, length, 4, look.accent if look.has("raglan") else "",
            rim if look.has("tipped", "polo") else "")
        d = front(art, look, kind, hem)
        if look.has("print"):
            emblem(art, look, d)
        if look.has("block"):
            _block(art, look, d)
        hem_stitch(art, look, d, hem)
        if kind == "collar":
            _placket(art, look, d, 128, 172)
            if look.has("polo"):
                collar(art, look, rim)
            else:
                neck_rim(art, look, kind, rim, 4)
        else:
            neck_rim(art, look, kind, rim)


def _placket(art: Art, look: Look, d: str, start: float, stop: float) -> None:
    with art.inside(d):
        art.piece(box(234, start - 14, 12, stop - start + 14, 1), look.colour, look.edge)
        buttons(art, look, start + 12, stop - 6, 15)


def _pocket(art: Art, look: Look, x: float, y: float) -> None:
    d = polygon([(x, y), (x + 28, y), (x + 28, y + 26), (x + 14, y + 33), (x, y + 26)])
    art.fill(d, darker(look.colour, 0.5), 0.08)
    art.line(d, look.edge, 1.1, 0.6)
    art.stitch(f"M{x} {y + 5}h28", look.thread, 0.8, 0.7)


def shirt(art: Art, look: Look) -> None:
    hem = 322.0
    length = "short" if look.has("short") else "elbow" if look.has("rolled") else "long"
    tone = mix(look.colour, look.accent, 0.15) if look.pattern != "plain" else look.colour
    with shown(art, look, hem):
        opening(art, look, "collar")
        sleeves(art, look, length, 5, cuff=darker(tone, 0.08))
        d = front(art, look, "collar", hem, 3 if look.has("formal") else 6)
        with art.inside(d):
            art.fill(box(232, 118, 16, 230), tone, 0.55)
            art.line("M232 124V340M248 124V340", look.edge, 1, 0.6)
            buttons(art, look, 142, hem - 8, 28)
        for x in (186, 266) if look.has("two") else (264,) if not look.female else ():
            _pocket(art, look, x, 172)
        collar(art, look, tone, 24 if look.has("formal") else 28)


def top(art: Art, look: Look) -> None:
    hem = 262.0 if look.has("crop") else 306.0
    kind = next((k for k in ("vee", "boat", "crew") if look.has(k)), "scoop")
    length = next((k for k in ("cap", "elbow", "long", "short") if look.has(k)), "none")
    flare = 14 if look.has("peplum", "swing") else 0
    neck = 36 if kind == "boat" else 29
    with shown(art, look, hem):
        opening(art, look, kind, neck)
        if look.has("frill"):
            _frill_sleeves(art, look)
        else:
            sleeves(art, look, length, 9 if look.has("swing") else 2)
        d = front(art, look, kind, hem, 2, flare, neck)
        if look.has("peplum"):
            _peplum(art, look, d)
        if look.has("print"):
            emblem(art, look, d)
        if look.has("tie"):
            _bow(art, look, 240, neckline(kind, look, neck)[-1][1])
        neck_rim(art, look, kind, darker(look.colour, 0.15), 3.4, neck)


def _frill_sleeves(art: Art, look: Look) -> None:
    right: list[Point] = [(294, 116, 1), (318, 122), (334, 150), (330, 172), (320, 166), (312, 178),
        (302, 170), (294, 178, 1)]
    for points in (right, flip(right)):
        d = shape(points)
        art.piece(d, cloth(art, look, 0.72), look.edge)
        art.line(curve([(points[0][0], 122), (points[4][0], 160)]), look.edge, 1, 0.5)


def _peplum(art: Art, look: Look, d: str) -> None:
    with art.inside(d):
        art.line("M180 236Q240 246 300 236", look.edge, 2.2, 0.7)
        art.folds(d, [curve([(x, 244), (x + (x - 240) * 0.25, 310)]) for x in (204, 226, 250, 276)],
            0.26, 6)


def _bow(art: Art, look: Look, x: float, y: float) -> None:
    tone = darker(look.colour, 0.15)
    for sign in (1, -1):
        art.piece(shape([(x, y + 2), (x + sign * 15, y - 6), (x + sign * 17, y + 9)]), tone,
            look.edge)
        art.line(curve([(x, y + 4), (x + sign * 5, y + 24), (x + sign * 9, y + 40)]), tone, 4)
    art.fill(ellipse(x, y + 2, 4, 4.4), look.edge)
