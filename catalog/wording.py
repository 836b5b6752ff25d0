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
