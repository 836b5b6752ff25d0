"""Skirts, from the waistband down."""

# Rows of coordinates and of stock read better as rows than one number a line.
# fmt: off

from __future__ import annotations

from .bottoms import WAIST, fly, pockets, waistband, zoomed
from .look import Look
from .palette import darker
from .patterns import cloth
from .svg import Art, both, curve, polygon, shape

SKIRTS = {  # cut: (hem y, hip half-width, hem half-width)
    "pencil": (470, 108, 90), "mini": (330, 112, 126), "aline": (420, 116, 168), "pleated": (400,
        118, 178),
    "maxi": (602, 112, 176), "tiered": (470, 116, 184),
}


def skirt(art: Art, look: Look) -> None:
    name = next((n for n in SKIRTS if look.has(n)), "aline")
    hem, hip, foot = SKIRTS[name]
    wave = 7 if name in ("pleated", "maxi", "tiered", "aline") else 0
    with art.group(zoomed(hem, foot)):
        art.shadow(240, hem + 14, foot, 12, 0.7)
        lower = [(foot, hem, 1), (foot * 0.72, hem + 10 + wave), (foot * 0.4, hem + 12),
            (foot * 0.16, hem + 16 + wave), (0, hem + 13)]
        d = shape(both([(0, WAIST, 1), (76, WAIST - 4, 1), (92, WAIST + 44), (hip, 160), *lower]))
        art.piece(d, cloth(art, look, 1), look.edge)
        art.folds(d, _drapes(hem, foot, 8 if wave else 3), 0.34 if wave else 0.14, 9)
        if name == "pleated":
            for k in range(-5, 6):
                art.line(curve([(240 + k * 15, WAIST + 20), (240 + k * 22, 170),
                    (240 + k * foot / 5.4, hem + 12)]), look.edge, 1.5, 0.55)
        if name == "tiered":
            _tiers(art, look, d)
        waistband(art, look, darker(look.colour, 0.1), 20)
        if look.pattern == "denim":
            pockets(art, look, slanted=False)
            fly(art, look, "#c79a5a")
        if look.has("sash"):
            art.piece(polygon([(290, 62), (304, 62), (316, 150), (298, 146)]), look.accent,
                darker(look.accent))


def _drapes(hem: float, foot: float, count: int) -> list[str]:
    spread = [(k - (count - 1) / 2) / (count / 2) for k in range(count)]
    return [curve([(240 + s * 66, WAIST + 70), (240 + s * 100, 200),
        (240 + s * foot * 0.95, hem + 14)]) for s in spread]


def _tiers(art: Art, look: Look, d: str) -> None:
    with art.inside(d):
        for y in (180, 322):
            art.line(f"M60 {y}Q240 {y + 18} 420 {y}", look.edge, 2.4, 0.7)
            art.line(f"M60 {y + 7}Q240 {y + 25} 420 {y + 7}", "#fff", 5, 0.16)
