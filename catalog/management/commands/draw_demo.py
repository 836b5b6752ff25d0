from catalog.management.moved import MovedCommand


class Command(MovedCommand):
    help = "Moved: python -m lab draw_demo"
    instead = "python -m lab draw_demo"
