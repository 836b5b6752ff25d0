"""Cloth: the paint of a material, by the name of its pattern."""

# Rows of coordinates read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from .look import Look
from .palette import brightness, darker, lighter, mix
from .svg import Art

Tile = tuple[float, float, str]


def _rect(x: float, y: float, w: float, h: float, colour: str, opacity: float = 1) -> str:
    if x == 0 and w >= 12:  # bands run past the tile, else its edge shows as a hairline
        x, w = -4, w + 8
    if y == 0 and h >= 12:
        y, h = -4, h + 8
    place = f'x="{x}" y="{y}" width="{w}" height="{h}"'
    return f'<rect {place} fill="{colour}" fill-opacity="{opacity}"/>'


def _disc(x: float, y: float, r: float, colour: str, opacity: float = 1) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{colour}" fill-opacity="{opacity}"/>'


def _stripes(look: Look) -> Tile:
    return 28, 28, _rect(0, 4, 28, 8, look.accent) + _rect(0, 15, 28, 1.6, look.accent, 0.6)


def _breton(look: Look) -> Tile:
    return 20, 20, _rect(0, 4, 20, 6, look.accent)


def _pinstripe(look: Look) -> Tile:
    return 12, 12, _rect(4, 0, 1.4, 12, look.accent, 0.85)


def _bars(look: Look) -> Tile:
    return 24, 24, _rect(4, 0, 6, 24, look.accent, 0.9) + _rect(14, 0, 1.5, 24, look.accent, 0.7)


def _gingham(look: Look) -> Tile:
    tint = lighter(look.colour, 0.72) if brightness(look.colour) < 0.8 else look.accent
    return 20, 20, _rect(4, 0, 8, 20, tint, 0.5) + _rect(0, 4, 20, 8, tint, 0.5)


def _checks(look: Look) -> Tile:
    shade = darker(look.colour, 0.4)
    bands = _rect(4, 0, 14, 44, shade, 0.5) + _rect(0, 4, 44, 14, shade, 0.5)
    threads = _rect(30, 0, 3, 44, look.accent, 0.85) + _rect(0, 30, 44, 3, look.accent, 0.85)
    return 44, 44, bands + threads


def _windowpane(look: Look) -> Tile:
    return 36, 36, _rect(0, 9, 36, 1.8, look.accent, 0.8) + _rect(9, 0, 1.8, 36, look.accent, 0.8)


def _dots(look: Look) -> Tile:
    return 24, 24, _disc(6, 6, 3.6, look.accent) + _disc(18, 18, 3.6, look.accent)


def _flower(x: float, y: float, r: float, petal: str, heart: str) -> str:
    petals = "".join(
        _disc(x + r * cos(2 * pi * k / 5), y + r * sin(2 * pi * k / 5), r * 0.72,
            petal) for k in range(5)
    )
    return petals + _disc(x, y, r * 0.55, heart)


def _floral(look: Look) -> Tile:
    leaf = mix(look.colour, "#3d6b3f", 0.65)
    leaves = (
        '<path d="M14 34q8-12 20-4q-10 9-20 4ZM44 14q12 2 12 14q-12-2-12-14ZM4 6q8 0 9 9q-9-1-9-9Z"'
        f' fill="{leaf}"/>'
    )
    blooms = _flower(18, 18, 6.5, look.accent, "#f3d46b") + _flower(46, 44, 7.5,
        lighter(look.accent, 0.3), "#e8a13d")
    return 60, 60, leaves + blooms + _disc(44, 8, 2.4, look.accent) + _disc(10, 50, 2.4,
        look.accent)


def _sprig(look: Look) -> Tile:
    leaf = mix(look.colour, "#3d6b3f", 0.6)
    style = f'stroke="{leaf}" fill="none" stroke-width="1.6"'
    stems = f'<path d="M10 22q2-8 6-12M28 44q2-8 6-12" {style}/>'
    return 36, 44, stems + _flower(17, 8, 3, look.accent, "#f3d46b") + _flower(35, 30, 3,
        look.accent, "#f3d46b")


def _buti(look: Look) -> Tile:
    drop = "q7 7 0 14q-7-7 0-14Z"
    return 30, 36, (
        f'<path d="M8 3{drop}M23 21{drop}" fill="{look.accent}"/>' + _disc(8, 20, 1.6,
            look.accent) + _disc(23, 2, 1.6, look.accent)
    )


