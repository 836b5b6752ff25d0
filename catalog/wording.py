"""Words of the data that come with the project, so that translators find them.

A shop's own values stay as the shop wrote them.
"""

from django.utils.translation import gettext_noop as _

ATTRIBUTES = (_("Item type"), _("Gender"), _("Colour"), _("Season"), _("Style"), _("Brand"))
REASONS = (
    _("same item type"),
    _("same gender"),
    _("same colour"),
    _("same season"),
    _("same style"),
)
VALUES = (
    _("men"), _("women"), _("unisex"), _("boys"), _("girls"),
    _("spring"), _("summer"), _("fall"), _("winter"),
    _("casual"), _("sports"), _("ethnic"), _("formal"), _("smart casual"), _("party"),
    _("travel"), _("home"),
    _("black"), _("white"), _("blue"), _("brown"), _("grey"), _("red"), _("green"), _("pink"),
    _("navy blue"), _("purple"), _("silver"), _("yellow"), _("beige"), _("gold"), _("maroon"),
    _("orange"), _("olive"), _("multi"), _("cream"), _("steel"), _("charcoal"), _("peach"),
    _("skin"), _("off white"), _("lavender"), _("grey melange"), _("khaki"), _("magenta"),
    _("teal"), _("tan"), _("mustard"), _("bronze"), _("copper"), _("rust"), _("turquoise blue"),
    _("burgundy"), _("metallic"), _("coffee brown"), _("mauve"), _("rose"), _("nude"),
    _("sea green"), _("mushroom brown"), _("taupe"), _("fluorescent green"), _("lime green"),
)  # fmt: skip
ITEM_TYPES = (
    _("accessory gift set"), _("baby dolls"), _("backpacks"), _("bangle"), _("basketballs"),
    _("bath robe"), _("beauty accessory"), _("belts"), _("blazers"), _("body lotion"),
    _("booties"), _("boxers"), _("bra"), _("bracelet"), _("briefs"), _("camisoles"), _("capris"),
    _("caps"), _("casual shoes"), _("churidar"), _("clothing set"), _("clutches"), _("compact"),
    _("concealer"), _("cufflinks"), _("cushion covers"), _("deodorant"), _("dresses"),
    _("duffel bag"), _("dupatta"), _("earrings"), _("eye cream"), _("eyeshadow"),
    _("face moisturisers"), _("face scrub and exfoliator"), _("face serum and gel"),
    _("face wash and cleanser"), _("flats"), _("flip flops"), _("footballs"), _("formal shoes"),
    _("foundation and primer"), _("fragrance gift set"), _("free gifts"), _("gloves"),
    _("hair accessory"), _("hair colour"), _("handbags"), _("hat"), _("headband"), _("heels"),
    _("highlighter and blush"), _("innerwear vests"), _("ipad"), _("jackets"), _("jeans"),
    _("jeggings"), _("jewellery set"), _("jumpsuit"), _("kajal and eyeliner"), _("key chain"),
    _("kurta sets"), _("kurtas"), _("kurtis"), _("laptop bag"), _("leggings"), _("lehenga choli"),
    _("lip care"), _("lip gloss"), _("lip liner"), _("lip plumper"), _("lipstick"),
    _("lounge pants"), _("lounge shorts"), _("lounge tshirts"), _("makeup remover"), _("mascara"),
    _("mask and peel"), _("mens grooming kit"), _("messenger bag"), _("mobile pouch"),
    _("mufflers"), _("nail essentials"), _("nail polish"), _("necklace and chains"),
    _("nehru jackets"), _("night suits"), _("nightdress"), _("patiala"), _("pendant"),
    _("perfume and body mist"), _("rain jacket"), _("rain trousers"), _("ring"), _("robe"),
    _("rompers"), _("rucksacks"), _("salwar"), _("salwar and dupatta"), _("sandals"), _("sarees"),
    _("scarves"), _("shapewear"), _("shirts"), _("shoe accessories"), _("shoe laces"),
    _("shorts"), _("shrug"), _("skirts"), _("socks"), _("sports sandals"), _("sports shoes"),
    _("stockings"), _("stoles"), _("suits"), _("sunglasses"), _("sunscreen"), _("suspenders"),
    _("sweaters"), _("sweatshirts"), _("swimwear"), _("tablet sleeve"), _("ties"),
    _("ties and cufflinks"), _("tights"), _("toner"), _("tops"), _("track pants"),
    _("tracksuits"), _("travel accessory"), _("trolley bag"), _("trousers"), _("trunk"),
    _("tshirts"), _("tunics"), _("umbrellas"), _("waist pouch"), _("waistcoat"), _("wallets"),
    _("watches"), _("water bottle"), _("wristbands"),
)  # fmt: skip
