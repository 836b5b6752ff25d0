"""The colours of the catalogue, by their label, and ways to darken and lighten them."""

from __future__ import annotations

COLOURS = {
    "Beige": "#d9c6a5", "Black": "#1f1f21", "Blue": "#2f63b5", "Bronze": "#9a6a35",
    "Brown": "#6b4228",
    "Burgundy": "#6d1a30", "Charcoal": "#45474a", "Coffee Brown": "#4b3024", "Copper": "#b86b42",
    "Cream": "#f1e6c8", "Fluorescent Green": "#a9f01f", "Gold": "#d2a740", "Green": "#2c8a4b",
    "Grey": "#8f9398",
    "Grey Melange": "#b1b3b6", "Khaki": "#b09a6c", "Lavender": "#b9a5dc", "Lime Green": "#8fd01f",
    "Magenta": "#c8217f", "Maroon": "#641b26", "Mauve": "#a97898", "Metallic": "#a5a8ad",
    "Multi": "#c65a4a",
    "Mushroom Brown": "#94806f", "Mustard": "#cf9a1f", "Navy Blue": "#1c264a", "Nude": "#e3bfa3",
    "Off White": "#f3efe3", "Olive": "#69662f", "Orange": "#ec7423", "Peach": "#f6b794",
    "Pink": "#ee7fa5",
    "Purple": "#6b3a8c", "Red": "#c8252c", "Rose": "#d4667a", "Rust": "#a84a22",
    "Sea Green": "#3fa98a",
    "Silver": "#c3c6cb", "Skin": "#e8bd9b", "Steel": "#9ba3ab", "Tan": "#bd8850",
    "Taupe": "#8a7a6c",
    "Teal": "#16787d", "Turquoise Blue": "#2bb3c0", "White": "#f7f7f5", "Yellow": "#f3cc2f",
}  # fmt: skip


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(a: str, b: str, share: float) -> str:
    """`a` with a share of `b` in it."""
    channels = (round(x + (y - x) * share) for x, y in zip(rgb(a), rgb(b), strict=True))
    return "#" + "".join(f"{c:02x}" for c in channels)


def darker(colour: str, share: float = 0.35) -> str:
    return mix(colour, "#0d0b16", share)


def lighter(colour: str, share: float = 0.35) -> str:
    return mix(colour, "#ffffff", share)


def brightness(colour: str) -> float:
    red, green, blue = rgb(colour)
    return (0.3 * red + 0.59 * green + 0.11 * blue) / 255


def edge(colour: str) -> str:
    return darker(colour, 0.3 if brightness(colour) > 0.75 else 0.45)


def contrast(colour: str) -> str:
    """A thread that shows on the colour."""
    return lighter(colour, 0.45) if brightness(colour) < 0.45 else darker(colour, 0.38)