def _ikat(look: Look) -> Tile:
    pale = lighter(look.accent, 0.45)
    return 40, 48, (
        f'<path d="M20 3l13 17l-13 17l-13-17Z" fill="{look.accent}"/>'
        f'<path d="M20 11l7 9l-7 9l-7-9Z" fill="{pale}"/>'
        f'<path d="M0 34l6 8l-6 8ZM40 34l-6 8l6 8Z" fill="{pale}" fill-opacity=".8"/>'
    )


def _knit(look: Look) -> Tile:
    tone, glow = darker(look.colour, 0.3), lighter(look.colour, 0.22)
    return 9, 8, (
        f'<path d="M0 0l4.5 5l4.5-5" stroke="{tone}" stroke-width="1.3" fill="none"'
        f' stroke-opacity=".55"/>'
        f'<path d="M0 3.2l4.5 5l4.5-5" stroke="{glow}" stroke-width="1" fill="none"'
        f' stroke-opacity=".5"/>'
    )


def _rib(look: Look) -> Tile:
    return 8, 8, _rect(0, 0, 2.4, 8, darker(look.colour, 0.3), 0.5) + _rect(4, 0, 1.6, 8, "#fff",
        0.18)


def _fairisle(look: Look) -> Tile:
    zig = f'<path d="M0 10l8-8l8 8l8-8l8 8" stroke="{look.accent}" stroke-width="3" fill="none"/>'
    diamonds = f'<path d="M8 22l6 7l-6 7l-6-7ZM24 22l6 7l-6 7l-6-7Z" fill="{look.accent}"/>'
    return 32, 78, _knit(look)[2] + zig + diamonds + f'<g transform="translate(0 44)">{zig}</g>'


def _argyle(look: Look) -> Tile:
    return 56, 80, (
        f'<path d="M28 4l20 36l-20 36l-20-36Z" fill="{look.accent}" fill-opacity=".9"/>'
        f'<path d="M0 0l56 80M56 0l-56 80" stroke="{lighter(look.accent, 0.5)}" stroke-width="1.4"'
        f' fill="none"/>'
    )


def _denim(look: Look) -> Tile:
    pale, deep = lighter(look.colour, 0.3), darker(look.colour, 0.28)
    return 6, 6, (
        f'<path d="M0 6l6-6M-1 1l2-2M5 7l2-2" stroke="{pale}" stroke-width="1"'
        f' stroke-opacity=".45"/>'
        f'<path d="M0 3l3-3M3 6l3-3" stroke="{deep}" stroke-width="1" stroke-opacity=".5"/>'
    )


def _melange(look: Look) -> Tile:
    rng, dots = look.rng(), []
    for _ in range(70):
        tone = rng.choice((darker(look.colour, 0.35), lighter(look.colour, 0.5)))
        dots.append(_rect(round(rng.uniform(0, 38), 1), round(rng.uniform(0, 39), 1), 2.6, 0.9,
            tone, 0.6))
    return 40, 40, "".join(dots)


def _herringbone(look: Look) -> Tile:
    tone = mix(look.colour, look.accent, 0.55)
    lines = "M0 8l8-8M0 16l8-8M0 4l4-4M4 16l4-4M8 8l8 8M8 0l8 8M12 0l4 4M8 12l4 4"
    return 16, 16, f'<path d="{lines}" stroke="{tone}" stroke-width="1.5" stroke-opacity=".8"/>'


def _houndstooth(look: Look) -> Tile:
    teeth = "M0 0h10v10h-10ZM10 10l10 10h-10ZM10 10v10l-10-10ZM10 0l10 10h-10Z"
    return 20, 20, f'<path d="{teeth}" fill="{look.accent}" fill-opacity=".85"/>'


def _camo(look: Look) -> Tile:
    a, b = darker(look.colour, 0.5), mix(look.colour, "#cbb98a", 0.55)
    return 90, 80, (
        f'<path d="M4 10q20-14 34 2q14 12 28 2q10 14-12 18q-20 2-30-8q-16 4-20-14Z" fill="{a}"/>'
        f'<path d="M50 44q18-12 32 4q4 18-18 16q-22 4-14-20Z"'
        f' fill="{a}"/><path d="M6 50q16-10 26 4q8 18-12 18q-20-2-14-22Z" fill="{b}"/>'
        f'<path d="M66 2q16-2 20 10q-8 10-20 2Z" fill="{b}"/>'
    )


