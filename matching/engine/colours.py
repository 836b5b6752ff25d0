"""Which colours go together: an ordinary rule of thumb, by families of colour names."""

from __future__ import annotations

FAMILIES = {
    "neutral": "black white grey charcoal silver beige cream off_white nude skin tan taupe khaki "
    "steel grey_melange metallic brown coffee_brown mushroom_brown navy_blue gold bronze copper",
    "blue": "blue turquoise_blue teal",
    "red": "red maroon burgundy rust rose",
    "pink": "pink magenta peach mauve",
    "green": "green olive sea_green lime_green fluorescent_green",
    "yellow": "yellow mustard",
    "orange": "orange",
    "purple": "purple lavender",
}
# Opposite each other or side by side on the wheel.
PAIRS = (
    ("blue", "orange"),
    ("blue", "red"),
    ("blue", "yellow"),
    ("blue", "pink"),
    ("blue", "green"),
    ("red", "pink"),
    ("yellow", "purple"),
    ("yellow", "green"),
    ("yellow", "orange"),
    ("pink", "purple"),
    ("orange", "red"),
)
_FAMILY = {
    name.replace("_", " "): family for family, names in FAMILIES.items() for name in names.split()
}


def go_together(one: str, other: str) -> bool:
    """Neutral colours go with all; others with their own family and those paired with it. A name
    that nobody knows ("multi") goes with neutral ones only."""
    first, second = _FAMILY.get(one), _FAMILY.get(other)
    if "neutral" in (first, second):
        return True
    if first is None or second is None:
        return False
    return first == second or (first, second) in PAIRS or (second, first) in PAIRS
