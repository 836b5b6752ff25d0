"""The coarse kinds that the finder tells apart, and what the data sets call them."""

from __future__ import annotations

from matching.measuring.worn import worn

KINDS = (
    "top", "outerwear", "dress", "trousers", "shorts", "skirt", "legwear", "shoes", "bag", "hat",
    "scarf", "belt", "eyewear", "jewellery", "other",
)  # fmt: skip
GROUND, SKIN, HAIR = 0, 1, 2
FIRST = 3  # a pixel of kind k is of class k + FIRST
CLASSES = FIRST + len(KINDS)

SNAPSHOTS = {
    "t-shirt": ("top",),
    "longsleeve": ("top",),
    "pants": ("trousers",),
    "shoes": ("shoes",),
    "shirt": ("top",),
    "dress": ("dress",),
    "outwear": ("outerwear",),
    "shorts": ("shorts",),
    "hat": ("hat",),
    "skirt": ("skirt",),
    "polo": ("top",),
    "undershirt": ("top",),
    "blazer": ("outerwear",),
    "hoodie": ("top", "outerwear"),
    "body": ("top", "dress", "other"),
    "top": ("top",),
    "blouse": ("top",),
}

# By the product's own type first, then by the sub-category of the Kaggle table.
TYPES = {
    "top": "innerwear vests|camisoles|lounge tshirts|tops|tunics|kurtas",
    "outerwear": "jackets|blazers|rain jacket|nehru jackets|waistcoat|shrug|coats|suits",
    "trousers": "jeans|trousers|track pants|leggings|jeggings|capris|churidar|salwar|patiala"
    "|lounge pants|rain trousers|salwar and dupatta",
    "shorts": "shorts|lounge shorts|boxers|swimwear",
    "skirt": "skirts",
    "legwear": "stockings|tights|socks",
    "dress": "dresses|jumpsuit|nightdress|rompers|sarees|kurta sets|baby dolls|bath robe",
    "scarf": "dupatta|scarves|stoles|mufflers",
}
SUBCATEGORIES = {
    "top": "topwear",
    "dress": "dress|saree",
    "shoes": "shoes|sandal|flip flops",
    "bag": "bags|wallets",
    "jewellery": "jewellery|watches|cufflinks|wristbands",
    "eyewear": "eyewear",
    "belt": "belts",
    "hat": "headwear",
    "scarf": "scarves|stoles|mufflers",
    "legwear": "socks",
}


def kind_of_product(item_type: str, subcategory: str) -> str:
    """Returns "other" for what has no kind of its own: perfumes, ties, underwear."""
    for table, name in ((TYPES, item_type), (SUBCATEGORIES, subcategory)):
        for kind, names in table.items():
            if name.lower() in names.split("|"):
                return kind
    return "other"


def kind_of_street(label: str) -> str | None:
    """None for what is no garment."""
    known = worn().get(label)
    return known.kind if known else None
