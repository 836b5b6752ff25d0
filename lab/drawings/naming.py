"""Names, brands and sentences for the catalogue. Every brand is invented."""

from __future__ import annotations

BRANDS = {
    "wear": (
        "Northbank",
        "Maren Holt",
        "Alderfinch",
        "Tidewell",
        "Oakmoor Lane",
        "Pale Harbour",
        "Bramblewick",
    ),
    "sport": ("Velorune", "Kestrun", "Peakmorrow", "Stridefell", "Ninefern"),
    "ethnic": ("Saffronquill", "Rangmahal Lane", "Kesari Loom", "Neelvana"),
    "formal": ("Hartwell Bray", "Ashgrove Row", "Castellane Park", "Fenwright"),
    "shoe": ("Cobblewren", "Amblewick", "Sandrift", "Merrisole", "Tidewell"),
    "formalshoe": ("Fenwright", "Ashgrove Row", "Cobblewren", "Hartwell Bray"),
    "bag": ("Tessaly", "Morrow Hide", "Carrowell", "Lune Atelier", "Pinecroft"),
    "watch": ("Orlane Nord", "Meridor", "Halcyon Nine", "Vesper Mint"),
    "jewel": ("Lumenrose", "Aurelisse", "Starling Vale", "Opaline Reed"),
}

PATTERN_WORDS = {
    "striped": "Striped", "breton": "Breton Striped", "pinstriped": "Pinstriped", "bars": "Striped",
    "gingham": "Gingham",
    "checked": "Checked", "windowpane": "Windowpane Check", "dotted": "Polka Dot",
    "floral": "Floral Print",
    "sprig": "Sprig Print", "buti": "Buti Print", "ikat": "Ikat Print", "knit": "Knit",
    "rib": "Ribbed", "fairisle": "",
    "argyle": "Argyle", "denim": "Denim", "melange": "", "herringbone": "Herringbone",
    "houndstooth": "Houndstooth",
    "camo": "Camouflage", "croc": "Croc Embossed", "weave": "Woven", "paisley": "Paisley",
    "diagonal": "Striped",
    "dots": "Dotted",
}  # fmt: skip

OCCASIONS = {
    "Casual": (
        "Easy for every day.",
        "Good on a slow weekend.",
        "Wear it often; it is made for that.",
    ),
    "Sports": ("Ready for the first lap and the last.", "Made to move and to be washed often."),
    "Ethnic": ("For festive days and family tables.", "A quiet nod to hand-worked cloth."),
    "Formal": ("At home in meetings and at weddings.", "Neat from the first hour to the last."),
    "Party": ("For the evening that starts late.", "Catches the light when the music does."),
    "Smart Casual": ("Dressed enough for dinner, easy enough for the walk there.",),
    "Travel": (
        "Packs well and comes home looking the same.",
        "For long weekends and early trains.",
    ),
}

PARTNERS = {
    "Navy Blue": "White,Red,Mustard,Cream,Turquoise Blue",
    "Black": "White,Red,Grey,Lime Green,Gold",
    "Blue": "White,Navy Blue,Orange,Yellow",
    "White": "Navy Blue,Red,Blue,Green,Black",
    "Red": "White,Navy Blue,Black,Cream",
    "Green": "White,Cream,Navy Blue,Mustard",
    "Grey": "Navy Blue,Orange,White,Maroon",
    "Grey Melange": "Navy Blue,Maroon,Black",
    "Maroon": "Cream,Gold,White,Mustard",
    "Brown": "Cream,Tan,Gold",
    "Coffee Brown": "Tan,Cream",
    "Tan": "Coffee Brown,Navy Blue,Cream",
    "Beige": "Brown,Maroon,Navy Blue",
    "Mustard": "Maroon,Navy Blue,Cream",
    "Teal": "Gold,Cream,Peach",
    "Magenta": "Gold,White,Navy Blue",
    "Purple": "Gold,White,Lavender",
    "Pink": "White,Magenta,Navy Blue",
    "Yellow": "Navy Blue,White,Red",
    "Orange": "White,Navy Blue,Charcoal",
    "Olive": "Orange,Cream,Tan",
    "Cream": "Red,Maroon,Navy Blue,Green",
    "Gold": "Red,Green,Maroon,Turquoise Blue",
    "Silver": "Blue,Turquoise Blue,Pink,Purple",
    "Copper": "Teal,Red,Turquoise Blue",
    "Rose": "White,Maroon,Pink",
    "Steel": "Blue,Black,White",
    "Charcoal": "Red,White,Orange",
    "Khaki": "Brown,Olive,Navy Blue",
    "Lavender": "Purple,White,Navy Blue",
    "Peach": "Maroon,White,Teal",
    "Turquoise Blue": "White,Navy Blue,Orange",
    "Rust": "Cream,Teal,Mustard",
    "Bronze": "Gold,Brown",
    "Burgundy": "Cream,Gold,Rose",
    "Sea Green": "White,Navy Blue,Peach",
    "Taupe": "Coffee Brown,Cream",
    "Fluorescent Green": "Black,Charcoal",
}


def pattern_word(pattern: str, title: str, noun: str) -> str:
    """What to call the pattern, or nothing where title or noun say it already."""
    word = PATTERN_WORDS.get(pattern, "")
    return "" if word.split()[:1] in ([title], [noun]) else word


def product_name(brand: str, gender: str, colour: str, pattern: str, title: str, noun: str) -> str:
    parts = (brand, gender, colour, pattern_word(pattern, title, noun), title, noun)
    return " ".join(part for part in parts if part)


def sentences(
    blurb: str, colour: str, pattern: str, title: str, noun: str, usage: str, turn: int
) -> str:
    """What the thing is and what it is good for."""
    parts = (colour, pattern_word(pattern, title, noun), title, noun)
    thing = " ".join(part for part in parts if part).lower()
    if not noun.endswith("s"):
        thing = f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"
    closing = OCCASIONS[usage][turn % len(OCCASIONS[usage])]
    return f"{thing[0].upper()}{thing[1:]}: {blurb[0].lower()}{blurb[1:]}. {closing}"
