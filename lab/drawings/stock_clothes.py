"""The lines of clothing."""

# One line of stock a paragraph, one cut a row.
# fmt: off

from __future__ import annotations

from . import bottoms, dresses, knits, skirts, tops
from .stock import Cut, Line

TOP, BOTTOM = ("Topwear", "Apparel"), ("Bottomwear", "Apparel")

LINES = [
    Line(
        "Tshirts", *TOP, tops.tshirt, "Tshirt", 18, (12, 34),
        genders="MW", usage="Casual", season="Summer", brands="wear",
        colours="Navy Blue,Red,White,Yellow,Black,Green,Grey Melange,Turquoise Blue,Orange,"
        "Pink,Maroon,Blue,Olive,Lavender,Charcoal",
        blurb="Soft single jersey that keeps its shape", twins=1,
        cuts=[
            Cut("polo tipped", "Polo", "M", "striped,plain,breton"),
            Cut("crew print", "Printed", "MB"),
            Cut("scoop print", "Printed", "WG"),
            Cut("crew", "Round Neck", "MW", "breton,plain,striped"),
            Cut("vee", "V-Neck", "MW"),
            Cut("raglan crew print", "Raglan", "BM"),
            Cut("block crew", "Colourblocked", "MB"),
            Cut("long henley", "Henley", "M", season="Fall"),
            Cut("polo", "Polo", "W"),
        ],
    ),
    Line(
        "Shirts", *TOP, tops.shirt, "Shirt", 16, (24, 59),
        genders="M", usage="Casual", season="Fall", brands="wear",
        colours="Blue,White,Red,Green,Navy Blue,Lavender,Pink,Black,Olive,Maroon,Cream,Grey",
        blurb="Woven cotton with a soft collar", twins=1,
        cuts=[
            Cut("long two", "", "M", "checked,gingham"),
            Cut("formal long", "Formal", "M", "pinstriped,plain,bars", "Formal", "Summer",
                "White,Blue,Lavender,Pink,Grey"),
            Cut("short", "Short Sleeve", "MB", "gingham,checked,plain", season="Summer"),
            Cut("rolled", "", "W", "plain,dotted,striped", season="Summer"),
            Cut("long", "Slim Fit", "M", "plain,windowpane", "Smart Casual"),
            Cut("long", "", "BM", "checked,bars"),
        ],
    ),
    Line(
        "Tops", *TOP, tops.top, "Top", 12, (15, 42),
        genders="W", usage="Casual", season="Summer", brands="wear",
        colours="Magenta,Teal,Peach,White,Purple,Red,Mustard,Black,Sea Green,Rose,"
        "Turquoise Blue,Cream",
        blurb="Light, easy and made to be worn with anything",
        cuts=[
            Cut("swing elbow", "Swing", "W", "floral,plain", season="Spring"),
            Cut("peplum frill", "Peplum", "W", "paisley,plain"),
            Cut("none vee", "Sleeveless", "W", "plain,sprig"),
            Cut("boat elbow", "Boat Neck", "W", "breton,plain"),
            Cut("tie cap", "Tie Neck", "W", "dotted,plain"),
            Cut("none", "Tank", "W", "striped,plain"),
            Cut("swing long vee", "Boho", "W", "ikat,floral", season="Fall"),
        ],
    ),
    Line(
        "Kurtas", *TOP, dresses.kurta, "Kurta", 12, (28, 69),
        genders="W", usage="Ethnic", season="Summer", brands="ethnic",
        colours="Mustard,White,Teal,Maroon,Blue,Green,Cream,Purple,Orange,Pink,Rust",
        blurb="Breathable cotton with a hand-printed look", twins=1,
        cuts=[
            Cut("yoke border", "Embroidered", "W", "buti,plain"),
            Cut("yoke", "Yoke", "M", colours="White,Cream,Blue,Maroon"),
            Cut("anarkali border", "Anarkali", "W", "paisley,buti"),
            Cut("short", "Short", "M", "bars,plain"),
            Cut("vee none button", "Sleeveless", "W", "ikat,sprig"),
            Cut("border", "Festive", "M", "buti,plain", season="Fall"),
        ],
    ),
    Line(
        "Tunics", *TOP, dresses.tunic, "Tunic", 9, (22, 48),
        genders="W", usage="Casual", season="Summer", brands="wear",
        colours="Lavender,Rust,White,Turquoise Blue,Magenta,Green,Navy Blue,Yellow,Rose",
        blurb="Falls to the thigh and moves with you",
        cuts=[
            Cut("swing button", "Button", "W", "sprig,plain"),
            Cut("belt vee", "Belted", "W", "ikat,plain"),
            Cut("boat short", "Boat Neck", "W", "floral,paisley", season="Spring"),
            Cut("collar button long", "Shirt", "W", "bars,plain"),
        ],
    ),
    Line(
        "Sweaters", *TOP, knits.sweater, "Sweater", 12, (34, 79),
        genders="M", usage="Casual", season="Winter", brands="wear",
        colours="Maroon,Cream,Navy Blue,Grey,Green,Red,Charcoal,Mustard,Purple,Brown,Teal",
        blurb="Warm lambswool blend with ribbed cuffs",
        cuts=[
            Cut("vee", "V-Neck", "M"),
            Cut("cable roll", "Cable Knit", "W"),
            Cut("crew", "Fair Isle", "MW", "fairisle"),
            Cut("cardigan", "Cardigan", "MW", "knit"),
            Cut("crew", "Round Neck", "M", "breton,argyle"),
            Cut("crew cable", "Cable Knit", "W"),
        ],
    ),
    Line(
        "Sweatshirts", *TOP, knits.sweatshirt, "Sweatshirt", 12, (29, 64),
        genders="M", usage="Casual", season="Fall", brands="sport",
        colours="Green,Grey Melange,Purple,Black,Navy Blue,Red,Orange,Charcoal,Pink,Olive,Blue",
        blurb="Brushed fleece inside, ribbed hem and cuffs", twins=1,
        cuts=[
            Cut("hood print", "Hooded", "MB"),
            Cut("raglan", "Raglan", "MW"),
            Cut("hood zip", "Hooded Zip", "MW"),
            Cut("panel", "Panelled", "MB"),
            Cut("print", "Printed", "WM"),
        ],
    ),
    Line(
        "Jackets", *TOP, knits.jacket, "Jacket", 13, (49, 149),
        genders="M", usage="Casual", season="Fall", brands="wear",
        colours="Olive,Black,Blue,Red,Navy Blue,Grey,Burgundy,Mustard,Charcoal,Green",
        blurb="A layer for changeable days, with pockets that close",
        cuts=[
            Cut("bomber", "Bomber", "MW"),
            Cut("biker", "Biker", "WM", colours="Black,Brown,Burgundy"),
            Cut("denim", "Denim", "MW", colours="Blue,Navy Blue"),
            Cut("puffer", "Padded", "MB", season="Winter"),
            Cut("wind block", "Windcheater", "MB", usage="Sports", season="Spring"),
            Cut("bomber varsity", "Varsity", "M"),
        ],
    ),
    Line(
        "Blazers", *TOP, knits.blazer, "Blazer", 9, (89, 189),
        genders="M", usage="Formal", season="Fall", brands="formal",
        colours="Charcoal,Navy Blue,Beige,Black,Grey,Brown,Maroon,Olive",
        blurb="Half-lined, softly structured, with a notch that sits flat",
        cuts=[
            Cut("square", "Single Breasted", "M", "plain,herringbone"),
            Cut("peak double", "Double Breasted", "MW", "plain,pinstriped"),
            Cut("tie", "Tailored", "M", "windowpane,plain"),
            Cut("slim", "Fitted", "W", "plain,houndstooth"),
        ],
    ),
    Line(
        "Waistcoat", *TOP, knits.waistcoat, "Waistcoat", 8, (39, 79),
        genders="M", usage="Formal", season="Fall", brands="formal",
        colours="Grey,Navy Blue,Black,Brown,Maroon,Charcoal",
        blurb="A neat front of five buttons and two pockets",
        cuts=[
            Cut("lapel tie", "Tailored", "M", "herringbone,plain"),
            Cut("two", "Fitted", "WM", "plain,pinstriped"),
            Cut("tie", "Formal", "M", "plain,checked"),
        ],
    ),
    Line(
        "Dresses", "Dress", "Apparel", dresses.dress, "Dress", 16, (34, 99),
        genders="W", usage="Casual", season="Summer", brands="wear",
        colours="Red,Black,Turquoise Blue,Burgundy,Yellow,Pink,Navy Blue,Green,Peach,White,"
        "Purple,Coffee Brown,Magenta",
        blurb="Cut to follow the waist and swing at the hem", twins=1,
        cuts=[
            Cut("knee belt none", "Belted", "W", "dotted,plain"),
            Cut("mini strappy", "Skater", "W", usage="Party", colours="Black,Red,Purple,Silver"),
            Cut("maxi vee cap", "Maxi", "W", "floral,paisley"),
            Cut("midi shift crew long", "Shift", "W", "plain,houndstooth", "Formal", "Fall"),
            Cut("knee short hemband", "A-Line", "WG", "sprig,plain"),
            Cut("midi boat none sash", "Fit and Flare", "W", "bars,floral", season="Spring"),
            Cut("mini tiered short", "Tiered", "GW", "gingham,floral"),
            Cut("knee shift boat cap", "Bodycon", "W", usage="Party",
                colours="Teal,Burgundy,Magenta"),
        ],
    ),
    Line(
        "Jumpsuit", "Dress", "Apparel", dresses.jumpsuit, "Jumpsuit", 8, (44, 99),
        genders="W", usage="Casual", season="Summer", brands="wear",
        colours="Olive,Navy Blue,Black,Rust,Blue,Rose,White",
        blurb="One piece, one decision: zip up and go",
        cuts=[
            Cut("sash", "Belted", "W"),
            Cut("wide strappy", "Wide Leg", "W", "dotted,plain"),
            Cut("short button sash", "Playsuit", "W", "floral,plain"),
            Cut("sleeved button", "Utility", "W"),
        ],
    ),
    Line(
        "Sarees", "Saree", "Apparel", dresses.saree, "Saree", 12, (59, 189),
        genders="W", usage="Ethnic", season="Fall", brands="ethnic",
        colours="Magenta,Green,Cream,Purple,Red,Mustard,Blue,Peach,Teal,Maroon,Lavender",
        blurb="Six yards with a woven border and a contrast blouse", twins=1,
        cuts=[
            Cut("silk", "Silk", "W", "buti,plain"),
            Cut("cotton", "Printed", "W", "paisley,floral,ikat", season="Summer"),
            Cut("georgette", "Georgette", "W", "plain,dotted"),
        ],
    ),
    Line(
        "Jeans", *BOTTOM, bottoms.jeans, "Jeans", 12, (39, 89),
        genders="MW", usage="Casual", season="Fall", brands="wear",
        colours="Blue,Navy Blue,Black,Grey,Blue,Charcoal,Navy Blue",
        blurb="Sturdy twill with just enough stretch", twins=1,
        cuts=[
            Cut("slim faded", "Slim Fit Washed", "MW"),
            Cut("skinny", "Skinny Fit", "WM"),
            Cut("straight", "Straight Fit", "M"),
            Cut("straight ripped faded", "Distressed", "MW"),
            Cut("boot", "Bootcut", "W"),
            Cut("slim", "Slim Fit", "MB"),
        ],
    ),
    Line(
        "Trousers", *BOTTOM, bottoms.trousers, "Trousers", 12, (35, 85),
        genders="M", usage="Formal", season="Fall", brands="formal",
        colours="Charcoal,Black,Navy Blue,Grey,Brown,Khaki",
        blurb="Pressed crease, clean waistband, easy care",
        cuts=[
            Cut("straight belt", "Formal", "M", "pinstriped,plain"),
            Cut("slim chino", "Chino", "MW", usage="Casual", season="Summer",
                colours="Khaki,Beige,Olive,Navy Blue,Tan"),
            Cut("straight", "Pleated", "M", "plain,windowpane"),
            Cut("slim", "Cigarette", "W"),
            Cut("wide", "Wide Leg", "W", usage="Smart Casual", colours="Beige,White,Black"),
        ],
    ),
    Line(
        "Shorts", *BOTTOM, bottoms.shorts, "Shorts", 12, (17, 39),
        genders="M", usage="Casual", season="Summer", brands="wear",
        colours="Khaki,Navy Blue,Olive,Red,Black,Beige,Green",
        blurb="Made for warm days, with deep pockets",
        cuts=[
            Cut("sport", "Sports", "MB", usage="Sports"),
            Cut("bermuda cargo", "Cargo", "MB"),
            Cut("mini", "Denim", "WG", "denim", colours="Blue,Navy Blue"),
            Cut("bermuda", "Bermuda", "M", "checked,plain"),
            Cut("mini", "", "W", "floral,dotted,plain", colours="Pink,White,Turquoise Blue"),
            Cut("swim", "Swim", "M", "plain,striped"),
        ],
    ),
    Line(
        "Track Pants", *BOTTOM, bottoms.track_pants, "Track Pants", 10, (24, 54),
        genders="M", usage="Sports", season="Fall", brands="sport",
        colours="Black,Grey Melange,Navy Blue,Charcoal,Maroon,Blue,Olive",
        blurb="Quick-drying knit with a drawcord waist",
        cuts=[
            Cut("triple", "Striped", "MW"),
            Cut("jogger", "Jogger", "MW"),
            Cut("stripe", "Training", "MB"),
            Cut("plain jogger", "Slim", "M"),
        ],
    ),
    Line(
        "Leggings", *BOTTOM, bottoms.leggings, "Leggings", 8, (12, 29),
        genders="W", usage="Casual", season="Summer", brands="wear",
        colours="Magenta,Black,Navy Blue,Turquoise Blue,Maroon,Green,Purple,White",
        blurb="Smooth four-way stretch under any tunic",
        cuts=[
            Cut("long", "Churidar Length", "W"),
            Cut("ankle", "Ankle Length", "W"),
        ],
    ),
    Line(
        "Capris", *BOTTOM, bottoms.capris, "Capris", 8, (19, 39),
        genders="W", usage="Casual", season="Summer", brands="wear",
        colours="Olive,Pink,Blue,White,Black,Grey,Navy Blue",
        blurb="Ends just below the knee",
        cuts=[
            Cut("cuffed", "Cuffed", "W"),
            Cut("plain", "", "WG", "plain,denim"),
        ],
    ),
    Line(
        "Skirts", *BOTTOM, skirts.skirt, "Skirt", 13, (22, 59),
        genders="W", usage="Casual", season="Summer", brands="wear",
        colours="Red,Yellow,Teal,Pink,Black,Navy Blue,Green,White,Mustard,Purple",
        blurb="Sits at the waist and keeps its line all day",
        cuts=[
            Cut("pleated", "Pleated", "WG"),
            Cut("pencil", "Pencil", "W", "plain,houndstooth,pinstriped", "Formal", "Fall",
                "Black,Grey,Navy Blue,Charcoal"),
            Cut("aline", "A-Line", "W", "floral,dotted"),
            Cut("maxi", "Maxi", "W", "ikat,paisley,plain"),
            Cut("mini", "Denim", "W", "denim", colours="Blue,Navy Blue"),
            Cut("tiered", "Tiered", "WG", "dotted,sprig,plain"),
        ],
    ),
]
