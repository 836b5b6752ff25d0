"""The lines of footwear and bags."""

from __future__ import annotations

from . import bags, open_shoes, shoes
from .stock import Cut, Line

SHOES, BAGS = ("Shoes", "Footwear"), ("Bags", "Accessories")

LINES = [
    Line("Casual Shoes", *SHOES, shoes.casual, "Casual Shoes", 16, (39, 99), "M", "Casual", "Summer",
         "Blue,White,Red,Black,Grey,Navy Blue,Green,Tan", "shoe", "Cushioned insole and a sole that grips",
         [Cut("plimsoll canvas cap", "Canvas", "MW"), Cut("plimsoll white heel stripe", "Striped", "MW"), Cut("high", "High Top", "UM"), Cut("loafer", "Loafer", "M", usage="Smart Casual", colours="Tan,Brown,Navy Blue,Black"),
          Cut("boat", "Boat", "M", colours="Navy Blue,Tan,Brown,Red"), Cut("slip", "Slip-On", "WM", "checked,dotted,plain"), Cut("chukka", "Chukka", "M", season="Fall", colours="Taupe,Tan,Coffee Brown,Grey")], 1),
    Line("Sports Shoes", *SHOES, shoes.sports, "Sports Shoes", 14, (49, 129), "M", "Sports", "Summer",
         "White,Black,Grey,Blue,Red,Navy Blue,Silver,Fluorescent Green,Pink", "sport", "Springy foam under a breathing mesh",
         [Cut("wave", "Running", "MW"), Cut("chevron dark", "Training", "M"), Cut("lines", "Running", "MW"), Cut("chevron", "Tennis", "W"), Cut("wave dark", "Trail", "MW")], 1),
    Line("Formal Shoes", *SHOES, shoes.formal, "Formal Shoes", 12, (69, 159), "M", "Formal", "Winter",
         "Black,Brown,Coffee Brown,Tan,Maroon", "formalshoe", "Polished leather on a stacked heel",
         [Cut("oxford cap", "Oxford", "M"), Cut("brogue", "Brogue", "M"), Cut("slip buckle", "Slip-On", "M"), Cut("monk", "Monk Strap", "M"), Cut("derby", "Derby", "M")], 1),
    Line("Heels", *SHOES, open_shoes.heels, "Heels", 14, (39, 119), "W", "Casual", "Winter",
         "Red,Black,Gold,Brown,Beige,Pink,Silver,Navy Blue,Purple,Peach", "shoe", "A steady heel and a padded footbed",
         [Cut("pump stiletto", "Court", "W", usage="Formal"), Cut("ankle stiletto", "Ankle Strap", "W", usage="Party"), Cut("mule kitten stone", "Kitten", "W"), Cut("wedge cork bow", "Wedge", "W", season="Summer"),
          Cut("block ankle tbar", "Block", "W", season="Summer"), Cut("pump bow kitten", "Bow Court", "W"), Cut("mule wedge", "Mule", "W", season="Summer")], 1),
    Line("Flats", *SHOES, open_shoes.flats, "Flats", 12, (24, 69), "W", "Casual", "Summer",
         "Pink,Black,Brown,Tan,Gold,Red,Navy Blue,Beige,Silver,Teal", "shoe", "Light enough to forget, neat enough to keep on",
         [Cut("bow", "Ballerina", "W"), Cut("thong", "Thong", "W"), Cut("cap point", "Pointed", "W"), Cut("kolha", "Kolhapuri", "W", usage="Ethnic", colours="Tan,Brown,Maroon"), Cut("buckle", "Buckled", "W")]),
    Line("Sandals", "Sandal", "Footwear", open_shoes.sandals, "Sandals", 11, (29, 79), "M", "Casual", "Summer",
         "Brown,Black,Tan,Coffee Brown,Navy Blue,Grey,Olive", "shoe", "Open straps over a contoured footbed",
         [Cut("cross", "Strappy", "MW"), Cut("sport", "Trekking", "MW"), Cut("slide buckle", "Slide", "MW"), Cut("strap", "Leather", "M"), Cut("slide", "Comfort", "M")]),
    Line("Flip Flops", "Flip Flops", "Footwear", open_shoes.flip_flops, "Flip Flops", 12, (9, 29), "M", "Casual", "Summer",
         "Blue,Pink,Black,Green,Red,Navy Blue,Orange,Brown,Turquoise Blue,Yellow,Purple", "shoe", "Soft rubber for the beach and the way back",
         [Cut("contrast", "", "M"), Cut("flower", "Flower", "W", "dotted,plain"), Cut("print light", "Printed", "M", "striped,plain,camo"), Cut("light contrast", "", "W", "plain,floral")]),
    Line("Handbags", *BAGS, bags.handbag, "Handbag", 16, (39, 149), "W", "Casual", "Summer",
         "Brown,Red,Purple,Black,Beige,Tan,Pink,Teal,Maroon,Mustard,White,Navy Blue,Green", "bag", "Room for the day, with a zipped inner pocket",
         [Cut("tote pocket", "Tote", "W"), Cut("satchel two", "Satchel", "W"), Cut("hobo charm", "Hobo", "W"), Cut("bucket contrast", "Bucket", "W", "weave,plain"), Cut("bowling", "Bowling", "W", "croc,plain"), Cut("tote charm contrast", "Tote", "W", "floral,striped,plain"), Cut("satchel", "Structured", "W", "croc,plain", "Formal")], 1),
    Line("Backpacks", *BAGS, bags.backpack, "Backpack", 12, (34, 109), "U", "Casual", "Summer",
         "Navy Blue,Green,Black,Red,Blue,Grey,Olive,Purple,Orange", "bag", "Padded straps and a sleeve for a laptop",
         [Cut("zip", "", "UM"), Cut("flap", "Canvas", "U", usage="Travel"), Cut("block mid", "Colourblocked", "U"), Cut("mid", "", "UM", "camo,checked,dotted"), Cut("zip mid", "Commuter", "U")], 1),
    Line("Clutches", *BAGS, bags.clutch, "Clutch", 10, (25, 79), "W", "Party", "Winter",
         "Gold,Magenta,Silver,Black,Red,Purple,Navy Blue,Bronze,Green", "bag", "Small enough for the hand, large enough for the evening",
         [Cut("envelope chain", "Envelope", "W"), Cut("frame", "Frame", "W"), Cut("box", "Beaded", "W", colours="Silver,Gold,Black"), Cut("wristlet", "Wristlet", "W", "croc,plain", "Casual")]),
    Line("Duffel Bag", *BAGS, bags.duffel, "Duffel Bag", 8, (39, 99), "U", "Travel", "Summer",
         "Olive,Black,Navy Blue,Red,Brown,Grey,Green", "bag", "Weekend size, with a wide zip opening",
         [Cut("contrast", "Weekender", "U"), Cut("pocket", "Gym", "U", usage="Sports"), Cut("plain", "Travel", "U")]),
    Line("Trolley Bag", *BAGS, bags.trolley, "Trolley Bag", 8, (79, 199), "U", "Travel", "Winter",
         "Red,Black,Navy Blue,Turquoise Blue,Grey,Silver,Purple", "bag", "Rolls quietly on four wheels",
         [Cut("hard", "Hardshell", "U"), Cut("soft", "Cabin", "U")]),
    Line("Laptop Bag", *BAGS, bags.laptop_bag, "Laptop Bag", 8, (39, 99), "U", "Formal", "Summer",
         "Black,Brown,Grey,Navy Blue,Charcoal,Coffee Brown", "bag", "Padded on every side for a 15 inch laptop",
         [Cut("zip", "", "UM"), Cut("strap", "Briefcase", "MU")]),
    Line("Messenger Bag", *BAGS, bags.messenger, "Messenger Bag", 8, (35, 89), "U", "Casual", "Fall",
         "Khaki,Navy Blue,Olive,Black,Brown,Grey", "bag", "Worn across the body, closed with two buckles",
         [Cut("leather contrast", "Canvas", "UM"), Cut("block", "Colourblocked", "U"), Cut("plain", "", "U", "herringbone,plain")]),
    Line("Wallets", "Wallets", "Accessories", bags.wallet, "Wallet", 12, (19, 59), "M", "Casual", "Winter",
         "Brown,Black,Tan,Coffee Brown,Navy Blue,Maroon", "bag", "Slots for eight cards and a place for coins",
         [Cut("bifold", "Bifold", "M"), Cut("long zip", "Zip Around", "W", "plain,floral,croc", colours="Pink,Red,Purple,Teal,Gold"), Cut("tab", "Tab", "M", "croc,plain"), Cut("band", "Two Tone", "M"), Cut("flap long", "Flap", "W", "plain,croc", colours="Magenta,Black,Beige,Maroon")], 1),
]  # fmt: skip
