"""The lines of watches, eyewear, jewellery and other accessories."""

# One line of stock a paragraph, one cut a row.
# fmt: off

from __future__ import annotations

from . import accessories, jewellery, watches
from .stock import Cut, Line

HEAD, GEMS = ("Headwear", "Accessories"), ("Jewellery", "Accessories")

LINES = [
    Line(
        "Watches", "Watches", "Accessories", watches.watch, "Watch", 16, (59, 249),
        genders="M", usage="Casual", season="Winter", brands="watch",
        colours="Black,Brown,Blue,Red,White,Navy Blue,Green,Pink",
        blurb="Quartz movement, water resistant to 50 metres", twins=1,
        cuts=[
            Cut("chrono", "Chronograph", "M", colours="Black,Brown,Navy Blue,Tan"),
            Cut("bracelet light", "", "WM", colours="Gold,Silver,Steel"),
            Cut("bracelet chrono", "Chronograph", "M", colours="Steel,Silver,Black,Gold"),
            Cut("square light", "Square Dial", "WM", colours="Brown,Black,Maroon"),
            Cut("digital", "Digital", "MU", usage="Sports", colours="Blue,Black,Red,Green"),
            Cut("tonal", "", "WM", colours="White,Blue,Pink,Black"),
            Cut("bracelet stones", "Stone Studded", "W", usage="Party",
                colours="Silver,Gold,Copper"),
            Cut("light", "Classic", "MW", usage="Formal", colours="Brown,Black,Tan"),
        ],
    ),
    Line(
        "Sunglasses", "Eyewear", "Accessories", watches.sunglasses, "Sunglasses", 14, (29, 129),
        genders="M", usage="Casual", season="Summer", brands="watch",
        colours="Black,Brown,Maroon,Navy Blue,Red,Charcoal,Purple",
        blurb="Lenses with full UV protection in a light frame", twins=1,
        cuts=[
            Cut("way", "Wayfarer", "UM", accents="Charcoal,Brown"),
            Cut("aviator", "Aviator", "M", colours="Gold,Silver,Black,Bronze",
                accents="Green,Brown,Charcoal,Blue"),
            Cut("big", "Oversized", "W", accents="Brown,Charcoal,Purple"),
            Cut("cat", "Cat Eye", "W", accents="Charcoal"),
            Cut("round", "Round", "UW", accents="Charcoal,Green"),
            Cut("sport", "Wrap", "M", usage="Sports", accents="Charcoal,Blue,Orange"),
        ],
    ),
    Line(
        "Belts", "Belts", "Accessories", accessories.belt, "Belt", 10, (19, 59),
        genders="M", usage="Formal", season="Summer", brands="bag",
        colours="Brown,Black,Tan,Coffee Brown,Maroon",
        blurb="Full-grain leather with a solid buckle",
        cuts=[
            Cut("stitched", "", "M"),
            Cut("plate", "Plaque Buckle", "M"),
            Cut("round", "", "W", "plain,croc", "Casual", colours="Red,Tan,White,Pink"),
            Cut("plain", "", "M", "plain,croc"),
            Cut("band stitched", "Canvas", "M", "weave", "Casual", colours="Navy Blue,Olive,Beige"),
        ],
    ),
    Line(
        "Socks", "Socks", "Accessories", accessories.socks, "Socks", 12, (5, 15),
        genders="M", usage="Casual", season="Summer", brands="wear",
        colours="Navy Blue,White,Grey,Black,Red,Green,Charcoal,Purple",
        blurb="Combed cotton, reinforced at heel and toe",
        cuts=[
            Cut("crew contrast", "", "M", "argyle,dotted"),
            Cut("ankle bands", "Ankle", "UW", usage="Sports"),
            Cut("long", "", "M", "rib,plain", "Formal", colours="Black,Charcoal,Navy Blue,Grey"),
            Cut("crew bands", "", "BG", "plain,breton"),
            Cut("crew contrast", "", "WU", "striped,plain,dotted"),
        ],
    ),
    Line(
        "Ties", "Ties", "Accessories", accessories.tie, "Tie", 10, (15, 39),
        genders="M", usage="Formal", season="Summer", brands="formal",
        colours="Maroon,Navy Blue,Red,Black,Grey,Gold,Purple,Green,Blue,Pink",
        blurb="Woven silk blend that knots without creasing",
        cuts=[
            Cut("wide", "", "M", "diagonal"),
            Cut("slim", "Slim", "M", "plain"),
            Cut("wide", "", "M", "dotted,paisley"),
            Cut("slim", "Slim", "M", "buti,checked"),
        ],
    ),
    Line(
        "Caps", *HEAD, accessories.cap, "Cap", 10, (12, 29),
        genders="U", usage="Casual", season="Summer", brands="sport",
        colours="Red,Navy Blue,Black,Green,White,Pink,Blue,Khaki,Turquoise Blue",
        blurb="Six panels, curved peak, adjustable at the back", twins=1,
        cuts=[
            Cut("plain", "Baseball", "UM"),
            Cut("block peak", "Trucker", "UM"),
            Cut("peak", "Two Tone", "UM"),
            Cut("plain", "", "U", "camo,denim,checked", usage="Casual"),
            Cut("plain", "Training", "M", usage="Sports"),
        ],
    ),
    Line(
        "Hat", *HEAD, accessories.hat, "Hat", 9, (15, 39),
        genders="U", usage="Casual", season="Winter", brands="wear",
        colours="Charcoal,Red,Navy Blue,Grey,Mustard,Maroon,Black",
        blurb="Keeps its shape and you warm or shaded",
        cuts=[
            Cut("beanie", "Beanie", "U"),
            Cut("fedora", "Fedora", "U", "weave,plain", season="Summer",
                colours="Tan,Beige,Brown,Black"),
            Cut("beanie pom", "Bobble", "UW", "knit,fairisle"),
            Cut("sun", "Sun", "W", "weave,plain", season="Summer", colours="Cream,Beige,White"),
        ],
    ),
    Line(
        "Scarves", "Scarves", "Accessories", accessories.scarf, "Scarf", 10, (17, 49),
        genders="W", usage="Casual", season="Winter", brands="wear",
        colours="Maroon,Grey,Navy Blue,Mustard,Teal,Red,Cream,Purple,Green",
        blurb="Soft, long and finished with a fringe",
        cuts=[
            Cut("contrast", "", "MW", "checked,windowpane"),
            Cut("plain", "Knitted", "W", "knit"),
            Cut("contrast", "", "W", "floral,paisley,ikat", season="Spring"),
            Cut("plain", "", "UM", "striped,houndstooth,herringbone"),
        ],
    ),
    Line(
        "Umbrellas", "Umbrellas", "Accessories", accessories.umbrella, "Umbrella", 8, (15, 35),
        genders="W", usage="Casual", season="Summer", brands="wear",
        colours="Blue,Red,Purple,Green,Black,Yellow,Turquoise Blue",
        blurb="Wind-proof ribs that fold down small",
        cuts=[
            Cut("hook", "", "WU", "dotted,plain", season="Spring"),
            Cut("plain", "Folding", "WU", "floral,checked"),
            Cut("band hook", "", "U"),
        ],
    ),
    Line(
        "Gloves", "Gloves", "Accessories", accessories.gloves, "Gloves", 8, (12, 45),
        genders="M", usage="Casual", season="Winter", brands="wear",
        colours="Red,Navy Blue,Black,Grey,Maroon,Pink",
        blurb="Warm hands down to freezing",
        cuts=[
            Cut("bands", "Knitted", "MW"),
            Cut("leather", "Leather", "MW", colours="Brown,Black,Tan"),
            Cut("mitten", "Mitten", "GB", "fairisle,knit"),
        ],
    ),
    Line(
        "Cufflinks", "Cufflinks", "Accessories", accessories.cufflinks, "Cufflinks", 8, (19, 49),
        genders="M", usage="Formal", season="Winter", brands="watch",
        colours="Blue,Black,Red,Purple,Green,Silver,Navy Blue",
        blurb="Enamel on polished metal, in a gift box",
        cuts=[
            Cut("square", "Square", "M", "plain,checked"),
            Cut("round", "Round", "M", "plain,diagonal"),
            Cut("knot", "Knot", "M"),
        ],
    ),
    Line(
        "Ring", *GEMS, jewellery.ring, "Ring", 10, (19, 149),
        genders="W", usage="Casual", season="Summer", brands="jewel",
        colours="Gold,Silver,Rose,Steel",
        blurb="Polished by hand, set with clear stones",
        cuts=[
            Cut("solitaire", "Solitaire", "W"),
            Cut("cluster", "Cluster", "W", usage="Party"),
            Cut("trio", "Three Stone", "W"),
            Cut("signet", "Signet", "M", accents="Black,Blue,Green"),
            Cut("pave", "Studded", "W"),
        ],
    ),
    Line(
        "Earrings", *GEMS, jewellery.earrings, "Earrings", 12, (9, 69),
        genders="W", usage="Casual", season="Summer", brands="jewel",
        colours="Gold,Silver,Copper",
        blurb="Light on the ear, with secure backs", twins=1,
        cuts=[
            Cut("jhumka", "Jhumka", "W", usage="Ethnic"),
            Cut("drop", "Drop", "W"),
            Cut("hoop stone", "Hoop", "W"),
            Cut("stud", "Stud", "W"),
            Cut("tassel", "Tassel", "W", usage="Party"),
        ],
    ),
    Line(
        "Necklace and Chains", *GEMS, jewellery.necklace, "Necklace", 10, (15, 99),
        genders="W", usage="Casual", season="Summer", brands="jewel",
        colours="Gold,Silver,Copper",
        blurb="Sits close to the collar and catches the light",
        cuts=[
            Cut("bib", "Statement", "W", usage="Ethnic"),
            Cut("beads", "Beaded", "W", colours="Turquoise Blue,Red,Green,Brown,Black",
                accents="Gold,Silver"),
            Cut("layers", "Layered", "W"),
            Cut("pearls double", "Pearl", "W", colours="White,Cream,Pink"),
            Cut("chain", "Chain", "MW", colours="Gold,Silver,Steel"),
        ],
    ),
    Line(
        "Pendant", *GEMS, jewellery.pendant, "Pendant", 8, (15, 79),
        genders="W", usage="Casual", season="Summer", brands="jewel",
        colours="Silver,Gold,Rose",
        blurb="On a fine chain of 45 centimetres",
        cuts=[
            Cut("heart", "Heart", "W"),
            Cut("drop", "Drop", "W"),
            Cut("flower", "Flower", "W"),
            Cut("circle", "Circle", "W"),
        ],
    ),
    Line(
        "Bracelet", *GEMS, jewellery.bracelet, "Bracelet", 9, (12, 79),
        genders="W", usage="Casual", season="Winter", brands="jewel",
        colours="Gold,Silver,Copper",
        blurb="A light hold on the wrist",
        cuts=[
            Cut("slim", "Studded", "W"),
            Cut("links", "Link", "MW"),
            Cut("beads", "Beaded", "UM", colours="Black,Brown,Blue,Green"),
            Cut("cuff", "Cuff", "W", colours="Bronze,Silver,Black"),
        ],
    ),
    Line(
        "Bangle", *GEMS, jewellery.bangle, "Bangle", 8, (15, 69),
        genders="W", usage="Ethnic", season="Winter", brands="jewel",
        colours="Gold,Red,Green,Purple,Pink,Copper",
        blurb="Stacks well and sounds lovely",
        cuts=[
            Cut("set mixed", "Set", "W"),
            Cut("wide", "Broad", "W"),
            Cut("pair", "Slim", "W"),
        ],
    ),
]
