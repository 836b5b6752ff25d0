"""The lines of footwear and bags."""

# One line of stock a paragraph, one cut a row.
# fmt: off

from __future__ import annotations

from . import bags, open_shoes, shoes
from .stock import Cut, Line

SHOES, BAGS = ("Shoes", "Footwear"), ("Bags", "Accessories")

LINES = [
    Line(
        "Casual Shoes", *SHOES, shoes.casual, "Casual Shoes", 16, (39, 99),
        genders="M", usage="Casual", season="Summer", brands="shoe",
        colours="Blue,White,Red,Black,Grey,Navy Blue,Green,Tan",
        blurb="Cushioned insole and a sole that grips", twins=1,
        cuts=[
            Cut("plimsoll canvas cap", "Canvas", "MW"),
            Cut("plimsoll white heel stripe", "Striped", "MW"),
            Cut("high", "High Top", "UM"),
            Cut("loafer", "Loafer", "M", usage="Smart Casual", colours="Tan,Brown,Navy Blue,Black"),
            Cut("boat", "Boat", "M", colours="Navy Blue,Tan,Brown,Red"),
            Cut("slip", "Slip-On", "WM", "checked,dotted,plain"),
            Cut("chukka", "Chukka", "M", season="Fall", colours="Taupe,Tan,Coffee Brown,Grey"),
        ],
    ),
    Line(
        "Sports Shoes", *SHOES, shoes.sports, "Sports Shoes", 14, (49, 129),
        genders="M", usage="Sports", season="Summer", brands="sport",
        colours="White,Black,Grey,Blue,Red,Navy Blue,Silver,Fluorescent Green,Pink",
        blurb="Springy foam under a breathing mesh", twins=1,
        cuts=[
            Cut("wave", "Running", "MW"),
            Cut("chevron dark", "Training", "M"),
            Cut("lines", "Running", "MW"),
            Cut("chevron", "Tennis", "W"),
            Cut("wave dark", "Trail", "MW"),
        ],
    ),
    Line(
        "Formal Shoes", *SHOES, shoes.formal, "Formal Shoes", 12, (69, 159),
        genders="M", usage="Formal", season="Winter", brands="formalshoe",
        colours="Black,Brown,Coffee Brown,Tan,Maroon",
        blurb="Polished leather on a stacked heel", twins=1,
        cuts=[
            Cut("oxford cap", "Oxford", "M"),
            Cut("brogue", "Brogue", "M"),
            Cut("slip buckle", "Slip-On", "M"),
            Cut("monk", "Monk Strap", "M"),
            Cut("derby", "Derby", "M"),
        ],
    ),
    Line(
        "Heels", *SHOES, open_shoes.heels, "Heels", 14, (39, 119),
        genders="W", usage="Casual", season="Winter", brands="shoe",
        colours="Red,Black,Gold,Brown,Beige,Pink,Silver,Navy Blue,Purple,Peach",
        blurb="A steady heel and a padded footbed", twins=1,
        cuts=[
            Cut("pump stiletto", "Court", "W", usage="Formal"),
            Cut("ankle stiletto", "Ankle Strap", "W", usage="Party"),
            Cut("mule kitten stone", "Kitten", "W"),
            Cut("wedge cork bow", "Wedge", "W", season="Summer"),
            Cut("block ankle tbar", "Block", "W", season="Summer"),
            Cut("pump bow kitten", "Bow Court", "W"),
            Cut("mule wedge", "Mule", "W", season="Summer"),
        ],
    ),
    Line(
        "Flats", *SHOES, open_shoes.flats, "Flats", 12, (24, 69),
        genders="W", usage="Casual", season="Summer", brands="shoe",
        colours="Pink,Black,Brown,Tan,Gold,Red,Navy Blue,Beige,Silver,Teal",
        blurb="Light enough to forget, neat enough to keep on",
        cuts=[
            Cut("bow", "Ballerina", "W"),
            Cut("thong", "Thong", "W"),
            Cut("cap point", "Pointed", "W"),
            Cut("kolha", "Kolhapuri", "W", usage="Ethnic", colours="Tan,Brown,Maroon"),
            Cut("buckle", "Buckled", "W"),
        ],
    ),
    Line(
        "Sandals", "Sandal", "Footwear", open_shoes.sandals, "Sandals", 11, (29, 79),
        genders="M", usage="Casual", season="Summer", brands="shoe",
        colours="Brown,Black,Tan,Coffee Brown,Navy Blue,Grey,Olive",
        blurb="Open straps over a contoured footbed",
        cuts=[
            Cut("cross", "Strappy", "MW"),
            Cut("sport", "Trekking", "MW"),
            Cut("slide buckle", "Slide", "MW"),
            Cut("strap", "Leather", "M"),
            Cut("slide", "Comfort", "M"),
        ],
    ),
    Line(
        "Flip Flops", "Flip Flops", "Footwear", open_shoes.flip_flops, "Flip Flops", 12, (9, 29),
        genders="M", usage="Casual", season="Summer", brands="shoe",
        colours="Blue,Pink,Black,Green,Red,Navy Blue,Orange,Brown,Turquoise Blue,Yellow,Purple",
        blurb="Soft rubber for the beach and the way back",
        cuts=[
            Cut("contrast", "", "M"),
            Cut("flower", "Flower", "W", "dotted,plain"),
            Cut("print light", "Printed", "M", "striped,plain,camo"),
            Cut("light contrast", "", "W", "plain,floral"),
        ],
    ),
    Line(
        "Handbags", *BAGS, bags.handbag, "Handbag", 16, (39, 149),
        genders="W", usage="Casual", season="Summer", brands="bag",
        colours="Brown,Red,Purple,Black,Beige,Tan,Pink,Teal,Maroon,Mustard,White,Navy Blue,"
        "Green",
        blurb="Room for the day, with a zipped inner pocket", twins=1,
        cuts=[
            Cut("tote pocket", "Tote", "W"),
            Cut("satchel two", "Satchel", "W"),
            Cut("hobo charm", "Hobo", "W"),
            Cut("bucket contrast", "Bucket", "W", "weave,plain"),
            Cut("bowling", "Bowling", "W", "croc,plain"),
            Cut("tote charm contrast", "Tote", "W", "floral,striped,plain"),
            Cut("satchel", "Structured", "W", "croc,plain", "Formal"),
        ],
    ),
    Line(
        "Backpacks", *BAGS, bags.backpack, "Backpack", 12, (34, 109),
        genders="U", usage="Casual", season="Summer", brands="bag",
        colours="Navy Blue,Green,Black,Red,Blue,Grey,Olive,Purple,Orange",
        blurb="Padded straps and a sleeve for a laptop", twins=1,
        cuts=[
            Cut("zip", "", "UM"),
            Cut("flap", "Canvas", "U", usage="Travel"),
            Cut("block mid", "Colourblocked", "U"),
            Cut("mid", "", "UM", "camo,checked,dotted"),
            Cut("zip mid", "Commuter", "U"),
        ],
    ),
    Line(
        "Clutches", *BAGS, bags.clutch, "Clutch", 10, (25, 79),
        genders="W", usage="Party", season="Winter", brands="bag",
        colours="Gold,Magenta,Silver,Black,Red,Purple,Navy Blue,Bronze,Green",
        blurb="Small enough for the hand, large enough for the evening",
        cuts=[
            Cut("envelope chain", "Envelope", "W"),
            Cut("frame", "Frame", "W"),
            Cut("box", "Beaded", "W", colours="Silver,Gold,Black"),
            Cut("wristlet", "Wristlet", "W", "croc,plain", "Casual"),
        ],
    ),
    Line(
        "Duffel Bag", *BAGS, bags.duffel, "Duffel Bag", 8, (39, 99),
        genders="U", usage="Travel", season="Summer", brands="bag",
        colours="Olive,Black,Navy Blue,Red,Brown,Grey,Green",
        blurb="Weekend size, with a wide zip opening",
        cuts=[
            Cut("contrast", "Weekender", "U"),
            Cut("pocket", "Gym", "U", usage="Sports"),
            Cut("plain", "Travel", "U"),
        ],
    ),
    Line(
        "Trolley Bag", *BAGS, bags.trolley, "Trolley Bag", 8, (79, 199),
        genders="U", usage="Travel", season="Winter", brands="bag",
        colours="Red,Black,Navy Blue,Turquoise Blue,Grey,Silver,Purple",
        blurb="Rolls quietly on four wheels",
        cuts=[
            Cut("hard", "Hardshell", "U"),
            Cut("soft", "Cabin", "U"),
        ],
    ),
    Line(
        "Laptop Bag", *BAGS, bags.laptop_bag, "Laptop Bag", 8, (39, 99),
        genders="U", usage="Formal", season="Summer", brands="bag",
        colours="Black,Brown,Grey,Navy Blue,Charcoal,Coffee Brown",
        blurb="Padded on every side for a 15 inch laptop",
        cuts=[
            Cut("zip", "", "UM"),
            Cut("strap", "Briefcase", "MU"),
        ],
    ),
    Line(
        "Messenger Bag", *BAGS, bags.messenger, "Messenger Bag", 8, (35, 89),
        genders="U", usage="Casual", season="Fall", brands="bag",
        colours="Khaki,Navy Blue,Olive,Black,Brown,Grey",
        blurb="Worn across the body, closed with two buckles",
        cuts=[
            Cut("leather contrast", "Canvas", "UM"),
            Cut("block", "Colourblocked", "U"),
            Cut("plain", "", "U", "herringbone,plain"),
        ],
    ),
    Line(
        "Wallets", "Wallets", "Accessories", bags.wallet, "Wallet", 12, (19, 59),
        genders="M", usage="Casual", season="Winter", brands="bag",
        colours="Brown,Black,Tan,Coffee Brown,Navy Blue,Maroon",
        blurb="Slots for eight cards and a place for coins", twins=1,
        cuts=[
            Cut("bifold", "Bifold", "M"),
            Cut("long zip", "Zip Around", "W", "plain,floral,croc",
                colours="Pink,Red,Purple,Teal,Gold"),
            Cut("tab", "Tab", "M", "croc,plain"),
            Cut("band", "Two Tone", "M"),
            Cut("flap long", "Flap", "W", "plain,croc", colours="Magenta,Black,Beige,Maroon"),
        ],
    ),
]