def _leather(look: Look) -> Tile:
    tone = darker(look.colour, 0.4)
    return 14, 14, (
        f'<path d="M2 3q3-2 5 1M9 9q2-3 4 0M4 11q1 2 3 1M11 2q1 1 2 0" stroke="{tone}"'
        f' stroke-width=".9" fill="none" stroke-opacity=".45"/>'
    )


def _croc(look: Look) -> Tile:
    tone = darker(look.colour, 0.5)
    return 26, 20, (
        '<path d="M0 0h26M0 10h26M6 0q3 5 0 10M18 0q-3 5 0 10'
        'M0 10q3 5 0 10M12 10q3 5 0 10M25 10q-3 5 0 10"'
        f' stroke="{tone}" stroke-width="1.5" fill="none" stroke-opacity=".6"/>'
    )


def _quilt(look: Look) -> Tile:
    tone = darker(look.colour, 0.45)
    return 32, 32, (
        f'<path d="M0 16l16-16l16 16l-16 16Z" fill="#fff" fill-opacity=".09"/>'
        f'<path d="M0 0l32 32M32 0l-32 32" stroke="{tone}" stroke-width="1.8" stroke-opacity=".6"/>'
    )


def _mesh(look: Look) -> Tile:
    return 7, 7, _disc(2, 2, 1.2, darker(look.colour, 0.5), 0.6) + _disc(5.5, 5.5, 1.2,
        darker(look.colour, 0.5), 0.6)


def _weave(look: Look) -> Tile:
    tone, glow = darker(look.colour, 0.35), lighter(look.colour, 0.4)
    return 16, 16, (
        _rect(0, 1, 8, 6, tone, 0.4) + _rect(8, 9, 8, 6, tone, 0.4) + _rect(8, 1, 8, 6, glow,
            0.45) + _rect(0, 9, 8, 6, glow, 0.45)
    )


def _paisley(look: Look) -> Tile:
    pale = lighter(look.accent, 0.5)
    body = "q16 0 16 15q0 13-13 13q-10 0-10-9q0-7 7-7q-9-3 0-12Z"
    return 48, 52, (
        f'<path d="M8 4{body}M32 28{body}" fill="{look.accent}"/>' + _disc(14, 22, 3,
            pale) + _disc(38, 46, 3, pale) + _disc(34, 10, 2, pale)
    )


def _diagonal(look: Look) -> Tile:
    return 36, 36, (
        f'<path d="M-4 22l26-26M14 40l26-26" stroke="{look.accent}" stroke-width="6"/>'
        f'<path d="M-4 32l36-36M4 40l36-36" stroke="{lighter(look.accent, 0.5)}"'
        f' stroke-width="1.4"/>'
    )


TILES: dict[str, Callable[[Look], Tile]] = {
    "striped": _stripes, "breton": _breton, "pinstriped": _pinstripe, "bars": _bars,
    "gingham": _gingham,
    "checked": _checks, "windowpane": _windowpane, "dotted": _dots, "floral": _floral,
    "sprig": _sprig,
    "buti": _buti, "ikat": _ikat, "knit": _knit, "rib": _rib, "fairisle": _fairisle,
    "argyle": _argyle,
    "denim": _denim, "melange": _melange, "herringbone": _herringbone, "houndstooth": _houndstooth,
    "camo": _camo, "leather": _leather, "croc": _croc, "quilted": _quilt, "mesh": _mesh,
    "weave": _weave,
    "paisley": _paisley, "diagonal": _diagonal,
}


def cloth(art: Art, look: Look, scale: float = 1, turn: float = 0, pattern: str = "") -> str:
    """The paint for a material: the plain colour, or a tiled pattern over it."""
    tile = TILES.get(pattern or look.pattern)
    if tile is None:
        return look.colour
    width, height, content = tile(look)
    attributes = (
        f'width="{width}" height="{height}" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({turn}) scale({scale})"'
    )
    return art.define("pattern", attributes, _rect(-4, -4, width + 8, height + 8,
        look.colour) + content)
