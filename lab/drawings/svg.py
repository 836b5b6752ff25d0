"""A small pen for SVG: curves through points, paints, soft shading. Canvas: 480 x 640 units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import cos, hypot, pi, sin

WIDTH, HEIGHT = 480, 640
CENTRE = WIDTH / 2

# A point is (x, y) on a smooth curve or (x, y, 1) where the outline turns a corner.
Point = Sequence[float]

BASE_DEFS = """
<radialGradient id="drop"><stop offset="0" stop-color="#1b1a22" stop-opacity=".42"/>
<stop offset=".55" stop-color="#1b1a22" stop-opacity=".16"/>
<stop offset="1" stop-color="#1b1a22" stop-opacity="0"/></radialGradient>
<linearGradient id="cloth" x1="0" y1="0" x2="1" y2=".38"><stop offset="0" stop-color="#0b0a18"
stop-opacity=".26"/>
<stop offset=".16" stop-color="#0b0a18" stop-opacity=".05"/><stop offset=".34" stop-color="#fff"
stop-opacity=".16"/>
<stop offset=".58" stop-color="#fff" stop-opacity="0"/><stop offset=".8" stop-color="#0b0a18"
stop-opacity=".1"/>
<stop offset="1" stop-color="#0b0a18" stop-opacity=".34"/></linearGradient>
<linearGradient id="fall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff"
stop-opacity=".16"/>
<stop offset=".45" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#0b0a18"
stop-opacity=".26"/>
</linearGradient>
<linearGradient id="gloss" x1="0" y1="0" x2=".1" y2="1"><stop offset="0" stop-color="#fff"
stop-opacity=".5"/>
<stop offset=".3" stop-color="#fff" stop-opacity=".08"/><stop offset=".55" stop-color="#0b0a18"
stop-opacity="0"/>
<stop offset="1" stop-color="#0b0a18" stop-opacity=".38"/></linearGradient>
<radialGradient id="orb" cx=".36" cy=".3" r=".8"><stop offset="0" stop-color="#fff"
stop-opacity=".75"/>
<stop offset=".3" stop-color="#fff" stop-opacity=".12"/><stop offset=".65" stop-color="#0b0a18"
stop-opacity=".08"/>
<stop offset="1" stop-color="#0b0a18" stop-opacity=".5"/></radialGradient>
<filter id="soft" x="-15%" y="-15%" width="130%" height="130%" color-interpolation-filters="sRGB">
<feGaussianBlur stdDeviation="4"/></filter>
<filter id="haze" x="-15%" y="-15%" width="130%" height="130%" color-interpolation-filters="sRGB">
<feGaussianBlur stdDeviation="2"/></filter>
"""


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def curve(points: Sequence[Point], closed: bool = False) -> str:
    """Path data of a smooth line through the points; corners stay sharp."""
    count = len(points)
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for i in range(count if closed else count - 1):
        a, b = points[i], points[(i + 1) % count]
        length = hypot(b[0] - a[0], b[1] - a[1]) / 3
        ux, uy = _direction(points, i, closed, b)
        vx, vy = _direction(points, (i + 1) % count, closed, b, a)
        numbers = (
            a[0] + ux * length,
            a[1] + uy * length,
            b[0] - vx * length,
            b[1] - vy * length,
            b[0],
            b[1],
        )
        parts.append("C" + " ".join(number(n) for n in numbers))
    return "".join(parts) + ("Z" if closed else "")


def _direction(
    points: Sequence[Point], i: int, closed: bool, ahead: Point, behind: Point | None = None
) -> tuple[float, float]:
    here, count = points[i], len(points)
    at_end = not closed and i in (0, count - 1)
    if len(here) > 2 or at_end:
        start, stop = (behind, here) if behind is not None else (here, ahead)
    else:
        start, stop = points[i - 1], points[(i + 1) % count]
    dx, dy = stop[0] - start[0], stop[1] - start[1]
    length = hypot(dx, dy) or 1.0
    return dx / length, dy / length


def shape(points: Sequence[Point]) -> str:
    return curve(points, closed=True)


def polygon(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{number(p[0])} {number(p[1])}" for p in points) + "Z"


def flip(points: Sequence[Point], centre: float = CENTRE) -> list[Point]:
    return [(2 * centre - p[0], *p[1:]) for p in points]


def both(half: Sequence[Point], centre: float = CENTRE) -> list[Point]:
    """The right half of an outline, given as offsets from the centre line, and its mirror image."""
    right: list[Point] = [(centre + p[0], *p[1:]) for p in half]
    left = [q for p, q in zip(half, flip(right, centre), strict=True) if p[0]]
    return right + left[::-1]


def ellipse(cx: float, cy: float, rx: float, ry: float) -> str:
    x, y, a, b = (number(n) for n in (cx - rx, cy, rx, ry))
    return f"M{x} {y}a{a} {b} 0 1 0 {number(2 * rx)} 0a{a} {b} 0 1 0 {number(-2 * rx)} 0Z"


def box(x: float, y: float, w: float, h: float, r: float = 0) -> str:
    r = min(r, w / 2, h / 2)
    arc = f"a{number(r)} {number(r)} 0 0 1 "
    steps = (f"h{number(w - 2 * r)}", f"{arc}{number(r)} {number(r)}", f"v{number(h - 2 * r)}",
             f"{arc}{number(-r)} {number(r)}", f"h{number(2 * r - w)}",
             f"{arc}{number(-r)} {number(-r)}",
             f"v{number(2 * r - h)}", f"{arc}{number(r)} {number(-r)}")  # fmt: skip
    return f"M{number(x + r)} {number(y)}" + "".join(steps) + "Z"


def ring_points(
    cx: float, cy: float, rx: float, ry: float, count: int, start: float = 0.0
) -> list[Point]:
    angles = [start + 2 * pi * i / count for i in range(count)]
    return [(cx + rx * cos(a), cy + ry * sin(a)) for a in angles]


def star(cx: float, cy: float, radius: float) -> str:
    """A five-pointed star."""
    tips = ring_points(cx, cy, radius, radius, 5, -pi / 2)
    dents = ring_points(cx, cy, radius * 0.42, radius * 0.42, 5, -pi / 2 + pi / 5)
    return polygon([point for pair in zip(tips, dents, strict=True) for point in pair])


class Art:
    """One drawing in the making."""

    def __init__(self) -> None:
        self._defs: list[str] = []
        self._body: list[str] = []

    def add(self, markup: str) -> None:
        self._body.append(markup)

    def define(self, element: str, attributes: str, content: str) -> str:
        name = f"d{len(self._defs)}"
        self._defs.append(f'<{element} id="{name}" {attributes}>{content}</{element}>')
        return f"url(#{name})"

    def gradient(self, *colours: str, angle: tuple[float, float] = (1, 0)) -> str:
        last = max(len(colours) - 1, 1)
        stops = "".join(
            f'<stop offset="{i / last:.3f}" stop-color="{c}"/>' for i, c in enumerate(colours)
        )
        return self.define(
            "linearGradient", f'x1="0" y1="0" x2="{angle[0]}" y2="{angle[1]}"', stops
        )

    def clip(self, d: str) -> str:
        return self.define("clipPath", "", f'<path d="{d}"/>')

    def fill(self, d: str, paint: str, opacity: float = 1) -> None:
        alpha = "" if opacity == 1 else f' fill-opacity="{opacity}"'
        self.add(f'<path d="{d}" fill="{paint}"{alpha}/>')

    def hollow(self, outer: str, inner: str, paint: str, edge: str) -> None:
        """A ring: the outer shape with the inner one cut out."""
        self.add(
            f'<path d="{outer}{inner}" fill="{paint}" fill-rule="evenodd"'
            f' stroke="{edge}" stroke-width="1.6"/>'
        )

    def line(
        self,
        d: str,
        colour: str,
        width: float = 1.5,
        opacity: float = 1,
        dash: str = "",
        extra: str = "",
    ) -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.add(
            f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}"'
            f' stroke-opacity="{opacity}"'
            f' stroke-linecap="round" stroke-linejoin="round"{dashes}{extra}/>'
        )

    def piece(self, d: str, paint: str, edge: str, shade: str = "cloth") -> None:
        """A piece of material: its paint, the light that falls on it, its edge."""
        self.fill(d, paint)
        if shade:
            self.fill(d, f"url(#{shade})")
        self.line(d, edge, 1.4, 0.75)

    def stitch(self, d: str, colour: str, width: float = 1.3, opacity: float = 0.8) -> None:
        self.line(d, colour, width, opacity, dash="5 3.5")

    def folds(
        self, outline: str, lines: Iterable[str], strength: float = 0.2, width: float = 9
    ) -> None:
        """Soft creases, each a dark valley with a light ridge beside it, inside the outline."""
        valleys = "".join(lines)
        style = f'fill="none" stroke-linecap="round" stroke-width="{width}"'
        with self.inside(outline):
            self.add(
                f'<g filter="url(#soft)" {style}>'
                f'<path d="{valleys}" stroke="#0b0a18" stroke-opacity="{strength}"/>'
                f'<path d="{valleys}" stroke="#fff" stroke-opacity="{strength * 0.85:.3f}"'
                ' transform="translate(-9 2)"/></g>'
            )

    def shadow(self, cx: float, cy: float, rx: float, ry: float = 16, opacity: float = 0.9) -> None:
        self.add(
            f'<ellipse cx="{number(cx)}" cy="{number(cy)}" rx="{number(rx)}" ry="{number(ry)}"'
            f' fill="url(#drop)" fill-opacity="{opacity}"/>'
        )

    def cast(self, d: str, dx: float = 5, dy: float = 8, opacity: float = 0.22) -> None:
        """The shadow that a flat thing throws on the sheet it lies on."""
        self.add(
            f'<path d="{d}" fill="#1b1a22" fill-opacity="{opacity}" filter="url(#soft)"'
            f' transform="translate({dx} {dy})"/>'
        )

    @contextmanager
    def group(self, attributes: str) -> Iterator[None]:
        self.add(f"<g {attributes}>")
        yield
        self.add("</g>")

    @contextmanager
    def inside(self, d: str) -> Iterator[None]:
        with self.group(f'clip-path="{self.clip(d)}"'):
            yield

    def svg(self) -> str:
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        backdrop = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fcfcfb"/>'
        defs = f"<defs>{BASE_DEFS}{''.join(self._defs)}</defs>"
        return f"{head}{defs}{backdrop}{''.join(self._body)}</svg>"
